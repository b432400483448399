"""How many participants each group of a published week takes."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from api.weeks.store.rosters import judged_by
from api.weeks.store.weeks import published_roster
from scheduler.case import Case


def group_maximums(session: Session, program: str, monday: date) -> dict[str, int]:
    """The maximum of each group, by the week that the published roster was judged by; empty if nothing is published."""
    row = published_roster(session, program, monday)
    if row is None:
        return {}
    case = Case(judged_by(session, row))
    return {group.id: case.groups.maximum(group.id) for group in case.instance.groups}
