"""Left sides and costs of a participant's week lines, for many weeks at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from scheduler.columns import kinds_of
from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.terms import AnyOf, FreeVariable
from scheduler.weeks.choices import blocks_of, distinct
from scheduler.weeks.line_terms import LineTerms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(slots=True)
class Sums:
    """For each week, or each part of one: left sides without `AnyOf`, the true `AnyOf`, and the service days as a mask."""

    left: Floats
    true: Flags
    days: Ints

    def at(self, rows: Ints | Flags) -> Sums:
        """Some of the weeks."""
        return Sums(self.left[rows], self.true[rows], self.days[rows])

    def plus(self, other: Sums) -> Sums:
        """Each part together with the part in the same place."""
        return Sums(self.left + other.left, self.true | other.true, self.days | other.days)

    def times(self, other: Sums) -> Sums:
        """Each part together with each of the others, which vary fastest."""
        rows, others = np.divmod(np.arange(len(self.days) * len(other.days)), max(1, len(other.days)))
        return self.at(rows).plus(other.at(others))


class WeekTotals:
    """The lines of one participant's week; all floats have integer values.

    Attributes:
        growing: The hard lines whose left side can only grow.
        patterns: By mask of service days, the care and preference cost.
    """

    def __init__(self, index: LineIndex, participant: str, own: Sequence[Line]) -> None:
        self.lines, self.participant = index.lines, participant
        self.week_lines = [line for line in own if line.source in ("rule", "week")]
        self.bounds = np.array([float(line.bound) for line in self.week_lines])
        self.growing = np.array(
            [n for n, li in enumerate(self.week_lines) if li.tier == "hard" and min(li.coefficients) >= 0], dtype=np.int64
        )
        self._read_columns(index)
        self._read_patterns()
        self.charges = Charges(index, self.week_lines, self.any_column, self.patterns)
        self.any_growing = np.flatnonzero(self.any_column[:, self.growing].any(axis=1))

    def _read_columns(self, index: LineIndex) -> None:
        handles, visits = self.lines.handles, self.lines.candidates.visits[self.participant]
        self.numbers = np.array(self.lines.numbers_of(visits), dtype=np.int64)
        terms = LineTerms.of(self.week_lines, len(handles))
        any_numbers = [v for v in np.unique(terms.variables).tolist() if isinstance(handles[v], AnyOf)]
        size = len(self.numbers)
        # Visits are numbered before `AnyOf`; free choices, and visits of others in tests, have the position after the last.
        numbers = np.concatenate([self.numbers, np.array(any_numbers, dtype=np.int64)])

        def positions(variables: NDArray[np.integer]) -> Ints:
            at = np.searchsorted(numbers, variables)
            return np.where(np.append(numbers, -1)[at] == variables, at, len(numbers))

        shape = len(numbers) + 1, len(self.week_lines)
        lines = np.repeat(np.arange(shape[1]), np.diff(terms.first))
        cells = np.bincount(positions(terms.variables) * shape[1] + lines, weights=terms.coefficients, minlength=prod(shape))
        column: Floats = np.asarray(cells, dtype=np.float64).reshape(shape)
        self.column, self.any_column = column[:size], column[size:-1]
        self._typical = self.lines.typical(self.participant)
        is_typical = np.array([line.source == "week" for line in self.week_lines], dtype=np.bool_)
        self.column[:, is_typical] = self.column[np.ix_(self._typical, is_typical)]
        members = index.members_of
        self.makes_true = np.zeros((size, len(any_numbers)), dtype=np.bool_)
        for at, number in enumerate(any_numbers):
            self.makes_true[positions(np.array(_visits_in(number, members), dtype=np.int64)), at] = True
        first, kinds = self.lines.candidates.looks(self.participant).alike("item", "day")
        counted = self.lines.case.care.is_counted
        bits = [1 << v.day if counted(v.service, v.group) else 0 for v in map(visits.__getitem__, first.tolist())]
        self.day_bit = np.array(bits, dtype=np.int64)[kinds]

    def _read_patterns(self) -> None:
        """The care and preference cost of each pattern of service days."""
        self.patterns = np.zeros((128, 2))
        for days in range(128):
            number = self.lines.number_if_there(FreeVariable(("pattern", self.participant, days)))
            if number is not None:
                self.patterns[days] = [self.lines.unit_costs[tier].get(number, 0) for tier in ("care", "preference")]

    def position(self, numbers: Sequence[int] | Ints) -> Ints:
        """The positions of visits among the participant's; they are numbered in order."""
        return np.searchsorted(self.numbers, np.asarray(numbers, dtype=np.int64))

    def looks(self) -> Ints:
        """By visit, a number that is equal for visits with the same coefficients in the week lines, and on service days."""
        rows = np.column_stack([self.column, self.makes_true, self.day_bit])
        if not (rows == rows[self._typical]).all():
            return distinct(rows)[1]
        first, kinds = kinds_of(self._typical)
        return distinct(rows[self._typical[first]])[1][kinds]

    def of_sets(self, sets: Flags, numbers: Ints) -> Sums:
        """The sums of sets of visits: one row per set, one column per visit."""
        positions, chosen = self.position(numbers), sets.astype(np.float64)
        days = np.bitwise_or.reduce(np.where(sets, self.day_bit[positions], 0), axis=1, initial=0)
        return Sums(chosen @ self.column[positions], chosen @ self.makes_true[positions].astype(np.float64) > 0, days)

    def may_grow(self, sets: Flags, numbers: Ints) -> Flags:
        """Whether sets of visits keep the hard lines that can only grow."""
        positions, chosen = self.position(numbers), sets.astype(np.float64)
        true = chosen @ self.makes_true[np.ix_(positions, self.any_growing)].astype(np.float64) > 0
        left = chosen @ self.column[np.ix_(positions, self.growing)] + true @ self.any_column[np.ix_(self.any_growing, self.growing)]
        return np.asarray(np.all(left <= self.bounds[self.growing], axis=1))


