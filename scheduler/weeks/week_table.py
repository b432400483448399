"""All weeks of one participant, written down once for sets of groups and once for ways to place the needs, not week by week.

A week is a *set* of groups and a *way* to place each need in one of its classes, or nowhere. Its cost is that of the set, of the way next
to sets of this *kind* (those that look alike to the rules about needs), and of each placed need next to the groups of its day. So a week
is just a number, way by way and set by set, and a participant with a million of them takes no more memory than one with a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        """Whether any week is legal; nearly always one in which no need is placed."""
        ways = (np.arange(self.num_sets) + way * self.num_sets for way in range(len(self.ways)))
        return any((self.allows(weeks) & (self.costs(weeks)[0] < ILLEGAL)).any() for weeks in ways)

    def costs(self, weeks: Ints) -> Ints:
        """By tier and week, the own cost without waits of single visits; `ILLEGAL` or more if it cannot be chosen."""
        ways, sets = np.divmod(weeks, self.num_sets)
        costs: Ints = (self.own[:, sets] + self.joint[:, ways, self.kind[sets]]).astype(np.int64)
        for column in self.ways[ways].T:
            beside = self.beside[self.columns.day[column], sets]
            is_missing = (column > 0) & (self.columns.entries[column, beside] < 0)
            costs = costs - self.columns.waits[:, column, beside] + ILLEGAL * is_missing
        return costs

    def allows(self, weeks: Ints) -> Flags:
        """Whether each week may be chosen, if it is legal."""
        return np.ones(len(weeks), dtype=np.bool_) if self.is_allowed is None else self.is_allowed[np.divmod(weeks, self.num_sets)]

    def places_of(self, weeks: Ints) -> Ints:
        """The visit numbers of the group places, padded with -1."""
        sets = weeks % self.num_sets
        return np.hstack([places[beside[sets]] for places, beside in zip(self.places, self.beside, strict=True)])

    def entries_of(self, weeks: Ints) -> Integers:
        """The entries of the placed needs, padded with -1."""
        ways, sets = np.divmod(weeks, self.num_sets)
        columns = self.ways[ways]
        return self.columns.entries[columns, self.beside[self.columns.day[columns], sets[:, None]]]


class PricedWeeks:
    """The weeks of a table at some prices.

    Attributes:
        by_set: By set, the price of its groups with their own cost.
        by_column: By column and set, the price of the entry.
    """

    def __init__(self, table: WeekTable, tiers: tuple[float, float], visits: Floats, entries: Floats) -> None:
        """Price what weeks are made of.

        Args:
            tiers: The price of care, and of preference.
            visits: By number, the price of a visit; a zero is last.
            entries: By position in the entry list, the price of an entry; its last one is the price of none.
        """
        self.table, columns = table, table.columns
        care, preference = tiers
        self.by_set: Floats = care * table.own[0] + preference * table.own[1]
        prices = entries[columns.entries]
        prices -= care * columns.waits[0] + preference * columns.waits[1]
        self.by_column = np.zeros((len(columns.day), table.num_sets))
        for day, (places, beside) in enumerate(zip(table.places, table.beside, strict=True)):
            if places.shape[1]:
                self.by_set += visits[places].sum(axis=1)[beside]
            first, last = columns.of_day[day]
            if first < last:
                prices[first:last].take(beside, axis=1, out=self.by_column[first:last])
        self.joint = care * table.joint[0] + preference * table.joint[1]

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Some ways at a time, with the prices of their weeks by way and set."""
        table, step = self.table, max(1, CELLS // max(1, self.table.num_sets))
        for start in range(0, len(table.ways), step):
            block = slice(start, start + step)
            costs = self.joint[block].take(table.kind, axis=1)
            costs += self.by_set
            for columns in table.ways[block].T:
                costs += self.by_column[columns]
            if table.is_allowed is not None:
                np.copyto(costs, ILLEGAL, where=~table.is_allowed[block])
            yield block, costs

    def cheapest(self) -> tuple[float, int]:
        """The price of the cheapest week, and its number."""
        least, week = np.inf, 0
        for block, costs in self.blocks():
            position = int(costs.argmin())
            if (cost := float(costs.flat[position])) < least:
                least, week = cost, block.start * self.table.num_sets + position
        return least, week

    def within(self, most: float) -> tuple[Ints, Floats]:
        """The weeks that cost at most so much, and their prices."""
        weeks, prices = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for block, costs in self.blocks():
            positions = np.flatnonzero(costs <= most)
            weeks.append(positions + block.start * self.table.num_sets)
            prices.append(costs.ravel()[positions])
        return np.concatenate(weeks), np.concatenate(prices)

    def nearest(self, most: int) -> tuple[Ints, Floats]:
        """The cheapest weeks, so many or all, and their prices."""
        weeks, prices, level = np.zeros(0, dtype=np.int64), np.zeros(0), ILLEGAL / 2
        for block, costs in self.blocks():
            positions = np.flatnonzero(costs <= level)
            weeks = np.append(weeks, positions + block.start * self.table.num_sets)
            prices = np.append(prices, costs.ravel()[positions])
            if len(weeks) > most:
                cheapest = np.argpartition(prices, most - 1)[:most]
                weeks, prices = weeks[cheapest], prices[cheapest]
                level = float(prices.max())
        return weeks, prices

    def is_within(self, most: float) -> Flags:
        """By way and set, whether the week costs at most so much."""
        return np.concatenate([costs <= most for _, costs in self.blocks()])

    def least_with(self) -> tuple[list[Floats], Floats]:
        """The price of the cheapest week with each combination of groups, by day, and with each column next to each combination."""
        table = self.table
        by_set, by_column = np.full(table.num_sets, np.inf), np.full(self.by_column.shape, np.inf)
        for block, costs in self.blocks():
            np.minimum(by_set, costs.min(axis=0), out=by_set)
            for columns, prices in zip(table.ways[block], costs, strict=True):
                for column in columns.tolist():
                    if column:
                        np.minimum(by_column[column], prices, out=by_column[column])
        with_groups = [_least_by(beside, by_set, len(places)) for places, beside in zip(table.places, table.beside, strict=True)]
        with_column = np.full(table.columns.entries.shape, np.inf)
        for column, day in enumerate(table.columns.day.tolist()):
            least = _least_by(table.beside[day], by_column[column], len(table.places[day]))
            with_column[column, : len(least)] = least
        return with_groups, with_column

    def limit(self, most: float) -> WeekTable:
        """The table with only the weeks that cost at most so much."""
        return replace(self.table, is_allowed=self.is_within(most))


def _least_by(keys: Integers, values: Floats, size: int) -> Floats:
    """By key, the least price; infinity if there is no legal week."""
    least = np.full(size, np.inf)
    np.minimum.at(least, keys, values)
    return np.where(least < ILLEGAL / 2, least, np.inf)
