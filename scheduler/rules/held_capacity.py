"""Places held by others are not given away.

Rule: In `hold` mode the places of a group that its members hold from last week (not released by data) stay theirs, whether they are
booked this week or not; only what is left is for others. Places kept for people on hold are taken out by `group_size` already.
Math: bookings of people who hold no place in the group <= places of the group - places held.
Amount: participants too many among those who hold no place.
Source: program practice; taking one person's place for another's care is never automatic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules.group_size import places
from scheduler.terms import Row, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class HeldCapacity(Rule):
    """A held group place is not given to somebody else."""

    id = "held_capacity"
    title = "Held group places are not given to others"
    level = "hard"
    scope = "shared"
    unit = "participants"
    source = "program practice"

    def applies_to(self, case: Case) -> bool:
        """Whether any group place is held."""
        return bool(holders(case))

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per run of a group with holders."""
        for run, visits in candidates.visits_in.items():
            if (mine := holders(case).get(run.group)) and not case.is_past(run.span.start):
                others = [v for v in visits if v.participant not in mine]
                if len(others) > (left := left_for_others(case, run.group)):
                    yield Row(self.id, (run.group, run.span.start), total(others), left)

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Count those who hold no place in each run."""
        for placed in view.runs:
            group = placed.run.group
            if (mine := holders(case).get(group)) and not placed.is_past:
                others = [p for p in placed.participants() if p not in mine]
                if (over := len(others) - left_for_others(case, group)) > 0:
                    message = f"{over} of the places held in {group} are given to others"
                    yield self.violation(over, (*others, group), message, (placed.id,))


def holders(case: Case) -> dict[str, tuple[str, ...]]:
    """By group, who holds an unreleased place, people on hold left out; groups without holders have no entry."""
    return case.memo("held_capacity", lambda: _holders(case))


def _holders(case: Case) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for participant, held in case.held.items():
        for place in held:
            if place.group is not None and place.released is None and case.participants[participant].status != "on_hold":
                found.setdefault(place.group, {})[participant] = None
    return {group: tuple(people) for group, people in found.items()}


def left_for_others(case: Case, group: str) -> int:
    """Places of a group that nobody holds."""
    return max(0, places(case, group) - len(holders(case).get(group, ())))
