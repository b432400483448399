"""Convert chosen handles to a roster; the model is no longer needed."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.rooms import assign_rooms
from scheduler.model.sessions import write_roster
from scheduler.roster import Roster
from scheduler.terms import Handle


def to_roster(case: Case, candidates: Candidates, solution: Iterable[Handle]) -> Roster | None:
    """Write the chosen handles as a roster; None if the appointments cannot all get rooms."""
    return write_roster(case, candidates, solution, assign_rooms)
