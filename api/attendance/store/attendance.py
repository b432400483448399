"""Attendance of published sessions, each entry with its own version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.attendance.models import CAME, AttendanceRecord
from api.database.tables import AttendanceRow, PublishedBookingRow, PublishedLeadRow, PublishedSessionRow, RetractedAttendanceRow, WeekRow
from api.database.tables.base import stamps
from api.kernel.errors import Problem
from api.weeks.store.published import desk_number


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records attendance in a locked week.

    Attributes:
        sessions: The published sessions by id.
        clinicians: Only sessions that one of these clinicians leads; None: all.
    """

    session: Session
    week: WeekRow
    sessions: Mapping[str, PublishedSessionRow]
    by: str
    now: datetime
    clinicians: Collection[str] | None

    @classmethod
    def of(cls, session: Session, week: WeekRow, by: str, now: datetime, clinicians: Collection[str] | None) -> Recorder:
        """Create a recorder with the published sessions of the week."""
        of_week = (PublishedSessionRow.program == week.program, PublishedSessionRow.monday == week.monday)
        sessions = {row.session: row for row in session.scalars(select(PublishedSessionRow).where(*of_week))}
        return cls(session, week, sessions, by, now, clinicians)

    def find_session(self, named: str) -> PublishedSessionRow:
        """A published session by its id, or by its number at the front desk.

        Raises:
            Problem: No such session is published, or it is not the caller's.
        """
        session = self.sessions.get(named)
        if session is None:
            session = next((row for id, row in self.sessions.items() if desk_number(self.week.desk_key, id) == named), None)
        if session is None or not self._is_mine(session):
            raise Problem("not_found", "This session is not published this week, or is not yours; reload the published week.")
        return session

    def _is_mine(self, row: PublishedSessionRow) -> bool:
        if self.clinicians is None:
            return True
        return any(self.session.get(PublishedLeadRow, (row.program, row.monday, row.session, c)) is not None for c in self.clinicians)

    def find(self, row: PublishedSessionRow, participant: str) -> AttendanceRow | None:
        """The attendance recorded for a participant booked in a session; None: none yet.

        Raises:
            Problem: The participant is not booked in the session.
        """
        key = (row.program, row.monday, row.session, participant)
        if self.session.get(PublishedBookingRow, key) is None:
            raise Problem("not_found", "This participant is not booked in this session.")
        return self.session.get(AttendanceRow, key)

    def record(
        self, row: PublishedSessionRow, participant: str, entry: AttendanceRecord, attendance: AttendanceRow | None
    ) -> AttendanceRow:
        """Record whether a participant attended.

        Raises:
            Problem: The session has not begun, or the minutes do not fit it.
        """
        if entry.status != "excused" and row.start > self.now:
            raise Problem("wrong_state", "The session has not begun; until then, only `excused` can be recorded.")
        minutes = _minutes(row, entry)
        if attendance is None:
            key = {"program": row.program, "monday": row.monday, "session": row.session, "participant": participant}
            attendance = AttendanceRow(**key, status=entry.status, minutes=minutes, **stamps(self.by, self.now))
            self.session.add(attendance)
        else:
            attendance.status, attendance.minutes = entry.status, minutes
            attendance.touch(self.by, self.now)
        return attendance


def take_back(session: Session, row: AttendanceRow, at: datetime) -> None:
    """Delete an attendance record; the retraction is stored, for systems that hold a copy."""
    key = {"program": row.program, "monday": row.monday, "session": row.session, "participant": row.participant}
    session.merge(RetractedAttendanceRow(**key, at=at))
    session.delete(row)


def _minutes(row: PublishedSessionRow, entry: AttendanceRecord) -> int:
    """The care minutes of an entry; omitted minutes follow from status and session."""
    if entry.minutes is not None:
        if entry.minutes > row.care_minutes:
            raise Problem("bad_reference", f"The session has {row.care_minutes} care minutes; record at most that many.")
        return entry.minutes
    if entry.status in ("late", "left_early") and row.care_minutes:
        raise Problem("bad_reference", f"Say how many of the session's {row.care_minutes} care minutes were delivered.")
    return row.care_minutes if entry.status in CAME else 0


def recorded(session: Session, week: WeekRow, clinicians: Collection[str] | None) -> Sequence[AttendanceRow]:
    """The attendance recorded in a week, sorted by session and participant.

    Args:
        clinicians: Only published sessions that one of these clinicians leads; None: everything.
    """
    query = select(AttendanceRow).where(AttendanceRow.program == week.program, AttendanceRow.monday == week.monday)
    if clinicians is not None:
        led = select(PublishedLeadRow.session).where(
            PublishedLeadRow.program == week.program,
            PublishedLeadRow.monday == week.monday,
            PublishedLeadRow.clinician.in_(sorted(clinicians)),
        )
        query = query.where(AttendanceRow.session.in_(led))
    return sorted(session.scalars(query), key=lambda row: (row.session, row.participant))
