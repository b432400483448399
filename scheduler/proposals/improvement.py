"""Improves a proposal step by step; while it breaks rules, steps are around those concerned, and free more people each time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from scheduler.proposals.judgement import ProposalJudgement, judge_handles
from scheduler.proposals.people import PeopleSelector
from scheduler.proposals.pool import Pool
from scheduler.proposals.repair import ProposalRepair
from scheduler.proposals.step_solver import StepSolver
from scheduler.proposals.week_choice import WeekChoice

STEP_SECONDS = 2.0
MOST_STUCK = 40
"""Number of steps without a better roster after which to stop."""

Report = Callable[[WeekChoice, tuple[int, int]], None]
"""Takes a legal roster with its care and preference cost."""


class Improvement:
    """One roster on its way; the best one so far is always kept."""

    def __init__(self, steps: StepSolver, pool: Pool, choice: WeekChoice, seed: int, near: Pool | None = None) -> None:
        """Begin with a roster.

        Args:
            pool: Weeks and times to choose from in steps.
            near: The same where something is mended; those close to the roster that it begins with.
        """
        self.steps, self.pool, self.choice = steps, pool, choice
        self.near = pool if near is None else near
        self.lines = steps.shared.index.lines
        self.random = random.Random(seed)
        self.selector = PeopleSelector(pool, self.lines.handles, self.random)
        self.stuck = 0
        self.judgement = self._judge(choice)
        self.selector.look_at(choice, self.judgement)

    def improve(self, ends: float, report: Report, until_legal: bool = False) -> None:
        """Mend what is broken, then take steps until time is up or none helps; each legal roster that is better is reported.

        Args:
            until_legal: Whether a legal roster is enough.
        """
        if not self.judgement.is_legal:
            self.choice, self.judgement = ProposalRepair(self.steps, self.near, self.random).mend(self.choice, self.judgement, ends)
            self.selector.look_at(self.choice, self.judgement)
        if not self.judgement.is_legal:
            return
        report(self.choice, self.judgement.rank[1:])
        while not until_legal and self.stuck < MOST_STUCK and (left := ends - time.monotonic()) > 0:
            self._step(min(STEP_SECONDS, left), report)

    def _step(self, seconds: float, report: Report) -> None:
        people, kind = self.selector.next()
        step = self.steps.step(self.choice, self.pool, people, seconds, self._seed())
        self.selector.learn(kind, step.is_optimal, is_better=self._take(step.choice, report))

    def _take(self, choice: WeekChoice | None, report: Report) -> bool:
        """Go on from another roster if it is no worse; return whether it is better."""
        self.stuck += 1
        if choice is None:
            return False
        judgement = self._judge(choice)
        if not judgement.is_legal:
            self.steps.shared.add_breaks(judgement.duties(judgement.verdict.violations))
        if judgement.rank > self.judgement.rank:
            return False
        is_better = judgement.rank < self.judgement.rank
        self.choice, self.judgement = choice, judgement
        self.selector.look_at(choice, judgement)
        if is_better:
            self.stuck = 0
            report(choice, judgement.rank[1:])
        return is_better

    def _seed(self) -> int:
        return self.random.randrange(1 << 16)

    def _judge(self, choice: WeekChoice) -> ProposalJudgement:
        return judge_handles(self.lines, choice.numbers(self.steps.weeks))
