"""How many participants each group of a roster takes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.weeks.store.rosters import judged_by
from scheduler.case import Case


def group_maximums(session: Session, row: RosterRow) -> dict[str, int]:
    """The maximum of each group, by the week that a roster was judged by."""
    case = Case(judged_by(session, row))
    return {group.id: case.groups.maximum(group.id) for group in case.instance.groups}
