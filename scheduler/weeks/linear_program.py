"""A linear program that grows: HiGHS, fed with columns and rows in batches and solved from the last basis.

The wheels of OR-Tools hold a HiGHS of their own, of another version. So the process that loads this module does not load OR-Tools;
a test of the architecture makes sure of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INFINITY = highspy.kHighsInf
OPTIONS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    # Presolving would discard the last basis, and lines are scaled by whoever writes the rules.
    "presolve": "off",
    "simplex_scale_strategy": 0,
}
SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a sparse matrix; those at one place add up."""

    rows: Ints
    columns: Ints
    values: Floats

    @classmethod
    def joined(cls, parts: Sequence[Terms]) -> Terms:
        """All terms of the parts."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "columns", "values")))

    def where(self, mask: NDArray[np.bool_]) -> Terms:
        """The terms at the positions of the mask."""
        return Terms(self.rows[mask], self.columns[mask], self.values[mask])

    def transposed(self) -> Terms:
        """The same terms with rows as columns."""
        return Terms(self.columns, self.rows, self.values)

    def compressed(self, num_rows: int) -> tuple[Ints, Ints, Floats]:
        """By row: the position of its first term, then the columns and values of all terms."""
        width = int(self.columns.max(initial=0)) + 1
        places, which = np.unique(self.rows * width + self.columns, return_inverse=True)
        values: Floats = np.bincount(which, weights=self.values, minlength=len(places)).astype(np.float64)
        lengths = np.bincount(places // width, minlength=num_rows)
        first: Ints = np.cumsum(lengths) - lengths
        columns: Ints = places % width
        return first, columns, values


NO_TERMS = Terms(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))


@dataclass(slots=True)
class Basis:
    """The basis of a linear program that was solved, of so many columns and rows; a larger program can go on from it."""

    statuses: highspy.HighsBasis
    num_columns: int
    num_rows: int


class LinearProgram:
    """Minimizes the cost of columns within rows; a column is 0 or more unless it is limited otherwise.

    Attributes:
        value: The minimum, after `solve`.
        values: The value of every column.
        duals: The dual value of every row.
    """

    def __init__(self) -> None:
        self.num_rows = self.num_columns = 0
        self.value, self.values, self.duals = 0.0, np.zeros(0), np.zeros(0)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves its constructor without types
        for option, value in OPTIONS.items():
            self._highs.setOptionValue(option, value)

    def add_rows(self, lower: Floats, upper: Floats, terms: Terms = NO_TERMS) -> Ints:
        """Add rows and return their numbers; rows of the terms are counted from the first new one."""
        first, columns, values = terms.compressed(len(lower))
        self._highs.addRows(len(lower), lower, upper, len(columns), _narrow(first), _narrow(columns), values)
        self.num_rows += len(lower)
        return np.arange(self.num_rows - len(lower), self.num_rows)

    def add_columns(self, costs: Floats, terms: Terms) -> Ints:
        """Add columns and return their numbers; columns of the terms are counted from the first new one."""
        first, rows, values = terms.transposed().compressed(len(costs))
        lower, upper = np.zeros(len(costs)), np.full(len(costs), INFINITY)
        self._highs.addCols(len(costs), costs.astype(np.float64), lower, upper, len(rows), _narrow(first), _narrow(rows), values)
        self.num_columns += len(costs)
        return np.arange(self.num_columns - len(costs), self.num_columns)

    def limit_columns(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change the least and the largest values of some columns."""
        self._highs.changeColsBounds(len(columns), _narrow(columns), lower, upper)

    @property
    def basis(self) -> Basis:
        """The last basis."""
        return Basis(self._highs.getBasis(), self.num_columns, self.num_rows)

    def resume(self, basis: Basis) -> None:
        """Go on from an earlier basis; columns added since then are 0 there, and rows are in the basis."""
        statuses, status = basis.statuses, highspy.HighsBasisStatus
        if basis.num_columns < self.num_columns:
            statuses.col_status = [*statuses.col_status, *[status.kLower] * (self.num_columns - basis.num_columns)]
        if basis.num_rows < self.num_rows:
            statuses.row_status = [*statuses.row_status, *[status.kBasic] * (self.num_rows - basis.num_rows)]
        basis.num_columns, basis.num_rows = self.num_columns, self.num_rows
        self._highs.setBasis(statuses)

    def estimate(self, seconds: float, pivots: int) -> float:
        """The minimum from the last basis, or the value that so many pivots reach; `value` and `values` stay those of the last solve."""
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        self._highs.setOptionValue("simplex_iteration_limit", pivots)
        self._highs.run()
        self._highs.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        return float(self._highs.getInfo().objective_function_value)

    def solve(self, seconds: float) -> bool:
        """Solve from the last basis; return whether the result is optimal."""
        # The limit counts from the first call on.
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        self._highs.run()
        if self._highs.getModelStatus() not in SOLVED:
            return False
        solution = self._highs.getSolution()
        self.value = float(self._highs.getInfo().objective_function_value)
        self.values, self.duals = np.array(solution.col_value), np.array(solution.row_dual)
        return True


def _narrow(numbers: Ints) -> NDArray[np.int32]:
    return numbers.astype(np.int32)
