"""Last week's places are kept or left empty, never swapped.

Rule: In `hold` mode a place of last week that no data releases (closure, changed order or status, own availability, absent facilitator,
offer ended) is kept or left empty. A held group meets at last week's time for its holder, or not at all. A standing appointment stays
at its weekday, time, mode and site; its clinician is free. New group places are possible only when every held group place is booked.
Places whose time has passed this week bind nobody. Other people's claims on the same group: `held_capacity`.
Math: any new group place of a participant <= booked(h) for each held group place h; other times of held places are refused.
Amount: places moved, or taken in exchange.
Source: program practice; an unchanged week moves nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case
from scheduler.case import HeldPlace as Held
from scheduler.rule import Rule, Violation
from scheduler.terms import AnyOf, Row, Visit, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class Places(NamedTuple):
    """Unreleased places of the week still to come.

    Attributes:
        groups: By participant, held group to the minute at which it starts.
        appointments: By participant, service and ordinal.
    """

    groups: dict[str, dict[str, int]]
    appointments: dict[tuple[str, str, int], Held]


class HeldPlace(Rule):
    """An unreleased place is kept or left empty."""

    id = "held_place"
    title = "Last week's places are kept or left empty"
    level = "hard"
    scope = "week"
    unit = "places"
    source = "program practice"

    def applies_to(self, case: Case) -> bool:
        """Whether places are held and any is not released."""
        held = places_held(case)
        return any(held.groups.values()) or bool(held.appointments)

    def admits(self, case: Case, visit: Visit) -> bool:
        """A held place is not moved."""
        return not is_moved(case, visit)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per held group place of a participant: without it, nothing new."""
        for participant, visits in candidates.visits.items():
            held = places_held(case).groups.get(participant, {})
            new = tuple(v for v in visits if is_new(case, v))
            for group, start in held.items() if new else ():
                kept = [v for v in visits if v.group == group and v.span.start == start]
                yield Row(self.id, (participant, group), ((AnyOf((self.id, participant), new), 1), *total(kept, -1)), 0)

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Look for moved places, then for new ones beside empty ones."""
        for participant, visits in view.visits.items():
            for visit in visits:
                if is_moved(case, visit):
                    message = f"{participant} is moved from the held time or mode of {visit.group or visit.service}"
                    yield self.violation(1, (participant,), message, (view.session_of[visit].id,))
            empty, new = _empty(case, participant, visits), [v for v in visits if is_new(case, v)]
            if empty and new:
                message = f"{participant} takes {len(new)} new group places while held ones are empty: {', '.join(empty)}"
                yield self.violation(len(new), (participant,), message, [view.session_of[v].id for v in new])


def places_held(case: Case) -> Places:
    """The unreleased places whose time has not passed."""
    return case.memo("held_place", lambda: _places_held(case))


def _places_held(case: Case) -> Places:
    places = Places({}, {})
    for held in (h for mine in case.held.values() for h in mine if h.released is None and not case.is_past(h.span.start)):
        if held.group is None:
            places.appointments[held.participant, held.service, held.ordinal] = held
        else:
            places.groups.setdefault(held.participant, {})[held.group] = held.span.start
    return places


def is_moved(case: Case, visit: Visit) -> bool:
    """Whether a visit that can still change is a held place at another time, or an appointment in another mode or site."""
    if case.is_past(visit.span.start):
        return False
    places = places_held(case)
    if visit.group is not None:
        return places.groups.get(visit.participant, {}).get(visit.group, visit.span.start) != visit.span.start
    held = places.appointments.get((visit.participant, visit.service, visit.ordinal))
    return held is not None and (held.span.start, held.mode, held.site) != (visit.span.start, visit.mode, visit.site)


def is_new(case: Case, visit: Visit) -> bool:
    """Whether a visit that can still change is a group place its participant does not hold."""
    if visit.group is None or case.is_past(visit.span.start):
        return False
    return visit.group not in places_held(case).groups.get(visit.participant, {})


def _empty(case: Case, participant: str, visits: Sequence[Visit]) -> list[str]:
    """The held groups in which a participant is not booked at the held time."""
    booked = {(v.group, v.span.start) for v in visits}
    return [g for g, start in places_held(case).groups.get(participant, {}).items() if (g, start) not in booked]
