"""Every ordered service that is due is scheduled.

Rule: Each due occurrence of an ordered service (individual weekly, family monthly, medication management, ...) is booked. Group services
ordered by count are booked so often; a segment of a block serves as well. The service mix reaches its minimum of group sessions of a
category, and every required module is attended. A module that no group offers this week is missing all the same.
Math: amount = sum over what is due of max(0, due - booked) x max(15, minutes).
Amount: minutes that are missing, times the care factor: clock minutes of the service, at least 15; for the service mix the most common
length of the program's groups of that category (the shorter one in a tie; without a group the service's own), at least 15; 60 for a
module.
Source: the participant's order; the least amounts are our judgment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import Row, Visit, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

LEAST_MINUTES = 15
MODULE_MINUTES = 60
NO_GROUPS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DueService:
    """Something ordered by number: how many, the minutes that each counts, and where it is given.

    Attributes:
        key: The order, e.g. ("service", "individual", 1).
        groups: Groups whose runs meet it; empty for an appointment.
        appointment: (service, ordinal) of the appointment that meets it, or None.
    """

    key: tuple[str, str, int]
    count: int
    minutes: int
    groups: frozenset[str] = NO_GROUPS
    appointment: tuple[str, int] | None = None

    def is_met_by(self, visit: Visit) -> bool:
        """Whether a visit is one of those ordered."""
        if visit.group is not None:
            return visit.group in self.groups
        return (visit.service, visit.ordinal) == self.appointment


class OrderedService(Rule):
    """Ordered services, service mix and modules that are not scheduled."""

    id = "ordered_service"
    title = "Every ordered service is scheduled"
    level = "care"
    scope = "week"
    unit = "minutes"
    source = "the participant's order; least amounts: our judgment"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether any service is ordered by number this week."""
        return any(True for p in case.participants for _ in due(case, p))

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row for each service due."""
        for participant, visits in candidates.visits.items():
            for ordered in due(case, participant):
                met = total((v for v in visits if ordered.is_met_by(v)), -1)
                yield Row(self.id, (participant, *ordered.key), met, -ordered.count, price=ordered.minutes, participant=participant)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Count the services due for each participant."""
        for ordered in due(case, participant):
            booked = sum(map(ordered.is_met_by, view.visits[participant]))
            if (missing := ordered.count - booked) > 0:
                kind = str(ordered.key[0]).replace("_", " ")
                message = f"{missing} of {ordered.count} not scheduled for {participant}: {kind} {ordered.key[1]}"
                yield self.violation(missing * ordered.minutes, (participant,), message, participant=participant)


def due(case: Case, participant: str) -> Iterator[DueService]:
    """Every service ordered for a participant by number this week."""
    order, offers = case.care.order(participant), case.memo("ordered_service offers", lambda: _offers(case))
    for need in order.needs:
        minutes = max(LEAST_MINUTES, need.minutes)
        yield DueService(("service", need.service, need.ordinal), 1, minutes, appointment=(need.service, need.ordinal))
    for service, count in order.group_counts:
        if count:
            minutes = max(LEAST_MINUTES, case.services[service].minutes)
            yield DueService(("group_service", service, 1), count, minutes, offers.get(("service", service), NO_GROUPS))
    for mix in order.mix:
        if mix.at_least:
            groups = offers.get(("category", mix.category), NO_GROUPS)
            minutes = max(LEAST_MINUTES, _usual_minutes(case, mix.category, groups))
            yield DueService(("mix", mix.category, 1), mix.at_least, minutes, groups)
    for module in dict.fromkeys(order.modules):
        yield DueService(("module", module, 1), 1, MODULE_MINUTES, offers.get(("module", module), NO_GROUPS))


def _offers(case: Case) -> dict[tuple[str, str], frozenset[str]]:
    """The groups that give a service, category or module."""
    offers: dict[tuple[str, str], set[str]] = {}
    for group in case.groups.values():
        services = case.groups.services(group.id)
        orderable = [("service", s) for s in services] + [("category", case.services[s].category) for s in services]
        orderable += [] if group.module is None else [("module", group.module)]
        for what in orderable:
            offers.setdefault(what, set()).add(group.id)
    return {what: frozenset(groups) for what, groups in offers.items()}


def _usual_minutes(case: Case, category: str, groups: frozenset[str]) -> int:
    """The most common length of the groups of a category, or without groups of its services."""
    lengths = [case.groups[g].minutes for g in groups] or [s.minutes for s in case.services.values() if s.category == category]
    counts = Counter(lengths)
    return min(counts, key=lambda minutes: (-counts[minutes], minutes), default=0)
