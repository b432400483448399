"""Proposes rosters at the prices of a bound: a dive, the times and clinicians for it, then improvements as long as there is time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduler.model.line_index import LineIndex
from scheduler.proposals.dive import Diver
from scheduler.proposals.improvement import Improvement
from scheduler.proposals.judgement import CARE_PRICE
from scheduler.proposals.known_roster import choice_of
from scheduler.proposals.pool import Pool
from scheduler.proposals.shared_lines import SharedLines
from scheduler.proposals.step_solver import StepSolver
from scheduler.proposals.week_choice import WeekChoice
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.integer_program import Solver

DIVE_SHARE, TIMES_SHARE = 0.6, 0.7
"""Maximum shares of the time that is left for the dive, and then for the times of its weeks."""
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
        self.subjects: set[str] = set()
        self.choice: WeekChoice | None = None
        self.rank: tuple[int, int, int] | None = None  # rules broken, care, preference

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
        shared.add_breaks(self.subjects)
        self.subjects = shared.subjects
        steps = StepSolver(shared, CARE_PRICE, self.solve)
        if is_new := self.choice is None:
            self.choice = self._first(prices, steps, ends)
        if best is not None and (self.choice is None or (not is_new and self._is_behind(best))):
            self.choice = choice_of(relaxation.weeks, handles, best.picked) or self.choice
        if self.choice is None:
            return
        pool = Pool(relaxation, prices.duals, handles, WEEKS, CLOSE)
        improvement = Improvement(steps, pool, self.choice, self.seed)

        def say(choice: WeekChoice, rank: tuple[int, int] | None) -> None:
            report(ProposedRoster(tuple(choice.numbers(relaxation.weeks)), rank))

        improvement.improve(ends, say, until_legal)
        self.choice, self.seed = improvement.choice, self.seed + 1
        self.rank = None if improvement.judgement is None else improvement.judgement.rank
        if not until_legal and (self.rank is None or self.rank[0] > 0):
            say(improvement.choice, None)

    def _is_behind(self, best: ProposedRoster) -> bool:
        """Whether a legal roster is better than the last one, which may not even have found rooms."""
        return best.rank is not None and (self.rank is None or (0, *best.rank) < self.rank)

    def _first(self, prices: ColumnGeneration, steps: StepSolver, ends: float) -> WeekChoice | None:
        """Everyone's groups by a dive, and times and clinicians for these."""
        handles, began = self.index.lines.handles, time.monotonic()
        dive = Diver(prices, handles).dive(began + DIVE_SHARE * (ends - began))
        if dive is None:
            return None
        pool = Pool(dive.relaxation, dive.duals, handles, DIVE_WEEKS, DIVE_CLOSE)
        nothing = tuple(np.zeros(0, dtype=np.int64) for _ in pool.rows)
        start = WeekChoice(np.array([rows[0] for rows in pool.rows]), nothing, frozenset())
        everyone = range(len(pool.rows))
        for may_idle in (False, True):  # where everyone may idle, it takes long to find out that they need not
            seconds = TIMES_SHARE * (ends - time.monotonic())
            step = steps.step(start, pool, everyone, seconds, self.seed, WORTH_IT, may_idle)
            if step.choice is not None:
                return step.choice
        return None


def promising(prices: ColumnGeneration) -> tuple[int, ...]:
    """The numbers of the visits of all weeks within reach of their participant's cheapest one."""
    relaxation = prices.relaxation
    pricing = relaxation.relax(prices.duals)
    above = relaxation.least_with(pricing) - pricing.bound
    above[relaxation.static] = np.inf
    return tuple(np.flatnonzero((above[:-1] <= PROMISING) & np.isfinite(above[:-1])).tolist())
