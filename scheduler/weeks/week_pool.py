"""The tables of all participants: the weeks of everyone are numbered through, and so is what they consist of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from scheduler.weeks.days import Small
from scheduler.weeks.few_weeks import FewWeeks, PricedFew
from scheduler.weeks.week_table import ILLEGAL, Flags, Floats, Integers, Ints, PricedWeeks, WeekTable


@dataclass(frozen=True, slots=True)
class WeekColumn:
    """Something about each week, worked out for the weeks that are asked for."""

    read: Callable[[Ints], Ints]
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, weeks: ArrayLike) -> Ints:
        numbers = np.asarray(weeks, dtype=np.int64)
        values = self.read(numbers.ravel())
        return values.reshape(numbers.shape + values.shape[1:])


class WeekPool:
    """The weeks of everyone, grouped by participant.

    Attributes:
        tables: Those of everyone who has one; their entries are views of the visits and waits here.
        num_variables: The number of visits and other variables; padding of places, at a price of zero.
        first: Number of each participant's first week, and the number of weeks at the end.
        entry_visits, entry_waits, entry_first: Visits of all entries, concatenated; the last entry is padding.
        entry_of: By position in these, the entry.
        first_entry: By participant, the number of the first entry.
    """

    def __init__(self, tables: Sequence[WeekTable], num_variables: int) -> None:
        """Number everything through."""
        self.tables, self.num_variables = list(tables), num_variables
        self.first = _firsts(table.num_weeks for table in tables)
        self._few: FewWeeks | None = None
        self._join_entries()
        self._join_sets()
        self._join_ways()
        self._join_cells()

    def _join_entries(self) -> None:
        listed = [entry for table in self.tables for entry in table.entry_list]
        none = np.zeros(1, dtype=np.int32)
        first = self.entry_first = _firsts(len(entry.visits) for entry in listed)
        self.entry_visits: Small = np.concatenate([*(entry.visits for entry in listed), none + np.int32(self.num_variables)])
        self.entry_waits: Small = np.concatenate([*(entry.waits for entry in listed), none])
        for entry, (start, end) in zip(listed, pairwise(first.tolist()), strict=True):
            entry.visits, entry.waits = self.entry_visits[start:end], self.entry_waits[start:end]
        self.first_entry = _firsts(len(table.entry_list) for table in self.tables)[:-1]
        self.entry_of = np.repeat(np.arange(len(first), dtype=np.int32), np.diff(np.append(first, len(self.entry_visits))))

    def _join_sets(self) -> None:
        """By combination of groups of someone's day, the visit numbers; by day and set, the combination; by set, its cost and kind."""
        blocks = [places for table in self.tables for places in table.places]
        first = _firsts(map(len, blocks))
        self._combinations = np.full((int(first[-1]), max((block.shape[1] for block in blocks), default=0)), self.num_variables)
        for start, block in zip(first.tolist(), blocks, strict=False):
            np.copyto(self._combinations[start : start + len(block), : block.shape[1]], block, where=block >= 0)
        self._first_combination = first[:-1].reshape(-1, 7)
        self._num_sets = np.array([table.num_sets for table in self.tables], dtype=np.int64)
        self._first_set = _firsts(self._num_sets)
        numbers = zip(self.tables, self._first_combination.astype(np.int32), strict=True)
        self._beside = np.concatenate([np.zeros((7, 0), dtype=np.int32), *(of.beside + start[:, None] for of, start in numbers)], axis=1)
        self._own = _columns(table.own for table in self.tables)
        self._kind = np.concatenate([np.zeros(0, dtype=np.int32), *(table.kind for table in self.tables)])

    def _join_ways(self) -> None:
        """By way and need, the column; by way and kind of set, the cost of lines about needs."""
        self._first_column = _firsts(len(table.columns.day) for table in self.tables)
        self._first_way = _firsts(len(table.ways) for table in self.tables)
        self._ways = np.zeros((int(self._first_way[-1]), max((table.ways.shape[1] for table in self.tables), default=0)), dtype=np.int64)
        self._ways += np.repeat(self._first_column[:-1], np.diff(self._first_way))[:, None]
        for table, start in zip(self.tables, self._first_way.tolist(), strict=False):
            self._ways[start : start + len(table.ways), : table.ways.shape[1]] += table.ways
        self._joint = _columns(table.joint.reshape(2, -1) for table in self.tables)
        self._first_joint = _firsts(table.joint[0].size for table in self.tables)
        self._num_kinds = np.array([table.joint.shape[2] for table in self.tables], dtype=np.int64)

    def _join_cells(self) -> None:
        """A *cell* is a column next to a combination; where no visit fits, its entry has the number after the padding."""
        none = np.zeros(0, dtype=np.int64)
        cells, days, shifts = [none], [none], [none]
        self._first_cell = _firsts(table.columns.entries.size for table in self.tables)
        facts = zip(self.tables, self.first_entry.tolist(), self._first_cell.tolist(), self._first_combination, strict=False)
        for table, entry, start, combinations in facts:
            day, entries = table.columns.day, table.columns.entries
            numbers = np.where(entries < 0, self.padding + 1, entries + entry)
            numbers[0] = self.padding  # the column of needs that are not placed
            cells.append(numbers.ravel())
            days.append(day)
            shifts.append(start + entries.shape[1] * np.arange(len(day)) - combinations[day])
        self._cells: Ints = np.concatenate(cells)
        self._day: Ints = np.concatenate(days)
        self._shift: Ints = np.concatenate(shifts)
        self._waits = _columns(table.columns.waits.reshape(2, -1) for table in self.tables)

    @property
    def participants(self) -> list[str]:
        """Those who have a table."""
        return [table.participant for table in self.tables]

    @property
    def padding(self) -> int:
        """The last entry, which is none."""
        return len(self.entry_first) - 1

    @property
    def visits(self) -> Ints:
        """The numbers of all visits, with padding."""
        return np.concatenate([self.entry_visits, self._combinations.ravel()])

    # --- what is in weeks ---------------------------------------------------------------------------------------------------

    def participant_of(self, weeks: Ints) -> Ints:
        """The position of the participant whose weeks they are."""
        return np.searchsorted(self.first, weeks, side="right") - 1

    @property
    def care(self) -> WeekColumn:
        """Own care cost of each week; `ILLEGAL` or more if it is no legal one."""
        return WeekColumn(lambda weeks: self._costs(0, weeks), self.first[-1])

    @property
    def preference(self) -> WeekColumn:
        """Own preference cost of each week, without prices of single visits."""
        return WeekColumn(lambda weeks: self._costs(1, weeks), self.first[-1])

    @property
    def places(self) -> WeekColumn:
        """Visit numbers of the group places, with padding."""
        return WeekColumn(self._places, self.first[-1])

    @property
    def entries(self) -> WeekColumn:
        """Entries of the placed needs, with padding."""
        return WeekColumn(self._entries, self.first[-1])

    def places_in(self, weeks: Ints) -> tuple[Ints, Ints]:
        """The visit numbers of all group places in some weeks, and before them by place the position of the week."""
        return _without(self.places[weeks], self.num_variables)

    def entries_in(self, weeks: Ints) -> tuple[Ints, Ints]:
        """The entries of all placed needs in some weeks, likewise."""
        return _without(self.entries[weeks], self.padding)

    def _parts(self, weeks: Ints) -> tuple[Ints, Ints, Ints]:
        """By week: its set, the position of what its way costs, and the cell of each need."""
        owners = self.participant_of(weeks)
        ways, sets = np.divmod(weeks - self.first[owners], self._num_sets[owners])
        sets += self._first_set[owners]
        columns = self._ways[self._first_way[owners] + ways]
        joint = self._first_joint[owners] + ways * self._num_kinds[owners] + self._kind[sets]
        return sets, joint, self._shift[columns] + self._beside[self._day[columns], sets[:, None]]

    def _costs(self, tier: int, weeks: Ints) -> Ints:
        sets, joint, cells = self._parts(weeks)
        costs: Ints = self._own[tier, sets].astype(np.int64) + self._joint[tier, joint] - self._waits[tier, cells].sum(axis=1)
        costs += ILLEGAL * (self._cells[cells] > self.padding).sum(axis=1)
        return costs

    def _places(self, weeks: Ints) -> Ints:
        places: Ints = self._combinations[self._beside[:, self._parts(weeks)[0]].T]
        return places.reshape(len(weeks), 7 * self._combinations.shape[1])

    def _entries(self, weeks: Ints) -> Ints:
        entries: Ints = np.minimum(self._cells[self._parts(weeks)[2]], self.padding)
        return entries

    # --- prices -------------------------------------------------------------------------------------------------------------

    def priced(self, tiers: tuple[float, float], visits: Floats, entries: Floats) -> Iterator[PricedWeeks]:
        """The weeks of each participant at some prices.

        Args:
            tiers: The price of care, and of preference.
            visits: By number, the price of a visit; a zero is last.
            entries: By number, the price of an entry; a zero is last.
        """
        by_set, joint, waits = (tiers[0] * costs[0] + tiers[1] * costs[1] for costs in (self._own, self._joint, self._waits))
        by_cell, groups = np.append(entries, ILLEGAL)[self._cells] - waits, visits[self._combinations].sum(axis=1)
        for beside in self._beside:
            by_set += groups[beside]
        if self._few is not None:
            yield from self._few.priced(by_set, joint, by_cell)
            return
        parts = zip(*(pairwise(first.tolist()) for first in (self._first_set, self._first_cell, self._first_joint)), strict=True)
        for table, (sets, cells, ways) in zip(self.tables, parts, strict=True):
            of_cells, of_ways = by_cell[slice(*cells)].reshape(table.columns.entries.shape), joint[slice(*ways)]
            yield PricedWeeks(table, by_set[slice(*sets)], of_cells, of_ways.reshape(len(table.ways), -1))

    def above(self, least: Floats, priced: Iterable[PricedWeeks]) -> tuple[Floats, Floats]:
        """By number of a place, and by entry: how much more the cheapest week with it costs than the cheapest one."""
        with_groups, with_cell = np.full(len(self._combinations), np.inf), np.full(len(self._cells), np.inf)
        for number, (cheapest, of_one) in enumerate(zip(least.tolist(), priced, strict=True)):
            by_set, by_cell = of_one.least_with()
            if isinstance(of_one, PricedFew):
                beside, cells = self._beside[:, of_one.sets], of_one.cells.T
            else:
                columns = slice(*self._first_column[number : number + 2])
                beside = self._beside[:, slice(*self._first_set[number : number + 2])]
                cells = self._shift[columns, None] + beside[self._day[columns]]
            for of_day in beside:
                np.minimum.at(with_groups, of_day, by_set - cheapest)
            for of_column, prices in zip(cells, by_cell, strict=True):
                np.minimum.at(with_cell, of_column, prices - cheapest)
        with_place, with_entry = np.full(self.num_variables + 1, np.inf), np.full(self.padding + 2, np.inf)
        for places in self._combinations.T:
            np.minimum.at(with_place, places, with_groups)
        np.minimum.at(with_entry, self._cells, with_cell)
        return with_place, with_entry[:-1]

    # --- limits -------------------------------------------------------------------------------------------------------------

    def allows(self, weeks: Ints) -> Flags:
        """Whether each week is within the limits."""
        owners, is_allowed = self.participant_of(weeks), np.ones(len(weeks), dtype=np.bool_)
        for owner in np.unique(owners).tolist():
            table, mine = self.tables[owner], owners == owner
            if table.is_allowed is not None:
                is_allowed[mine] = table.is_allowed[np.divmod(weeks[mine] - self.first[owner], table.num_sets)]
        return is_allowed

    def limit(self, tables: Sequence[WeekTable]) -> WeekPool:
        """The same weeks with limits to which of them may be chosen."""
        limited = copy(self)
        limited.tables = list(tables)
        return limited

    def only(self, weeks: Ints) -> WeekPool:
        """The same with few weeks that may be chosen, some of everyone, in order."""
        only = copy(self)
        only._few = FewWeeks(weeks - self.first[self.participant_of(weeks)], *self._parts(weeks), np.searchsorted(weeks, self.first))
        return only


def _firsts(lengths: Iterable[int]) -> Ints:
    """The first position of each of some parts end to end, and the number of all positions."""
    return np.cumsum([0, *lengths])


def _without(numbers: Ints, padding: int) -> tuple[Ints, Ints]:
    """The numbers of a block of rows without padding, with the row of each."""
    rows, columns = np.nonzero(numbers != padding)
    return rows, numbers[rows, columns]


def _columns(parts: Iterable[Integers]) -> Integers:
    """Blocks with a row for each tier, side by side."""
    return np.concatenate([np.zeros((2, 0), dtype=np.int32), *parts], axis=1)
