"""All weeks of one participant, written down once for sets of groups and once for ways to place the needs, not week by week.

A week is a *set* of groups and a *way* to place each need in one of its classes, or nowhere. Its cost is that of the set, of the way next
to sets of this *kind* (those that look alike to the rules about needs), and of each placed need next to the groups of its day. So a week
is just a number, way by way and set by set, and a participant with a million of them takes no more memory than one with a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.weeks.days import VisitClass

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.integer]
"""Of any size: tables are long, and most of their numbers small."""
ILLEGAL = 1 << 27
"""Cost of a week that is none: more than any legal week costs, and little enough for sums of some to stay exact."""
CELLS = 50_000
"""Number of weeks priced together, few enough for the cache of a core."""


@dataclass(frozen=True)
class NeedColumns:
    """The classes of visits in which needs can be placed, by day, each once for each use of its day; the first column is none.

    Attributes:
        day: By column, the weekday.
        entries: By column and combination of groups on that day, the position in the entry list; -1 if no visit fits.
        waits: By tier, column and combination, what is saved of the day's waits between groups, because the entry has its own.
    """

    day: Ints
    entries: Integers
    waits: Integers

    @cached_property
    def of_day(self) -> list[tuple[int, int]]:
        """By weekday, the first of its columns and the one after the last."""
        firsts = np.searchsorted(self.day[1:], np.arange(8)) + 1
        return list(pairwise(firsts.tolist()))


@dataclass(slots=True)
class WeekTable:
    """All weeks of one participant. Tiers are numbered: care, then preference.

    Attributes:
        places: By day and combination of groups, their visit numbers, padded with -1.
        beside: By day and set, the combination.
        own: By tier and set, the cost of its groups and of the waits between them.
        columns: The classes of all needs.
        ways: By way and need, the column; 0 if it is not placed.
        joint: By tier, way and kind of set, the cost of lines about needs.
        kind: By set, its kind.
        entry_list: What fits into a column next to a combination, by position.
        is_allowed: By way and set, whether the week may be chosen; None for every week.
    """

    participant: str
    places: list[Ints]
    beside: Integers
    own: Integers
    columns: NeedColumns
    ways: Ints
    joint: Integers
    kind: Integers
    entry_list: list[VisitClass]
    is_allowed: Flags | None = None

    @property
    def num_sets(self) -> int:
        """The number of sets of groups."""
        return len(self.kind)

    @property
    def num_weeks(self) -> int:
        """The number of weeks, legal or not."""
        return len(self.ways) * self.num_sets

    def has_weeks(self) -> bool:
        """Whether any week is legal; nearly always one in which no need is placed, and that takes no prices to see."""
        if self.is_allowed is None and not self.ways[0].any() and (self.own[0] + self.joint[0, 0].take(self.kind) < ILLEGAL).any():
            return True
        free = [np.zeros(len(places)) for places in self.places]
        care = PricedWeeks(self, (1.0, 0.0), free, np.where(self.columns.entries < 0, float(ILLEGAL), 0.0))
        return any((costs < ILLEGAL).any() for _, costs in care.blocks())


class PricedWeeks:
    """The weeks of a table at some prices.

    Attributes:
        by_set: By set, the price of its groups with their own cost.
        by_column: By column and set, the price of the entry.
    """

    def __init__(self, table: WeekTable, tiers: tuple[float, float], groups: Sequence[Floats], entries: Floats) -> None:
        """Price what weeks are made of.

        Args:
            tiers: The price of care, and of preference.
            groups: By day and combination of groups, the price of their visits; nothing costs nothing.
            entries: By column and combination, the price of the entry; `ILLEGAL` where no visit fits.
        """
        self.table = table
        self.by_set, self.joint, waits = (tiers[0] * of[0] + tiers[1] * of[1] for of in (table.own, table.joint, table.columns.waits))
        prices, self.by_column = entries - waits, np.zeros((len(entries), table.num_sets))
        for of_day, (first, last), beside in zip(groups, table.columns.of_day, table.beside, strict=True):
            if of_day.any():
                self.by_set += of_day[beside]
            if first < last:
                prices[first:last].take(beside, axis=1, out=self.by_column[first:last])

    def numbers(self, positions: Ints) -> Ints:
        """The numbers of the weeks at some positions: here the same."""
        return positions

    def blocks(self) -> Iterator[tuple[int, Floats]]:
        """The prices of some weeks at a time, by way and set, with the position of the first."""
        table, step = self.table, max(1, CELLS // max(1, self.table.num_sets))
        for start in range(0, len(table.ways), step):
            block = slice(start, start + step)
            costs = self.joint[block].take(table.kind, axis=1)
            costs += self.by_set
            for columns in table.ways[block].T:
                costs += self.by_column[columns]
            if table.is_allowed is not None:
                np.copyto(costs, ILLEGAL, where=~table.is_allowed[block])
            yield start * table.num_sets, costs

    def cheapest(self) -> tuple[float, int]:
        """The price of the cheapest week, and its number."""
        least, week = np.inf, 0
        for start, costs in self.blocks():
            position = int(costs.argmin())
            if (cost := float(costs.flat[position])) < least:
                least, week = cost, start + position
        return least, int(self.numbers(np.array(week)))

    def within(self, most: float) -> tuple[Ints, Floats]:
        """The weeks that cost at most so much, and their prices."""
        weeks, prices = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for start, costs in self.blocks():
            positions = np.flatnonzero(costs <= most)
            weeks.append(start + positions)
            prices.append(costs.ravel()[positions])
        return self.numbers(np.concatenate(weeks)), np.concatenate(prices)

    def nearest(self, most: int) -> tuple[Ints, Floats]:
        """The cheapest weeks, so many or all, and their prices."""
        weeks, prices, level = np.zeros(0, dtype=np.int64), np.zeros(0), ILLEGAL / 2
        for start, costs in self.blocks():
            positions = np.flatnonzero(costs <= level)
            weeks = np.append(weeks, start + positions)
            prices = np.append(prices, costs.ravel()[positions])
            if len(weeks) > most:
                cheapest = np.argpartition(prices, most - 1)[:most]
                weeks, prices = weeks[cheapest], prices[cheapest]
                level = float(prices.max())
        return self.numbers(weeks), prices

    def least_with(self) -> tuple[Floats, Floats]:
        """By set, the price of the cheapest week with it; and by column and set, that with both. Infinite if none is legal."""
        by_set, by_column = np.full(self.table.num_sets, np.inf), np.full(self.by_column.shape, np.inf)
        for start, costs in self.blocks():
            costs[costs >= ILLEGAL / 2] = np.inf
            np.minimum(by_set, costs.min(axis=0), out=by_set)
            for columns, prices in zip(self.table.ways[start // self.table.num_sets :], costs, strict=False):
                for column in columns.tolist():
                    if column:
                        np.minimum(by_column[column], prices, out=by_column[column])
        return by_set, by_column

    def limit(self, most: float) -> WeekTable:
        """The table with only the weeks that cost at most so much."""
        return replace(self.table, is_allowed=np.concatenate([costs <= most for _, costs in self.blocks()]))
