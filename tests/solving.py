"""Repeatable solves of small weeks: one worker, deterministic time, and a guard of processor time so that a test ends whatever happens."""

from __future__ import annotations

import time
from typing import Any

from scheduler.instance import Instance
from scheduler.result import SolveLimits, SolveResult
from scheduler.solve import solve

GUARD_SECONDS = 120.0


def solved(
    instance: Instance, deterministic_time: float = 8.0, seed: int = 1, fix_seconds: float = SolveLimits().fix_seconds, **more: Any
) -> SolveResult:
    """The result of a solve in this process; a search that does not end by itself is stopped and says so in its status."""
    stop_at = time.process_time() + GUARD_SECONDS
    limits = SolveLimits(workers=1, deterministic_time=deterministic_time, seed=seed, fix_seconds=fix_seconds)
    return sound(solve(instance, limits, isolate=False, **{"is_cancelled": lambda: time.process_time() > stop_at, **more}))


def sound(result: SolveResult) -> SolveResult:
    """The same result, whose objectives are no less than their bounds: whatever a test solves, this is checked."""
    for tier in (result.care, result.preference):
        assert tier is None or tier.bound <= tier.objective
    return result


def objective(result: SolveResult) -> tuple[int, int]:
    """Care and preference objective of a result that has a roster."""
    assert result.care is not None, result.message
    assert result.preference is not None
    return result.care.objective, result.preference.objective
