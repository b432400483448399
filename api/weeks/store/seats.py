"""How many participants each group of a roster takes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.kernel.recent_results import RecentResults
from api.weeks.store.rosters import judged_by
from scheduler.case import Case

_maximums: RecentResults[str, dict[str, int]] = RecentResults(16)
"""By the hash of a week's document, which never changes: numbers of seats only, nothing about people."""


def group_maximums(session: Session, row: RosterRow) -> dict[str, int]:
    """The maximum of each group, by the week that a roster was judged by."""
    key = row.published_hash or row.instance_hash
    maximums = _maximums.find(key)
    if maximums is None:
        case = Case(judged_by(session, row))
        maximums = _maximums.keep(key, {group.id: case.groups.maximum(group.id) for group in case.instance.groups})
    return maximums
