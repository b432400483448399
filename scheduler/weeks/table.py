"""All possible weeks of one participant, with their costs; the exact visit of a need is left open within a class.

A week is a set of group places plus, for each need, a *class* of visits: visits of the need that look alike to every rule about the
week. The visit itself is chosen within the class by price, given the groups of that day: an *entry* of the table. Two needs on one day
are priced as if independent: the table is a relaxation there, so every bound from it stays valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Line, by_item
from scheduler.terms import Visit
from scheduler.weeks.days import Days, VisitClass, spots_of
from scheduler.weeks.totals import Sums, WeekTotals

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
CHUNK = 40_000
"""Number of rows processed together."""


@dataclass(slots=True)
class WeekTable:
    """All weeks of one participant, one per row.

    Attributes:
        care: Own care cost.
        preference: Own preference cost, without prices of single visits.
        places: Visit numbers of the group places, padded with -1.
        entries: Positions in ``entry_list`` of the placed needs, padded with -1.
    """

    participant: str
    care: Ints
    preference: Ints
    places: Ints
    entries: Ints
    entry_list: list[VisitClass]


@dataclass(slots=True)
class _Class:
    """Visits of one need that look alike; by the groups next to them, the entry as the day's only need, and otherwise."""

    day: int
    sample: int
    exact: Ints
    loose: Ints


class TooManyWeeksError(Exception):
    """A participant has more weeks than the limit, or none."""


