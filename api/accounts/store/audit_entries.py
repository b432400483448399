"""Read the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.accounts.store.users import check_program
from api.audit.acts import Outcome
from api.database.rows import page_of
from api.database.tables import AuditEntryRow
from api.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to list; None: all.

    Attributes:
        caller: As named in the entries.
        action: An action, or with a full stop at its end the beginning of several.
        since: From this time on.
        until: Before this time.
    """

    caller: str | None = None
    action: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_entries(
    session: Session, within: str | None, which: AuditFilter, *, limit: int, after: str | None
) -> Sequence[AuditEntryRow]:  # fmt: skip
    """Entries, newest first; up to one more than the limit.

    Args:
        within: Only those of this program.
        after: The id of the last entry of the previous page.

    Raises:
        Problem: There is no such program, or no such entry in it.
    """
    check_program(session, within)
    query = select(AuditEntryRow)
    if within is not None:
        query = query.where(AuditEntryRow.program == within)
    if which.caller is not None:
        query = query.where(AuditEntryRow.caller == which.caller)
    if which.action is not None:
        is_start = which.action.endswith(".")
        query = query.where(
            AuditEntryRow.action.startswith(which.action, autoescape=True) if is_start else AuditEntryRow.action == which.action
        )
    if which.outcome is not None:
        query = query.where(AuditEntryRow.outcome == which.outcome)
    if which.since is not None:
        query = query.where(AuditEntryRow.at >= which.since)
    if which.until is not None:
        query = query.where(AuditEntryRow.at < which.until)
    place = None
    if after is not None:
        last = session.get(AuditEntryRow, after)
        if last is None or within not in (None, last.program):
            raise Problem("bad_reference", "after: send `next` of the previous page.")
        place = last.at, last.id
    return session.scalars(page_of(query, AuditEntryRow.at, AuditEntryRow.id, after=place, limit=limit, is_latest_first=True)).all()


def last_done(session: Session, action: str) -> datetime | None:
    """When an action that concerns all programs was last carried out."""
    return session.scalar(select(func.max(AuditEntryRow.at)).where(AuditEntryRow.action == action, AuditEntryRow.outcome == "done"))
