"""Which shared variable to decide next: one whose two values both raise the bound.

In mixtures, most variables between 0 and 1 could just as well be 0 or 1: somebody else leads another part of another group, at the same
cost. Deciding them only doubles the work. So each variable is tried out when it first comes up, and later judged by its *pseudo-costs*:
what its decisions have raised bounds by, relative to how far they moved it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler.weeks.linear_program import Floats, Ints

LEAST_GAIN = 1e-3
"""Gain that counts at least, so that a variable with one useless value is still better than one with two."""
LEAST_DISTANCE = 0.05
"""Distance that counts at least, so that a gain by chance makes no pseudo-cost large."""
MOST_TRIALS = 30
"""Maximum number of variables that are tried out at one node."""

Trial = Callable[[int, float], float]
"""How much the linear program of a node rises with a variable decided, given its position and value."""


class PseudoCosts:
    """What deciding each variable has gained so far.

    Attributes:
        totals: For 0 and for 1, by variable, the sum of gains relative to the distance.
        counts: How many they are.
    """

    def __init__(self, size: int) -> None:
        self.totals, self.counts = np.zeros((2, size)), np.zeros((2, size), dtype=np.int64)

    def record(self, position: int, value: float, fraction: float, gain: float) -> None:
        """Remember what deciding a variable has gained.

        Args:
            fraction: Its value before.
        """
        self.totals[int(value), position] += max(0.0, gain) / max(LEAST_DISTANCE, abs(value - fraction))
        self.counts[int(value), position] += 1

    def best(self, positions: Ints, values: Floats, trial: Trial) -> int:
        """The variable to decide.

        Args:
            positions: The variables between 0 and 1; those tried out first come first.
            values: The value of every variable.
        """
        is_new = self.counts[:, positions].min(axis=0) == 0
        for position in positions[is_new][:MOST_TRIALS].tolist():
            for value in (0.0, 1.0):
                self.record(position, value, float(values[position]), trial(position, value))
        tried = positions[self.counts[:, positions].min(axis=0) > 0]
        return int(tried[np.argmax(self._scores(tried, values[tried]))])

    def _scores(self, positions: Ints, values: Floats) -> Floats:
        """The product of what both values can be expected to gain."""
        down, up = self.totals[:, positions] / self.counts[:, positions]
        scores: Floats = np.maximum(LEAST_GAIN, down * values) * np.maximum(LEAST_GAIN, up * (1.0 - values))
        return scores
