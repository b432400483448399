"""Why something is unmet, and what else is worth knowing about a roster."""

from __future__ import annotations

from scheduler.case import Case
from scheduler.model.bound import CareBound
from scheduler.model.desk import Best, Desk
from scheduler.result import Unmet
from scheduler.roster import Roster


def unmet_care(desk: Desk, bound: CareBound, best: Best) -> tuple[Unmet, ...]:
    """What ordered care is missing, and why."""
    return ()


def notices(case: Case, roster: Roster) -> tuple[str, ...]:
    """Things worth knowing that no rule forbids."""
    return ()
