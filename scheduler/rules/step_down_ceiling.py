"""Hours do not rise without a recorded step-up.

Rule: The care minutes of weekly ordered services are at most the ceiling ordered in the last full week, unless a step-up order is
recorded with a date in this week or the seven days before it. Services ordered at an interval (family monthly) are exempt. Without
last week's order nothing is limited.
Math: sum of care minutes of services that are not at an interval <= max(last ceiling, those of sessions that have happened).
Amount: care minutes over the last ceiling.
Source: the care model: ordered hours never rise without a recorded step-up order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of
from scheduler.terms import Row, Visit
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

RECORDED_DAYS = 7
"""Days before Monday from which on a step-up order counts for this week."""


class StepDownCeiling(Rule):
    """Care minutes stay within the last full week's ordered ceiling."""

    id = "step_down_ceiling"
    title = "Weekly hours do not rise without a step-up order"
    level = "hard"
    scope = "week"
    unit = "minutes over"
    source = "care model: declining intensity"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether the history has an order."""
        return bool(case.instance.history.orders)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per participant with an order last week."""
        for participant, visits in candidates.visits.items():
            ceiling, uses = last_ceiling(case, participant), weekly_minutes(case, participant, visits)
            if ceiling is not None and any(not case.time.is_past(v.span.start) for v, _ in uses):
                yield Row(self.id, (participant,), uses, max(ceiling, _past(case, uses)))

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Add up each participant's minutes of weekly services."""
        visits = view.visits[participant]
        ceiling, uses = last_ceiling(case, participant), weekly_minutes(case, participant, visits)
        if ceiling is not None and (over := sum(m for _, m in uses) - max(ceiling, _past(case, uses))) > 0:
            days = days_of(case, (v.day for v, _ in uses))
            more = f"{counted(over, 'minute')} more than last week's ceiling of {ceiling}"
            message = f"{participant} gets {more}, without a step-up order ({days})"
            yield self.violation(over, (participant,), message, [view.session_of[v].id for v, _ in uses])


def last_ceiling(case: Case, participant: str) -> int | None:
    """The last full week's ordered ceiling where it binds this week."""
    past, step_up = case.past.last_order(participant), case.participants[participant].step_up
    if past is None or (step_up is not None and -RECORDED_DAYS <= case.week.day(step_up.date) < 7):
        return None
    return past.ceiling


def weekly_minutes(case: Case, participant: str, visits: Sequence[Visit]) -> tuple[tuple[Visit, int], ...]:
    """Care minutes of each visit to a service that is not ordered at an interval."""
    exempt = case.care.order(participant).interval_services
    return tuple((v, m) for v in visits if v.service not in exempt and (m := case.care.minutes_of(v)))


def _past(case: Case, uses: Sequence[tuple[Visit, int]]) -> int:
    return sum(minutes for v, minutes in uses if case.time.is_past(v.span.start))
