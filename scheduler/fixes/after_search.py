"""What follows a search: better rosters around people with unmet care, then the reasons for it, and fixes."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.case import Case
from scheduler.explain.all_unmet import MOST_SECONDS, most_costly_first, unmet_around
from scheduler.explain.isolated_weeks import KnownCosts
from scheduler.explain.still_true import EarlierAnswers
from scheduler.fixes.attempts import Attempts
from scheduler.fixes.idea import rearrange
from scheduler.fixes.ideas import ideas_for
from scheduler.fixes.report import with_fixes
from scheduler.fixes.trial import base
from scheduler.model.clock import Clock
from scheduler.result import Unmet
from scheduler.roster import Roster

IMPROVING = 0.25
"""The share of what is left after the search in which people with unmet care are placed once more."""
EXPLAINING = 0.4
"""The share of what is left then that goes to reasons; fixes have the rest."""


class AfterSearch:
    """Finds the unmet care of rosters with its causes, and tested fixes; what is still true of a later roster is not looked for again."""

    def __init__(self, case: Case, alone: KnownCosts | None = None) -> None:
        """Start without a roster.

        Args:
            alone: Returns the minimum care cost of a participant alone in the program, including the factor, if it is known.
        """
        self._case, self._alone = case, alone
        self._attempts: Attempts | None = None
        self._earlier: EarlierAnswers | None = None

    def unmet(self, roster: Roster, clock: Clock, take: Callable[[Roster], Roster], care_bound: int = 0) -> tuple[Unmet, ...]:
        """The unmet care of a roster.

        What needs no exception is no fix but a better roster: that is taken, and reasons and fixes go on from it.

        Args:
            roster: A legal roster.
            clock: What is left of it is for all of this.
            take: Called with every better roster, which is verified; returns it as it was taken.
            care_bound: The proven bound of care; once it is reached, no better roster is looked for.
        """
        attempts = Attempts(base(self._case, roster)) if self._attempts is None else self._attempts.from_later(roster)
        while True:
            self._attempts = attempts
            if (unmet := self._tried(attempts, clock, care_bound)) is not None:
                return unmet
            assert attempts.better is not None
            attempts = attempts.from_later(take(attempts.better))

    def _tried(self, attempts: Attempts, clock: Clock, care_bound: int) -> tuple[Unmet, ...] | None:
        """The unmet care of the roster of some attempts; None if a better roster is found."""
        most, start = clock.limits.fix_seconds, attempts.start
        if most and start.verdict.score.care > care_bound:
            people = most_costly_first(self._case, start.missing)
            attempts.try_all((rearrange((p,)) for p in people), clock.part(min(most, clock.seconds_left() * IMPROVING)))
            if attempts.better is not None:
                return None
        seconds = min(MOST_SECONDS, clock.seconds_left() * (EXPLAINING if most else 1.0))
        examined, unmet = unmet_around(self._case, start.roster, self._alone, seconds, clock.is_cancelled, self._earlier)
        if not unmet or not most:
            return unmet
        self._earlier = EarlierAnswers(examined, unmet)
        attempts.try_all([*attempts.left, *ideas_for(examined, unmet)], clock.part(most))
        return None if attempts.better is not None else with_fixes(attempts, unmet)
