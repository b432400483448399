"""The linear master program, whose dual values are good prices: some weeks of everyone, their times, and the shared lines they break.

A column is a *skeleton*: a week's groups, and the entry of each of its needs. The exact visit of an entry is a column too, shared by
all weeks with that entry; the row of an entry says that as much is chosen of its visits as of its weeks. So the program need not see
every combination of times, and reaches its value in half the rounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scheduler.weeks.line_terms import Index, stretches
from scheduler.weeks.linear_program import INFINITY, Floats, Ints, LinearProgram, Terms
from scheduler.weeks.relaxation import Columns, Relaxation

TOLERANCE = 1e-4
"""Amount by which a mixture may break a line."""


class Master:
    """Chooses a mixture of weeks for everyone at minimum cost; lines are added when a mixture breaks them."""

    def __init__(self, relaxation: Relaxation, dear: float, care_price: float | None = None) -> None:
        """Start without weeks.

        Args:
            dear: Price at which a hard line may be broken, so that the program always has a solution.
            care_price: Price of care above a budget, if that is not dear.
        """
        self.relaxation, self.dear, self.program = relaxation, dear, LinearProgram()
        self.care_price = dear if care_price is None else care_price
        weeks, num_lines = relaxation.weeks, len(relaxation.sizes)
        self.slack_of = np.full(num_lines, -1)
        self.slack_of[relaxation.slack_line] = np.arange(len(relaxation.slack_line))
        ones = np.ones(len(weeks.participants))
        self.program.add_rows(ones, ones)  # everyone has one week
        self.row_of_line, self.row_of_entry = np.full(num_lines, -1), np.full(len(weeks.entry_first), -1)
        self.has_week, self.has_time = np.zeros(len(weeks.care), dtype=np.bool_), np.zeros(len(weeks.entry_visits), dtype=np.bool_)
        # By variable: whether it is shared, its column (-1: not in the program yet), and its least and largest value.
        self.is_static = np.zeros(relaxation.size + 1, dtype=np.bool_)
        self.is_static[relaxation.static] = True
        self.static_column = np.full(relaxation.size + 1, -1)
        self.lower, self.upper = np.zeros(relaxation.size + 1), np.ones(relaxation.size + 1)
        # Which week is in which column, and which variable of the case.
        self.rows, self.columns_of_rows = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        self.columns, self.variables = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        self.budget_line = num_lines - 1
        if relaxation.is_budgeted:  # before the first week and slack, whose care is not a term of the line
            self.add_lines(np.array([self.budget_line]))

    # --- columns ------------------------------------------------------------------------------------------------------------

    def add_columns(self, columns: Columns) -> int:
        """Add weeks and times that are not yet in the program; return how many."""
        weeks = self.relaxation.weeks
        rows = np.unique(columns.rows[~self.has_week[columns.rows]])
        times = np.unique(columns.times[~self.has_time[columns.times]])
        self._add_entries(np.unique(np.concatenate([weeks.entries_in(rows)[1], weeks.entry_of[times]])))
        if len(rows):
            self._add_weeks(rows)
        if len(times):
            self._add_times(times)
        return len(rows) + len(times)

    def _add_entries(self, entries: Ints) -> None:
        """Add the rows that tie the visits of entries to the weeks with them."""
        new = entries[self.row_of_entry[entries] < 0]
        self.row_of_entry[new] = self.program.add_rows(np.zeros(len(new)), np.zeros(len(new)))

    def _add_weeks(self, rows: Ints) -> None:
        relaxation, weeks = self.relaxation, self.relaxation.weeks
        (which, places), (with_entry, entries) = weeks.places_in(rows), weeks.entries_in(rows)
        everyone = np.arange(len(rows))
        parts = [
            self._shared(which, places),
            Terms(self.row_of_entry[entries], with_entry, np.full(len(entries), -1.0)),
            Terms(weeks.participant_of(rows), everyone, np.ones(len(rows))),
        ]
        if relaxation.is_budgeted:
            parts.append(Terms(np.full(len(rows), self.row_of_line[self.budget_line]), everyone, weeks.care[rows].astype(np.float64)))
        costs = np.bincount(which, weights=relaxation.unit[places], minlength=len(rows)).astype(np.float64) + relaxation.own[rows]
        added = self.program.add_columns(costs, Terms.joined(parts))
        self.has_week[rows] = True
        self.rows, self.columns_of_rows = np.append(self.rows, rows), np.append(self.columns_of_rows, added)
        self._remember(added[which], places)

    def _add_times(self, times: Ints) -> None:
        relaxation, everyone = self.relaxation, np.arange(len(times))
        visits = relaxation.weeks.entry_visits[times].astype(np.int64)
        own = Terms(self.row_of_entry[relaxation.weeks.entry_of[times]], everyone, np.ones(len(times)))
        costs = relaxation.waits[times] + relaxation.unit[visits]
        added = self.program.add_columns(costs, Terms.joined([self._shared(everyone, visits), own]))
        self.has_time[times] = True
        self._remember(added, visits)

    def _add_static(self, variables: Ints) -> None:
        """Add those of some variables that are shared and not yet in the program."""
        new = np.unique(variables[self.is_static[variables] & (self.static_column[variables] < 0)])
        self.static_column[new] = self.program.add_columns(self.relaxation.unit[new], self._shared(np.arange(len(new)), new))
        self._limit(new)
        self._remember(self.static_column[new], new)

    def _shared(self, columns: Ints, variables: Ints) -> Terms:
        """The terms of new columns in the shared lines of the program, given the variables that are in them."""
        terms = self.relaxation.terms
        which, positions = terms.of_variable.at(variables)
        rows = self.row_of_line[terms.line_of(positions)]
        return Terms(rows, columns[which], terms.coefficients[positions].astype(np.float64)).where(rows >= 0)

    def _remember(self, columns: Ints, variables: Ints) -> None:
        self.columns, self.variables = np.append(self.columns, columns), np.append(self.variables, variables)

    def _limit(self, variables: Ints) -> None:
        self.program.limit_columns(self.static_column[variables], self.lower[variables], self.upper[variables])

    def decide(self, lower: Floats, upper: Floats) -> None:
        """Limit the values of the shared variables, in their order."""
        static = self.relaxation.static
        self.lower[static], self.upper[static] = lower, upper
        self._limit(static[self.static_column[static] >= 0])

    def allow(self, is_allowed: NDArray[np.bool_]) -> None:
        """Allow some of the weeks in the program, in the order of `rows`, and no others."""
        self.program.limit_columns(self.columns_of_rows, np.zeros(len(self.rows)), np.where(is_allowed, INFINITY, 0.0))

    # --- lines --------------------------------------------------------------------------------------------------------------

    def add_lines(self, lines: Ints) -> None:
        """Add shared lines, each with a slack: priced lines can be broken at their price, hard ones at a high price."""
        relaxation = self.relaxation
        which, positions = stretches(relaxation.terms.first, lines)
        variables = relaxation.terms.variables[positions].astype(np.int64)
        coefficients = relaxation.terms.coefficients[positions].astype(np.float64)
        self._add_static(variables)
        of_column, at = Index.of(self.variables, relaxation.size + 1).at(variables)
        terms = Terms(which[of_column], self.columns[at], coefficients[of_column])
        self.row_of_line[lines] = self.program.add_rows(np.full(len(lines), -INFINITY), relaxation.sizes[lines], terms)
        self._add_slacks(lines)

    def _add_slacks(self, lines: Ints) -> None:
        relaxation, slacks, everyone = self.relaxation, self.slack_of[lines], np.arange(len(lines))
        steps, costs, care = np.ones(len(lines)), np.full(len(lines), self.dear), np.zeros(len(lines))
        priced = np.flatnonzero(slacks >= 0)
        if relaxation.is_budgeted:
            costs[lines == self.budget_line] = self.care_price
        steps[priced], costs[priced] = relaxation.slack_step[slacks[priced]], relaxation.slack_cost[slacks[priced]]
        care[priced] = relaxation.slack_care[slacks[priced]]
        parts = [Terms(self.row_of_line[lines], everyone, -steps)]
        if relaxation.is_budgeted:
            budget = np.full(len(lines), self.row_of_line[self.budget_line])
            parts.append(Terms(budget, everyone, care).where(care != 0))
        self.program.add_columns(costs, Terms.joined(parts))

    # --- solving ------------------------------------------------------------------------------------------------------------

    def solve(self, seconds: float) -> bool:
        """Solve from the last basis; return whether the result is optimal."""
        return self.program.solve(seconds)

    @property
    def num_lines(self) -> int:
        """The number of lines in the program."""
        return int((self.row_of_line >= 0).sum())

    @property
    def value(self) -> float:
        """The minimum cost of a mixture; not a bound while weeks are missing."""
        return self.program.value + self.relaxation.constant

    def duals(self) -> Floats:
        """The price of every shared line; zero for lines not yet added."""
        duals, added = np.zeros(len(self.relaxation.sizes)), self.row_of_line >= 0
        duals[added] = np.maximum(0.0, -self.program.duals[self.row_of_line[added]])
        return duals

    def static_values(self) -> Floats:
        """The value of every shared variable, in their order; one that is not in the program is as small as it may be."""
        columns = self.static_column[self.relaxation.static]
        return np.where(columns >= 0, self.program.values[columns], self.lower[self.relaxation.static])

    def week_values(self) -> Floats:
        """How much of each week in the program is chosen, in the order of `rows`."""
        return self.program.values[self.columns_of_rows]

    def values(self) -> Floats:
        """How much of each variable of the case the mixture has."""
        values = np.bincount(self.variables, weights=self.program.values[self.columns], minlength=self.relaxation.size + 1)
        return np.asarray(values, dtype=np.float64)

    def broken(self) -> Ints:
        """The shared lines that the mixture breaks and that are not yet added."""
        relaxation = self.relaxation
        is_broken = relaxation.terms.by_line(self.values()) > relaxation.sizes + TOLERANCE
        return np.flatnonzero(is_broken & (self.row_of_line < 0))
