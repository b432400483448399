"""The tables of all participants: the weeks of everyone are numbered through, and so are the entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scheduler.weeks.week_table import ILLEGAL, Floats, Integers, Ints, PricedWeeks, WeekTable


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


@dataclass(slots=True)
class WeekPool:
    """The weeks of everyone, grouped by participant.

    Attributes:
        first: Number of each participant's first week, and the number of weeks at the end.
        num_variables: The number of visits and other variables; padding of places, at a price of zero.
        entry_visits, entry_waits, entry_first: Visits of all entries, concatenated.
        entry_of: By position in these, the entry.
        first_entry: By participant, the number of the first entry.
    """

    tables: list[WeekTable]
    num_variables: int
    entry_visits: Integers
    entry_waits: Integers
    entry_first: Ints
    first_entry: Ints
    first: Ints = field(init=False)
    entry_of: Integers = field(init=False)

    def __post_init__(self) -> None:
        self.first = np.cumsum([0, *(table.num_weeks for table in self.tables)])
        lengths = np.diff(np.append(self.entry_first, len(self.entry_visits)))
        self.entry_of = np.repeat(np.arange(len(self.entry_first), dtype=np.int32), lengths)

    @property
    def participants(self) -> list[str]:
        """Those who have a table."""
        return [table.participant for table in self.tables]

    @property
    def padding(self) -> int:
        """The last entry, which is none."""
        return len(self.entry_first) - 1

    def participant_of(self, weeks: Ints) -> Ints:
        """The position of the participant whose weeks they are."""
        return np.searchsorted(self.first, weeks, side="right") - 1

    # --- what is in weeks ---------------------------------------------------------------------------------------------------

    @property
    def care(self) -> WeekColumn:
        """Own care cost of each week; `ILLEGAL` or more if it is no legal one."""
        return WeekColumn(lambda weeks: self._costs(weeks)[:, 0], self.first[-1])

    @property
    def preference(self) -> WeekColumn:
        """Own preference cost of each week, without prices of single visits."""
        return WeekColumn(lambda weeks: self._costs(weeks)[:, 1], self.first[-1])

    @property
    def places(self) -> WeekColumn:
        """Visit numbers of the group places, with padding."""
        return WeekColumn(self._places, self.first[-1])

    @property
    def entries(self) -> WeekColumn:
        """Entries of the placed needs, with padding."""
        return WeekColumn(self._entries, self.first[-1])

    def allows(self, weeks: Ints) -> NDArray[np.bool_]:
        """Whether each week is within the limits."""
        return np.asarray(self._by_table(weeks, 1, 0, lambda _, table, own: table.allows(own)[:, None].astype(np.int64))[:, 0] > 0)

    @property
    def visits(self) -> Ints:
        """The numbers of all visits, with padding."""
        return np.concatenate([self.entry_visits, *(places.ravel() for table in self.tables for places in table.places)])

    def _costs(self, weeks: Ints) -> Ints:
        return self._by_table(weeks, 2, 0, lambda _, table, own: table.costs(own).T)

    def _places(self, weeks: Ints) -> Ints:
        width = max((sum(places.shape[1] for places in table.places) for table in self.tables), default=0)
        return self._by_table(weeks, width, self.num_variables, lambda _, table, own: _padded(table.places_of(own), 0, self.num_variables))

    def _entries(self, weeks: Ints) -> Ints:
        width = max((table.ways.shape[1] for table in self.tables), default=0)
        first = self.first_entry
        return self._by_table(weeks, width, self.padding, lambda n, table, own: _padded(table.entries_of(own), int(first[n]), self.padding))

    def _by_table(self, weeks: Ints, width: int, padding: int, read: Callable[[int, WeekTable, Ints], Ints]) -> Ints:
        """Rows about some weeks, read from the tables that have them."""
        rows, owner = np.full((len(weeks), width), padding), self.participant_of(weeks)
        for position in np.unique(owner).tolist():
            mine = np.flatnonzero(owner == position)
            part = read(position, self.tables[position], weeks[mine] - self.first[position])
            rows[mine, : part.shape[1]] = part
        return rows

    # --- prices -------------------------------------------------------------------------------------------------------------

    def priced(self, tiers: tuple[float, float], visits: Floats, entries: Floats) -> Iterator[PricedWeeks]:
        """The weeks of each participant at some prices: those of the tiers, of visits with a zero at the end, and of entries."""
        ends = np.append(self.first_entry, self.padding)[1:].tolist()
        for table, first, last in zip(self.tables, self.first_entry.tolist(), ends, strict=True):
            yield PricedWeeks(table, tiers, visits, np.append(entries[first:last], ILLEGAL))

    def above(self, least: Floats, priced: Iterable[PricedWeeks]) -> tuple[Floats, Floats]:
        """By number of a place, and by entry: how much more the cheapest week with it costs than the cheapest one."""
        with_place, with_entry = np.full(self.num_variables + 1, np.inf), np.full(len(self.entry_first), np.inf)
        for table, first, cheapest, of_one in zip(self.tables, self.first_entry.tolist(), least.tolist(), priced, strict=True):
            with_groups, with_column = of_one.least_with()
            for places, prices in zip(table.places, with_groups, strict=True):
                for numbers in places.T:
                    np.minimum.at(with_place, numbers, prices - cheapest)
            is_entry = table.columns.entries >= 0
            np.minimum.at(with_entry, first + table.columns.entries[is_entry], with_column[is_entry] - cheapest)
        return with_place, with_entry

    def limit(self, tables: Sequence[WeekTable]) -> WeekPool:
        """The same weeks with limits to which of them may be chosen."""
        return replace(self, tables=list(tables))


def join(tables: Sequence[WeekTable], num_variables: int) -> WeekPool:
    """Number the weeks and the entries of all tables through; the last entry is padding. The tables read their entries there."""
    listed = [entry for table in tables for entry in table.entry_list]
    none = np.zeros(1, dtype=np.int32)
    first = np.cumsum([0, *(len(entry.visits) for entry in listed)])
    visits = np.concatenate([*(entry.visits for entry in listed), none + np.int32(num_variables)])
    waits = np.concatenate([*(entry.waits for entry in listed), none])
    for entry, (start, end) in zip(listed, pairwise(first.tolist()), strict=True):
        entry.visits, entry.waits = visits[start:end], waits[start:end]
    return WeekPool(
        tables=list(tables),
        num_variables=num_variables,
        entry_visits=visits,
        entry_waits=waits,
        entry_first=first,
        first_entry=np.cumsum([0, *(len(table.entry_list) for table in tables)])[:-1],
    )


def _padded(numbers: NDArray[np.integer], offset: int, padding: int) -> Ints:
    """Numbers of a table as those of all tables; -1 is padding."""
    return np.where(numbers >= 0, numbers + offset, padding).astype(np.int64)
