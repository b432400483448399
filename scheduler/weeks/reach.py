"""What a roster below some cost can contain, as prices show: the weeks and times that cost little more than the cheapest ones."""

from __future__ import annotations

import numpy as np

from scheduler.model.rounding import SAFETY
from scheduler.weeks.relaxation import Flags, Pricing, Relaxation


class Reach:
    """The weeks and times that rosters below some cost can contain.

    Attributes:
        upper: The cost.
        rows: By week, whether such a roster can contain it.
        times: By position in the entries, whether one can contain the visit there.
        first: The first prices, and how much more than at these a roster may cost; None if none may.
    """

    def __init__(self, relaxation: Relaxation, upper: int) -> None:
        """Start with nothing."""
        self.relaxation, self.upper = relaxation, upper
        self.rows: Flags = np.zeros(len(relaxation.weeks.care), dtype=np.bool_)
        self.times: Flags = np.zeros(len(relaxation.weeks.entry_visits), dtype=np.bool_)
        self.first: tuple[Pricing, float] | None = None

    def add(self, pricing: Pricing, bound: float) -> None:
        """Add what the rosters can contain that these prices show to cost at least ``bound``."""
        most = self.upper - 1 + SAFETY * (1 + self.upper) - bound
        if most >= 0:
            self.first = self.first or (pricing, most)
            self.rows |= self.relaxation.is_within(pricing, most)
            self.times |= self.relaxation.above(pricing)[1] <= most

    @property
    def size(self) -> int:
        """The number of weeks and times, and of the variables that are shared anyway."""
        return int(self.rows.sum() + self.times.sum()) + len(self.relaxation.static)