class TableBuilder:
    """Builds the table of one participant."""

    def __init__(self, index: LineIndex, participant: str, own: Sequence[Line], most_weeks: int) -> None:
        """Sort visits into group places and classes of needs.

        Args:
            own: The lines that concern this participant alone.
            most_weeks: Maximum number of weeks examined (else TooManyWeeksError).
        """
        self.lines, self.participant, self.most_weeks = index.lines, participant, most_weeks
        visits = self.lines.candidates.visits[participant]
        self.totals = WeekTotals(index, participant, own)
        self.days = Days(self.lines, participant)
        items = by_item(visits)
        self.places = [v for options in items.values() for v in options if v.group is not None]
        self.place_numbers = np.array([self.lines.numbered(v) for v in self.places], dtype=np.int64)
        self.entry_list: list[VisitClass] = []
        self.chosen = self._group_sets()
        self.beside, self.groups_of = self._by_day()
        self.needs = [self._classes(options) for options in items.values() if options[0].group is None]

    # --- group places -------------------------------------------------------------------------------------------------------

    def _group_sets(self) -> Flags:
        """Sets of group places allowed by the participant's ceilings and by all pairs of visits: one row per set, one column per place."""
        size = len(self.places)
        apart = np.array([[a.group == b.group or self.days.is_clash(a, b) for b in self.places] for a in self.places], dtype=np.bool_)
        level, levels = np.zeros((1, size), dtype=np.bool_), [np.zeros((1, size), dtype=np.bool_)]
        sums = self.totals.of_sets(level, self.place_numbers)
        while len(level) and size:
            following, parts = [level[:0]], [sums.at(np.zeros(0, dtype=np.int64))]
            last = np.where(level.any(axis=1), size - 1 - np.argmax(level[:, ::-1], axis=1), -1)
            for position, number in enumerate(self.place_numbers.tolist()):
                rows = np.flatnonzero((last < position) & ~(level @ apart[:, position]))
                if len(rows):
                    with_it = self.totals.plus(sums, rows, number)
                    within = self.totals.is_within(with_it)
                    sets = level[rows[within]]
                    sets[:, position] = True
                    following.append(sets)
                    parts.append(with_it.at(within))
            level, sums = np.concatenate(following), Sums.joined(parts)
            levels.append(level)
            if sum(map(len, levels)) > self.most_weeks:
                raise TooManyWeeksError(self.participant)
        return np.concatenate(levels)

    def _by_day(self) -> tuple[Ints, list[list[list[Visit]]]]:
        """By set and day, the index of its combination of places; by day, the combinations. The first is the empty one."""
        beside = np.zeros((len(self.chosen), 7), dtype=np.int64)
        combinations: list[list[list[Visit]]] = []
        for day in range(7):
            positions = [n for n, place in enumerate(self.places) if place.day == day]
            rows = np.concatenate([np.zeros((1, len(positions)), dtype=np.bool_), self.chosen[:, positions]])
            distinct, inverse = np.unique(rows, axis=0, return_inverse=True)
            beside[:, day] = inverse.ravel()[1:]
            combinations.append([[self.places[p] for p, flag in zip(positions, row, strict=True) if flag] for row in distinct])
        return beside, combinations

    # --- needs --------------------------------------------------------------------------------------------------------------

    def _classes(self, options: Sequence[Visit]) -> list[_Class]:
        """Visits of one need that look alike to the week lines and are on the same day at the same site."""
        classes: dict[object, list[Visit]] = {}
        for visit in options:
            number = self.lines.numbered(visit)
            classes.setdefault((visit.day, visit.site, *self.totals.look(number)), []).append(visit)
        return [self._class(visits) for visits in classes.values()]

    def _class(self, visits: Sequence[Visit]) -> _Class:
        day, spots = visits[0].day, spots_of(self.lines, visits)
        entries = [[self._add(self.days.entry(spots, beside, alone)) for beside in self.groups_of[day]] for alone in (True, False)]
        exact, loose = (np.array(numbers, dtype=np.int64) for numbers in entries)
        return _Class(day, self.lines.numbered(visits[0]), exact, loose)

    def _add(self, entry: VisitClass) -> int:
        """The position of an entry; -1 if no visit fits."""
        if not entry.visits:
            return -1
        self.entry_list.append(entry)
        return len(self.entry_list) - 1

    # --- weeks --------------------------------------------------------------------------------------------------------------

    def build(self) -> WeekTable:
        """Enumerate the weeks.

        Raises:
            TooManyWeeksError: There are too many weeks, or none.
        """
        each = int(np.prod([len(classes) + 1 for classes in self.needs]))
        if each * len(self.chosen) > self.most_weeks:
            raise TooManyWeeksError(self.participant)
        step = max(1, CHUNK // each)
        parts = [self._weeks(np.arange(start, min(start + step, len(self.chosen)))) for start in range(0, len(self.chosen), step)]
        care, preference, sets, entries = (np.concatenate(column) for column in zip(*parts, strict=True))
        if not len(care):
            raise TooManyWeeksError(self.participant)
        return WeekTable(self.participant, care, preference, self._numbers()[sets], entries, self.entry_list)

    def _numbers(self) -> Ints:
        """The visit numbers of every set, padded with -1."""
        width = int(self.chosen.sum(axis=1).max(initial=0))
        order = np.argsort(~self.chosen, axis=1, kind="stable")[:, :width]
        padded = np.append(self.place_numbers, -1)
        return padded[np.where(np.take_along_axis(self.chosen, order, axis=1), order, len(self.places))]

    def _weeks(self, sets: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Care, preference, set and entries of all weeks with these sets of groups."""
        sums = self.totals.of_sets(self.chosen[sets], self.place_numbers)
        picks = np.zeros((len(sets), 0), dtype=np.int64)
        for classes in self.needs:
            sets, picks, sums = self._with_need(classes, sets, picks, sums)
        waits, entries, legal = self._waits(sets, picks)
        care, preference, within = self.totals.costs(sums)
        legal &= within
        return care[legal], (preference + waits)[legal], sets[legal], entries[legal]

    def _with_need(self, classes: Sequence[_Class], sets: Ints, picks: Ints, sums: Sums) -> tuple[Ints, Ints, Sums]:
        """Extend every week: without the need, and with each of its classes that fits next to the groups."""
        rows, chosen, parts = [np.arange(len(sets))], [np.full(len(sets), -1)], [sums]
        for position, one in enumerate(classes):
            fitting = np.flatnonzero(one.loose[self.beside[sets, one.day]] >= 0)
            with_it = self.totals.plus(sums, fitting, one.sample)
            within = self.totals.is_within(with_it)
            rows.append(fitting[within])
            chosen.append(np.full(int(within.sum()), position))
            parts.append(with_it.at(within))
        row = np.concatenate(rows)
        return sets[row], np.column_stack([picks[row], np.concatenate(chosen)]), Sums.joined(parts)

    def _waits(self, sets: Ints, picks: Ints) -> tuple[Ints, Ints, Flags]:
        """Cost of the waits between groups on days without a need, the entries, and whether all of it is allowed."""
        day_of = np.empty(picks.shape, dtype=np.int64)
        for need, classes in enumerate(self.needs):
            day_of[:, need] = np.array([*(c.day for c in classes), -1])[picks[:, need]]
        waits, entries, legal = (
            np.zeros(len(sets), dtype=np.int64),
            np.full(picks.shape, -1, dtype=np.int64),
            np.ones(len(sets), dtype=np.bool_),
        )
        for need, classes in enumerate(self.needs):
            is_shared = (day_of == day_of[:, [need]]).sum(axis=1) > 1
            for position, one in enumerate(classes):
                rows = np.flatnonzero(picks[:, need] == position)
                beside = self.beside[sets[rows], one.day]
                entries[rows, need] = np.where(is_shared[rows], one.loose[beside], one.exact[beside])
            legal &= (picks[:, need] < 0) | (entries[:, need] >= 0)
        for day, combinations in enumerate(self.groups_of):
            costs = [self.days.wait_cost(places) for places in combinations]
            if any(costs) or None in costs:
                alone = ~np.any(day_of == day, axis=1)
                cost = np.array([-1 if c is None else c for c in costs])[self.beside[sets, day]]
                legal &= ~alone | (cost >= 0)
                waits += np.where(alone & (cost >= 0), cost, 0)
        return waits, entries, legal
