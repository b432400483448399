"""What follows a search: better rosters around people with unmet care, then the reasons for it, and fixes."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.case import Case
from scheduler.explain.all_unmet import MOST_SECONDS, most_costly_first, unmet_around
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


def unmet_with_fixes(
    case: Case,
    roster: Roster,
    clock: Clock,
    take: Callable[[Roster], Roster],
    alone: Callable[[str], int] | None = None,
    care_bound: int = 0,
) -> tuple[Unmet, ...]:
    """The unmet care of a roster with its causes, and tested fixes.

    What needs no exception is no fix but a better roster: that is taken, and reasons and fixes go on from it.

    Args:
        roster: A legal roster.
        clock: What is left of it is for all of this.
        take: Called with every better roster, which is verified; returns it as it was taken.
        alone: The known minimum care cost of each participant alone in the program, including the factor.
        care_bound: The proven bound of care; once it is reached, no better roster is looked for.
    """
    most, attempts = clock.limits.fix_seconds, Attempts(base(case, roster))
    earlier: EarlierAnswers | None = None
    while True:
        start = attempts.start
        if most and start.verdict.score.care > care_bound:
            people = most_costly_first(case, start.missing)
            attempts.try_all((rearrange((p,)) for p in people), clock.part(min(most, clock.seconds_left() * IMPROVING)))
        if attempts.better is None:
            seconds = min(MOST_SECONDS, clock.seconds_left() * (EXPLAINING if most else 1.0))
            examined, unmet = unmet_around(case, start.roster, alone, seconds, clock.is_cancelled, earlier)
            if not unmet or not most:
                return unmet
            earlier = EarlierAnswers(examined, unmet)
            attempts.try_all([*attempts.left, *ideas_for(examined, unmet)], clock.part(most))
            if attempts.better is None:
                return with_fixes(attempts, unmet)
        attempts = attempts.from_better(take(attempts.better))
