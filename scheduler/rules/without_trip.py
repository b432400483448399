"""Short visits need no trip of their own.

Rule: An appointment on site of a service that is bound to other sessions takes place only where they bring the participant there anyway.
`same_day`: the participant has another session at the site that day, of a service that is not bound. `beside_group`: the participant is in
a group at the site directly before or after, at most so many minutes away, or leaves it for the appointment. Telehealth is free. What has
happened is no violation.
Math: for each set of starts with the same sessions to go with, the appointments at these starts <= the bookings of these sessions.
Amount: appointments that need a trip.
Source: the program's choice for each service; policy `beside_group_minutes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.rules.participant_conflict import is_left
from scheduler.terms import Row, Visit, total
from scheduler.timegrid import Span
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class WithoutTrip(Rule):
    """Bound appointments are on days on site, or beside a group."""

    id = "without_trip"
    title = "Short visits need no trip of their own"
    level = "hard"
    scope = "week"
    unit = "appointments"
    parameters = ("beside_group_minutes",)
    source = "the program's choice for each service"

    def applies_to(self, case: Case) -> bool:
        """Whether a service is bound to other sessions."""
        return any(service.without_trip is not None for service in case.services.values())

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row for the starts of an appointment that go with the same sessions."""
        for participant, visits in candidates.visits.items():
            bound = [v for v in visits if is_bound(case, v) and not case.time.is_past(v.span.start)]
            others = _by_place(v for v in visits if is_free_of_it(case, v)) if bound else {}
            starts: dict[tuple[str, int, tuple[Visit, ...]], list[Visit]] = {}
            for visit in bound:
                company = company_of(case, visit, others.get((visit.day, visit.site), ()))
                starts.setdefault((visit.service, visit.ordinal, company), []).append(visit)
            for number, ((service, ordinal, company), alike) in enumerate(starts.items()):
                yield Row(self.id, (participant, service, ordinal, number), (*total(alike), *total(company, -1)), 0)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look for a session that each bound appointment goes with."""
        visits = view.visits[participant]
        others = _by_place(v for v in visits if is_free_of_it(case, v))
        for visit in visits:
            if not is_bound(case, visit) or case.time.is_past(visit.span.start):
                continue
            if not company_of(case, visit, others.get((visit.day, visit.site), ())):
                what = "group beside it" if is_beside_groups(case, visit) else "other session that day"
                message = f"{participant} has {visit.service} on {time_of(case, visit.span.start)} at {visit.site} and no {what}"
                yield self.violation(1, (participant,), message, (view.session_of[visit].id,))


def is_bound(case: Case, visit: Visit) -> bool:
    """Whether a visit is an appointment on site that needs another session to go with."""
    return visit.group is None and visit.site is not None and case.services[visit.service].without_trip is not None


def is_free_of_it(case: Case, visit: Visit) -> bool:
    """Whether a visit brings its participant to a site by itself."""
    return visit.site is not None and not is_bound(case, visit)


def is_beside_groups(case: Case, visit: Visit) -> bool:
    """Whether an appointment is bound to groups, not only to a day on site."""
    return case.services[visit.service].without_trip == "beside_group"


def company_of(case: Case, visit: Visit, others: Sequence[Visit]) -> tuple[Visit, ...]:
    """The sessions that a bound appointment can go with, of those of its day and site."""
    if not is_beside_groups(case, visit):
        return tuple(others)
    groups = (other for other in others if other.group is not None)
    return tuple(other for other in groups if is_left(other, visit) or is_beside(case, visit.span, other.span))


def is_beside(case: Case, a: Span, b: Span) -> bool:
    """Whether one session is directly before or after another."""
    first, second = sorted((a, b))
    return 0 <= case.week.between(first.end, second.start) <= case.policy.beside_group_minutes


def _by_place(visits: Iterable[Visit]) -> dict[tuple[int, str | None], tuple[Visit, ...]]:
    """Visits by day and site."""
    places: dict[tuple[int, str | None], list[Visit]] = {}
    for visit in visits:
        places.setdefault((visit.day, visit.site), []).append(visit)
    return {place: tuple(of_one) for place, of_one in places.items()}
