"""Destroy and repair in terms of week tables: some people choose again among their best weeks, with everyone else as before.

A week is a large step: it changes all groups and days of a participant at once, which a model of single visits finds only if it frees all
of them. So steps that free many people are still solved to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Step:
    """The result of a step: the roster, and whether none of those in its program is better; None without a roster."""

    choice: WeekChoice | None
    is_optimal: bool = False


class StepSolver:
    """Takes steps from one roster to the next."""

    def __init__(self, shared: SharedLines, care_price: float, solve: Solver) -> None:
        """Take them with some lines.

        Args:
            care_price: Price of a minute of care.
        """
        self.shared, self.care_price, self.solve = shared, care_price, solve
        self.weeks = shared.relaxation.weeks
        self.pairs = DayPairs(shared.index.lines, self.weeks)

    def step(
        self, choice: WeekChoice, pool: Pool, people: Iterable[int], seconds: float, seed: int, gap: float = 0.0, may_idle: bool = False
    ) -> Step:
        """Let some people choose again.

        Args:
            gap: Share of the cost that may stay unproven.
            may_idle: Whether they may also have no session at all, so that a legal roster is nearly always among those in the program.
        """
        free = sorted(people)
        others = sorted(set(range(len(choice.rows))).difference(free))
        rows = pool.rows_of(free, np.append(choice.rows[free], self._idle(free) if may_idle else []).astype(np.int64))
        current = np.concatenate([np.zeros(0, dtype=np.int64), *(choice.times[participant] for participant in free)])
        times = pool.times_of(rows, current)
        costs = self.weeks.preference[rows] + self.care_price * self.weeks.care[rows], self.weeks.entry_waits[times].astype(np.float64)
        step = StepProgram(self.shared, rows, times, costs, choice.visits(self.weeks, others))
        self.pairs.add(step.program, self.pairs.of(rows), step.literals, step.times_by_entry)
        step.program.hint = step.hint(choice)
        solution = self.solve(step.program, seconds, seed, gap)
        if not solution.values:
            return Step(None)
        cost = sum(cost * value for cost, value in zip(step.program.costs, solution.values, strict=True))
        return Step(step.applied(choice, solution.values), cost <= solution.bound)

    def _idle(self, people: Sequence[int]) -> Ints:
        """The weeks in which some people have no session, as far as they are legal: each table begins with it."""
        rows = self.weeks.first[list(people)]
        return rows[self.weeks.care[rows] < ILLEGAL]
