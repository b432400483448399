"""Ideas the program can offer: another run, a small group, one more newcomer, a reserve place, extra hours, another's held place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.case import Case
from scheduler.explain.words import listed
from scheduler.fixes.agreements import is_kept
from scheduler.fixes.hours import lent_hours
from scheduler.fixes.idea import Idea
from scheduler.result import Cause
from scheduler.rules.group_intake import limit
from scheduler.timegrid import DAY, WEEKDAYS, clock
from scheduler.view import View
from scheduler.words import counted, when

MOST_TEMPLATES = 2
MOST_STARTS = 24
MOST_HOLDERS = 6
"""The most participants who may move for one, those with the most free time first."""


def offers(case: Case, person: str, causes: Sequence[Cause], helpful: Sequence[str]) -> Iterator[Idea]:
    """Ideas the program could offer to a participant, given the causes of unmet care.

    Args:
        helpful: Groups that would help.
    """
    for cause in causes:
        for group in (g for g in cause.about if g in case.groups):
            if cause.rule in ("group_size", "held_place") and case.groups.reserve(group) > 0:
                yield reserve(group, person)
            if cause.rule == "group_intake":
                yield intake(case, group, person)
            if cause.rule == "group_size" and not case.groups[group].is_standing:
                yield small_group(group, person)
    yield from lent_hours(case, person, causes, helpful)
    for group in _templates(case, person, helpful):
        yield extra_run(case, group, person)
    for cause in causes:
        for group in (g for g in cause.about if g in case.groups and cause.rule in ("group_size", "held_place")):
            held = [place for places in case.places.held.values() for place in places if place.group == group and place.released is None]
            if holders := [place.participant for place in held if place.participant != person]:
                freest = sorted(holders, key=lambda holder: -sum(span.minutes for span in case.time.free(holder)))[:MOST_HOLDERS]
                yield other_places(group, person, [holder for holder in holders if holder in freest])


def reserve(group: str, person: str) -> Idea:
    """Give away the place reserved for admissions."""
    words = f"give away the reserve place of {group}"
    return Idea("reserve", ("reserve", group), {"groups": {group: {"reserve": 0}}}, (person,), words, joins=group)


def intake(case: Case, group: str, person: str, most: int | None = None) -> Idea:
    """Admit more newcomers than the rule allows, by a named decision."""
    number = (limit(case, group) or 0) + 6 if most is None else most

    def narrow(before: Case, view: View) -> Idea | None:
        booked = next((p.participants() for p in view.runs if p.session.group == group), ())
        new = [
            p
            for p in booked
            if not before.past.last_groups(p) or (before.groups[group].is_closed and group not in before.past.last_groups(p))
        ]
        return intake(before, group, person, len(new)) if len(new) < number else None

    words = f"take {counted(number, 'newcomer')} into {group} by a named decision"
    change = {"groups": {group: {"intake_override": number}}}
    return Idea("intake", ("intake", group), change, (person,), words, joins=group, narrow=narrow)


def small_group(group: str, person: str, least: int = 1) -> Idea:
    """Open a group with fewer participants than its minimum."""

    def narrow(case: Case, view: View) -> Idea | None:
        booked = next((len(p.session.bookings) for p in view.runs if p.session.group == group), least)
        return small_group(group, person, booked) if booked > least else None

    words = f"let {group} meet with {counted(least, 'participant')}, below its minimum"
    change = {"groups": {group: {"minimum": least}}}
    return Idea("group_minimum", ("group_minimum", group), change, (person,), words, joins=group, narrow=narrow)


def _templates(case: Case, person: str, helpful: Sequence[str]) -> list[str]:
    """The groups worth an additional run: the participant's track and cohort first, one for each service and length."""
    home = case.places.home(person)
    ranked = sorted(helpful, key=lambda g: (case.groups[g].track != home.track, case.groups[g].cohort != home.cohort))
    kinds = {(case.groups[g].service, case.groups[g].minutes): g for g in reversed(ranked)}
    return [g for g in ranked if g in kinds.values()][:MOST_TEMPLATES]


LEFT_OUT = {"id", "label", "block", "gates", "intake_override", "meets_from", "meets_until"}
"""Fields of a group that an additional run does not have."""


def extra_run(case: Case, group: str, person: str, start: tuple[int, str] | None = None) -> Idea:
    """An additional run of the group, at a time of the program's groups, narrowed to the time in the new roster."""
    offer, id = case.groups[group], f"{group[:56]}-extra"
    # Its own times, even in a week in which it does not meet, then those of the other groups.
    own = sorted(WEEKDAYS.index(s.day) * DAY + s.time for s in offer.starts)
    times = dict.fromkeys([*own, *(s.start for g in case.groups for s in case.groups.spans(g) if case.groups[g].site == offer.site)])
    starts = list(times)[:MOST_STARTS] if start is None else [start[0]]
    document = offer.model_dump(mode="json", exclude_defaults=True, exclude=LEFT_OUT)
    document |= {
        "starts": [{"day": WEEKDAYS[s // DAY], "time": clock(s % DAY)} for s in starts],
        "weeks": "every", "is_standing": True, "is_closed": False, "reserve": 0, "opened_on": case.week.monday.isoformat(),
    }  # fmt: skip

    def narrow(before: Case, view: View) -> Idea | None:
        placed = next((p for p in view.runs if p.session.group == id), None)
        if placed is None or start is not None:
            return None
        led = f"{when(placed.span)} led by {listed(placed.session.facilitators)}"
        room = "" if placed.session.room is None else f" in {placed.session.room}"
        return extra_run(before, group, person, (placed.span.start, f"on {led}{room} for {len(placed.session.bookings)}"))

    at = "" if start is None else f" {start[1]}"
    words = f"open another {offer.service} group{at} (as {group})"
    return Idea("extra_run", ("extra_run", group), {"groups": {id: document}}, (person,), words, joins=id, narrow=narrow)


def other_places(group: str, person: str, holders: Sequence[str]) -> Idea:
    """A holder of a place in the group gives it up, narrowed to those whose place the new roster uses."""

    def narrow(case: Case, view: View) -> Idea | None:
        moved = [p for p in holders if any(h.group == group and not is_kept(view, h) for h in case.places.held[p])]
        return other_places(group, person, moved) if moved and len(moved) < len(holders) else None

    entries = [{"participant": holder, "group": group} for holder in holders]
    words = f"release the place of {listed(holders)} in {group}"
    change = {"history": {"released": {"add": entries}}}
    return Idea("other_place", ("other_place", group), change, (person,), words, tuple(holders), group, narrow)
