"""Why something is unmet, why somebody got this schedule, and what else is worth knowing about a roster."""

from __future__ import annotations

from scheduler.explain.alone import Alone
from scheduler.explain.notes import notices
from scheduler.explain.unmet import explain_unmet
from scheduler.model.around import Around
from scheduler.model.desk import Best, Desk
from scheduler.result import Unmet

__all__ = ["notices", "unmet_care"]


def unmet_care(desk: Desk, best: Best) -> tuple[Unmet, ...]:
    """What ordered care is missing in the best roster of a search, and why."""
    around = Around(desk.case, desk.candidates, desk.lines, desk.index, best.roster, best.verdict, best.values)
    return explain_unmet(around, Alone(desk.case, desk.candidates))
