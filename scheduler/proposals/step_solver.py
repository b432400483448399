"""Destroy and repair in terms of week tables: some people choose again among their best weeks, with everyone else as before.

A week is a large step: it changes all groups and days of a participant at once, which a model of single visits finds only if it frees all
of them. So steps that free many people are still solved to the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scheduler.proposals.day_pairs import DayPairs
from scheduler.proposals.pool import Pool
from scheduler.proposals.shared_lines import SharedLines
from scheduler.proposals.step_program import StepProgram
from scheduler.proposals.week_choice import WeekChoice
from scheduler.weeks.integer_program import Solver
from scheduler.weeks.relaxation import Ints
from scheduler.weeks.week_table import ILLEGAL

DEAR = 1_000_000.0
"""Cost of a broken line: more than the care of several people."""


@dataclass(frozen=True, slots=True)
class Step:
    """The result of a step: the roster, and whether none of those in its program is better; None without a roster."""

    choice: WeekChoice | None
    is_optimal: bool = False


class StepSolver:
    """Takes steps from one roster to the next.

    Attributes:
        shut: Visits that no step chooses any more, since they broke a rule that the lines do not know.
    """

    def __init__(self, shared: SharedLines, care_price: float, solve: Solver) -> None:
        """Take them with some lines.

        Args:
            care_price: Price of a minute of care.
        """
        self.shared, self.care_price, self.solve = shared, care_price, solve
        self.weeks = shared.relaxation.weeks
        self.shut: set[int] = set()
        self.pairs = DayPairs(shared.index.lines, self.weeks)

    def step(
        self,
        choice: WeekChoice,
        pool: Pool,
        people: Iterable[int],
        seconds: float,
        seed: int,
        gap: float = 0.0,
        dear: float = DEAR,
        may_idle: bool = False,
    ) -> Step:
        """Let some people choose again.

        Args:
            gap: Amount of the cost that may stay unproven.
            dear: Cost of each hard line that is broken now and stays so; others may not be broken.
            may_idle: Whether they may also have no session at all, so that a legal roster is nearly always among those in the program.
        """
        free = sorted(people)
        others = sorted(set(range(len(choice.rows))).difference(free))
        also = [choice.rows[free], *(self._lesser(choice.rows[one], one) for one in free if may_idle)]
        rows = pool.rows_of(free, np.concatenate(also))
        current = np.concatenate([np.zeros(0, dtype=np.int64), *(choice.times[participant] for participant in free)])
        times = pool.times_of(rows, current)
        times = times[~np.isin(self.weeks.entry_visits[times], list(self.shut))]
        costs = self.weeks.preference[rows] + self.care_price * self.weeks.care[rows], self.weeks.entry_waits[times].astype(np.float64)
        broken = np.where(self.shared.broken(choice.numbers(self.weeks)), dear, np.inf)
        step = StepProgram(self.shared, rows, times, costs, choice.visits(self.weeks, others), broken)
        self.pairs.add(step.program, self.pairs.of(rows), step.literals, step.times_by_entry)
        step.program.hint = step.hint(choice)
        solution = self.solve(step.program, seconds, seed, gap)
        if not solution.values:
            return Step(None)
        cost = sum(cost * value for cost, value in zip(step.program.costs, solution.values, strict=True))
        return Step(step.applied(choice, solution.values), cost <= solution.bound)

    def _lesser(self, row: int, participant: int) -> Ints:
        """The legal weeks of a participant with the same groups and fewer of the same appointments, and the one without any session."""
        table, first = self.weeks.tables[participant], self.weeks.first[participant]
        same_groups = first + np.arange(len(table.ways)) * table.num_sets + (row - first) % table.num_sets
        is_lesser = np.isin(self.weeks.entries[same_groups], [*self.weeks.entries[row], self.weeks.padding]).all(axis=1)
        rows: Ints = np.append(same_groups[is_lesser], first)  # each table begins with no session
        return rows[self.weeks.care[rows] < ILLEGAL]
