"""Left sides and costs of a participant's week lines, for many weeks at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Line
from scheduler.terms import AnyOf, FreeVariable
from scheduler.weeks.choices import blocks_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(slots=True)
class Sums:
    """For each week: left sides without `AnyOf`, the true `AnyOf`, and the service days as a mask."""

    left: Floats
    true: Flags
    days: Ints

    def at(self, rows: Ints | Flags) -> Sums:
        """Some of the weeks."""
        return Sums(self.left[rows], self.true[rows], self.days[rows])

    @staticmethod
    def joined(parts: Sequence[Sums]) -> Sums:
        """The weeks of all parts."""
        return Sums(
            np.concatenate([p.left for p in parts]), np.concatenate([p.true for p in parts]), np.concatenate([p.days for p in parts])
        )


class WeekTotals:
    """The lines of one participant's week; all floats have integer values."""

    def __init__(self, index: LineIndex, participant: str, own: Sequence[Line]) -> None:
        self.lines, self.participant = index.lines, participant
        self.week_lines = [line for line in own if line.source == "rule"]
        self.blocks = blocks_of(index, self.week_lines)
        chosen = {n for n, line in enumerate(self.week_lines) if any(index.is_choice[v] for v in line.variables)}
        self.plain = np.array([n for n in range(len(self.week_lines)) if n not in chosen], dtype=np.int64)
        self.bounds = np.array([float(line.bound) for line in self.week_lines])
        self.steps = np.array([float(line.step) for line in self.week_lines])
        self.hard = np.array([line.tier == "hard" for line in self.week_lines], dtype=np.bool_)
        self.growing = np.array(
            [n for n, li in enumerate(self.week_lines) if li.tier == "hard" and min(li.coefficients) >= 0], dtype=np.int64
        )
        self.rates = np.array([[float(li.cost if li.tier == tier else 0) for tier in ("care", "preference")] for li in self.week_lines])
        self._read_columns(index)
        self._read_patterns()

    def _read_columns(self, index: LineIndex) -> None:
        handles, counted = self.lines.handles, self.lines.case.care.is_counted
        numbers = [self.lines.numbered(v) for v in self.lines.candidates.visits[self.participant]]
        any_numbers = sorted({v for line in self.week_lines for v in line.variables if isinstance(handles[v], AnyOf)})
        self.position = {number: n for n, number in enumerate(numbers)}
        any_position = {number: n for n, number in enumerate(any_numbers)}
        self.column = np.zeros((len(numbers), len(self.week_lines)))
        self.any_column = np.zeros((len(any_numbers), len(self.week_lines)))
        for line_number, line in enumerate(self.week_lines):
            for variable, coefficient in zip(line.variables, line.coefficients, strict=True):
                if variable in any_position:
                    self.any_column[any_position[variable], line_number] += coefficient
                elif not index.is_choice[variable]:
                    self.column[self.position[variable], line_number] += coefficient
        self.any_growing = np.flatnonzero(self.any_column[:, self.growing].any(axis=1))
        members = dict(index.members)
        self.makes_true = np.zeros((len(numbers), len(any_numbers)), dtype=np.bool_)
        for number, position in any_position.items():
            for visit in _visits_in(number, members):
                self.makes_true[self.position[visit], position] = True
        visits = self.lines.candidates.visits[self.participant]
        self.day_bit = np.array([1 << v.day if counted(v.service, v.group) else 0 for v in visits], dtype=np.int64)

    def _read_patterns(self) -> None:
        """The care and preference cost of each pattern of service days."""
        self.patterns = np.zeros((128, 2))
        for days in range(128):
            number = self.lines.number_if_there(FreeVariable(("pattern", self.participant, days)))
            if number is not None:
                self.patterns[days] = [self.lines.unit_costs[tier].get(number, 0) for tier in ("care", "preference")]

    def look(self, number: int) -> tuple[bytes, bytes, int]:
        """The coefficients of a visit in the week lines."""
        position = self.position[number]
        return self.column[position].tobytes(), self.makes_true[position].tobytes(), int(self.day_bit[position])

    def of_sets(self, sets: Flags, numbers: Ints) -> Sums:
        """The sums of sets of visits: one row per set, one column per visit."""
        positions = [self.position[int(n)] for n in numbers]
        chosen = sets.astype(np.float64)
        days = np.bitwise_or.reduce(np.where(sets, self.day_bit[positions], 0), axis=1, initial=0)
        return Sums(chosen @ self.column[positions], chosen @ self.makes_true[positions].astype(np.float64) > 0, days)

    def plus(self, sums: Sums, rows: Ints, number: int) -> Sums:
        """Some of the weeks with one more visit."""
        position = self.position[number]
        return Sums(
            sums.left[rows] + self.column[position], sums.true[rows] | self.makes_true[position], sums.days[rows] | self.day_bit[position]
        )

    def is_within(self, sums: Sums) -> Flags:
        """Whether hard lines that can only grow still hold."""
        left = sums.left[:, self.growing] + sums.true[:, self.any_growing] @ self.any_column[np.ix_(self.any_growing, self.growing)]
        return np.asarray(np.all(left <= self.bounds[self.growing], axis=1))

    def costs(self, sums: Sums) -> tuple[Ints, Ints, Flags]:
        """Care and preference cost by week, and whether each week keeps the hard lines."""
        left, rates = sums.left + sums.true.astype(np.float64) @ self.any_column, self.rates.reshape(-1, 2)
        over = np.maximum(0.0, left[:, self.plain] - self.bounds[self.plain])
        within = ~np.any(over[:, self.hard[self.plain]] > 0, axis=1)
        cost = np.ceil(over / self.steps[self.plain]) @ rates[self.plain] + self.patterns[sums.days]
        for block in self.blocks:
            least, legal = block.cheapest(left, self.bounds, self.steps, rates, self.hard)
            cost, within = cost + least, within & legal
        return np.rint(cost[:, 0]).astype(np.int64), np.rint(cost[:, 1]).astype(np.int64), within


def _visits_in(number: int, members: dict[int, list[int]]) -> list[int]:
    """The visits that make an `AnyOf` true, directly or through another one."""
    return [v for m in members[number] for v in (_visits_in(m, members) if m in members else [m])]
