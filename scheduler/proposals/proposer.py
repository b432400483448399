"""Proposes rosters at the prices of a bound: a dive, the times and clinicians for it, then improvements as long as there is time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduler.model.line_index import LineIndex
from scheduler.proposals.dive import Dive, Diver
from scheduler.proposals.improvement import Improvement
from scheduler.proposals.judgement import CARE_PRICE
from scheduler.proposals.known_roster import choice_of
from scheduler.proposals.pool import Pool
from scheduler.proposals.shared_lines import SharedLines
from scheduler.proposals.step_solver import StepSolver
from scheduler.proposals.week_choice import WeekChoice
from scheduler.weeks.breaks import Duty
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.integer_program import Solver

DIVE_SHARE, TIMES_SHARE = 0.7, 0.5
"""Maximum shares of the time that is left for the dive, and then for the times of its weeks."""
PART = 30
"""Maximum number of people for whom times are chosen together.

Breaks are left out, as if there were none: with them, it takes three times as long."""
TURNS = 2
"""How often everybody's times are chosen when that is not done at once, each time with others together."""
WORTH_IT = 0.003
"""Share of the cost that may stay unproven when times are chosen for the weeks of a dive."""
DIVE_WEEKS, DIVE_CLOSE = 15, 1.0
"""Weeks of everyone, all with the groups of the dive, and the extra cost of times, that are tried for it."""
WEEKS, CLOSE = 30, 2.0
"""Weeks of everyone, and the extra cost of times, that are tried in steps."""
PROMISING = 3.0
"""A visit is promising if the best week with it costs at most this much more than its participant's cheapest week."""


@dataclass(frozen=True, slots=True)
class ProposedRoster:
    """A roster.

    Attributes:
        picked: Numbers of its visits and shared variables.
        rank: Its care and preference cost; None if it breaks rules.
    """

    picked: tuple[int, ...]
    rank: tuple[int, int] | None


Report = Callable[[ProposedRoster], None]


class Proposer:
    """Proposes for one case; each call goes on from the last roster."""

    def __init__(self, index: LineIndex, solve: Solver, seed: int = 1) -> None:
        self.index, self.solve, self.seed = index, solve, seed
        self.duties: set[Duty] = set()
        self.choice: WeekChoice | None = None
        self.rank: tuple[int, int, int] | None = None  # rules broken, care, preference
        self._diver: Diver | None = None
        self._near: Pool | None = None  # weeks with the groups of the dive

    def propose(
        self, prices: ColumnGeneration, ends: float, report: Report, best: ProposedRoster | None = None, until_legal: bool = False
    ) -> None:
        """Report better and better rosters until time is up; one that breaks rules only if no other was found.

        Args:
            best: The best roster known elsewhere, from which to go on if it is better than the last one.
            until_legal: Whether a legal roster is enough.
        """
        relaxation, handles = prices.relaxation, self.index.lines.handles
        if not relaxation.weeks.participants:
            return
        shared = SharedLines(self.index, relaxation, CARE_PRICE)
        steps = StepSolver(shared, CARE_PRICE, self.solve)
        if is_new := self.choice is None:
            self.choice = self._first(prices, steps, ends)
        if best is not None and (self.choice is None or (not is_new and self._is_behind(best))):
            self.choice = choice_of(relaxation.weeks, handles, best.picked) or self.choice
        if self.choice is None:
            return
        shared.add_breaks(self.duties)
        self.duties = shared.duties
        pool = Pool(relaxation, prices.duals, handles, WEEKS, CLOSE)
        improvement = Improvement(steps, pool, self.choice, self.seed, self._near)

        def say(choice: WeekChoice, rank: tuple[int, int] | None) -> None:
            report(ProposedRoster(tuple(choice.numbers(relaxation.weeks)), rank))

        improvement.improve(ends, say, until_legal)
        self.choice, self.seed = improvement.choice, self.seed + 1
        self.rank = improvement.judgement.rank
        if not until_legal and self.rank[0] > 0:
            say(improvement.choice, None)

    def _is_behind(self, best: ProposedRoster) -> bool:
        """Whether a legal roster is better than the last one."""
        return best.rank is not None and (self.rank is None or (0, *best.rank) < self.rank)

    def _first(self, prices: ColumnGeneration, steps: StepSolver, ends: float) -> WeekChoice | None:
        """Everyone's groups by a dive, and times and clinicians for these."""
        handles, began = self.index.lines.handles, time.monotonic()
        self._diver = self._diver or Diver(prices, handles)
        if (dive := self._diver.dive(began + DIVE_SHARE * (ends - began))) is None:
            return None  # it goes on from there the next time
        self._near = Pool(dive.relaxation, dive.duals, handles, DIVE_WEEKS, DIVE_CLOSE)
        return self._with_times(dive, self._near, steps, ends)

    def _with_times(self, dive: Dive, near: Pool, steps: StepSolver, ends: float) -> WeekChoice:
        """A roster with times and clinicians near a dive, chosen for people in the same groups at once."""
        handles, weeks, choice = self.index.lines.handles, dive.relaxation.weeks, dive.choice
        names = [[str(handles[n]) for n in sorted(row) if n < weeks.num_variables] for row in weeks.places[dive.choice.rows].tolist()]
        order, number = np.array(sorted(range(len(names)), key=names.__getitem__)), math.ceil(len(names) / PART)
        turns = [np.roll(order, turn * PART // 2) for turn in range(TURNS if number > 1 else 1)]
        parts = [people for turn in turns for people in np.array_split(turn, number)]
        for done, people in enumerate(parts):
            seconds = TIMES_SHARE * (ends - time.monotonic()) / (len(parts) - done)
            gap = WORTH_IT * dive.value * len(people) / len(order)
            choice = steps.step(choice, near, people, seconds, self.seed, gap).choice or choice
        return choice


def promising(prices: ColumnGeneration) -> tuple[int, ...]:
    """The numbers of the visits of all weeks within reach of their participant's cheapest one."""
    relaxation = prices.relaxation
    pricing = relaxation.relax(prices.duals)
    above = relaxation.least_with(pricing) - pricing.bound
    above[relaxation.static] = np.inf
    return tuple(np.flatnonzero((above[:-1] <= PROMISING) & np.isfinite(above[:-1])).tolist())
