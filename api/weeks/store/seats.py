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
    maximums = _maximums.find(row.published_hash or row.instance_hash)
    return keep_maximums(row, Case(judged_by(session, row))) if maximums is None else maximums


def keep_maximums(row: RosterRow, case: Case) -> dict[str, int]:
    """The same from the case that a roster was judged by, so that it need not be read again."""
    maximums = {group.id: case.groups.maximum(group.id) for group in case.instance.groups}
    return _maximums.keep(row.published_hash or row.instance_hash, maximums)
