"""Building the table of one participant: sets of groups, classes of visits for each need, and what lines say about both.

Visits of a need that look alike to every rule about the week are one *class*; the visit is chosen within it by price, given the groups of
its day: an *entry* of the table. Two needs on one day are priced as if independent: the table is a relaxation there, so every bound from
it stays valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from scheduler.columns import kinds_of
from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.terms import Visit
from scheduler.weeks.choices import distinct
from scheduler.weeks.days import Days, Flags, Spots, VisitClass
from scheduler.weeks.group_sets import TooManyWeeksError, group_sets
from scheduler.weeks.totals import Charges, Sums, WeekTotals
from scheduler.weeks.week_table import ILLEGAL, Integers, NeedColumns, WeekTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CHUNK = 20_000
"""Number of sets, or of weeks, whose sums are made together."""

MOST_SETS = 500_000
"""Maximum number of sets of groups of a participant. Unlike weeks, they are listed: tens of millions would fill the memory."""


@dataclass(slots=True)
class NeedClass:
    """Visits of one need that look alike: by the groups next to them, the entries as the day's only need, and otherwise."""

    day: int
    position: int
    exact: list[VisitClass]
    loose: list[VisitClass]


class TableBuilder:
    """Builds the table of one participant."""

    def __init__(self, index: LineIndex, participant: str, own: Sequence[Line], most_weeks: int) -> None:
        """Sort visits into sets of group places and classes of needs.

        Args:
            own: The lines that concern this participant alone.
            most_weeks: Maximum number of weeks, legal or not (else TooManyWeeksError).
        """
        self.lines, self.participant, self.most_weeks = index.lines, participant, most_weeks
        self.totals = WeekTotals(index, participant, own)
        self.days = Days(self.lines, participant)
        self.visits = self.lines.candidates.visits[participant]
        self.looks = self.lines.candidates.looks(participant)
        items = self.looks.of("item")
        is_place = np.array([visit.group is not None for visit in self.visits], dtype=np.bool_)
        places = np.flatnonzero(is_place)[np.argsort(items[is_place], kind="stable")]
        self.sets = group_sets(
            self.days, self.totals, [self.visits[at] for at in places.tolist()], self.totals.numbers[places], min(most_weeks, MOST_SETS)
        )
        self.needs = self._needs(items, ~is_place)
        self.entry_list: list[VisitClass] = []

    def _needs(self, items: Ints, is_appointment: Flags) -> list[list[NeedClass]]:
        """By need, visits that look alike to the week lines and are on the same day at the same site."""
        look = np.array([self.totals.looks(), self.looks.alike("day", "site")[1]])
        spots = self.looks.alike("span", "mode", "site", "out_of")[1]
        needs = []
        for item in np.unique(items[is_appointment]).tolist():
            options = np.flatnonzero(items == item)
            classes = distinct(look[:, options].T)[1]
            firsts = np.sort(kinds_of(classes)[0])
            needs.append([self._class(options[classes == classes[first]], spots) for first in firsts.tolist()])
        return needs

    def _class(self, positions: Ints, looks: Ints) -> NeedClass:
        visits = [self.visits[at] for at in positions.tolist()]
        spots, day = Spots.of(visits, self.totals.numbers[positions], looks[positions]), visits[0].day
        return NeedClass(day, int(positions[0]), *self.days.entries(spots, self.sets.combinations[day]))

    # --- weeks --------------------------------------------------------------------------------------------------------------

    def build(self) -> WeekTable:
        """Put the table together.

        Raises:
            TooManyWeeksError: There are too many weeks, or none.
        """
        of_groups, of_needs = self.totals.charges.split(self._sums_of_classes())
        beside, own = self._own(of_groups)
        num_classes = [len(classes) for classes in self.needs]
        if prod(n + 1 for n in num_classes) * beside.shape[1] > self.most_weeks:
            raise TooManyWeeksError(self.participant)
        chosen = np.array(list(product(*(range(-1, n) for n in num_classes))), dtype=np.int64)
        columns, ways = self._columns(chosen)
        kind, joint = self._joint(of_needs, of_needs.view(self._sums_of_ways(chosen)), beside)
        places = [self._numbers(combinations) for combinations in self.sets.combinations]
        table = WeekTable(self.participant, places, beside, own, columns, ways, joint, kind, self.entry_list)
        if not table.has_weeks():
            raise TooManyWeeksError(self.participant)
        return table

    def _numbers(self, combinations: Sequence[Sequence[Visit]]) -> Ints:
        """The visit numbers of some combinations, padded with -1."""
        numbers = np.full((len(combinations), max(map(len, combinations))), -1)
        for row, combination in zip(numbers, combinations, strict=True):
            row[: len(combination)] = self.lines.numbers_of(combination)
        return numbers

    # --- costs --------------------------------------------------------------------------------------------------------------

    def _sums_of_classes(self) -> Sums:
        """What each class adds to the lines."""
        positions = [one.position for classes in self.needs for one in classes]
        return Sums(self.totals.column[positions], self.totals.makes_true[positions], self.totals.day_bit[positions])

    def _sums_of_ways(self, chosen: Ints) -> Sums:
        """What each way to place the needs adds to the lines."""
        positions = np.full(chosen.shape, len(self.totals.numbers))
        for need, classes in enumerate(self.needs):
            positions[:, need] = np.array([*(one.position for one in classes), len(self.totals.numbers)])[chosen[:, need]]
        column, makes_true, day_bit = (
            np.concatenate([block, np.zeros_like(block[:1], shape=(1, *block.shape[1:]))])[positions]
            for block in (self.totals.column, self.totals.makes_true, self.totals.day_bit)
        )
        return Sums(column.sum(axis=1), makes_true.any(axis=1), np.bitwise_or.reduce(day_bit, axis=1))

    def _own(self, charges: Charges) -> tuple[Integers, Integers]:
        """The sets that keep the hard lines about groups, and by tier and set, the cost of these and of the waits between groups."""
        of_days, together = charges.by_day(self.sets.sums)
        parts, beside = [together.view(sums) for sums in self.sets.sums], self.sets.beside
        alone = {day: charges.costs(charges.view(self.sets.sums[day])) for day, charges in of_days.items()}
        legal, costs = [], []
        for start in range(0, beside.shape[1], CHUNK):
            chunk = beside[:, start : start + CHUNK]
            cost, within = together.costs(_together(parts, chunk))
            for day, (_, is_legal) in alone.items():
                within &= is_legal[chunk[day]]
            legal.append(within)
            costs.append(cost[within].astype(np.int32))
        beside, own = beside[:, np.concatenate(legal)], np.ascontiguousarray(np.concatenate(costs).T)
        for day, combinations in enumerate(self.sets.combinations):
            by_combination = self._waits(combinations)
            if day in alone:
                by_combination += alone[day][0].T.astype(np.int32)
            if by_combination.any():
                own += by_combination[:, beside[day]]
        return beside, own

    def _waits(self, combinations: Sequence[Sequence[Visit]]) -> NDArray[np.int32]:
        """By tier and combination of groups of a day, the cost of the waits between them."""
        costs = [self.days.wait_cost(places) for places in combinations]
        return np.array([[0 if cost is not None else ILLEGAL, ILLEGAL if cost is None else cost] for cost in costs], dtype=np.int32).T

    def _joint(self, charges: Charges, ways: Sums, beside: Integers) -> tuple[Integers, Integers]:
        """The kind of every set, and by tier, way and kind, the cost of the lines about needs."""
        parts = [charges.view(sums) for sums in self.sets.sums]
        some, alike = _alike(parts, beside)
        looks = [charges.reduced(_together(parts, beside[:, some[n : n + CHUNK]]), ways) for n in range(0, len(some), CHUNK)]
        first, kind = distinct(np.concatenate(looks) if looks else np.zeros((0, 0)))
        first, kind = some[first], kind[alike]
        sums, step = _together(parts, beside[:, first]), max(1, CHUNK // len(ways.days))
        costs = []
        for start in range(0, len(first), step):
            cost, within = charges.costs(sums.at(np.arange(start, min(start + step, len(first)))).times(ways))
            costs.append(np.where(within[:, None], cost, ILLEGAL).astype(np.int32))
        joint = np.concatenate(costs).reshape(len(first), len(ways.days), 2) if costs else np.zeros((0, len(ways.days), 2), dtype=np.int32)
        return kind.astype(np.int32), np.ascontiguousarray(joint.transpose(2, 1, 0))

    # --- entries ------------------------------------------------------------------------------------------------------------

    def _columns(self, chosen: Ints) -> tuple[NeedColumns, Ints]:
        """The columns of all classes, and by way and need, the column.

        The first entry of a day replaces the waits between groups, the others of that day add nothing.
        """
        numbers: dict[tuple[int, int, bool, bool], int] = {}
        ways = np.zeros(chosen.shape, dtype=np.int64)
        for way, picks in enumerate(chosen.tolist()):
            days = [self.needs[need][pick].day if pick >= 0 else -1 for need, pick in enumerate(picks)]
            for need, pick in enumerate(picks):
                if pick >= 0:
                    key = need, pick, days.count(days[need]) > 1, days[need] not in days[:need]
                    ways[way, need] = numbers.setdefault(key, len(numbers) + 1)
        keys = sorted(numbers, key=lambda key: self.needs[key[0]][key[1]].day)
        renumbered = np.zeros(len(keys) + 1, dtype=np.int64)
        renumbered[[numbers[key] for key in keys]] = np.arange(1, len(keys) + 1)
        return self._filled(keys), renumbered[ways]

    def _filled(self, keys: Sequence[tuple[int, int, bool, bool]]) -> NeedColumns:
        """The columns of these needs and classes, as the only need of the day or not, and as its first or not."""
        waits = [self._waits(combinations) for combinations in self.sets.combinations]
        width, entries = max(map(len, self.sets.combinations)), dict[tuple[int, int, bool], list[int]]()
        day = np.zeros(len(keys) + 1, dtype=np.int64)
        entry, saved = np.full((len(keys) + 1, width), -1, dtype=np.int32), np.zeros((2, len(keys) + 1, width), dtype=np.int32)
        for column, (need, pick, is_shared, is_first) in enumerate(keys, 1):
            one = self.needs[need][pick]
            if (need, pick, is_shared) not in entries:
                entries[need, pick, is_shared] = [self._add(each) for each in (one.loose if is_shared else one.exact)]
            numbers = entries[need, pick, is_shared]
            day[column], entry[column, : len(numbers)] = one.day, numbers
            saved[:, column, : len(numbers)] = waits[one.day] * is_first
        return NeedColumns(day, entry, saved)

    def _add(self, entry: VisitClass) -> int:
        """The position of an entry; -1 if no visit fits."""
        if not len(entry.visits):
            return -1
        self.entry_list.append(entry)
        return len(self.entry_list) - 1


def _alike(parts: Sequence[Sums], beside: Integers) -> tuple[Ints, Ints]:
    """One set of each kind, and the kind of every set: sets are alike if their combinations add the same on each day."""
    codes = [distinct(np.column_stack([part.left, part.true, part.days]))[1] for part in parts]
    looks = [of_day[combinations] for of_day, combinations in zip(codes, beside, strict=True) if of_day.any()]
    return distinct(np.column_stack([np.zeros(beside.shape[1], dtype=np.int64), *looks]))


def _together(parts: Sequence[Sums], beside: Integers) -> Sums:
    """The sums of some sets, given those of the combinations of each day."""
    total = parts[0].at(beside[0])
    for part, combinations in zip(parts[1:], beside[1:], strict=True):
        if len(part.days) > 1:
            total = total.plus(part.at(combinations))
    return total
