"""From the floating-point bounds of solvers to bounds of costs, which are integers."""

from __future__ import annotations

import math

SAFETY = 1e-6
"""Taken off every bound, relative to its size, for the rounding of floating-point sums: 2825.0000000000005 proves 2825, not 2826."""


def rounded_up(bound: float) -> int:
    """The least integer cost that a floating-point bound leaves possible."""
    return max(0, math.ceil(bound - SAFETY * (1.0 + abs(bound))))
