"""Groups keep a facilitator they know.

Rule: A group that met on the same weekday last week is facilitated by at least one of the people who facilitated it then, as leader or
co-facilitator.
Math: amount of a run = 1 if last week's run of that group and weekday exists and shares no facilitator with it, else 0.
Amount: runs with new faces only.
Source: continuity of the group; our judgment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, Run, total
from scheduler.timegrid import DAY
from scheduler.view import PlacedSession

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class FacilitatorContinuity(Rule):
    """A group run shares a facilitator with last week's run of that weekday."""

    id = "facilitator_continuity"
    title = "Every group has a familiar facilitator"
    level = "preference"
    scope = "shared"
    unit = "runs"
    weight = 15
    source = "continuity of the group; our judgment"

    def applies_to(self, case: Case) -> bool:
        """Whether groups met last week."""
        return bool(last_facilitators(case))

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row per run that met last week, with a cost unless a familiar facilitator is there."""
        for run in candidates.runs:
            familiar = familiar_of(case, run)
            if familiar is not None:
                staffings = [s for s in candidates.staffings[run] if s.clinician in familiar]
                yield Row(self.id, (run.group, run.span.start), ((run, 1), *total(staffings, -1)), 0, price=1)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Compare each run with last week's."""
        if placed.session.group is None:
            return
        familiar = familiar_of(case, placed.run)
        if familiar is not None and not set(familiar) & set(placed.session.facilitators):
            message = f"{placed.run.group} on {time_of(case, placed.span.start)} has none of last week's facilitators"
            yield self.violation(1, (*familiar, placed.run.group), message, (placed.id,))


def familiar_of(case: Case, run: Run) -> tuple[str, ...] | None:
    """Who facilitated the group on that weekday last week; None if it did not meet then."""
    return last_facilitators(case).get((run.group, run.day))


def last_facilitators(case: Case) -> dict[tuple[str, int], tuple[str, ...]]:
    """Group and weekday to the facilitators of last week's run."""
    return case.memo(
        "facilitator_continuity",
        lambda: {
            (s.group, case.past.last_week.minute(s.start) // DAY): s.facilitators for s in case.past.last_sessions if s.group is not None
        },
    )
