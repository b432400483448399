"""Attendance of published sessions, each entry with its own version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.attendance.models import AttendanceRecord
from api.attendance.store.marks import MARK, mark_of
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.tables import (
    AttendanceRow,
    FormerAttendanceRow,
    LateNoticeRow,
    PublishedBookingRow,
    PublishedLeadRow,
    PublishedSessionRow,
    RetractedAttendanceRow,
    WeekRow,
)
from api.database.tables.base import stamps
from api.events.kinds import MarkChange
from api.events.store import notify
from api.kernel.errors import Place, Problem
from api.programs.store.entities import find_participant
from api.weeks.store.published import desk_number

WALK_IN = Place(code="missing", path="is_walk_in", message="send true for somebody who came without being booked")
NO_WALK_IN = Place(code="booked", path="is_walk_in", message="leave it out, or send false")


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
        """The attendance recorded for a participant in a session; None: none yet."""
        return self.session.get(AttendanceRow, (row.program, row.monday, row.session, participant))

    def record(
        self, row: PublishedSessionRow, participant: str, entry: AttendanceRecord, attendance: AttendanceRow | None
    ) -> AttendanceRow:
        """Record whether a participant attended.

        The mark that it replaces is kept as it was; that the participant would be late is forgotten.

        Raises:
            Problem: The session has not begun, or the minutes or times do not fit it; the participant is not booked in it, or is a
                walk-in who is booked or is not in the program.
        """
        mark = self.check(row, participant, entry)
        self.forget_late(row, participant)
        if attendance is None:
            attendance = AttendanceRow(**_key(row), participant=participant, **mark, **stamps(self.by, self.now))
            self.session.add(attendance)
        else:
            self.session.add(_former(attendance, self.by, self.now))
            for name, value in mark.items():
                setattr(attendance, name, value)
            attendance.touch(self.by, self.now)
        _notify(self.session, "recorded" if attendance.version == 1 else "corrected", attendance, self.now)
        return attendance

    def forget_late(self, row: PublishedSessionRow, participant: str) -> None:
        """Forget that a participant said they would be late, if they did."""
        notice = self.session.get(LateNoticeRow, (row.program, row.monday, row.session, participant))
        if notice is not None:
            self.session.delete(notice)

    def check(self, row: PublishedSessionRow, participant: str, entry: AttendanceRecord) -> dict[str, Any]:
        """The mark that an entry makes; raises what `record` raises, and records nothing."""
        self._check_presence(row, participant, is_walk_in=entry.is_walk_in)
        if entry.status != "excused" and row.start > self.now:
            raise Problem("wrong_state", "The session has not begun; until then, only that somebody is excused can be recorded.")
        return mark_of(row, entry)

    def find_version(self, row: PublishedSessionRow, participant: str, version: int | None) -> AttendanceRow | None:
        """The attendance recorded, if it is of the version that the caller read; None: none yet.

        Raises:
            Problem: Someone else has recorded it since.
        """
        attendance = self.find(row, participant)
        if (None if attendance is None else attendance.version) != version:
            raise Problem("changed_meanwhile", "Someone else has recorded it; read it again, then send its version.")
        return attendance

    def _check_presence(self, row: PublishedSessionRow, participant: str, *, is_walk_in: bool) -> None:
        """A participant is booked in the session, or is a walk-in."""
        is_booked = self.session.get(PublishedBookingRow, (row.program, row.monday, row.session, participant)) is not None
        if is_booked and is_walk_in:
            raise Problem("bad_reference", "This participant is booked in this session, and so is no walk-in.", (NO_WALK_IN,))
        if is_walk_in:
            find_participant(self.session, row.program, participant)
        elif not is_booked:
            raise Problem("not_found", "This participant is not booked in this session; record a walk-in as one.", (WALK_IN,))


def take_back(session: Session, row: AttendanceRow, by: str, at: datetime) -> None:
    """Delete an attendance record. It is kept as it was; the retraction is stored, for systems that hold a copy."""
    session.add(_former(row, by, at))
    session.merge(RetractedAttendanceRow(**_key(row), participant=row.participant, at=at))
    session.delete(row)
    _notify(session, "deleted", row, at)


def _notify(session: Session, change: MarkChange, row: AttendanceRow, at: datetime) -> None:
    """Notify webhooks of a mark. The session is named by its number, because its id contains an appointment's service."""
    week = session.get_one(WeekRow, (row.program, row.monday))
    data = {
        "monday": row.monday.isoformat(),
        "session": desk_number(week.desk_key, row.session),
        "participant": row.participant,
        "version": None if change == "deleted" else row.version,
        "change": change,
    }
    notify(session, "attendance.changed", row.program, data, at)


def former_marks(session: Session, row: PublishedSessionRow, participant: str | None = None) -> Sequence[FormerAttendanceRow]:
    """The marks in a session that were corrected or deleted, latest first.

    Args:
        participant: Only this participant's; None: everyone's.
    """
    table = FormerAttendanceRow
    query = select(table).filter_by(**_key(row))
    if participant is not None:
        query = query.where(table.participant == participant)
    return session.scalars(query.order_by(table.replaced_at.desc(), table.id)).all()


def _former(row: AttendanceRow, by: str, at: datetime) -> FormerAttendanceRow:
    mark = {name: getattr(row, name) for name in MARK}
    stamp = {"marked_at": row.changed_at, "marked_by": row.changed_by, "replaced_at": at, "replaced_by": by}
    return FormerAttendanceRow(**_key(row), participant=row.participant, **mark, **stamp)


def _key(row: PublishedSessionRow | AttendanceRow) -> dict[str, Any]:
    return {"program": row.program, "monday": row.monday, "session": row.session}


def recorded(session: Session, week: WeekRow, clinicians: Collection[str] | None) -> Sequence[AttendanceRow]:
    """The attendance recorded in a week, sorted by session and participant.

    Args:
        clinicians: Only published sessions that one of these clinicians leads; None: everything.
    """
    query = select(AttendanceRow).where(AttendanceRow.program == week.program, AttendanceRow.monday == week.monday)
    if clinicians is not None:
        query = query.where(AttendanceRow.session.in_(sessions_led_by(week, clinicians)))
    return sorted(session.scalars(query), key=lambda row: (row.session, row.participant))


def list_recorded(session: Session, week: WeekRow, clinicians: Collection[str] | None, listing: Listing) -> ListedRows[AttendanceRow]:
    """The attendance recorded in a week, or only in published sessions that one of these clinicians leads."""
    query = select(AttendanceRow).where(AttendanceRow.program == week.program, AttendanceRow.monday == week.monday)
    if clinicians is not None:
        query = query.where(AttendanceRow.session.in_(sessions_led_by(week, clinicians)))
    return list_rows(session, query, listing, orders_of(AttendanceRow, "session"), AttendanceRow.session, AttendanceRow.participant)


def sessions_led_by(week: WeekRow, clinicians: Collection[str]) -> Select[str]:
    """The query for the published sessions of a week that one of these clinicians leads."""
    of_week = (PublishedLeadRow.program == week.program, PublishedLeadRow.monday == week.monday)
    return select(PublishedLeadRow.session).where(*of_week, PublishedLeadRow.clinician.in_(sorted(clinicians)))
