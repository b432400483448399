"""Two sessions of one service are far enough apart.

Rule: Where an order of a service says how far apart its sessions are to be, each begins at least so many days after the one before it (1:
on another day; 3: Monday and Thursday), and at least so many hours after its end. Group sessions that give the service count as well, and
so do last week's sessions. What has happened is no violation.
Math: with each session as the days [day, day + days) and the time [start, end + hours), no two of them overlap.
Amount: sessions too soon after the one before.
Source: the participant's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.case import Case, Spacing
from scheduler.rule import Rule, Violation
from scheduler.rules._sharing import cliques, within
from scheduler.rules._words import time_of
from scheduler.terms import Row, Visit, total
from scheduler.timegrid import WEEK, Span
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class ServiceSpacing(Rule):
    """Sessions of a service keep the ordered distance."""

    id = "service_spacing"
    title = "Sessions of one service are as far apart as ordered"
    level = "hard"
    scope = "week"
    unit = "sessions too soon"
    source = "the participant's order"
    reads = ("need", "span")

    def applies_to(self, case: Case) -> bool:
        """Whether an order states a distance between sessions."""
        return any(case.care.order(participant).spacings for participant in case.participants)

    def admits(self, case: Case, visit: Visit) -> bool:
        """A visit is far enough from last week's sessions."""
        return not any(
            reach(case, spacing, last).overlaps(reach(case, spacing, visit.span))
            for spacing in _spacings(case, visit)
            for last in _last_spans(case, visit.participant, spacing.service)
        )

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row for each set of visits that are all too close to each other."""
        for participant, visits in candidates.visits.items():
            for spacing in case.care.order(participant).spacings:
                mine = [(reach(case, spacing, v.span), v) for v in visits if spacing in _spacings(case, v)]
                for start, close in cliques(mine):
                    key = (participant, spacing.service, spacing.unit, start)
                    yield from within(Row(self.id, key, total(close), 1), candidates.past)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Compare each session of the service with the one before it."""
        visits = view.visits[participant]
        for spacing in case.care.order(participant).spacings:
            last: list[tuple[Span, Visit | None]] = [(span, None) for span in _last_spans(case, participant, spacing.service)]
            mine = [(v.span, v) for v in visits if spacing in _spacings(case, v)]
            for (before, first), (span, second) in pairwise([*last, *mine]):
                if second is None or case.time.is_past(span.start):
                    continue
                if reach(case, spacing, before).overlaps(reach(case, spacing, span)):
                    least = counted(spacing.least, spacing.unit)
                    when = time_of(case, span.start)
                    message = f"{participant} has {spacing.service} on {when}, less than {least} after the one before"
                    sessions = [view.session_of[v].id for v in (first, second) if v is not None]
                    yield self.violation(1, (participant,), message, sessions)


def reach(case: Case, spacing: Spacing, span: Span) -> Span:
    """The days or minutes around a session; two sessions are too close if these overlap."""
    if spacing.unit == "day":
        return Span(span.day, span.day + spacing.least)
    return case.week.widened(span, 0, 60 * spacing.least)


def _spacings(case: Case, visit: Visit) -> tuple[Spacing, ...]:
    """The distances that a visit must keep."""
    services = (visit.service,) if visit.group is None else case.groups.services(visit.group)
    return tuple(spacing for spacing in case.care.order(visit.participant).spacings if spacing.service in services)


def _last_spans(case: Case, participant: str, service: str) -> tuple[Span, ...]:
    """Last week's sessions of a service, by start, in minutes of this week."""
    return case.memo(f"service_spacing {participant} {service}", lambda: tuple(sorted(_find_last(case, participant, service))))


def _find_last(case: Case, participant: str, service: str) -> Iterator[Span]:
    for session in case.past.last_sessions:
        group = session.group if session.group in case.groups else None
        gives = session.service == service or (group is not None and service in case.groups.services(group))
        if gives and any(booking.participant == participant for booking in session.bookings):
            span = case.past.last_week.span(session.start, session.end)
            yield Span(span.start - WEEK, span.end - WEEK)
