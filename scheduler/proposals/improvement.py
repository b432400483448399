"""Improves a proposal step by step; while it breaks rules, steps are around those concerned, and free more people each time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection

from scheduler.proposals.judgement import Appointment, ProposalJudgement, judge_handles
from scheduler.proposals.people import PeopleSelector
from scheduler.proposals.pool import Pool
from scheduler.proposals.step_solver import StepSolver
from scheduler.proposals.week_choice import WeekChoice
from scheduler.rule import Violation
from scheduler.terms import Visit

STEP_SECONDS = 2.0
REPAIR_SECONDS = 4.0
ALSO = 6
"""Number of other people whom the first step of a repair frees with those concerned; each further step frees so many more."""
REPAIR_GAP = 20.0
"""Amount of the cost that may stay unproven in a repair: what is left is found later, and sooner."""
FIRST_DEAR, MOST_DOUBLED = 4000.0, 12
"""Cost of a line that stays broken in the first step of a repair, and how often it is doubled: appointments are dropped last."""

MOST_STUCK = 40
"""Number of steps without a better roster after which to stop."""

Report = Callable[[WeekChoice, tuple[int, int]], None]
"""Takes a legal roster with its care and preference cost."""


class Improvement:
    """One roster on its way; the best one so far is always kept."""

    def __init__(self, steps: StepSolver, pool: Pool, choice: WeekChoice, seed: int) -> None:
        self.steps, self.pool, self.choice = steps, pool, choice
        self.lines = steps.shared.index.lines
        self.random = random.Random(seed)
        self.selector = PeopleSelector(steps.weeks, self.lines.handles, self.random)
        self.repairs = self.stuck = 0
        self.judgement = self._judge(choice)
        self.selector.look_at(choice, self.judgement)

    def improve(self, ends: float, report: Report, until_legal: bool = False) -> None:
        """Take steps until time is up or none helps; the first legal roster and every better one are reported.

        Args:
            until_legal: Whether a legal roster is enough.
        """
        if self.judgement.is_legal:
            report(self.choice, self.judgement.rank[1:])
        while self.stuck < MOST_STUCK and (left := ends - time.monotonic()) > 0:
            if self.judgement.is_legal and until_legal:
                return
            if self.judgement.is_legal:
                self._step(min(STEP_SECONDS, left), report)
            else:
                self._repair(min(REPAIR_SECONDS, left), report)

    def _step(self, seconds: float, report: Report) -> None:
        people, kind = self.selector.next()
        step = self.steps.step(self.choice, self.pool, people, seconds, self._seed())
        self.selector.learn(kind, step.is_optimal, is_better=self._take(step.choice, report))

    def _repair(self, seconds: float, report: Report) -> None:
        """Free those whom one of the violations concerns, with the breaks of all clinicians concerned among the lines."""
        violations = self.judgement.verdict.violations
        self.steps.shared.add_breaks(self.judgement.duties(violations))
        violation = self.random.choice(violations)
        self.repairs += 1
        people = self._people(violation)
        everyone = self.selector.filled(people, ALSO * self.repairs + len(self._concerned(violation)))
        dear = FIRST_DEAR * 2.0 ** min(self.repairs, MOST_DOUBLED)
        step = self.steps.step(self.choice, self.pool, everyone, seconds, self._seed(), REPAIR_GAP, dear=dear, may_idle=True)
        self._take(step.choice, report)
        if violation in self.judgement.verdict.violations:
            self._shut(self.judgement.visits(violation))

    def _concerned(self, violation: Violation) -> list[int]:
        """Those whom a violation names, or a session of it, and whom a clinician among them sees."""
        names, visits = self.judgement.concerned([violation]), self.selector.visits
        return [
            one
            for one, name in enumerate(self.steps.weeks.participants)
            if name in names or any(visit.clinician in names for visit in visits[one])
        ]

    def _people(self, violation: Violation) -> list[int]:
        """Those concerned, then those who have an appointment at the time of its sessions: its clinician may be needed there."""
        visits, about = self.selector.visits, self.judgement.visits(violation)
        spans = {
            visit.span
            for of_one in visits
            for visit in of_one
            if (visit.group or (visit.participant, visit.service, visit.ordinal)) in about
        }
        beside = [one for one, of_one in enumerate(visits) if any(v.group is None and any(map(v.span.overlaps, spans)) for v in of_one)]
        self.random.shuffle(beside)
        return list(dict.fromkeys([*self._concerned(violation), *beside]))

    def _shut(self, appointments: Collection[Appointment | str]) -> None:
        """Let no step choose the times of some appointments again: the lines do not know what is wrong with them."""
        for number in self.choice.visits(self.steps.weeks, range(len(self.choice.rows))).tolist():
            visit = self.lines.handles[number]
            if isinstance(visit, Visit) and visit.group is None and (visit.participant, visit.service, visit.ordinal) in appointments:
                self.steps.shut.add(number)

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
        if is_better and judgement.is_legal:
            self.repairs = 0
            report(choice, judgement.rank[1:])
        return is_better

    def _seed(self) -> int:
        return self.random.randrange(1 << 16)

    def _judge(self, choice: WeekChoice) -> ProposalJudgement:
        return judge_handles(self.lines, choice.numbers(self.steps.weeks))
