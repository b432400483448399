"""The week comes close to the ordered target of minutes.

Rule: Where an order names a target, the care minutes of the week are close to it: neither below nor above.
Math: amount = ceil(abs(sum of care minutes - target) / 10); no target, no amount. The target of a partial week is scaled.
Amount: tens of minutes away from the target, a started ten counts.
Source: our judgment; the target comes from the order, the phase, policy `weekly_minutes_target`, or the planned step-down path.
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

STEP = 10


class StepDownTarget(Rule):
    """Care minutes come close to the target of the order."""

    id = "step_down_target"
    title = "Weekly minutes are close to the target"
    level = "preference"
    scope = "week"
    unit = "10 minutes away"
    weight = 1
    parameters = ("weekly_minutes_target",)
    source = "our judgment, no published source"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether any participant has a target."""
        return any(case.care.order(p).target is not None for p in case.participants)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Two priced rows per participant with a target, above and below it; at most one of them costs."""
        for participant, visits in candidates.visits.items():
            target = case.care.order(participant).target
            if target is not None:
                minutes = tuple((v, m) for v in visits if (m := case.care.minutes_of(v)))
                below = tuple((v, -m) for v, m in minutes)
                yield Row(self.id, (participant, "above"), minutes, target, price=1, step=STEP)
                yield Row(self.id, (participant, "below"), below, -target, price=1, step=STEP)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Add up the care minutes of each participant with a target."""
        target = case.care.order(participant).target
        scheduled = view.care_minutes(participant)
        if target is not None and scheduled != target:
            message = f"{participant} has {scheduled} minutes, the target is {target}"
            yield self.violation(-(-abs(scheduled - target) // STEP), (participant,), message)
