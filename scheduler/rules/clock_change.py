"""Nothing is placed where the clocks change.

Rule: Every minute of a session is shown by the program's clock exactly once. A session neither begins, nor ends, nor runs through a time
that does not exist because clocks are set forward, or that exists twice because they are set back: people would come at another time
than was meant. One that ends as the skipped or repeated hour begins, or begins as it ends, is legal.
Math: the span shares no minute with the minutes that a change skips or repeats.
Amount: minutes of the session that the clock skips or shows twice.
Source: common sense; the changes are those of the program's zone.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Run, Visit
from scheduler.timegrid import clock
from scheduler.view import View


class ClockChange(Rule):
    """No session at a time that does not exist or exists twice."""

    id = "clock_change"
    title = "Nothing is placed where the clocks change"
    level = "hard"
    scope = "booking"
    unit = "minutes"
    source = "common sense"

    def applies_to(self, case: Case) -> bool:
        """Whether clocks change in this week."""
        return bool(case.week.seams)

    def admits(self, case: Case, visit: Visit) -> bool:
        """The clock shows the time of the visit once."""
        return case.week.shows_once(visit.span)

    def admits_run(self, case: Case, run: Run) -> bool:
        """The clock shows the time of the run once."""
        return case.week.shows_once(run.span)

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Look at each session that can still change."""
        for placed in view.placed:
            for seam in () if placed.is_past else case.week.seams:
                if (minutes := min(placed.span.end, seam.end) - max(placed.span.start, seam.start)) > 0:
                    what = "does not exist" if seam.shift < 0 else "exists twice"
                    message = (
                        f"{placed.id} on {time_of(case, placed.span.start)}: the time from {clock(seam.start)} to {clock(seam.end)} {what}"
                    )
                    yield self.violation(minutes, (*placed.participants(), *filter(None, [placed.session.group])), message, (placed.id,))
