"""Convert floating-point bounds of solvers to integer bounds of costs."""

from __future__ import annotations

import math

SAFETY = 1e-6
"""Relative margin subtracted from every bound for floating-point rounding: 2825.0000000000005 proves 2825, not 2826."""


def rounded_up(bound: float) -> int:
    """The smallest integer cost that a floating-point bound allows."""
    return max(0, math.ceil(bound - SAFETY * (1.0 + abs(bound))))
