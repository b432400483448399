"""Weekly hours step down gradually.

Rule: Inside a phase the scheduled minutes are not more than the largest step (180) below the target of the last full week. Where no
target was ordered, nothing is counted: a ceiling allows minutes and asks for none. A recorded phase change carries its own largest
step; without one it has no limit. Weeks shortened by admission, discharge or closure are exempt, and so is a phase that differs from
last week's without a record. What `weekly_floor` counts already is not counted again.
Math: amount = max(0, last target - step - max(care minutes, floor)); no last target, no amount.
Amount: minutes, times the care factor.
Source: our judgment (policy `largest_step`); the participant's recorded phase change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import FreeVariable, Handle, Row
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class StepDownFloor(Rule):
    """Minutes by which the week falls more than the largest step."""

    id = "step_down_floor"
    title = "Weekly hours step down gradually"
    level = "care"
    scope = "week"
    unit = "minutes"
    parameters = ("largest_step",)
    source = "our judgment, no published source"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether anyone's last target, less the step, is above this week's floor."""
        return any(least(case, p) > case.care.order(p).floor for p in case.participants)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Rows for the minutes missing from the least that the step allows; below the weekly floor, the difference between the two."""
        for participant, visits in candidates.visits.items():
            goal, floor = least(case, participant), case.care.order(participant).floor
            if goal > floor:
                is_below = FreeVariable((self.id, participant))
                minutes = tuple((v, -m) for v in visits if (m := case.care.minutes_of(v)))
                terms: tuple[tuple[Handle, int], ...] = ((is_below, -goal), *minutes)
                yield Row(self.id, (participant, "missing"), terms, -goal, price=1, participant=participant)
                yield Row(self.id, (participant, "below"), ((is_below, 1),), 0, price=goal - floor, participant=participant)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Compare each participant's minutes with the last target."""
        scheduled = max(view.care_minutes(participant), case.care.order(participant).floor)
        if (amount := least(case, participant) - scheduled) > 0:
            message = f"weekly minutes of {participant} fall by {amount} more than the largest step"
            yield self.violation(amount, (participant,), message, participant=participant)


def least(case: Case, participant: str) -> int:
    """The fewest care minutes that the largest step allows; 0 if nothing limits the fall."""
    person, past = case.participants[participant], case.past.last_order(participant)
    if past is None or past.target is None or case.care.order(participant).is_partial or not case.care.is_served(participant):
        return 0
    if person.phase_change is not None:
        step = person.phase_change.largest_step
    else:
        step = None if past.phase is not None and past.phase != person.phase else case.policy.largest_step
    return 0 if step is None else max(0, past.target - step)
