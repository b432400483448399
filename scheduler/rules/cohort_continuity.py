"""Participants stay in the groups they know.

Rule: A group place is in a group the participant attended last week. Someone who was in no group last week is new everywhere and has
no amount.
Math: amount = group places in groups not attended last week, 0 without any group last week.
Amount: group places.
Source: group cohesion; weight is our judgment.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Visit
from scheduler.view import PlacedSession


class CohortContinuity(Rule):
    """Participants stay in last week's groups."""

    id = "cohort_continuity"
    title = "Participants stay in last week's groups"
    level = "preference"
    scope = "booking"
    unit = "group places"
    weight = 6
    source = "group cohesion; our judgment"
    sees_clinicians = False
    price_reads = ("need",)

    def applies_to(self, case: Case) -> bool:
        """Whether anyone was in a group last week."""
        return any(case.past.last_groups(p) for p in case.participants)

    def price(self, case: Case, visit: Visit) -> int:
        """1 for a place in an unfamiliar group."""
        return int(is_unfamiliar(case, visit))

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterator[Violation]:
        """Look at a group place."""
        if visit.group is not None and is_unfamiliar(case, visit):
            message = f"{visit.participant} is in {visit.group} on {time_of(case, visit.span.start)}, but was not last week"
            yield self.violation(1, (visit.participant, visit.group), message, (placed.id,))


def is_unfamiliar(case: Case, visit: Visit) -> bool:
    """Whether the participant was in groups last week, but not in this one."""
    last_groups = case.past.last_groups(visit.participant)
    return visit.group is not None and bool(last_groups) and visit.group not in last_groups
