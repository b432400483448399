"""The ordered number of service days is reached, and the payer's days where the payer asks.

Rule: A participant has counted sessions on at least as many dates as the order asks for (3 by default). Where the payer asks for
billable days, on so many dates the countable minutes reach the payer's minimum. Both count, and both add.
Math: amount = session_amount x (max(0, days floor - service days) + max(0, billable days ordered - billable days)); a date is billable
when the care minutes of its sessions are at least billable_day_minutes.
Amount: minutes, 60 per missing day of either kind, times the care factor.
Source: H0015: three days a week of at least three hours; policy `days_floor`, `billable_days`, phase, order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import FreeVariable, Row, total
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class ServiceDayFloor(Rule):
    """Service days and billable days below the order's floors."""

    id = "service_day_floor"
    title = "The ordered service days and billable days are scheduled"
    level = "care"
    scope = "week"
    unit = "minutes"
    parameters = ("days_floor", "billable_days", "billable_day_minutes", "session_amount", "breaks_count")
    source = "H0015: at least 3 h a day and 3 days a week"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether any order has a number of days whose shortfall counts."""
        orders = (case.care.order(p) for p in case.participants)
        return case.policy.session_amount > 0 and any(o.days_floor or o.billable_days for o in orders)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """A priced row for each of the two floors; a day may be called billable only when its minutes suffice."""
        price = case.policy.session_amount
        for participant in candidates.visits:
            order = case.care.order(participant)
            if order.days_floor:
                days = total((candidates.service_day(participant, day) for day in range(7)), -1)
                yield Row(self.id, (participant, "days"), days, -order.days_floor, price=price, participant=participant)
            if order.billable_days:
                billable = [FreeVariable((self.id, participant, day)) for day in range(7)]
                yield from self._minimums(case, candidates, participant, billable)
                key = (participant, "billable")
                yield Row(self.id, key, total(billable, -1), -order.billable_days, price=price, participant=participant)

    def _minimums(self, case: Case, candidates: Candidates, participant: str, billable: list[FreeVariable]) -> Iterator[Row]:
        """One row per weekday: payer minimum x billable <= minutes of the day."""
        for day, choice in enumerate(billable):
            terms = ((v, -case.care.minutes_of(v)) for v in candidates.visits[participant] if v.day == day)
            minutes = tuple((v, coefficient) for v, coefficient in terms if coefficient)
            yield Row(self.id, (participant, "minimum", day), ((choice, case.care.order(participant).billable_day_minutes), *minutes), 0)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Count the dates of each participant, once by sessions and once by minutes."""
        order, days = case.care.order(participant), view.days(participant)
        served = view.service_days(participant).bit_count()
        minutes = (sum(case.care.minutes_of(v) for v in visits) for visits in days.values())
        billable = sum(case.care.is_billable(participant, m) for m in minutes)
        for kind, floor, number in (("service", order.days_floor, served), ("billable", order.billable_days, billable)):
            if amount := case.policy.session_amount * max(0, floor - number):
                message = f"{participant} has {number} of {counted(floor, f'{kind} day')}"
                yield self.violation(amount, (participant,), message, participant=participant)