class Charges:
    """What some lines cost, and the patterns of service days."""

    def __init__(self, index: LineIndex, week_lines: Sequence[Line], any_column: Floats, patterns: Floats) -> None:
        """Take the lines of a week.

        Args:
            any_column: By `AnyOf` and line, the coefficient.
            patterns: By mask of service days, the care and preference cost.
        """
        self.any_column, self.patterns = any_column, patterns
        self.bounds = np.array([float(line.bound) for line in week_lines])
        self.steps = np.array([float(line.step) for line in week_lines])
        self.hard = np.array([line.tier == "hard" for line in week_lines], dtype=np.bool_)
        rates = [[float(line.cost if line.tier == tier else 0) for tier in ("care", "preference")] for line in week_lines]
        self.rates = np.array(rates).reshape(-1, 2)
        self.blocks = blocks_of(index, week_lines)
        self.is_plain = np.array([index.choices.isdisjoint(line.variables) for line in week_lines], dtype=np.bool_)
        self.lines = np.arange(len(week_lines))
        self.any_of = np.arange(len(any_column))

    def split(self, parts: Sums) -> tuple[Charges, Charges]:
        """What parts of weeks cannot change, and the rest."""
        moved = (parts.left != 0).any(axis=0) | (self.any_column[parts.true.any(axis=0)] != 0).any(axis=0)
        for block in self.blocks:
            moved[block.lines] = moved[block.lines].any()
        days, none = parts.days.any(), np.zeros_like(self.patterns)
        return self._only(~moved, none if days else self.patterns), self._only(moved, self.patterns if days else none)

    def by_day(self, parts: Sequence[Sums]) -> tuple[dict[int, Charges], Charges]:
        """For parts of each day: what only one day can change, by day, and what several days change together."""
        of_lines = list(map(self.view, parts))
        moved = np.array([(of_day.left + of_day.true @ self.any_column != 0).any(axis=0) for of_day in of_lines], dtype=np.bool_)
        is_together = moved.sum(axis=0) != 1
        is_together |= (self.any_column[np.sum([of_day.true.any(axis=0) for of_day in of_lines], axis=0) > 1] != 0).any(axis=0)
        for block in self.blocks:
            is_together[block.lines] = True
        none = np.zeros_like(self.patterns)
        alone = moved & ~is_together
        days = np.flatnonzero(alone.any(axis=1)).tolist()
        return {day: self._only(alone[day], none) for day in days}, self._only(is_together, self.patterns)

    def _only(self, lines: Flags, patterns: Floats) -> Charges:
        """Some of the lines; a block is there whole or not at all."""
        only, numbers = object.__new__(Charges), np.cumsum(lines) - 1
        any_of = (self.any_column[:, lines] != 0).any(axis=1)
        only.lines, only.any_of, only.patterns = self.lines[lines], self.any_of[any_of], patterns
        only.any_column = self.any_column[np.ix_(any_of, lines)]
        only.bounds, only.steps, only.hard, only.rates = self.bounds[lines], self.steps[lines], self.hard[lines], self.rates[lines]
        only.is_plain = self.is_plain[lines]
        only.blocks = [replace(block, lines=numbers[block.lines].tolist()) for block in self.blocks if lines[block.lines].all()]
        return only

    def view(self, sums: Sums) -> Sums:
        """The part of sums over all lines that these lines need."""
        return Sums(sums.left[:, self.lines], sums.true[:, self.any_of], sums.days)

    def costs(self, sums: Sums) -> tuple[Floats, Flags]:
        """By week, the care and preference cost; and whether each week keeps the hard lines."""
        left, plain = sums.left + sums.true.astype(np.float64) @ self.any_column, self.is_plain
        over = np.maximum(0.0, left[:, plain] - self.bounds[plain])
        within = ~np.any(over[:, self.hard[plain]] > 0, axis=1)
        cost = np.ceil(over / self.steps[plain]) @ self.rates[plain] + self.patterns[sums.days]
        for block in self.blocks:
            least, legal = block.cheapest(left, self.bounds, self.steps, self.rates, self.hard)
            cost, within = cost + least, within & legal
        return np.rint(cost), within

    def reduced(self, sums: Sums, parts: Sums) -> Floats:
        """Numbers that are equal only for weeks that cost the same with each of some parts."""
        is_open = parts.true.any(axis=0)
        left = sums.left + sums.true[:, ~is_open].astype(np.float64) @ self.any_column[~is_open]
        most = parts.left.max(axis=0) + np.maximum(0.0, self.any_column[is_open]).sum(axis=0)
        least = parts.left.min(axis=0) + np.minimum(0.0, self.any_column[is_open]).sum(axis=0)
        # Up to here a line is not reached with any part, and from there a hard one is exceeded with each.
        low = np.where(self.is_plain, self.bounds - most, -np.inf)
        high = np.where(self.is_plain & self.hard, self.bounds - least + 1, np.inf)
        left = np.minimum(np.maximum(left, low), np.maximum(low, high))
        days = sums.days if self.patterns.any() else np.zeros_like(sums.days)
        return np.column_stack([left, sums.true[:, is_open], days])


def _visits_in(number: int, members: dict[int, list[int]]) -> list[int]:
    """The visits that make an `AnyOf` true, directly or through another one."""
    return [v for m in members[number] for v in (_visits_in(m, members) if m in members else [m])]
