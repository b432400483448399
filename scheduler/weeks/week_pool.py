"""The tables of all participants: the weeks of everyone are numbered through, and so is what they consist of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from scheduler.weeks.days import Small
from scheduler.weeks.few_weeks import FewWeeks
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
        tables: Those of everyone who has one; their arrays are views of those here.
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
        self._join_groups()
        self._join_sets()
        self._join_ways()
        self._join_cells()

    def _join_entries(self) -> None:
        listed = [entry for table in self.tables for entry in table.entry_list]
        none = np.zeros(1, dtype=np.int32)
        first = self.entry_first = _firsts(len(entry.visits) for entry in listed)
        self.entry_visits: Small = np.concatenate([*(entry.visits for entry in listed), none + np.int32(self.num_variables)])
        self.entry_waits: Small = np.concatenate([*(entry.waits for entry in listed), none])
        for entry, part in zip(listed, _slices(first), strict=True):
            entry.visits, entry.waits = self.entry_visits[part], self.entry_waits[part]
        self.first_entry = _firsts(len(table.entry_list) for table in self.tables)[:-1]
        self.entry_of = np.repeat(np.arange(len(first), dtype=np.int32), np.diff(np.append(first, len(self.entry_visits))))

    def _join_groups(self) -> None:
        """By combination of groups of someone's day, the visit numbers; and by participant and day, the first combination."""
        blocks = [places for table in self.tables for places in table.places]
        first = _firsts(map(len, blocks))
        self._groups = np.full((int(first[-1]), max((block.shape[1] for block in blocks), default=0)), self.num_variables)
        for part, block in zip(_slices(first), blocks, strict=True):
            np.copyto(self._groups[part, : block.shape[1]], block, where=block >= 0)
        self._first_group = first[:-1].reshape(-1, 7)

    def _join_sets(self) -> None:
        """By set, its combinations, cost and kind."""
        self._num_sets = np.array([table.num_sets for table in self.tables], dtype=np.int64)
        self._first_set = _firsts(self._num_sets)
        self._beside: Integers = np.concatenate([np.zeros((7, 0), dtype=np.uint8), *(table.beside for table in self.tables)], axis=1)
        self._own = _tiers(table.own for table in self.tables)
        self._kind: Integers = np.concatenate([np.zeros(0, dtype=np.int32), *(table.kind for table in self.tables)])
        for table, part in zip(self.tables, _slices(self._first_set), strict=True):
            table.beside, table.own, table.kind = self._beside[:, part], self._own[:, part], self._kind[part]

    def _join_ways(self) -> None:
        """By way and need, the column; by way and kind of set, the cost of lines about needs."""
        first_column = _firsts(len(table.columns.day) for table in self.tables)
        self._first_way = _firsts(len(table.ways) for table in self.tables)
        self._ways = np.zeros((int(self._first_way[-1]), max((table.ways.shape[1] for table in self.tables), default=0)), dtype=np.int64)
        self._ways += np.repeat(first_column[:-1], np.diff(self._first_way))[:, None]
        for table, part in zip(self.tables, _slices(self._first_way), strict=True):
            self._ways[part, : table.ways.shape[1]] += table.ways
        self._joint = _tiers(table.joint.reshape(2, -1) for table in self.tables)
        self._first_joint = _firsts(table.joint[0].size for table in self.tables)
        self._num_kinds = np.array([table.joint.shape[2] for table in self.tables], dtype=np.int64)
        for table, part in zip(self.tables, _slices(self._first_joint), strict=True):
            table.joint = self._joint[:, part].reshape(table.joint.shape)

    def _join_cells(self) -> None:
        """A *cell* is a column next to a combination; where no visit fits, its entry has the number after the padding."""
        none = np.zeros(0, dtype=np.int64)
        cells, days, shifts = [none], [none], [none]
        self._first_cell = _firsts(table.columns.entries.size for table in self.tables)
        facts = zip(self.tables, self.first_entry.tolist(), self._first_cell.tolist(), self._first_group, strict=False)
        for table, entry, start, groups in facts:
            day, entries = table.columns.day, table.columns.entries
            numbers = np.where(entries < 0, self.padding + 1, entries + entry)
            numbers[0] = self.padding  # the column of needs that are not placed
            cells.append(numbers.ravel())
            days.append(day)
            shifts.append(start + entries.shape[1] * np.arange(len(day)) - groups[day])
        self._cells: Ints = np.concatenate(cells)
        self._day: Ints = np.concatenate(days)
        self._shift: Ints = np.concatenate(shifts)
        self._waits = _tiers(table.columns.waits.reshape(2, -1) for table in self.tables)

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
        return np.concatenate([self.entry_visits, self._groups.ravel()])

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

    def _parts(self, weeks: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """By week: its set, the position of what its way costs, the combination of groups of each day, and the cell of each need."""
        owners = self.participant_of(weeks)
        own, num_sets = weeks - self.first[owners], self._num_sets[owners]
        ways: Ints = own // num_sets
        sets: Ints = self._first_set[owners] + own % num_sets
        columns = self._ways[self._first_way[owners] + ways]
        joint: Ints = self._first_joint[owners] + ways * self._num_kinds[owners] + self._kind[sets].astype(np.int64)
        groups: Ints = self._first_group[owners] + self._beside[:, sets].T
        return sets, joint, groups, self._shift[columns] + np.take_along_axis(groups, self._day[columns], axis=1)

    def _costs(self, tier: int, weeks: Ints) -> Ints:
        sets, joint, _, cells = self._parts(weeks)
        costs: Ints = self._own[tier, sets].astype(np.int64) + self._joint[tier, joint] - self._waits[tier, cells].sum(axis=1)
        costs += ILLEGAL * (self._cells[cells] > self.padding).sum(axis=1)
        return costs

    def _places(self, weeks: Ints) -> Ints:
        places: Ints = self._groups[self._parts(weeks)[2]]
        return places.reshape(len(weeks), 7 * self._groups.shape[1])

    def _entries(self, weeks: Ints) -> Ints:
        entries: Ints = np.minimum(self._cells[self._parts(weeks)[3]], self.padding)
        return entries

    # --- prices -------------------------------------------------------------------------------------------------------------

    def priced(self, tiers: tuple[float, float], visits: Floats, entries: Floats) -> Iterator[PricedWeeks]:
        """The weeks of each participant at some prices.

        Args:
            tiers: The price of care, and of preference.
            visits: By number, the price of a visit; a zero is last.
            entries: By number, the price of an entry; a zero is last.
        """
        groups = visits[self._groups].sum(axis=1)
        if self._few is not None:
            yield from self._few.priced(tiers, groups, entries)
            return
        cells, ends = np.append(entries, ILLEGAL)[self._cells], np.append(self._first_group, len(groups))
        of_days = [groups[part] for part in _slices(ends)]
        for number, (table, part) in enumerate(zip(self.tables, _slices(self._first_cell), strict=True)):
            yield PricedWeeks(table, tiers, of_days[7 * number : 7 * number + 7], cells[part].reshape(table.columns.entries.shape))

    def above(self, least: Floats, priced: Iterable[PricedWeeks]) -> tuple[Floats, Floats]:
        """By number of a place, and by entry: how much more the cheapest week with it costs than the cheapest one."""
        with_groups, with_entry = np.full(len(self._groups), np.inf), np.full(self.padding + 2, np.inf)
        if self._few is not None:
            prices = np.concatenate([np.zeros(0), *(of_one.within(np.inf)[1] for of_one in priced)])
            prices -= np.repeat(least, np.diff(self._few.first))
            for numbers, target in ((self._few.groups, with_groups), (self._few.entries, with_entry)):
                for of_week in numbers.T:
                    np.minimum.at(target, of_week, prices)
        else:
            for number, (cheapest, of_one) in enumerate(zip(least.tolist(), priced, strict=True)):
                self._find_least(number, cheapest, of_one, with_groups, with_entry)
        with_place = np.full(self.num_variables + 1, np.inf)
        for places in self._groups.T:
            np.minimum.at(with_place, places, with_groups)
        return with_place, with_entry[:-1]

    def _find_least(self, number: int, cheapest: float, priced: PricedWeeks, with_groups: Floats, with_entry: Floats) -> None:
        """Lower what the cheapest week with each combination of groups and with each entry costs, by the weeks of one table."""
        (by_set, by_column), table = priced.least_with(), self.tables[number]
        for first, beside in zip(self._first_group[number].tolist(), table.beside, strict=True):
            np.minimum.at(with_groups[first:], beside, by_set - cheapest)
        cells = self._cells[slice(*self._first_cell[number : number + 2])].reshape(table.columns.entries.shape)
        for of_column, day, prices in zip(cells, table.columns.day.tolist(), by_column, strict=True):
            np.minimum.at(with_entry, of_column[table.beside[day]], prices - cheapest)

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
        numbers, (_, _, groups, _) = weeks - self.first[self.participant_of(weeks)], self._parts(weeks)
        first = np.searchsorted(weeks, self.first)
        only._few = FewWeeks(numbers, self.care[weeks], self.preference[weeks], groups, self.entries[weeks], first)
        return only


def _firsts(lengths: Iterable[int]) -> Ints:
    """The first position of each of some parts end to end, and the number of all positions."""
    return np.cumsum([0, *lengths])


def _without(numbers: Ints, padding: int) -> tuple[Ints, Ints]:
    """The numbers of a block of rows without padding, with the row of each."""
    rows, columns = np.nonzero(numbers != padding)
    return rows, numbers[rows, columns]


def _slices(firsts: Ints) -> list[slice]:
    """The positions of each of the parts."""
    return [slice(*ends) for ends in pairwise(firsts.tolist())]


def _tiers(parts: Iterable[Integers]) -> Integers:
    """Blocks with a row for each tier, side by side."""
    return np.concatenate([np.zeros((2, 0), dtype=np.int32), *parts], axis=1)
