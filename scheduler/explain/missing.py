"""The ordered care missing in a roster, item by item, and the visits that would help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.rule import Violation
from scheduler.rules.admission_deadline import days_late, due_day
from scheduler.rules.ordered_service import DueService, due
from scheduler.terms import Visit
from scheduler.verify import Verdict
from scheduler.view import View
from scheduler.words import counted

CARE_RULES = (
    "weekly_floor", "session_floor", "service_day_floor", "ordered_service", "service_gap", "admission_deadline", "step_down_floor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    """One item of care that a participant is ordered and does not get.

    Attributes:
        key: Identifies the item among those of its participant and rule; the same in all rosters of a week.
        amount: In minutes, before the care factor.
        what: The item in words.
        helps: Returns whether a visit that is not booked would reduce the amount.
    """

    participant: str
    rule: str
    key: tuple[object, ...]
    amount: int
    what: str
    helps: Callable[[Visit], bool]


def missing_care(case: Case, view: View, verdict: Verdict) -> tuple[Missing, ...]:
    """All missing care, in the order of the verdict: one entry for each care amount."""
    missing: list[Missing] = []
    services: dict[str, Iterator[tuple[DueService, int]]] = {}
    counts: dict[tuple[str, str], int] = {}
    for amount in verdict.amounts:
        if amount.rule not in CARE_RULES or amount.participant is None:
            continue
        person = amount.participant
        if amount.rule == "ordered_service":
            ordered, short = next(services.setdefault(person, _unmet_services(case, view, person)))
            missing.append(Missing(person, amount.rule, ordered.key, amount.amount, _service(ordered, short), ordered.is_met_by))
            continue
        number = counts[person, amount.rule] = counts.get((person, amount.rule), 0) + 1
        missing.append(_by_rule(case, view, amount, person, number))
    return tuple(missing)


def _unmet_services(case: Case, view: View, participant: str) -> Iterator[tuple[DueService, int]]:
    """Services due and not booked, in the order of the rule, with how many are missing."""
    for ordered in due(case, participant):
        short = ordered.count - sum(map(ordered.is_met_by, view.visits[participant]))
        if short > 0:
            yield ordered, short


def _service(ordered: DueService, short: int) -> str:
    kind, name, number = ordered.key
    if kind == "service":
        return f"{name} session number {number} is not placed"
    if kind == "module":
        return f"module {name} is not attended"
    return f"{short} of {counted(ordered.count, 'group session')} missing: {name}"


def _by_rule(case: Case, view: View, amount: Violation, person: str, number: int) -> Missing:
    """The missing item for an amount of a rule about the whole week."""
    order, unit = case.care.order(person), max(1, case.policy.session_amount)
    days = view.service_days(person)

    def counts(visit: Visit) -> bool:
        return case.care.is_counted(visit.service, visit.group)

    def gives_minutes(visit: Visit) -> bool:
        return case.care.minutes_of(visit) > 0

    def adds_day(visit: Visit) -> bool:
        return counts(visit) and not days >> visit.day & 1

    def is_sooner(visit: Visit) -> bool:
        return counts(visit) and days_late(case, person, days | 1 << visit.day) < days_late(case, person, days)

    is_billable = amount.rule == "service_day_floor" and "billable" in amount.message
    texts: dict[str, tuple[str, Callable[[Visit], bool]]] = {
        "weekly_floor": (f"{amount.amount} of {order.floor} minutes missing", gives_minutes),
        "step_down_floor": (f"{amount.amount} minutes less than the largest step down allows", gives_minutes),
        "session_floor": (f"{amount.amount // unit} of {counted(order.sessions_floor, 'session')} missing", counts),
        "service_gap": (f"{counted(amount.amount // unit, 'open day')} too many without service", adds_day),
        "admission_deadline": (_lateness(case, person, amount.amount // unit), is_sooner),
        "service_day_floor": (f"{amount.amount // unit} of {counted(order.days_floor, 'service day')} missing", adds_day),
    }
    text, helps = texts[amount.rule]
    if is_billable:
        text, helps = f"{amount.amount // unit} of {counted(order.billable_days, 'billable day')} missing", gives_minutes
    return Missing(person, amount.rule, ("billable" if is_billable else number,), amount.amount, text, helps)


def _lateness(case: Case, participant: str, late: int) -> str:
    due = due_day(case, participant)
    date = "" if due is None else f", due {case.week.date_of(due).isoformat()}"
    return f"first session {counted(late, 'day')} late{date}"
