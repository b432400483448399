"""What a shared resource is: who uses it for what, how many it serves at a minute, how a van's seats add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scheduler.case import Case
from scheduler.case.times import is_week, weekly_span
from scheduler.instance.program import Resource
from scheduler.terms import Visit
from scheduler.timegrid import DAY, WEEKDAYS, Span, day_span


class Wave(NamedTuple):
    """Riders who start before an arrival (or end after a departure) share the seats of the earlier (or later) runs.

    Attributes:
        minute: Time of the arrival or departure; the end (or start) of the day stands for all riders.
        seats: Seats of the runs these riders can use.
    """

    is_arrival: bool
    minute: int
    seats: int

    def concerns(self, stay: Span) -> bool:
        """Whether a participant with this day on site is one of the riders."""
        return stay.start < self.minute if self.is_arrival else stay.end > self.minute


def waves(resource: Resource, day: int) -> list[Wave]:
    """The waves of a van on a weekday; they are nested, so if each has enough seats, every rider gets one."""
    to_site, from_site = (
        [(day * DAY + run.time, run.seats) for run in resource.runs if run.day == WEEKDAYS[day] and run.direction == direction]
        for direction in ("to_site", "from_site")
    )
    start, end = day_span(day)
    arrivals = [Wave(True, t, sum(n for at, n in to_site if at < t)) for t in sorted({end, *(at for at, _ in to_site)})]
    departures = [Wave(False, t, sum(n for at, n in from_site if at > t)) for t in sorted({start, *(at for at, _ in from_site)})]
    return arrivals + departures


def used_by_day(case: Case, resource: Resource, visits: dict[str, tuple[Visit, ...]]) -> dict[int, dict[str, list[Visit]]]:
    """By weekday and participant, the visits for which a resource is used."""
    by_day: dict[int, dict[str, list[Visit]]] = {}
    for participant in users(case, resource.id):
        for visit in visits.get(participant, ()):
            if is_used(resource, visit):
                by_day.setdefault(visit.day, {}).setdefault(participant, []).append(visit)
    return dict(sorted(by_day.items()))


def users(case: Case, resource: str) -> tuple[str, ...]:
    """The participants who need a resource."""
    people = case.participants.values()
    return case.memo(
        f"resource_capacity users {resource}", lambda: tuple(p.id for p in people if any(use.resource == resource for use in p.resources))
    )


def is_used(resource: Resource, visit: Visit) -> bool:
    """Whether a participant who needs the resource uses it for a visit; one for which a group is left uses what the group visit uses."""
    if visit.out_of is not None:
        return False
    if resource.site is not None:
        return visit.site == resource.site
    return resource.kind == "sessions" or visit.site is not None


def serves(case: Case, resource: Resource, visit: Visit) -> bool:
    """Whether a resource could serve a visit if no one else used it."""
    if resource.kind == "van":
        return all(wave.seats > 0 for wave in waves(resource, visit.day) if wave.concerns(visit.span))
    moments = moments_of(case, resource, [visit.span.start], ())
    return all(capacity(case, resource, minute) > 0 for minute in moments if is_at(visit.span, minute))


def capacity(case: Case, resource: Resource, minute: int) -> int:
    """How many people the resource serves at a minute."""
    return sum(number for span, number in _windows(case, resource) if is_at(span, minute))


def moments_of(case: Case, resource: Resource, starts: Iterable[int], past: Iterable[Span]) -> list[int]:
    """The minutes that matter: uses start, the resource serves fewer, or what has happened ends."""
    return sorted({*starts, *(span.end for span, _ in _windows(case, resource)), *(span.end for span in past)})


def is_at(span: Span, minute: int) -> bool:
    """Whether a minute is in a span."""
    return span.start <= minute < span.end


def hull(spans: Sequence[Span]) -> Span:
    """The span from the first start to the last end of at least one span."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _windows(case: Case, resource: Resource) -> list[tuple[Span, int]]:
    week_a = case.instance.program.week_a
    return case.memo(
        f"resource_capacity {resource.id}",
        lambda: [(weekly_span(w), w.capacity) for w in resource.windows if is_week(w.weeks, case.week.monday, week_a)],
    )
