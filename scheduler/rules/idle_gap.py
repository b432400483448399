"""Waiting on site is short.

Rule: Between two sessions of one stay, one after the other, lies little or no time. (`longest_wait` limits it; this rule shortens it.)
Math: amount = ceil(gap / 15) for each gap in minutes between consecutive sessions of a stay.
Amount: quarters of an hour of waiting, a started quarter counts.
Source: our judgment.
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

QUARTER = 15


class IdleGap(Rule):
    """As little waiting as possible between two sessions on site."""

    id = "idle_gap"
    title = "Waits on site are short"
    level = "preference"
    scope = "day"
    unit = "quarters of an hour"
    weight = 1
    source = "our judgment, no published source"

    def follows(self, case: Case, a: Visit, b: Visit) -> int:
        """Quarters of an hour between the two visits."""
        return quarters(case, a, b)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look at each wait of each stay."""
        for stay in view.stays(participant):
            for a, b in pairwise(stay.visits):
                if (amount := quarters(case, a, b)) > 0:
                    minutes = case.week.between(a.span.end, b.span.start)
                    message = f"{participant} waits {counted(minutes, 'minute')} from {time_of(case, a.span.end)}"
                    yield self.violation(amount, (participant,), message, (view.session_of[a].id, view.session_of[b].id))


def quarters(case: Case, a: Visit, b: Visit) -> int:
    """Started quarters of an hour from the end of one visit to the start of the next."""
    return max(0, -(-case.week.between(a.span.end, b.span.start) // QUARTER))
