"""Outreach: attempts to reach participants who missed a session."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.attendance.models import OutreachRecord
from api.attendance.store.attendance import Recorder, sessions_led_by
from api.database.listing import ListedRows, Listing, list_rows
from api.database.tables import OutreachRow, PublishedSessionRow, WeekRow
from api.kernel.errors import Problem

MISSED = ("no_show", "excused")
"""Marks after which somebody gets in touch."""


def record_outreach(recorder: Recorder, row: PublishedSessionRow, participant: str, entry: OutreachRecord) -> OutreachRow:
    """Record an attempt to reach a participant.

    Raises:
        Problem: The participant is not known to have missed the session.
    """
    attendance = recorder.find(row, participant)
    if attendance is None or attendance.status not in MISSED:
        raise Problem("wrong_state", "Record first that the participant missed this session: no-show, or excused.")
    attempt = OutreachRow(
        program=row.program,
        monday=row.monday,
        session=row.session,
        participant=participant,
        at=recorder.now,
        by=recorder.by,
        result=entry.result,
        reason=entry.reason,
    )
    recorder.session.add(attempt)
    recorder.session.flush()
    return attempt


def attempts_of_week(session: Session, week: WeekRow, clinicians: Collection[str] | None) -> Sequence[OutreachRow]:
    """The attempts after sessions of a week, in chronological order.

    Args:
        clinicians: Only after published sessions that one of these clinicians leads; None: all.
    """
    return session.scalars(_attempts(week, clinicians).order_by(OutreachRow.at, OutreachRow.id)).all()


def list_attempts(session: Session, week: WeekRow, clinicians: Collection[str] | None, listing: Listing) -> ListedRows[OutreachRow]:
    """The same, as a caller asks for them. Attempts are never changed, so both of their times are when they were recorded."""
    orders = {"changed_at": OutreachRow.at, "created_at": OutreachRow.at}
    return list_rows(session, _attempts(week, clinicians), listing, orders, OutreachRow.id)


def _attempts(week: WeekRow, clinicians: Collection[str] | None) -> Select[OutreachRow]:
    query = select(OutreachRow).filter_by(program=week.program, monday=week.monday)
    return query if clinicians is None else query.where(OutreachRow.session.in_(sessions_led_by(week, clinicians)))
