"""Absences announced by participants: store, withdraw, mark as seen, accept or decline them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from api.announcements.models import AnnouncementState, AnnouncementView, DeclineReason, NewAnnouncement
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import AbsenceRow, AnnouncementRow
from api.database.tables.base import stamps
from api.events.kinds import WebhookEvent
from api.events.store import notify
from api.kernel.errors import Problem
from api.programs.models import AbsenceEntry
from api.programs.store.entities import create_kept
from api.programs.store.kinds import KINDS
from api.programs.store.programs import check_program

OPEN_AT_MOST = 20
"""How many open announcements a participant may have."""


def announce(session: Session, program: str, participant: str, away: NewAnnouncement, by: str, at: datetime) -> AnnouncementRow:
    """Store an announced absence, to be accepted or declined.

    Raises:
        Problem: The same announcement is already open (`exists`), or too many are open (`wrong_state`).
    """
    waiting = select(AnnouncementRow).where(*_of(program, participant), AnnouncementRow.state == "open")
    # Not dumped, which would write clock times as text.
    values = {name: getattr(away, name) for name in NewAnnouncement.model_fields}
    same = [getattr(AnnouncementRow, name) == value for name, value in values.items()]
    if session.scalar(waiting.where(*same)) is not None:
        raise Problem("exists", "The same absence has already been announced.")
    if (session.scalar(select(func.count()).select_from(waiting.subquery())) or 0) >= OPEN_AT_MOST:
        raise Problem("wrong_state", f"{OPEN_AT_MOST} announcements wait for an answer; withdraw one first.")
    row = AnnouncementRow(program=program, participant=participant, **values, **stamps(by, at))
    session.add(row)
    session.flush()
    _notify(session, "absence.announced", row, at)
    return row


def announced_by(session: Session, program: str, participant: str, limit: int) -> list[tuple[AnnouncementRow, bool]]:
    """A participant's announcements, latest first, and whether the resulting absence has since been removed."""
    of_absence = (AbsenceRow.program == AnnouncementRow.program) & (AbsenceRow.id == AnnouncementRow.absence)
    query = select(AnnouncementRow, AbsenceRow.archived_at).outerjoin(AbsenceRow, of_absence).where(*_of(program, participant))
    rows = session.execute(query.order_by(AnnouncementRow.created_at.desc(), AnnouncementRow.id).limit(limit))
    return [(row, archived_at is not None) for row, archived_at in rows]


def list_announcements(
    session: Session, program: str, listing: Listing, *, state: AnnouncementState | None = None, participant: str | None = None
) -> ListedRows[AnnouncementRow]:
    """Announcements of a program.

    Raises:
        Problem: No such program exists.
    """
    check_program(session, program)
    query = select(AnnouncementRow).where(AnnouncementRow.program == program)
    if state is not None:
        query = query.where(AnnouncementRow.state == state)
    if participant is not None:
        query = query.where(AnnouncementRow.participant == participant)
    return list_rows(session, query, listing, orders_of(AnnouncementRow, "id"), AnnouncementRow.id)


def find_announcement(session: Session, program: str, id: str, participant: str | None = None) -> AnnouncementRow:
    """Find and lock an announcement.

    Args:
        participant: Only this participant's announcements.

    Raises:
        Problem: No such announcement exists.
    """
    missing = "There is no such announcement."
    return find_row(session, AnnouncementRow, id, missing, to_change=True, program=program, participant=participant)


def accept(session: Session, row: AnnouncementRow, by: str, at: datetime) -> None:
    """Accept an announcement and create its absence, in one transaction. Accepting twice has no further effect.

    Raises:
        Problem: It was declined or withdrawn, or the participant no longer exists.
    """
    if row.state == "accepted":
        return
    _require_open(row)
    # The absence takes the announcement's id, which is opaque and shows its origin.
    entry = AbsenceEntry(id=row.id, participant=row.participant, first=row.first, last=row.last, start=row.start, end=row.end)
    row.absence = create_kept(session, row.program, KINDS["absences"], entry, by).id
    _close(session, row, "accepted", by, at)


def decline(session: Session, row: AnnouncementRow, reason: DeclineReason, by: str, at: datetime) -> None:
    """Decline an announcement with a reason.

    Raises:
        Problem: It has already been answered or withdrawn.
    """
    if (row.state, row.reason) == ("declined", reason):
        return
    _require_open(row)
    row.reason = reason
    _close(session, row, "declined", by, at)


def mark_seen(row: AnnouncementRow, by: str, at: datetime) -> None:
    """Let the participant see that staff have read an announcement, before it is answered. Only the first time counts.

    Raises:
        Problem: It was withdrawn.
    """
    if row.seen_at is None:
        _require_open(row)
        row.seen_at = at
        row.touch(by, at)


def withdraw(session: Session, row: AnnouncementRow, by: str, at: datetime) -> None:
    """Withdraw an announcement. Withdrawing twice has no further effect.

    Raises:
        Problem: It has already been answered.
    """
    if row.state != "withdrawn":
        _require_open(row)
        _close(session, row, "withdrawn", by, at)


def show_announcement(row: AnnouncementRow) -> AnnouncementView:
    """An announcement as shown to staff."""
    is_decided = row.state in ("accepted", "declined")
    return AnnouncementView(
        **{name: getattr(row, name) for name in ("id", "participant", "first", "last", "start", "end", "state", "reason", "absence")},
        announced_at=row.created_at,
        seen_at=row.seen_at,
        decided_at=row.changed_at if is_decided else None,
        decided_by=row.changed_by if is_decided else None,
        version=row.version,
    )


def _of(program: str, participant: str) -> tuple[ColumnElement[bool], ...]:
    return AnnouncementRow.program == program, AnnouncementRow.participant == participant


def _require_open(row: AnnouncementRow) -> None:
    if row.state != "open":
        raise Problem("wrong_state", f"It is {row.state} already.")


def _close(session: Session, row: AnnouncementRow, state: AnnouncementState, by: str, at: datetime) -> None:
    row.state = state
    if state != "withdrawn":
        row.seen_at = row.seen_at or at
    row.touch(by, at)
    _notify(session, "absence.withdrawn" if state == "withdrawn" else "absence.answered", row, at)


def _notify(session: Session, event: WebhookEvent, row: AnnouncementRow, at: datetime) -> None:
    data = {name: getattr(row, name) for name in ("participant", "version", "state", "absence")}
    notify(session, event, row.program, {"announcement": row.id} | data, at)
