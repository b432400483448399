"""What the peers share that work on our rows: an instance compiled to lines, and a way back to rosters."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from benchmarks.answer import Moment
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.lines import Lines
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.terms import AnyOf, FreeVariable
from scheduler.verify import judge


class Compiled:
    """An instance as lines.

    Attributes:
        began: When the instance was given, by the monotonic clock.
    """

    def __init__(self, instance: Instance) -> None:
        self.began = time.monotonic()
        self.case = Case(instance)
        rules = [rule for rule in RULES if rule.applies_to(self.case)]
        self.candidates = enumerate_candidates(self.case, rules)
        self.lines = Lines(self.case, self.candidates, rules)

    def seconds(self) -> float:
        """Elapsed wall time."""
        return time.monotonic() - self.began

    def roster(self, chosen: Iterable[int]) -> Roster | None:
        """The roster of some variables; None when the appointments cannot be given rooms."""
        # It brings OR-Tools, which must not be there while a peer uses HiGHS.
        from scheduler.model.extract import to_roster

        handles = (self.lines.handles[number] for number in chosen)
        return to_roster(self.case, self.candidates, [h for h in handles if not isinstance(h, AnyOf | FreeVariable)])

    def best(self, found: Sequence[tuple[float, list[int]]]) -> tuple[Roster | None, list[Moment]]:
        """The last legal roster of those found, and the moments at which each was; an illegal one only if there is no other."""
        best: Roster | None = None
        moments: list[Moment] = []
        for seconds, chosen in found:
            roster = self.roster(chosen)
            if roster is None:
                continue
            verdict = judge(self.case, roster)
            if not verdict.violations:
                moments.append(Moment(seconds, verdict.score.care, verdict.score.preference))
            if best is None or not verdict.violations:
                best = roster
        return best, moments
