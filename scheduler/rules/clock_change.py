"""No session crosses a clock change.

Rule: Every minute of a session is shown by the program's clock exactly once. A session neither begins, nor ends, nor runs through a time
that does not exist because clocks are set forward, or that exists twice because they are set back: people would come at another time
than was meant. One that ends as the skipped or repeated hour begins, or begins as it ends, is legal. A roster may name a time that does not
exist by the offset of the other half of the year (02:30-05:00 in New York on the day on which clocks go from 02:00 to 03:00): it breaks the
rule, although the instant exists.
Math: the span shares no minute with the minutes that a change skips or repeats; neither does the span as it is written.
Amount: minutes of the session that the clock skips or shows twice.
Source: common sense; the changes are those of the program's zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scheduler.case import Case
from scheduler.clock_changes import Seam
from scheduler.rule import Rule, Violation
from scheduler.rules._words import session_at
from scheduler.terms import Run, Visit
from scheduler.timegrid import DAY, Span, clock
from scheduler.view import PlacedSession


class ClockChange(Rule):
    """No session is at a time that does not exist or exists twice."""

    id = "clock_change"
    title = "No session crosses a clock change"
    level = "hard"
    scope = "booking"
    unit = "minutes"
    source = "common sense"
    reads = ("span",)
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether clocks change in this week."""
        return bool(case.week.seams)

    def admits(self, case: Case, visit: Visit) -> bool:
        """The clock shows the time of the visit once."""
        return case.week.shows_once(visit.span)

    def admits_run(self, case: Case, run: Run) -> bool:
        """The clock shows the time of the run once."""
        return case.week.shows_once(run.span)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at each session that can still change."""
        for seam in () if placed.is_past else case.week.seams:
            if (minutes := max(_shared(span, seam) for span in (placed.span, _as_written(case, placed, seam)))) > 0:
                what = "does not exist" if seam.shift < 0 else "exists twice"
                message = f"{session_at(case, placed)}: the time from {clock(seam.start)} to {clock(seam.end)} {what}"
                yield self.violation(minutes, (*placed.participants(), *filter(None, [placed.session.group])), message, (placed.id,))


def _shared(span: Span, seam: Seam) -> int:
    return min(span.end, seam.end) - max(span.start, seam.start)


def _as_written(case: Case, placed: PlacedSession, seam: Seam) -> Span:
    """The start of a session by its own offset, if that is one of the zone's two; a time in UTC states no wall clock."""
    start = placed.session.start
    offsets = {moment.astimezone(case.week.zone).utcoffset() for moment in (seam.instant, seam.instant - timedelta(seconds=1))}
    if seam.shift > 0 or not start.utcoffset() or start.utcoffset() not in offsets:
        return placed.span
    written = case.week.day(start.date()) * DAY + start.hour * 60 + start.minute
    return Span(written, written + max(1, placed.span.minutes))
