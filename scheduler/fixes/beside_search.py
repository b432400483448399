"""Reasons and fixes in parallel with the end of a search: each uses one core, and the search goes on nearly until its limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from scheduler.fixes.fix_process import FixAnswer, FixQuestion
from scheduler.line_process import LineProcess
from scheduler.model.initial_roster import take_roster
from scheduler.model.state import Incumbent, SearchState
from scheduler.result import Unmet

START_SECONDS = 2.5
"""What the process takes until it can answer, about; longer than a step of the search."""
MOST_SECONDS, MOST_SHARE = 6.0, 0.3
"""The most of the time that is for reasons and fixes, in seconds and as a share."""
SECONDS_EACH = 0.5
"""What the reasons and fixes of one participant take, about."""
LEAST_SECONDS = 10.0
"""With less time for everything, a process of its own starts too late to help."""
ASIDE = 0.25
"""The share of this time that is set aside after the search for what its last steps have changed, if the rest is answered."""
LEAST_CORES = 0.7
"""With less of a core so far, the search would only take turns with another process: reasons and fixes come after it then."""
MARGIN_SECONDS = 0.3
"""How long before the limit the process is to have answered; so much later than the limit nobody waits for it any more."""


def seconds_needed(state: SearchState) -> float:
    """About how long reasons and fixes take; none while nothing is unmet."""
    if state.best is None or state.best.score.care == 0:
        return 0.0
    return min(MOST_SECONDS, state.clock.limits.seconds * MOST_SHARE, SECONDS_EACH * (1 + len(state.unmet())))


class BesideSearch:
    """Asks a process for reasons and fixes: once no better care is possible or the end is near, and again when the roster is another."""

    def __init__(self, state: SearchState, alone: Callable[[], dict[str, int]]) -> None:
        """Start without a process.

        Args:
            alone: Returns what the care of some participants costs at least alone, as far as the search has found.
        """
        self._state, self._alone = state, alone
        self._process: LineProcess | None = None
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._answers: SimpleQueue[FixAnswer | None] = SimpleQueue()
        self._topic: Incumbent | None = None
        """The roster that the last question, or the answer to it, is about."""
        self._number = 0
        self._unmet: tuple[Unmet, ...] | None = None
        self._has_answered = self.is_gone = False
        self._began = time.monotonic(), time.process_time()

    @property
    def is_busy(self) -> bool:
        """Whether the process is at work."""
        return self._topic is not None and self._unmet is None and not self.is_gone

    def seconds_aside(self) -> float:
        """The seconds that are set aside after the search: few, once the process has answered about an earlier roster."""
        return seconds_needed(self._state) * (ASIDE if self._has_answered and not self.is_gone else 1.0)

    def go_on(self, care_bound: int) -> None:
        """Take the better rosters it found, and ask if it is time to."""
        self._hear()
        best = self._state.best
        if best is None or best is self._topic or best.score.care == 0 or self.is_gone or (self._process is None and not self._has_core()):
            return
        lead = seconds_needed(self._state) * (1.0 if self._has_answered else 2.0) + START_SECONDS
        is_near_end = self._state.clock.seconds_left() <= lead
        is_settled = best.score.care <= care_bound and (self._topic is None or best.score.care < self._topic.score.care)
        if is_settled or (is_near_end and not self.is_busy):
            self._ask(best, care_bound)

    def unmet(self, care_bound: int) -> tuple[Unmet, ...] | None:
        """The unmet care of the best roster after the search; None if the process was not asked, or does not answer in time."""
        state = self._state
        while self._process is not None and not self.is_gone and state.best is not None:
            self._hear()
            if self._topic is state.best and self._unmet is not None:
                return self._unmet
            if state.clock.is_cancelled() or state.clock.seconds() > state.clock.limits.seconds + MARGIN_SECONDS:
                return None
            if self._topic is not state.best:
                self._ask(state.best, care_bound)
            time.sleep(0.02)
        return None

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._lines.put(None)
        self._process.close()

    def _has_core(self) -> bool:
        """Whether the search has had a core for itself, so that there may be another one."""
        began, began_work = self._began
        return time.process_time() - began_work >= LEAST_CORES * (time.monotonic() - began)

    def _ask(self, best: Incumbent, care_bound: int) -> None:
        """Ask about a roster; the process is started for the first one."""
        self._number, self._topic, self._unmet = self._number + 1, best, None
        if self._process is None:
            self._process = self._started()
        clock = self._state.clock
        ends = time.monotonic() + clock.seconds_left() - MARGIN_SECONDS
        number, alone = self._number, self._alone()
        question = FixQuestion(number=number, roster=best.roster, care_bound=care_bound, alone=alone, ends=ends, limits=clock.limits)
        self._lines.put(question.model_dump_json())

    def _started(self) -> LineProcess:
        """The process, which is told the week first."""
        process = LineProcess("scheduler.fixes.fix_process")
        self._lines.put(self._state.case.instance.model_dump_json())
        # A large week fills the pipe before the process has read it; the search need not wait.
        for work in (self._send, self._listen):
            threading.Thread(target=work, args=(process,), daemon=True).start()
        return process

    def _hear(self) -> None:
        """Take what the process has said since the last call; a better roster is taken, and the answer is about it then."""
        while True:
            try:
                answer = self._answers.get_nowait()
            except Empty:
                return
            if answer is None:
                self.is_gone = True
            elif answer.better is not None:
                is_current = answer.number == self._number
                if take_roster(self._state, answer.better) and is_current:
                    self._topic = self._state.best
            elif answer.number == self._number:
                self._unmet, self._has_answered = answer.unmet, True

    def _send(self, process: LineProcess) -> None:
        """Write lines until the process is closed."""
        while (line := self._lines.get()) is not None:
            if not process.send(line):
                self._answers.put(None)
                return

    def _listen(self, process: LineProcess) -> None:
        """Read answers until the process ends."""
        for line in process.lines():
            self._answers.put(FixAnswer.model_validate_json(line))
        self._answers.put(None)
