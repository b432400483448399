"""Limits of a search: wall time, or deterministic time added up over all steps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scheduler.model.solver_library import cp_model
from scheduler.result import SolveLimits

LEAST_STEP = 0.002


def _nothing() -> float:
    """No time is set aside."""
    return 0.0


@dataclass(slots=True)
class Clock:
    """Measures what is left of a limit, and creates solvers that respect it.

    Attributes:
        aside: Returns the wall time at the end that is set aside for what follows the search.
    """

    limits: SolveLimits
    is_cancelled: Callable[[], bool]
    started: float = field(default_factory=time.monotonic)
    deterministic: float = 0.0
    aside: Callable[[], float] = _nothing

    def seconds(self) -> float:
        """Elapsed wall time."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """The remainder, in the unit of the limit."""
        if self.limits.deterministic_time is not None:
            return self.limits.deterministic_time - self.deterministic
        return self.limits.seconds - self.aside() - self.seconds()

    def seconds_left(self) -> float:
        """Wall time until the end of everything, what is set aside included; without end if the limit is deterministic."""
        return math.inf if self.limits.deterministic_time is not None else max(0.0, self.limits.seconds - self.seconds())

    def part(self, seconds: float) -> Clock:
        """The clock of something that may take only so long from now on, in the unit of the limit."""
        unit = "seconds" if self.limits.deterministic_time is None else "deterministic_time"
        return Clock(self.limits.model_copy(update={unit: min(seconds, self.seconds_left())}), self.is_cancelled)

    def is_over(self) -> bool:
        """Whether to stop."""
        return self.left() <= 0 or self.is_cancelled()

    def solver(self, share: float, workers: int) -> cp_model.CpSolver:
        """A solver limited to ``share`` time units (seconds, or deterministic) and to the remainder."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        # With one worker, full linear relaxation made neighbourhoods solve ten times sooner (measured at 24 and 60 participants).
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = self.limits.seed
        limit = max(0.0, min(share, self.left()))
        if self.limits.deterministic_time is not None:
            solver.parameters.max_deterministic_time = limit
        else:
            solver.parameters.max_time_in_seconds = limit
        return solver

    def spend(self, solver: cp_model.CpSolver) -> None:
        """Count the deterministic time of a finished solve; a step is never free, or a tiny week would be searched forever."""
        self.deterministic += max(LEAST_STEP, solver.response_proto.deterministic_time)
