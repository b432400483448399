"""Makes a proposal legal: those concerned get other times, and if that is not enough, some appointments are left out."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Sequence

from scheduler.proposals.judgement import Appointment, ProposalJudgement, judge_handles
from scheduler.proposals.pool import Pool
from scheduler.proposals.step_solver import StepSolver
from scheduler.proposals.week_choice import WeekChoice
from scheduler.rule import Violation
from scheduler.terms import Visit

SECONDS = 4.0
"""Wall time of one step."""
STEPS, WITH_OTHER_TIMES = 10, 4
"""Number of steps, and of the first ones: these begin with the proposal itself, so that none of them pays for what an earlier one did not
know, and those concerned may choose again. In the others, appointments are only left out."""
MOST_TOGETHER = 10
"""Maximum number of people who get other times together."""
GAP = 20.0
"""Amount of the cost that may stay unproven: what is left is found later, and sooner."""


class ProposalRepair:
    """Mends one proposal.

    The lines of a step leave out the breaks of most clinicians. Those of a clinician are added when a break is missing, and then the
    step is taken again. Everyone may lose appointments in it, so it nearly always ends with what all its lines allow.
    """

    def __init__(self, steps: StepSolver, pool: Pool, randomness: random.Random) -> None:
        """Mend with some weeks and times."""
        self.steps, self.pool, self.random = steps, pool, randomness
        self.lines = steps.shared.index.lines
        self.concerned: dict[int, None] = {}

    def mend(self, choice: WeekChoice, judgement: ProposalJudgement, ends: float) -> tuple[WeekChoice, ProposalJudgement]:
        """A legal roster near a proposal; if there was not enough time, the proposal or what became of it."""
        begin = choice
        for number in range(STEPS):
            if judgement.is_legal or (left := ends - time.monotonic()) <= 0:
                break
            self._look_at(choice, judgement, is_new=number == 0)
            together = list(self.concerned)[-MOST_TOGETHER:] if number < WITH_OTHER_TIMES else []
            step = self.steps.mend(begin, self.pool, together, min(SECONDS, left), self.random.randrange(1 << 16), GAP)
            if step.choice is not None:
                choice, judgement = step.choice, judge_handles(self.lines, step.choice.numbers(self.steps.weeks))
            if number + 1 >= WITH_OTHER_TIMES:
                begin = choice
        return choice, judgement

    def _look_at(self, choice: WeekChoice, judgement: ProposalJudgement, is_new: bool) -> None:
        """Add the breaks that are missing, and whom that concerns; what the lines do not know is not chosen again."""
        visits = [
            [visit for n in choice.visits(self.steps.weeks, [one]).tolist() if isinstance(visit := self.lines.handles[n], Visit)]
            for one in range(len(choice.rows))
        ]
        for violation in judgement.verdict.violations:
            self.concerned |= dict.fromkeys(self._people(visits, judgement, violation))
            if not self.steps.shared.add_breaks(judgement.duties([violation])) and not is_new:
                self._shut(choice, judgement.visits(violation))

    def _people(self, visits: Sequence[Sequence[Visit]], judgement: ProposalJudgement, violation: Violation) -> list[int]:
        """Those with an appointment at the time of what is named; then those named, and whom a clinician among them sees that day."""
        names, about = judgement.concerned([violation]), judgement.visits(violation)
        spans = {v.span for own in visits for v in own if (v.group or (v.participant, v.service, v.ordinal)) in about}
        days = {span.day for span in spans}
        beside = [one for one, own in enumerate(visits) if any(v.group is None and any(map(v.span.overlaps, spans)) for v in own)]
        self.random.shuffle(beside)
        concerned = [
            one
            for one, (name, own) in enumerate(zip(self.steps.weeks.participants, visits, strict=True))
            if name in names or any(v.clinician in names and v.day in days for v in own)
        ]
        return [*beside, *concerned]

    def _shut(self, choice: WeekChoice, appointments: Collection[Appointment | str]) -> None:
        """Let no step choose the times of some appointments again: the lines do not know what is wrong with them."""
        for number in choice.visits(self.steps.weeks, range(len(choice.rows))).tolist():
            visit = self.lines.handles[number]
            if isinstance(visit, Visit) and visit.group is None and (visit.participant, visit.service, visit.ordinal) in appointments:
                self.steps.shut.add(number)
