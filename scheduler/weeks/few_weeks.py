"""A few of the weeks in tables, by their numbers: once only some thousand matter, these are priced sooner than whole tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from scheduler.weeks.week_table import Floats, Ints, PricedWeeks


class PricedFew(PricedWeeks):
    """Some weeks of one participant.

    Attributes:
        weeks: Their numbers in the table.
        sets, cells: What they consist of.
    """

    def __init__(self, weeks: Ints, sets: Ints, cells: Ints, prices: Floats) -> None:
        self.weeks, self.sets, self.cells, self.prices = weeks, sets, cells, prices

    def numbers(self, positions: Ints) -> Ints:
        """The numbers of the weeks at some positions."""
        return self.weeks[positions]

    def blocks(self) -> Iterator[tuple[int, Floats]]:
        """All of them, with their prices."""
        yield 0, self.prices

    def least_with(self) -> tuple[Floats, Iterable[Floats]]:
        """The price of each week: by week for its set, and by need and week for the cell."""
        return self.prices, [self.prices] * self.cells.shape[1]


@dataclass(frozen=True, slots=True)
class FewWeeks:
    """Some weeks of everyone, by participant.

    Attributes:
        numbers: By week, its number in the participant's table.
        sets, ways, cells: By week, what it consists of: where the prices of its groups are, of its way, and of its needs.
        first: The position of each participant's first week, and the number of weeks at the end.
    """

    numbers: Ints
    sets: Ints
    ways: Ints
    cells: Ints
    first: Ints

    def priced(self, by_set: Floats, by_way: Floats, by_cell: Floats) -> Iterator[PricedFew]:
        """The weeks of each participant at the prices of what weeks consist of."""
        prices = by_set[self.sets] + by_way[self.ways] + by_cell[self.cells].sum(axis=1)
        for start, end in pairwise(self.first.tolist()):
            yield PricedFew(self.numbers[start:end], self.sets[start:end], self.cells[start:end], prices[start:end])
