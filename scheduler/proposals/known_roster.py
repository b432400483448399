"""Reads a roster that is known as variables of the case in terms of week tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from scheduler.proposals.week_choice import WeekChoice
from scheduler.terms import Handle, Visit
from scheduler.weeks.relaxation import Ints
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import ILLEGAL, Flags, Integers, WeekTable


def choice_of(weeks: WeekPool, handles: Sequence[Handle], numbers: Collection[int]) -> WeekChoice | None:
    """The roster in which some variables are true; None if someone's week is not in the table."""
    visits: dict[str, list[int]] = {participant: [] for participant in weeks.participants}
    shared: list[int] = []
    for number in numbers:
        handle = handles[number]
        of_table = visits.get(handle.participant) if isinstance(handle, Visit) else None
        (shared if of_table is None else of_table).append(number)
    rows, times = [], []
    for owner, table in enumerate(weeks.tables):
        own = visits[table.participant]
        week = _week(table, *_sorted(handles, own))
        if week is None:
            return None
        rows.append(int(weeks.first[owner]) + week)
        times.append(_times(weeks, rows[-1], own))
    return WeekChoice(np.array(rows, dtype=np.int64), tuple(times), frozenset(shared))


def _sorted(handles: Sequence[Handle], numbers: Sequence[int]) -> tuple[list[int], list[int]]:
    """Group places, and appointments."""
    places = [number for number in numbers if isinstance(visit := handles[number], Visit) and visit.group is not None]
    return places, [number for number in numbers if number not in places]


def _week(table: WeekTable, places: Sequence[int], appointments: Sequence[int]) -> int | None:
    """A legal week with these group places in which each appointment has an entry of its own."""
    chosen = np.array(places, dtype=np.int64)
    is_set, count = np.ones(table.num_sets, dtype=np.bool_), np.zeros(table.num_sets, dtype=np.int64)
    for combinations, beside in zip(table.places, table.beside, strict=True):
        is_part: Flags = np.all((combinations < 0) | np.isin(combinations, chosen), axis=1)
        is_set &= is_part[beside]
        count += (combinations >= 0).sum(axis=1)[beside]
    sets = np.flatnonzero(is_set & (count == len(chosen)))
    if not len(sets):
        return None
    rows = np.arange(len(table.ways)) * table.num_sets + sets[0]
    fits = _bits(table, table.entries_of(rows), appointments) == (1 << len(appointments)) - 1
    legal = rows[fits & (table.costs(rows) < ILLEGAL).all(axis=0)]
    return int(legal[0]) if len(legal) else None


def _bits(table: WeekTable, entries: Integers, appointments: Sequence[int]) -> Ints:
    """By row of entries, a bit for each appointment that one of them has; an entry without any of them makes it more than all bits."""
    none = 1 << len(appointments)
    bit = np.full(len(table.entry_list) + 1, none, dtype=np.int64)
    bit[-1] = 0  # of padding
    for entry in np.unique(entries[entries >= 0]).tolist():
        for number, visit in enumerate(appointments):
            if (table.entry_list[entry].visits == visit).any():
                bit[entry] = 1 << number
    return np.asarray(bit[entries].sum(axis=1), dtype=np.int64)


def _times(weeks: WeekPool, row: int, visits: Sequence[int]) -> Ints:
    """The positions of the visits of a week in its entries."""
    positions = []
    for entry in weeks.entries[row].tolist():
        if entry < weeks.padding:
            first, last = int(weeks.entry_first[entry]), int(weeks.entry_first[entry + 1])
            positions.append(first + int(np.flatnonzero(np.isin(weeks.entry_visits[first:last], visits))[0]))
    return np.array(positions, dtype=np.int64)
