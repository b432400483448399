"""Closes the gap between a bound and the best roster in steps: what costs little more than the bound is little, and can be tried exactly.

Each step asks for a roster that costs less than some *level* above the bound. Either the best roster is found, or the level is the new
bound, whatever the best known roster costs. Levels are low, since what is left to try grows much faster than they do.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

from scheduler.model.line import Tier
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.column_generation import IsOver
from scheduler.weeks.finish import Finish
from scheduler.weeks.integer_program import Solver, solve_apart

STEP = 0.02
"""Height of a step, relative to the bound."""
LEAST_STEP = {"care": 60, "preference": 4}
"""Least height of a step."""
FEW = 9_000
"""Number of weeks, times and shared variables up to which one exact program takes less time than several."""
TREE_SHARE = 0.1
"""Share of the time left that a tree may take before the exact program."""


def close_gap(bound: WeekBound, tier: Tier, value: int, best: int, seconds: float, is_over: IsOver, solve: Solver = solve_apart) -> Finish:
    """Raise the last bound of a tier, which is ``value``, up to the cost of the best known roster, or find a better one."""
    ends = time.monotonic() + seconds
    while value < best and not is_over() and (left := ends - time.monotonic()) > 0:
        level = _level(bound, tier, value, best)
        if not bound.is_near(level, tier):
            break
        value = max(value, bound.branch(level, TREE_SHARE * left, is_over, tier))
        if value < level:
            result = bound.finish(level, max(0.0, ends - time.monotonic()), tier, solve)
            value = max(value, result.bound)
            if result.picked or value < level:
                return replace(result, bound=value)
    return Finish(value)


def _level(bound: WeekBound, tier: Tier, value: int, best: int) -> int:
    """The cost to ask about: one step above a bound, and more steps as long as what is left to try is few."""
    step, level = max(LEAST_STEP[tier], math.ceil(STEP * value)), value
    while level == value or (level < best and bound.is_near(min(level + step, best), tier, FEW)):
        level = level + step if best > level + 1.5 * step else best
    return level
