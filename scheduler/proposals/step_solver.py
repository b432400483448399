"""Destroy and repair in terms of week tables: some people choose again among their best weeks, with everyone else as before.

A week is a large step: it changes all groups and days of a participant at once, which a model of single visits finds only if it frees all
of them. So steps that free many people are still solved to the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.proposals.day_pairs import DayPairs
from scheduler.proposals.pool import Pool
from scheduler.proposals.shared_lines import SharedLines
from scheduler.proposals.step_program import StepProgram
from scheduler.proposals.week_choice import WeekChoice
from scheduler.terms import Handle, Visit
from scheduler.weeks.integer_program import Solver
from scheduler.weeks.relaxation import Ints
from scheduler.weeks.week_table import ILLEGAL

DEAR = 10_000_000.0
"""Cost of a hard line that is broken before a step and stays so; a step breaks no others."""


@dataclass(frozen=True, slots=True)
class Step:
    """The result of a step: the roster, and whether none of those in its program is better; None without a roster."""

    choice: WeekChoice | None
    is_optimal: bool = False


class StepSolver:
    """Takes steps from one roster to the next.

    Attributes:
        shut: Visits that no step chooses any more, since they broke a rule that the lines do not know.
        partners: By participant, those who have sessions together with them: none of them can change these alone.
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
        self.partners = _partners(self.weeks.participants, shared.index.lines.handles[: self.weeks.num_variables])

    def step(self, choice: WeekChoice, pool: Pool, people: Collection[int], seconds: float, seed: int, gap: float = 0.0) -> Step:
        """Let some people, and their partners, choose again.

        Args:
            gap: Amount of the cost that may stay unproven.
        """
        free = sorted({*people, *(partner for one in people for partner in self.partners.get(one, ()))})
        rows = pool.rows_of(free, choice.rows[free])
        return self._solved(choice, free, rows, pool.times_of(rows, self._times(choice, free)), seconds, seed, gap)

    def mend(self, choice: WeekChoice, pool: Pool, people: Collection[int], seconds: float, seed: int, gap: float) -> Step:
        """Let some people choose again, while everyone may also lose appointments: so a legal roster is among those to choose from."""
        everyone = range(len(choice.rows))
        also = [choice.rows, *(self._lesser(choice.rows[one], one) for one in everyone)]
        chosen = pool.rows_of(people, choice.rows[list(people)])
        times = np.union1d(pool.times_of(chosen, self._times(choice, people)), self._times(choice, everyone))
        return self._solved(choice, everyone, np.unique(np.concatenate([chosen, *also])), times, seconds, seed, gap)

    def _times(self, choice: WeekChoice, people: Iterable[int]) -> Ints:
        """The positions of some people's visits."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *(choice.times[one] for one in people)])

    def _solved(self, choice: WeekChoice, free: Sequence[int], rows: Ints, times: Ints, seconds: float, seed: int, gap: float) -> Step:
        """The best roster with some of these weeks and times for those who are free."""
        others = sorted(set(range(len(choice.rows))).difference(free))
        times = times[~np.isin(self.weeks.entry_visits[times], list(self.shut))]
        costs = self.weeks.preference[rows] + self.care_price * self.weeks.care[rows], self.weeks.entry_waits[times].astype(np.float64)
        broken = np.where(self.shared.broken(choice.numbers(self.weeks)), DEAR, np.inf)
        held = np.union1d(choice.visits(self.weeks, others), np.array(sorted(choice.shared), dtype=np.int64))
        step = StepProgram(self.shared, rows, times, costs, held, broken)
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


def _partners(participants: Sequence[str], handles: Sequence[Handle]) -> dict[int, set[int]]:
    """By participant, those with whom they can have sessions."""
    numbers = {name: number for number, name in enumerate(participants)}
    partners: dict[int, set[int]] = {}
    for handle in handles:
        if isinstance(handle, Visit) and handle.partner in numbers and handle.participant in numbers:
            partners.setdefault(numbers[handle.participant], set()).add(numbers[handle.partner])
    return partners
