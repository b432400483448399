"""Interpreters, vans and child care serve no more people than they can.

Rule: A participant who needs a resource uses it during sessions (`sessions`: interpreter) or from the first start to the last
end of the day on site (`stay`: child care). At any minute no more participants use it than its windows then serve; windows that overlap
add up, outside them it serves no one. A `van` brings its riders by their first start and takes them at or after their last end of the
day, each in a seat of some run. A resource with a site serves there only: sessions elsewhere do not use it.
Math: users at minute t <= capacity(t); for each arrival: riders who start before it <= seats of the runs before it, and all riders <=
all seats; the same for departures after the last end. (Later starts may use every earlier run, so these counts suffice.) What has
happened may exceed a capacity; then nothing may be added to it.
Amount: participants too many at the worst minute of a day, or without a seat.
Source: capacities as entered by the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case
from scheduler.instance.program import Resource
from scheduler.rule import Link, Rule, Violation
from scheduler.rules._resources import capacity, hull, is_at, is_used, moments_of, serves, used_by_day, users, waves
from scheduler.rules._sharing import Thresholds, within
from scheduler.rules._words import day_of
from scheduler.terms import FreeVariable, Row, Visit, total
from scheduler.timegrid import Span
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class Use(NamedTuple):
    """A use of a resource.

    Attributes:
        past: The part that has happened; empty when nothing has.
        sessions: Ids of the sessions it is for.
    """

    participant: str
    span: Span
    past: tuple[Span, ...]
    sessions: tuple[str, ...]


class ResourceCapacity(Rule):
    """Shared resources serve no more participants at a time than their capacity."""

    id = "resource_capacity"
    title = "Interpreters, vans and child care are not overbooked"
    level = "hard"
    scope = "shared"
    unit = "participants"
    source = "capacities as entered"
    reads = ("need", "span", "site", "mode")
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether any participant needs a resource."""
        return any(p.resources for p in case.participants.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """The resources could serve the visit if no one else used them."""
        needed = (case.resources[use.resource] for use in case.participants[visit.participant].resources)
        return all(serves(case, resource, visit) for resource in needed if is_used(resource, visit))

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Capacity at each moment when it could be exceeded; seats before each arrival and after each departure."""
        for resource in case.resources.values():
            for day, by_user in used_by_day(case, resource, candidates.visits).items():
                if resource.kind == "sessions":
                    yield from _session_rows(case, candidates, resource, [v for visits in by_user.values() for v in visits])
                    continue
                days = {p: Thresholds((self.id, resource.id, day, p), [(v.span, v) for v in visits]) for p, visits in by_user.items()}
                happened = ([v.span for v in visits if v in candidates.past] for visits in by_user.values())
                past = [hull(spans) for spans in happened if spans]
                if resource.kind == "stay":
                    yield from _stay_rows(case, resource, days, past)
                else:
                    yield from _van_rows(resource, day, days, past)

    def links(self, case: Case) -> Iterator[Link]:
        """Each resource with its users."""
        for id in case.resources:
            yield Link(id, tuple(("participant", user) for user in users(case, id)))

    def check_link(self, case: Case, view: View, link: Link) -> Iterator[Violation]:
        """Count the users of a resource on each day."""
        resource = case.resources[link.key]
        for day, by_user in used_by_day(case, resource, view.visits).items():
            if resource.kind == "sessions":
                uses = [_use(view, [visit]) for visits in by_user.values() for visit in visits]
            else:
                uses = [_use(view, visits) for visits in by_user.values()]
            to, back = _without_seat(resource, day, uses) if resource.kind == "van" else (_too_many(case, resource, uses), 0)
            if (over := to + back) > 0:
                about = (*dict.fromkeys(use.participant for use in uses), resource.id)
                message = f"{resource.id} serves {counted(over, 'participant')} too many on {day_of(case, day)}"
                if resource.kind == "van":
                    message = f"{resource.id} has no seat for {counted(to, 'rider')} to the site and {back} from it on {day_of(case, day)}"
                yield self.violation(over, about, message, [session for use in uses for session in use.sessions])


def _use(view: View, visits: Sequence[Visit]) -> Use:
    """The use for one session, or for all sessions of a participant's day on site."""
    past = [v.span for v in visits if view.session_of[v].is_past]
    sessions = tuple(view.session_of[v].id for v in visits)
    return Use(visits[0].participant, hull([v.span for v in visits]), (hull(past),) if past else (), sessions)


def _too_many(case: Case, resource: Resource, uses: Sequence[Use]) -> int:
    """Users over the capacity, or over what the past alone used, at the worst minute."""
    past = [span for use in uses for span in use.past]
    over = 0
    for minute in moments_of(case, resource, (use.span.start for use in uses), past):
        allowed = max(capacity(case, resource, minute), sum(is_at(span, minute) for span in past))
        over = max(over, sum(is_at(use.span, minute) for use in uses) - allowed)
    return over


def _without_seat(resource: Resource, day: int, uses: Sequence[Use]) -> tuple[int, int]:
    """Riders without a seat in the worst wave to the site, and in the worst from it."""
    over = {True: 0, False: 0}
    for wave in waves(resource, day):
        allowed = max(wave.seats, sum(wave.concerns(span) for use in uses for span in use.past))
        over[wave.is_arrival] = max(over[wave.is_arrival], sum(wave.concerns(use.span) for use in uses) - allowed)
    return over[True], over[False]


def _session_rows(case: Case, candidates: Candidates, resource: Resource, visits: Sequence[Visit]) -> Iterator[Row]:
    """Visits under way at a moment."""
    for minute in moments_of(case, resource, (v.span.start for v in visits), ()):
        active = total(v for v in visits if is_at(v.span, minute))
        row = Row(ResourceCapacity.id, (resource.id, minute), active, capacity(case, resource, minute))
        yield from within(row, candidates.past)


def _stay_rows(case: Case, resource: Resource, days: Mapping[str, Thresholds], past: Sequence[Span]) -> Iterator[Row]:
    """Participants who have arrived and not left yet."""
    rule = ResourceCapacity.id
    for minute in moments_of(case, resource, (start for day_uses in days.values() for start in day_uses.starts), past):
        edges = {p: (day_uses.begun(minute), day_uses.lasting(minute + 1)) for p, day_uses in days.items()}
        possible = {p: (begun, lasting) for p, (begun, lasting) in edges.items() if begun is not None and lasting is not None}
        bound = max(capacity(case, resource, minute), sum(is_at(span, minute) for span in past))
        if len(possible) <= bound:
            continue
        present = {p: FreeVariable((rule, resource.id, minute, p)) for p in possible}
        yield Row(rule, (resource.id, minute), total(present.values()), bound)
        for participant, (begun, lasting) in possible.items():
            yield Row(rule, (resource.id, minute, participant), ((begun, 1), (lasting, 1), (present[participant], -1)), 1)


def _van_rows(resource: Resource, day: int, days: Mapping[str, Thresholds], past: Sequence[Span]) -> Iterator[Row]:
    """The riders of each wave have its seats."""
    for wave in waves(resource, day):
        day_uses = (d.begun(wave.minute - 1) if wave.is_arrival else d.lasting(wave.minute + 1) for d in days.values())
        riders = [rider for rider in day_uses if rider is not None]
        bound = max(wave.seats, sum(wave.concerns(span) for span in past))
        if len(riders) > bound:
            direction = "to_site" if wave.is_arrival else "from_site"
            yield Row(ResourceCapacity.id, (resource.id, direction, wave.minute), total(riders), bound)
