"""Ideas about where somebody takes part: a group in another room, an appointment in a group's room, a group joined by telehealth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scheduler.barriers import all_of
from scheduler.case import Case
from scheduler.fixes.idea import Idea
from scheduler.instance.change import Change
from scheduler.result import Cause
from scheduler.rule import overriding
from scheduler.rules import RULES
from scheduler.rules.room_fit import needed
from scheduler.terms import Visit
from scheduler.view import View

ABOUT_ROOMS = ("room_fit", "room_conflict")
ABOUT_COMING = (*ABOUT_ROOMS, "participant_availability", "second_staff_on_site")
"""Causes that do not matter to somebody who joins a group from home."""
MOST_GROUPS = 2


def other_places_to_be(case: Case, person: str, causes: Sequence[Cause], helpful: Sequence[str]) -> Iterator[Idea]:
    """Other rooms where rooms are in the way, and telehealth for groups where coming is.

    Args:
        helpful: Groups that would help.
    """
    about_rooms = [cause for cause in causes if cause.rule in ABOUT_ROOMS]
    named = [group for group in helpful if any(group in cause.about for cause in about_rooms)]
    for group in named[:MOST_GROUPS]:
        if rooms := _rooms_for(case, group):
            yield other_room(case, person, group, rooms)
    if any(not set(cause.about) & set(case.groups) for cause in about_rooms) and (rooms := group_rooms(case)):
        yield room_for_appointments(case, person, rooms)
    coming = [g for g in helpful if any(g in cause.about for cause in causes if cause.rule in ABOUT_COMING)]
    for group in [g for g in coming if _could_be_hybrid(case, g)][:MOST_GROUPS]:
        yield group_telehealth(case, person, group)


def _rooms_for(case: Case, group: str) -> list[str]:
    """The rooms of a group's site that have the features it needs, and that it may not use today."""
    offer = case.groups[group]
    features = needed(case, offer.service, group, offer.mode, ())
    rooms = [room for room in case.rooms.values() if room.site == offer.site and set(features) <= set(room.features)]
    return [room.id for room in rooms if "group" not in room.uses or (offer.rooms and room.id not in offer.rooms)]


def group_rooms(case: Case) -> list[str]:
    """The rooms that are for groups only."""
    return [room.id for room in case.rooms.values() if "individual" not in room.uses]


def _opened(case: Case, rooms: Sequence[str], use: str) -> dict[str, Any]:
    """The change that lets rooms be used for a kind of session, too."""
    return {room: {"uses": [*case.rooms[room].uses, use]} for room in rooms if use not in case.rooms[room].uses}


def other_room(case: Case, person: str, group: str, rooms: Sequence[str]) -> Idea:
    """A group meets in a room it may not use today, narrowed to the one of the new roster."""

    def narrow(before: Case, view: View) -> Idea | None:
        used = [placed.session.room for placed in view.runs if placed.session.group == group and placed.session.room in rooms]
        return other_room(before, person, group, [room for room in used if room is not None]) if used and len(rooms) > 1 else None

    listed = case.groups[group].rooms
    change: Change = {"groups": {group: {"rooms": [*listed, *rooms] if listed else []}}}
    if opened := _opened(case, rooms, "group"):
        change["rooms"] = opened
    return Idea("other_room", ("other_room", group), change, (person,), f"{group} meets in {all_of(rooms, last='or')}", narrow=narrow)


def room_for_appointments(case: Case, person: str, rooms: Sequence[str]) -> Idea:
    """Appointments may use rooms that are for groups only, narrowed to those of the new roster."""

    def narrow(before: Case, view: View) -> Idea | None:
        rooms_in_use = {placed.session.room for placed in view.placed if placed.session.group is None}
        used = [room for room in rooms if room in rooms_in_use]
        return room_for_appointments(before, person, used) if used and len(used) < len(rooms) else None

    words = f"an appointment takes place in {all_of(rooms, last='or')}"
    return Idea(
        "other_room", ("other_room", "appointments"), {"rooms": _opened(case, rooms, "individual")}, (person,), words, narrow=narrow
    )


def _could_be_hybrid(case: Case, group: str) -> bool:
    """Whether a group on site has a room from which others can join by telehealth."""
    offer = case.groups[group]
    features = {*needed(case, offer.service, group, "hybrid", ())}
    rooms = [room for room in case.rooms.values() if room.site == offer.site and "group" in room.uses]
    return offer.mode == "in_person" and any(features <= set(r.features) and (not offer.rooms or r.id in offer.rooms) for r in rooms)


def group_telehealth(case: Case, person: str, group: str) -> Idea:
    """A participant joins a group on site by telehealth, and agrees to that."""
    change: Change = {"groups": {group: {"mode": "hybrid"}}}
    if "telehealth" not in case.care.order(person).modes:
        change["participants"] = {person: telehealth_fields(case, person)}

    def is_admitted(changed: Case) -> bool:
        service, rules = changed.groups[group].service, [rule for rule in overriding(RULES, "admits") if rule.applies_to(changed)]
        visits = [Visit(person, service, group, 1, span, "telehealth", None) for span in changed.groups.spans(group)]
        return any(all(rule.admits(changed, visit) for rule in rules) for visit in visits)

    words = f"{person} joins {group} by telehealth"
    return Idea("telehealth", ("telehealth", group, person), change, (person,), words, joins=group, is_admitted=is_admitted)


def telehealth_fields(case: Case, person: str) -> dict[str, Any]:
    """What changes for a participant who agrees to telehealth."""
    own = case.participants[person]
    order = own.order.model_dump(mode="json", exclude_defaults=True)
    modes = list(dict.fromkeys([*case.care.order(person).modes, "telehealth"]))
    return {"modes": list(dict.fromkeys([*own.modes, "telehealth"])), "order": order | {"modes": modes}}
