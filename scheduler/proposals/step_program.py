"""The integer program of one step: some people choose among some of their weeks, and what everyone shares is chosen with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.proposals.shared_lines import SharedLines
from scheduler.proposals.week_choice import WeekChoice
from scheduler.weeks.integer_program import IntegerProgram
from scheduler.weeks.linear_program import Terms
from scheduler.weeks.relaxation import Floats, Ints


class StepProgram:
    """The program, written from arrays: with thousands of lines, writing it would otherwise take longer than solving it.

    Attributes:
        rows, times, free: What its first variables stand for: weeks, positions in the entries, and shared variables.
        literals: By position, its variable.
        times_by_entry: By entry, the positions to choose from.
    """

    def __init__(self, shared: SharedLines, rows: Ints, times: Ints, costs: tuple[Floats, Floats], held: Ints, dear: Floats) -> None:
        """Write it.

        Args:
            rows: Weeks to choose from, of the people who are free; with their costs.
            times: Positions of visits in their entries to choose from; with the costs of the waits there.
            held: The visits of everyone else, and the shared variables that are true; those near the people who are free may change.
            dear: By line, the cost of breaking it although it is hard; infinite if it may not be.
        """
        self.shared, self.weeks = shared, shared.relaxation.weeks
        self.rows, self.times, self.program = rows, times, IntegerProgram()
        columns, variables, self.free = self._variables()
        terms, bounds = self._terms(columns, variables, np.setdiff1d(held, self.free))
        units: Floats = np.bincount(columns, weights=shared.units[variables], minlength=self._size).astype(np.float64)
        units[: len(rows)] += costs[0]
        units[len(rows) : len(rows) + len(times)] += costs[1]
        for cost in np.rint(units).astype(np.int64).tolist():
            self.program.variable(cost)
        self.literals = {time: number for number, time in enumerate(times.tolist(), len(rows))}
        self.times_by_entry = dict(_groups(self.weeks.entry_of[times], times))
        self._limit_weeks()
        self._limit_lines(terms, bounds, np.minimum(shared.costs, dear))

    @property
    def _size(self) -> int:
        return len(self.rows) + len(self.times) + len(self.free)

    def _variables(self) -> tuple[Ints, Ints, Ints]:
        """Which variable of the case each column makes true; and the shared variables with columns."""
        weeks, num_rows, num_times = self.weeks, len(self.rows), len(self.times)
        which, places = weeks.places_in(self.rows)
        visits = weeks.entry_visits[self.times].astype(np.int64)
        free = self.shared.near(np.concatenate([places, visits]))
        columns = [which, num_rows + np.arange(num_times), num_rows + num_times + np.arange(len(free))]
        return np.concatenate(columns), np.concatenate([places, visits, free]), free

    def _terms(self, columns: Ints, variables: Ints, held: Ints) -> tuple[Terms, Floats]:
        """The terms of the lines that could be broken, and the right sides that the held visits leave."""
        shared = self.shared
        values = np.zeros(shared.terms.num_variables)
        values[held] = 1.0
        bounds = shared.bounds - shared.terms.by_line(values)
        which, positions = shared.terms.of_variable.at(variables)
        lines, factors = shared.terms.line_of(positions), shared.terms.coefficients[positions].astype(np.float64)
        self.most: Floats = np.bincount(lines, weights=np.maximum(factors, 0.0), minlength=len(bounds)).astype(np.float64)
        can_break = (self.most > bounds)[lines]
        return Terms(lines, columns[which], factors).where(can_break), bounds

    # --- rows ---------------------------------------------------------------------------------------------------------------

    def _limit_weeks(self) -> None:
        """One week for everyone, and one time for each of its entries."""
        weeks, num_rows = self.weeks, len(self.rows)
        owners = weeks.participant_of(self.rows)
        for _, numbers in _groups(owners, np.arange(num_rows)):
            self.program.limit(dict.fromkeys(numbers, 1), 1, is_equal=True)
        which, entries = weeks.entries_in(self.rows)
        for entry, numbers in _groups(entries, which):
            of_times = [self.literals[time] for time in self.times_by_entry.get(entry, ())]
            self.program.limit(dict.fromkeys(of_times, 1) | dict.fromkeys(numbers, -1), 0, is_equal=True)

    def _limit_lines(self, terms: Terms, bounds: Floats, costs: Floats) -> None:
        """Each line that could be broken, over its bound at its price if it has one."""
        shared = self.shared
        first, columns, factors = terms.compressed(len(bounds))
        ends = np.append(first[1:], len(columns))
        columns_list, factors_list = columns.tolist(), factors.astype(np.int64).tolist()
        used = np.flatnonzero(ends > first)
        over = np.ceil((self.most - bounds) / shared.steps)
        for line, start, end, bound in zip(used.tolist(), first[used].tolist(), ends[used].tolist(), bounds[used].tolist(), strict=True):
            numbers, coefficients = columns_list[start:end], factors_list[start:end]
            if np.isfinite(costs[line]):
                numbers.append(self.program.variable(round(costs[line]), int(over[line])))
                coefficients.append(-int(shared.steps[line]))
            self.program.rows.append((numbers, coefficients, int(bound), False))

    # --- solutions ----------------------------------------------------------------------------------------------------------

    def hint(self, choice: WeekChoice) -> list[int]:
        """The values of the variables in a roster, except for amounts over bounds."""
        times = np.concatenate([np.zeros(0, dtype=np.int64), *choice.times])
        shared = np.array(sorted(choice.shared), dtype=np.int64)
        kinds = ((self.rows, choice.rows), (self.times, times), (self.free, shared))
        return [int(value) for numbers, chosen in kinds for value in np.isin(numbers, chosen)]

    def applied(self, choice: WeekChoice, values: Sequence[int]) -> WeekChoice:
        """A roster with the weeks, times and shared variables of a solution."""
        weeks, is_true = self.weeks, np.array(values[: self._size]) > 0
        ends = np.cumsum([0, len(self.rows), len(self.times), len(self.free)])
        rows, times, free = (
            numbers[is_true[a:b]] for numbers, (a, b) in zip((self.rows, self.times, self.free), pairwise(ends), strict=True)
        )
        owners, new_rows, new_times = weeks.participant_of(rows), choice.rows.copy(), list(choice.times)
        new_rows[owners] = rows
        of_entry = np.searchsorted(weeks.first_entry, weeks.entry_of[times], side="right") - 1
        for owner in owners.tolist():
            new_times[owner] = times[of_entry == owner]
        return WeekChoice(new_rows, tuple(new_times), choice.shared.difference(self.free.tolist()).union(free.tolist()))


def _groups(keys: NDArray[np.integer], numbers: Ints) -> list[tuple[int, list[int]]]:
    """Numbers by key, in order of the keys."""
    order = np.argsort(keys, kind="stable")
    distinct, firsts = np.unique(keys[order], return_index=True)
    parts = np.split(numbers[order], firsts[1:]) if len(keys) else []
    return [(key, part.tolist()) for key, part in zip(distinct.tolist(), parts, strict=True)]
