"""Groups are neither crowded nor nearly empty.

Rule: A group that meets has about its target size. Telehealth places count like places in the room.
Math: amount of a run that meets = abs(bookings - target); a group that does not meet has no amount.
Amount: places away from the target.
Source: our judgment; the group's own target or policy `group_target`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, total
from scheduler.view import PlacedSession
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class GroupBalance(Rule):
    """Group sizes come close to their target."""

    id = "group_balance"
    title = "Groups are near their best size"
    level = "preference"
    scope = "shared"
    unit = "places"
    weight = 2
    parameters = ("group_target",)
    source = "our judgment, no published source"
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether there are groups."""
        return bool(case.groups)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Two priced rows per run, above and below its target; at most one of them costs."""
        for run, visits in candidates.visits_in.items():
            target = case.groups.target(run.group)
            key = (run.group, run.span.start)
            yield Row(self.id, (*key, "above"), (*total(visits), (run, -target)), 0, price=1)
            yield Row(self.id, (*key, "below"), ((run, target), *total(visits, -1)), 0, price=1)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Count each run."""
        if placed.session.group is None:
            return
        group, booked = placed.run.group, len(placed.session.bookings)
        target = case.groups.target(group)
        if booked != target:
            message = f"{group} on {time_of(case, placed.span.start)} has {counted(booked, 'participant')}, the target is {target}"
            yield self.violation(abs(booked - target), (group,), message, (placed.id,))
