"""Closes the gap between a bound and the best roster in steps: what costs little more than the bound is little, and can be tried exactly.

Each step asks for a roster that costs less than some *level* above the bound. Either the best roster is found, or the level is the new
bound, whatever the best known roster costs. Steps are low, since what is left to try grows much faster than the level.
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
TREE_SHARE = 0.1
"""Share of the time left that a tree may take before the exact program."""


def close_gap(bound: WeekBound, tier: Tier, value: int, best: int, seconds: float, is_over: IsOver, solve: Solver = solve_apart) -> Finish:
    """Raise the last bound of a tier, which is ``value``, up to the cost of the best known roster, or find a better one."""
    ends = time.monotonic() + seconds
    while value < best and not is_over() and (left := ends - time.monotonic()) > 0:
        step = max(LEAST_STEP[tier], math.ceil(STEP * value))
        level = value + step if best > value + 1.5 * step else best
        if not bound.is_near(level, tier):
            break
        value = max(value, bound.branch(level, TREE_SHARE * left, is_over, tier))
        if value < level:
            result = bound.finish(level, max(0.0, ends - time.monotonic()), tier, solve)
            value = max(value, result.bound)
            if result.picked or value < level:
                return replace(result, bound=value)
    return Finish(value)
