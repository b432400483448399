"""Participants who said that they will be late for a session: noted until they are marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.models import MOST_LATE
from api.attendance.store.attendance import Recorder, sessions_led_by
from api.database.tables import LateNoticeRow, PublishedBookingRow, PublishedSessionRow, WeekRow
from api.kernel.errors import Problem


def note_late(recorder: Recorder, row: PublishedSessionRow, participant: str, minutes: int) -> None:
    """Note that a participant will be late by this many minutes; a later call replaces an earlier one.

    Raises:
        Problem: The session is over, the participant is not booked in it or is marked already, or the minutes are not from 1 to 240.
    """
    if not 1 <= minutes <= MOST_LATE:
        raise Problem("bad_reference", f"Late by 1 to {MOST_LATE} minutes.")
    if row.end <= recorder.now:
        raise Problem("wrong_state", "The session is over.")
    if recorder.session.get(PublishedBookingRow, (row.program, row.monday, row.session, participant)) is None:
        raise Problem("not_found", "This participant is not booked in this session.")
    if recorder.find(row, participant) is not None:
        raise Problem("changed_meanwhile", "Attendance is recorded already.")
    key = {"program": row.program, "monday": row.monday, "session": row.session, "participant": participant}
    recorder.session.merge(LateNoticeRow(**key, minutes=minutes, at=recorder.now, by=recorder.by))


def late_notices(session: Session, week: WeekRow, clinicians: Collection[str] | None = None) -> Mapping[tuple[str, str], int]:
    """By how many minutes participants will be late in a week, by session and participant.

    Args:
        clinicians: Only for published sessions that one of these clinicians leads; None: all.
    """
    query = select(LateNoticeRow).filter_by(program=week.program, monday=week.monday)
    if clinicians is not None:
        query = query.where(LateNoticeRow.session.in_(sessions_led_by(week, clinicians)))
    return {(row.session, row.participant): row.minutes for row in session.scalars(query)}
