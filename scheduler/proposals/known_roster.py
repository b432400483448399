"""Reads a roster that is known as variables of the case in terms of week tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from scheduler.proposals.week_choice import WeekChoice
from scheduler.terms import Handle, Visit
from scheduler.weeks.relaxation import Ints
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import ILLEGAL, Flags


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
        week = _week(weeks, owner, *_sorted(handles, own))
        if week is None:
            return None
        rows.append(week)
        times.append(_times(weeks, rows[-1], own))
    return WeekChoice(np.array(rows, dtype=np.int64), tuple(times), frozenset(shared))


def _sorted(handles: Sequence[Handle], numbers: Sequence[int]) -> tuple[list[int], list[int]]:
    """Group places, and appointments."""
    places = [number for number in numbers if isinstance(visit := handles[number], Visit) and visit.group is not None]
    return places, [number for number in numbers if number not in places]


def _week(weeks: WeekPool, owner: int, places: Sequence[int], appointments: Sequence[int]) -> int | None:
    """A legal week of a participant with these group places in which each appointment has an entry of its own."""
    table, chosen = weeks.tables[owner], np.array(places, dtype=np.int64)
    is_set, count = np.ones(table.num_sets, dtype=np.bool_), np.zeros(table.num_sets, dtype=np.int64)
    for combinations, beside in zip(table.places, table.beside, strict=True):
        is_part: Flags = np.all((combinations < 0) | np.isin(combinations, chosen), axis=1)
        is_set &= is_part[beside]
        count += (combinations >= 0).sum(axis=1)[beside]
    sets = np.flatnonzero(is_set & (count == len(chosen)))
    if not len(sets):
        return None
    rows = weeks.first[owner] + np.arange(len(table.ways)) * table.num_sets + sets[0]
    rows = rows[(weeks.care[rows] < ILLEGAL) & (weeks.preference[rows] < ILLEGAL)]
    legal = rows[_bits(weeks, weeks.entries[rows], appointments) == (1 << len(appointments)) - 1]
    return int(legal[0]) if len(legal) else None


def _bits(weeks: WeekPool, entries: Ints, appointments: Sequence[int]) -> Ints:
    """By row of entries, a bit for each appointment that one of them has; an entry without any of them makes it more than all bits."""
    distinct, which = np.unique(entries, return_inverse=True)
    bits = np.full(len(distinct), 1 << len(appointments))
    bits[distinct == weeks.padding] = 0
    ends = np.append(weeks.entry_first, len(weeks.entry_visits))
    for position, entry in enumerate(distinct.tolist()):
        for number, visit in enumerate(appointments):
            if (weeks.entry_visits[ends[entry] : ends[entry + 1]] == visit).any():
                bits[position] = 1 << number
    return np.asarray(bits[which].reshape(entries.shape).sum(axis=1), dtype=np.int64)


def _times(weeks: WeekPool, row: int, visits: Sequence[int]) -> Ints:
    """The positions of the visits of a week in its entries."""
    positions = []
    for entry in weeks.entries[row].tolist():
        if entry < weeks.padding:
            first, last = int(weeks.entry_first[entry]), int(weeks.entry_first[entry + 1])
            positions.append(first + int(np.flatnonzero(np.isin(weeks.entry_visits[first:last], visits))[0]))
    return np.array(positions, dtype=np.int64)
