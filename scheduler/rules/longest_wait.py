"""No one waits on site for hours.

Rule: Between two consecutive sessions of one stay there are at most 60 minutes, unless the participant agreed to longer waits.
Math: start(b) - end(a) <= longest_wait for consecutive sessions a, b of a stay.
Amount: minutes of waiting beyond the limit.
Source: our judgment (policy `longest_wait`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Visit
from scheduler.view import View
from scheduler.words import counted


class LongestWait(Rule):
    """Waits between two sessions on site are limited."""

    id = "longest_wait"
    title = "Waits between on-site sessions are limited"
    level = "hard"
    scope = "day"
    unit = "minutes over"
    parameters = ("longest_wait",)
    source = "our judgment, no published source"

    def follows(self, case: Case, a: Visit, b: Visit) -> int | None:
        """A wait longer than the limit is forbidden."""
        return None if excess(case, a, b) > 0 else 0

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look at each wait of each stay."""
        for stay in view.stays(participant):
            for a, b in pairwise(stay.visits):
                if (over := excess(case, a, b)) > 0:
                    sessions = (view.session_of[a].id, view.session_of[b].id)
                    wait = f"{counted(case.week.between(a.span.end, b.span.start), 'minute')} from {time_of(case, a.span.end)}"
                    message = f"{participant} waits {wait}, {over} longer than allowed"
                    yield self.violation(over, (participant,), message, sessions)


def excess(case: Case, a: Visit, b: Visit) -> int:
    """Minutes of waiting beyond the limit; 0 or less is fine."""
    if case.participants[a.participant].may_wait_longer:
        return 0
    return case.week.between(a.span.end, b.span.start) - case.policy.longest_wait
