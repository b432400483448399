"""Participants who said that they will be late for a session: noted until they are marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.attendance.models import MOST_LATE
from api.attendance.store.attendance import Recorder, sessions_led_by
from api.database.listing import ListedRows, Listing, list_rows
from api.database.tables import LateNoticeRow, PublishedBookingRow, PublishedSessionRow, WeekRow
from api.kernel.errors import Problem


def find_notice(recorder: Recorder, row: PublishedSessionRow, participant: str) -> LateNoticeRow | None:
    """What was noted of a participant; None: nothing."""
    return recorder.session.get(LateNoticeRow, (row.program, row.monday, row.session, participant))


def note_late(
    recorder: Recorder, row: PublishedSessionRow, participant: str, minutes: int, notice: LateNoticeRow | None
) -> LateNoticeRow:  # fmt: skip
    """Note that a participant will be late by this many minutes.

    Args:
        notice: What was noted before, from `find_notice`; it is replaced.

    Raises:
        Problem: The session is over, the participant is not booked in it or is marked already, or the minutes are not from 1 to 240.
    """
    if not 1 <= minutes <= MOST_LATE:
        raise Problem("bad_reference", f"minutes: write 1 to {MOST_LATE}.")
    if row.end <= recorder.now:
        raise Problem("wrong_state", "The session is over: record attendance instead.")
    if recorder.session.get(PublishedBookingRow, (row.program, row.monday, row.session, participant)) is None:
        raise Problem("not_found", "This participant is not booked in this session.")
    if recorder.find(row, participant) is not None:
        raise Problem("changed_meanwhile", "Attendance is recorded already: correct it there.")
    if notice is None:
        key = {"program": row.program, "monday": row.monday, "session": row.session, "participant": participant}
        notice = LateNoticeRow(**key, version=1, minutes=minutes, at=recorder.now, by=recorder.by)
        recorder.session.add(notice)
    else:
        notice.version += 1
        notice.minutes, notice.at, notice.by = minutes, recorder.now, recorder.by
    return notice


def late_notices(session: Session, week: WeekRow) -> Mapping[tuple[str, str], LateNoticeRow]:
    """Who will be late in a week, by session and participant."""
    return {(row.session, row.participant): row for row in session.scalars(_notices(week, None))}


def list_notices(session: Session, week: WeekRow, clinicians: Collection[str] | None, listing: Listing) -> ListedRows[LateNoticeRow]:
    """The same, as a caller asks for them.

    Args:
        clinicians: Only for published sessions that one of these clinicians leads; None: all.
    """
    orders = {"session": LateNoticeRow.session, "changed_at": LateNoticeRow.at, "created_at": LateNoticeRow.at}
    return list_rows(session, _notices(week, clinicians), listing, orders, LateNoticeRow.session, LateNoticeRow.participant)


def _notices(week: WeekRow, clinicians: Collection[str] | None) -> Select[LateNoticeRow]:
    query = select(LateNoticeRow).filter_by(program=week.program, monday=week.monday)
    return query if clinicians is None else query.where(LateNoticeRow.session.in_(sessions_led_by(week, clinicians)))
