"""What a roster below some cost can contain, as prices show: the weeks, times and values that cost little more than the cheapest ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.model.rounding import SAFETY
from scheduler.weeks.relaxation import Flags, Floats, Ints, Pricing, Relaxation


@dataclass(frozen=True, slots=True)
class ReachLimit:
    """How much more than the cheapest weeks at some prices a roster may cost, and how much more each week and time does.

    Attributes:
        most: What all weeks and times of a roster may cost more, together.
        rows, above: The weeks that cost at most so much more, and how much.
        times: By position in the entries, how much more the visit costs than the cheapest one of its entry.
    """

    most: float
    rows: Ints
    above: Floats
    times: Floats


class Reach:
    """The weeks and times that rosters below some cost can contain, and the values that shared variables can have in them.

    Attributes:
        upper: The cost.
        rows: By week, whether such a roster can contain it.
        times: By position in the entries, whether one can contain the visit there.
        values: For 0 and for 1, by shared variable, whether it can have this value.
        limits: One for each of the prices by which this is known; a roster keeps at least one of them.
    """

    def __init__(self, relaxation: Relaxation, upper: int) -> None:
        """Start with nothing."""
        self.relaxation, self.upper = relaxation, upper
        self.rows: Flags = np.zeros(len(relaxation.weeks.care), dtype=np.bool_)
        self.times: Flags = np.zeros(len(relaxation.weeks.entry_visits), dtype=np.bool_)
        self.values: Flags = np.zeros((2, len(relaxation.static)), dtype=np.bool_)
        self.limits: list[ReachLimit] = []

    def add(self, pricing: Pricing, bound: float, lower: Floats | float = 0.0, upper: Floats | float = 1.0) -> None:
        """Add what the rosters can contain that these prices show to cost at least ``bound``.

        Args:
            lower, upper: Least and largest value of each shared variable in these rosters.
        """
        most = self.upper - 1 + SAFETY * (1 + self.upper) - bound
        if most >= 0:
            rows, above = self.relaxation.above_weeks(pricing, most)
            self.limits.append(ReachLimit(most, rows, above, self.relaxation.above_entries(pricing)))
            self.rows[rows] = True
            self.times |= self.relaxation.above(pricing)[1] <= most
            reduced = np.where(lower < upper, pricing.reduced[self.relaxation.static], 0.0)
            self.values |= np.array([(lower <= 0) & (-reduced <= most), (upper >= 1) & (reduced <= most)])

    @property
    def size(self) -> int:
        """The number of weeks, times and shared variables that can be true."""
        return int(self.rows.sum() + self.times.sum() + self.values[1].sum())

    @property
    def num_terms(self) -> int:
        """The number of terms of shared lines whose variables can be true."""
        relaxation, weeks = self.relaxation, self.relaxation.weeks
        can_be = np.zeros(relaxation.size + 1, dtype=np.bool_)
        can_be[weeks.places[np.flatnonzero(self.rows)]] = True
        can_be[weeks.entry_visits[self.times]] = True
        can_be[relaxation.static[self.values[1]]] = True
        return int(can_be[relaxation.terms.variables].sum())
