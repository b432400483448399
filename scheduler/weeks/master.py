"""The linear master program, whose dual values are good prices: some weeks of everyone, and the shared lines they break."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from scheduler.weeks.relaxation import Relaxation, WeekColumn

Floats = NDArray[np.float64]
TOLERANCE = 1e-6


class Master:
    """Chooses a mixture of weeks for everyone at minimum cost; lines are added when a mixture breaks them."""

    def __init__(self, relaxation: Relaxation, dear: float) -> None:
        """Start without weeks.

        Args:
            dear: Price at which a hard line may be broken, so that the program always has a solution.
        """
        self.relaxation, self.dear = relaxation, dear
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.parameters = pywraplp.MPSolverParameters()
        # Presolving would discard the last basis.
        self.parameters.SetIntegerParam(self.parameters.PRESOLVE, self.parameters.PRESOLVE_OFF)
        self.objective = self.solver.Objective()
        self.infinity = self.solver.infinity()
        self.everybody = [self.solver.Constraint(1.0, 1.0) for _ in relaxation.weeks.participants]
        self.lines: dict[int, pywraplp.Constraint] = {}
        self.columns: dict[tuple[int, tuple[int, ...]], tuple[pywraplp.Variable, WeekColumn]] = {}
        self.static: dict[int, pywraplp.Variable] = {}
        self.using: dict[int, list[pywraplp.Variable]] = {}
        self._index()
        if relaxation.is_budgeted:  # before the first week and slack, whose care is not a term of the line
            self.add_lines([len(relaxation.sizes) - 1])

    def _index(self) -> None:
        """Index the terms of each line and of each variable."""
        relaxation = self.relaxation
        self.by_line = _grouped(relaxation.line_of, len(relaxation.sizes))
        self.by_variable = _grouped(relaxation.variable_of, relaxation.size + 1)
        self.slack_of = {int(n): k for k, n in enumerate(relaxation.slack_line)}
        self.is_static = np.zeros(relaxation.size + 1, dtype=np.bool_)
        self.is_static[relaxation.static] = True

    # --- building -----------------------------------------------------------------------------------------------------------

    def add_columns(self, columns: Iterable[WeekColumn]) -> int:
        """Add weeks that are not yet in the program; return how many."""
        added = 0
        for column in columns:
            key = (column.participant, column.visits)
            if key not in self.columns:
                added += 1
                self.columns[key] = (self._add_column(column), column)
        return added

    def _add_column(self, column: WeekColumn) -> pywraplp.Variable:
        relaxation, variable = self.relaxation, self.solver.NumVar(0.0, self.infinity, "")
        self.objective.SetCoefficient(variable, column.cost)
        self.everybody[column.participant].SetCoefficient(variable, 1.0)
        left: dict[int, float] = {}
        for visit in column.visits:
            self.using.setdefault(visit, []).append(variable)
            for position in self.by_variable[visit]:
                line = int(relaxation.line_of[position])
                left[line] = left.get(line, 0.0) + float(relaxation.coefficient[position])
        if relaxation.is_budgeted:
            left[len(relaxation.sizes) - 1] = column.care
        for line, coefficient in left.items():
            if line in self.lines:
                self.lines[line].SetCoefficient(variable, coefficient)
        return variable

    def add_lines(self, lines: Iterable[int]) -> None:
        """Add shared lines."""
        for line in lines:
            self._add_line(line)

    def _add_line(self, line: int) -> None:
        relaxation = self.relaxation
        row = self.lines[line] = self.solver.Constraint(-self.infinity, float(relaxation.sizes[line]))
        terms: dict[int, tuple[pywraplp.Variable, float]] = {}
        for position in self.by_line[line]:
            number, coefficient = int(relaxation.variable_of[position]), float(relaxation.coefficient[position])
            for variable in self._variables(number):
                _, before = terms.get(variable.index(), (variable, 0.0))
                terms[variable.index()] = (variable, before + coefficient)
        for variable, coefficient in terms.values():
            row.SetCoefficient(variable, coefficient)
        self._add_slack(line, row)

    def _variables(self, number: int) -> list[pywraplp.Variable]:
        """The columns of a variable of the case: its own, or those of the weeks that contain it."""
        if not self.is_static[number]:
            return self.using.get(number, [])
        if number not in self.static:
            variable = self.static[number] = self.solver.NumVar(0.0, 1.0, "")
            self.objective.SetCoefficient(variable, float(self.relaxation.unit[number]))
        return [self.static[number]]

    def _add_slack(self, line: int, row: pywraplp.Constraint) -> None:
        """Add a slack: priced lines can be broken at their price, hard ones at a high price."""
        relaxation, position = self.relaxation, self.slack_of.get(line)
        slack = self.solver.NumVar(0.0, self.infinity, "")
        row.SetCoefficient(slack, -1.0 if position is None else -float(relaxation.slack_step[position]))
        self.objective.SetCoefficient(slack, self.dear if position is None else float(relaxation.slack_cost[position]))
        if position is not None and relaxation.is_budgeted and (care := float(relaxation.slack_care[position])):
            self.lines[len(relaxation.sizes) - 1].SetCoefficient(slack, care)

    # --- solving ------------------------------------------------------------------------------------------------------------

    def solve(self, seconds: float) -> bool:
        """Solve from the last basis; return whether the result is optimal."""
        self.solver.set_time_limit(max(1, int(1000 * seconds)))
        return bool(self.solver.Solve(self.parameters) == pywraplp.Solver.OPTIMAL)

    @property
    def value(self) -> float:
        """The minimum cost of a mixture; not a bound while weeks are missing."""
        return float(self.objective.Value()) + self.relaxation.constant

    def duals(self) -> Floats:
        """The price of every shared line; zero for lines not yet added."""
        duals = np.zeros(len(self.relaxation.sizes))
        for line, row in self.lines.items():
            duals[line] = max(0.0, -row.dual_value())
        return duals

    def broken(self) -> list[int]:
        """The shared lines that the mixture breaks and that are not yet added."""
        relaxed, values = self.relaxation, np.zeros(self.relaxation.size + 1)
        for variable, column in self.columns.values():
            if (share := variable.solution_value()) > TOLERANCE:
                values[list(column.visits)] += share
        for number, variable in self.static.items():
            values[number] = variable.solution_value()
        left = np.bincount(relaxed.line_of, weights=relaxed.coefficient * values[relaxed.variable_of], minlength=len(relaxed.sizes))
        return [int(n) for n in np.flatnonzero(left > relaxed.sizes + 100 * TOLERANCE) if int(n) not in self.lines]


def _grouped(keys: NDArray[np.int64], size: int) -> list[list[int]]:
    """Positions by key."""
    groups: list[list[int]] = [[] for _ in range(size)]
    for position, key in enumerate(keys.tolist()):
        groups[key].append(position)
    return groups
