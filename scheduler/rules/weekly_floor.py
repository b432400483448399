"""The ordered care minutes are reached.

Rule: A participant's care minutes of the week reach the floor of the order (9 h by default).
Math: amount = max(0, floor - sum of care minutes).
Amount: care minutes below the floor, times the care factor.
Source: ASAM level 2.1 (9 h and more); policy `weekly_minutes_floor`, phase, order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import Row
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class WeeklyFloor(Rule):
    """Care minutes below the order's floor."""

    id = "weekly_floor"
    title = "The ordered weekly minutes are scheduled"
    level = "care"
    scope = "week"
    unit = "minutes"
    parameters = ("weekly_minutes_floor",)
    source = "ASAM level 2.1: 9 h and more"
    sees_times = False

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row per participant: minutes missing from the floor."""
        for participant, visits in candidates.visits.items():
            floor = case.care.order(participant).floor
            if floor > 0:
                terms = tuple((v, -m) for v in visits if (m := case.care.minutes_of(v)))
                yield Row(self.id, (participant,), terms, -floor, price=1, participant=participant)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Add up the care minutes of each participant."""
        floor, scheduled = case.care.order(participant).floor, view.care_minutes(participant)
        if scheduled < floor:
            message = f"{participant} has {scheduled} of {floor} ordered minutes"
            yield self.violation(floor - scheduled, (participant,), message, participant=participant)
