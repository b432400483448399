"""Publish a roster made from the published one in a single step, and the roster that it was made from."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from api.database.tables import RosterRow, WeekRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.publishing.drafts import publish_draft
from api.weeks.store.judging import readable, week_now
from api.weeks.store.rosters import add_draft
from scheduler.roster import Roster

RULE_BROKEN: Final = "This roster would break a rule in the week as it is now, so nothing was published. Look at the week again."


def republish(
    session: Session, settings: Settings, week: WeekRow, roster: Roster, parent: RosterRow | None, by: str, at: datetime
) -> RosterRow:
    """Publish a roster of a locked week.

    Args:
        parent: The roster that it was made from.

    Raises:
        Problem: It breaks a rule, or cannot be read with the week as it is now (`wrong_state`).
    """
    judged = readable(week_now(session, week.program, week.monday, at), roster)
    row = add_draft(session, week.program, week.monday, judged, "edited", by, parent=None if parent is None else parent.id)
    try:
        publish_draft(session, settings, week, row, by, at)
    except Problem as problem:
        if problem.code != "illegal_roster":
            raise
        raise Problem("wrong_state", RULE_BROKEN, problem.issues) from problem
    return row


def former_row(session: Session, row: RosterRow | None) -> RosterRow | None:
    """The roster that one was made from."""
    return None if row is None or row.parent is None else session.get(RosterRow, row.parent)
