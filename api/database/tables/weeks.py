"""Weeks: settings, pins, rosters, published sessions, attendance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, VersionedRow, new_id


class WeekRow(StampedRow, Base):
    """A week of a program and its special settings. Publishing raises its version, too."""

    __tablename__ = "weeks"

    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(comment="WeekSettings.")
    desk_key: Mapped[str] = mapped_column(String(32), default=new_id, comment="Key of the session numbers shown to the front desk.")


class _OfWeek:
    program: Mapped[str] = mapped_column(String(64))
    monday: Mapped[date]


def _week_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["program", "monday"], ["weeks.program", "weeks.monday"], ondelete="CASCADE")


class PinRow(StampedRow, _OfWeek, Base):
    """A pin: something locked in a week."""

    __tablename__ = "pins"
    __table_args__ = (_week_key(), Index(None, "program", "monday"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    document: Mapped[dict[str, Any]] = mapped_column(comment="scheduler.instance.Pin.")


class RosterRow(StampedRow, _OfWeek, Base):
    """A roster of a week. Its documents never change; an edited draft is another roster."""

    __tablename__ = "rosters"
    __table_args__ = (
        _week_key(),
        Index("uq_rosters_number", "program", "monday", "number", unique=True),
        # The database enforces it: a week has at most one published roster.
        Index(
            "uq_rosters_published", "program", "monday", unique=True,
            sqlite_where=text("state = 'published'"), postgresql_where=text("state = 'published'"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(comment="1, 2, 3, ... in its week.")
    state: Mapped[str] = mapped_column(String(16), default="draft", comment="draft, published or superseded.")
    origin: Mapped[str] = mapped_column(String(16), comment="solved, edited or imported.")
    parent: Mapped[str | None] = mapped_column(String(32), comment="The roster it was edited from.")
    job: Mapped[str | None] = mapped_column(String(32))
    roster_hash: Mapped[str] = mapped_column(ForeignKey("documents.hash"))
    instance_hash: Mapped[str] = mapped_column(ForeignKey("documents.hash"))
    result_hash: Mapped[str | None] = mapped_column(ForeignKey("documents.hash"))
    violations: Mapped[int] = mapped_column(default=0)
    care: Mapped[int]
    preference: Mapped[int]
    care_bound: Mapped[int | None]
    preference_bound: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcTime)
    published_by: Mapped[str | None] = mapped_column(String(80))
    superseded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    published_hash: Mapped[str | None] = mapped_column(
        ForeignKey("documents.hash"), comment="The instance it was checked against when it was published."
    )
    accepted: Mapped[list[str]] = mapped_column(default=list, comment="Violated rules that were accepted when it was published.")
    week_version: Mapped[int | None] = mapped_column(comment="The version of the week after it was published.")
    withdrawn_reason: Mapped[str | None] = mapped_column(String(64), comment="Reason code of the unpublishing.")


class PublishedSessionRow(_OfWeek, Base):
    """A session of a week's published roster. All rows of a week change in one transaction."""

    __tablename__ = "published_sessions"
    __table_args__ = (_week_key(),)

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True, comment="scheduler.roster.Session.id.")
    roster: Mapped[str] = mapped_column(ForeignKey("rosters.id", ondelete="CASCADE"))
    group: Mapped[str | None] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64))
    ordinal: Mapped[int]
    start: Mapped[datetime] = mapped_column(UtcTime, index=True)
    end: Mapped[datetime] = mapped_column(UtcTime)
    mode: Mapped[str] = mapped_column(String(16))
    site: Mapped[str | None] = mapped_column(String(64))
    room: Mapped[str | None] = mapped_column(String(64))
    guests: Mapped[list[str]]
    care_minutes: Mapped[int] = mapped_column(comment="As scheduler.case counts them.")
    is_counted: Mapped[bool] = mapped_column(comment="Whether it counts in session bands and service days.")


def _session_key() -> ForeignKeyConstraint:
    columns = ["program", "monday", "session"]
    return ForeignKeyConstraint(columns, [f"published_sessions.{c}" for c in columns], ondelete="CASCADE")


class PublishedBookingRow(_OfWeek, Base):
    """A participant in a published session."""

    __tablename__ = "published_bookings"
    __table_args__ = (_session_key(), Index(None, "program", "participant", "monday"))

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    mode: Mapped[str] = mapped_column(String(16))


class PublishedLeadRow(_OfWeek, Base):
    """A clinician in a published session."""

    __tablename__ = "published_leads"
    __table_args__ = (_session_key(), Index(None, "program", "clinician", "monday"))

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True)
    clinician: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(comment="0 leads.")


class _Mark:
    """What is recorded of a participant in a session."""

    status: Mapped[str] = mapped_column(String(16), comment="attended, late, left_early, excused, no_show or cancelled.")
    minutes: Mapped[int] = mapped_column(comment="Care minutes delivered.")
    minutes_late: Mapped[int | None] = mapped_column(comment="Minutes after the start.")
    minutes_early: Mapped[int | None] = mapped_column(comment="Minutes before the end.")
    joined_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When the participant joined by telehealth.")
    left_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When the participant left it.")
    is_walk_in: Mapped[bool] = mapped_column(default=False, server_default=false(), comment="Came without being booked.")


class AttendanceRow(_Mark, StampedRow, _OfWeek, Base):
    """Whether a participant attended a session. It outlives the roster it belongs to."""

    __tablename__ = "attendance"
    __table_args__ = (_week_key(),)

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)


class FormerAttendanceRow(_Mark, _OfWeek, Base):
    """A mark that was corrected or deleted, as it was."""

    __tablename__ = "attendance_before"
    __table_args__ = (_week_key(), Index(None, "program", "monday", "session", "participant"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session: Mapped[str] = mapped_column(String(220))
    participant: Mapped[str] = mapped_column(String(64))
    marked_at: Mapped[datetime] = mapped_column(UtcTime)
    marked_by: Mapped[str] = mapped_column(String(80))
    replaced_at: Mapped[datetime] = mapped_column(UtcTime)
    replaced_by: Mapped[str] = mapped_column(String(80))


class LateNoticeRow(VersionedRow, _OfWeek, Base):
    """A participant said that they will be late for a session. Deleted when attendance is recorded."""

    __tablename__ = "late_notices"
    __table_args__ = (_week_key(),)

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    minutes: Mapped[int] = mapped_column(comment="Minutes after the start.")
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(80))


class OutreachRow(_OfWeek, Base):
    """An attempt to reach a participant who missed a session."""

    __tablename__ = "outreach"
    __table_args__ = (_week_key(), Index(None, "program", "participant", "at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session: Mapped[str] = mapped_column(String(220), comment="The session that was missed.")
    participant: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(80))
    result: Mapped[str] = mapped_column(String(16), comment="reached, left_message or not_reached.")
    reason: Mapped[str | None] = mapped_column(String(64), comment="Code of why the session was missed.")
