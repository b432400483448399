"""The log of a solve: the progress of its search, passed on live and kept for the statistics."""

from __future__ import annotations

import time
from collections.abc import Callable

from scheduler.model.activity import PROOFS
from scheduler.model.search import Search
from scheduler.model.state import Incumbent
from scheduler.result import Progress, SolveLimits, Statistics
from scheduler.roster import Roster

SECONDS_BETWEEN_ACTIVITIES = 0.5
"""What is tried changes with every step; it is passed on only so often."""
SECONDS_BETWEEN_ROSTERS = 1.0
"""Rosters are passed on only as backups, so not each of hundreds is written: that would cost more than it saves."""


class Log:
    """Collects the progress of the search and passes it on."""

    def __init__(
        self, began: float, limits: SolveLimits, on_progress: Callable[[Progress], None], on_roster: Callable[[Roster], None]
    ) -> None:
        self.began, self.limits, self.on_progress, self.on_roster = began, limits, on_progress, on_roster
        self.build_seconds = 0.0
        self.trace: list[Progress] = []
        self._sent: Incumbent | None = None
        self._sent_at = 0.0
        self._last: Progress | None = None

    def note(self, search: Search, phase: str | None = None, activity: str | None = None) -> None:
        """Record the progress of the search, if it has changed; what is tried is only passed on.

        Args:
            phase, activity: What comes after the search; None while it runs.
        """
        best, bounds, work = search.state.best, search.bounds, search.work
        progress = Progress.model_validate(
            {
                "seconds": round(time.monotonic() - self.began, 3),
                "phase": phase or search.phase,
                "care": best and best.score.care,
                "care_bound": bounds.care,
                "care_unavoidable": bounds.unavoidable,
                "preference": best and best.score.preference,
                "preference_bound": bounds.preference,
                "activity": search.activity if activity is None else activity,
                "proving": "" if work is None or phase is not None else PROOFS[work.what],
                "next_bound_seconds": None if work is None or work.due is None or phase is not None else round(work.due - self.began, 1),
            }
        )
        self._send(best, is_last=phase is not None)
        is_new = not self.trace or progress.numbers != self.trace[-1].numbers
        if is_new:
            self.trace.append(progress)
        if is_new or self._is_due(progress):
            self._last = progress
            self.on_progress(progress)

    def _is_due(self, progress: Progress) -> bool:
        """Whether to pass on what is tried: it is a while since the last time, or nothing is tried any more."""
        last = self._last
        return last is None or progress.seconds >= last.seconds + SECONDS_BETWEEN_ACTIVITIES or not progress.activity

    def _send(self, best: Incumbent | None, is_last: bool) -> None:
        """Pass a better roster on, unless one was passed on just before."""
        if best is None or best is self._sent or not (is_last or time.monotonic() - self._sent_at >= SECONDS_BETWEEN_ROSTERS):
            return
        self.on_roster(best.roster)
        self._sent, self._sent_at = best, time.monotonic()

    def statistics(self, search: Search) -> Statistics:
        """The typed statistics of the solve."""
        state = search.state
        first = next((p.seconds for p in self.trace if p.care is not None), None)
        return Statistics(
            seconds=round(time.monotonic() - self.began, 3),
            build_seconds=round(self.build_seconds, 3),
            first_roster_seconds=first,
            options=sum(map(len, state.candidates.visits.values())),
            rounds=state.rounds,
            improvements=state.improvements,
            workers=self.limits.workers,
            seed=self.limits.seed,
            method="whole week" if state.rounds == 0 else "neighbourhoods",
            steps=() if search.selector is None else search.selector.counts(),
            trace=tuple(self.trace),
            disagreements=tuple(state.disagreements[:20]),
        )
