"""The ordered number of sessions is reached.

Rule: A participant has at least as many counted sessions in the week as the order asks for (3 by default).
A block counts once.
Math: amount = session_amount x max(0, floor - number of counted sessions).
Amount: minutes, 60 per missing session, times the care factor.
Source: program practice of 3-5 sessions a week; policy `sessions_floor`, phase, order; the 60 are our judgment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import Row, total
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class SessionFloor(Rule):
    """Counted sessions below the order's floor."""

    id = "session_floor"
    title = "The ordered number of sessions is scheduled"
    level = "care"
    scope = "week"
    unit = "minutes"
    parameters = ("sessions_floor", "session_amount", "counted_session_minutes")
    source = "program practice: 3-5 sessions a week"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether any order has a number of sessions whose shortfall counts."""
        return case.policy.session_amount > 0 and any(case.care.order(p).sessions_floor for p in case.participants)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row per participant: sessions missing from the floor."""
        for participant, visits in candidates.visits.items():
            if floor := case.care.order(participant).sessions_floor:
                counted = total((v for v in visits if case.care.is_counted(v.service, v.group)), -1)
                yield Row(self.id, (participant,), counted, -floor, price=case.policy.session_amount, participant=participant)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Count the sessions of each participant."""
        floor = case.care.order(participant).sessions_floor
        booked = sum(case.care.is_counted(v.service, v.group) for v in view.visits[participant])
        if amount := case.policy.session_amount * max(0, floor - booked):
            message = f"{participant} has {booked} of {counted(floor, 'session')}"
            yield self.violation(amount, (participant,), message, participant=participant)
