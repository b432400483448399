"""Barriers of rooms: none has the place, the seats and the features a session and its people need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.barriers.barrier import SESSION, Barrier, all_of
from scheduler.case import Case
from scheduler.rules.room_fit import needed, needs
from scheduler.timegrid import Span

MOST_NAMED = 3


def room_barriers(
    case: Case, service: str, group: str | None, mode: str, site: str, span: Span | None, people: Sequence[str], seats: int
) -> Iterator[Barrier]:
    """Why no room at a site suits a session.

    Args:
        span: When it is held; None: at no special time, so that closed rooms do not matter.
        people: The participants in the room who are looked at.
        seats: How many seats these need, with guests and facilitators.
    """
    if fitting_rooms(case, service, group, mode, site, span, people, seats):
        return
    use = "individual" if group is None else "group"
    here = [room for room in case.rooms.values() if room.site == site]
    if not here:
        yield Barrier("room_fit", f"{site} has no room for {SESSION}")
        return
    features = [(f, _who(case, service, group, people, f)) for f in needed(case, service, group, mode, people)]
    lacking = [(f, who) for f, who in features if not any(f in room.features for room in here)]
    for feature, who in lacking:
        need = f"which {who} needs" if who in people else f"needed for {who}"
        yield Barrier("room_fit", f"no room at {site} has the feature {feature}, {need}", (who,) if who in people else ())
    if lacking:
        return
    kinds: dict[str, list[str]] = {}
    for room in here:
        kinds.setdefault(_unsuitable(case, room.id, group, use, span, [f for f, _ in features], seats), []).append(room.id)
    reasons = "; ".join(f"{all_of(rooms)} {reason}" for reason, rooms in list(kinds.items())[:MOST_NAMED])
    is_closed = "(closed then)" in kinds
    yield Barrier("room_conflict" if is_closed else "room_fit", f"no room at {site} suits {SESSION}: {reasons}", tuple(r.id for r in here))


def fitting_rooms(
    case: Case, service: str, group: str | None, mode: str, site: str, span: Span | None, people: Sequence[str], seats: int
) -> list[str]:
    """The rooms that suit a session, as far as these people are concerned."""
    use, features = "individual" if group is None else "group", needed(case, service, group, mode, people)
    at_site = [room.id for room in case.rooms.values() if room.site == site]
    return [room for room in at_site if not _unsuitable(case, room, group, use, span, features, seats)]


def _unsuitable(case: Case, id: str, group: str | None, use: str, span: Span | None, features: Sequence[str], seats: int) -> str:
    """What is against one room, after its id; empty if nothing is."""
    room = case.rooms[id]
    if use not in room.uses:
        return f"(for {all_of(room.uses)} sessions only)"
    if group is not None and case.groups[group].rooms and id not in case.groups[group].rooms:
        return "(not among the rooms of the group)"
    if absent := [feature for feature in features if feature not in room.features]:
        return f"(without {all_of(absent)})"
    if room.seats < seats:
        return f"(too small for {seats})"
    if span is not None and any(span.overlaps(closed) for closed in case.time.closed(id)):
        return "(closed then)"
    return ""


def _who(case: Case, service: str, group: str | None, people: Sequence[str], feature: str) -> str:
    """Who or what needs a feature."""
    if person := next((p for p in people if feature in needs(case, p)), None):
        return person
    return service if group is None or feature in case.services[service].room_features else SESSION
