"""Attendance, and the four kinds of minutes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from api.weeks.models.edits import SessionId
from scheduler.fields import Id, Minutes, Model
from scheduler.names import Tag

AttendanceStatus = Literal["attended", "late", "left_early", "excused", "no_show", "cancelled"]
MOST_LATE = 240
"""Minutes; whoever comes later than that has missed the session."""
CAME: tuple[AttendanceStatus, ...] = ("attended", "late", "left_early")


class AttendanceRecord(Model):
    """Whether a participant attended."""

    status: AttendanceStatus
    minutes: Minutes | None = Field(
        None,
        description="Care minutes delivered; at most the session's care minutes. If omitted: the whole session for `attended`, none for "
        "absent participants. For `late` and `left_early`, the session without the minutes missed; send these, the times, or `minutes`.",
    )

    minutes_late: Minutes | None = Field(None, description="Minutes after the start, for `late` and `left_early`.")
    minutes_early: Minutes | None = Field(None, description="Minutes before the end, for `late` and `left_early`.")
    joined_at: AwareDatetime | None = Field(None, description="When the participant joined by telehealth.")
    left_at: AwareDatetime | None = Field(None, description="When the participant left the telehealth session.")
    is_walk_in: bool = Field(False, description="Came without being booked.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        times = (self.joined_at, self.left_at)
        if self.status not in CAME and (self.minutes or self.is_walk_in or any(time is not None for time in times)):
            raise ValueError("a participant who did not come has 0 minutes, joined at no time and is no walk-in")
        if self.status not in ("late", "left_early") and (self.minutes_late or self.minutes_early):
            raise ValueError("a participant who was late or left early has the status `late` or `left_early`")
        if self.joined_at is not None and self.left_at is not None and self.left_at <= self.joined_at:
            raise ValueError("left_at is not after joined_at")
        return self


class AttendanceItem(AttendanceRecord):
    """One entry of an attendance list."""

    session: SessionId
    participant: Id
    version: int | None = Field(None, ge=1, description="The version to change; omit it for a first entry.")


class AttendanceList(Model):
    """Attendance of several participants, recorded together or not at all."""

    items: tuple[AttendanceItem, ...] = Field(min_length=1, max_length=500)


class AttendanceMark(Model):
    """What is or was recorded of a participant in a session."""

    session: str
    participant: Id
    status: AttendanceStatus
    minutes: int = Field(description="Care minutes delivered.")
    minutes_late: int | None = Field(None, description="Minutes after the start.")
    minutes_early: int | None = Field(None, description="Minutes before the end.")
    joined_at: datetime | None = None
    left_at: datetime | None = None
    is_walk_in: bool = Field(False, description="Came without being booked.")


class AttendanceView(AttendanceMark):
    """The attendance recorded for a participant in a session."""

    version: int
    changed_at: datetime
    changed_by: str


class FormerAttendance(AttendanceMark):
    """A mark as it was before it was corrected or deleted."""

    marked_at: datetime
    marked_by: str
    replaced_at: datetime
    replaced_by: str


class LateNotice(Model):
    """By how much a participant said that they will be late."""

    minutes: int = Field(ge=1, le=MOST_LATE, description="Minutes after the start.")


class LateNoticeView(LateNotice):
    """A late notice of a session."""

    session: str
    participant: Id
    version: int
    changed_at: datetime
    changed_by: str


OutreachResult = Literal["reached", "left_message", "not_reached"]


class OutreachRecord(Model):
    """An attempt to reach a participant who missed a session."""

    result: OutreachResult
    reason: Tag | None = Field(None, description="Code of why the session was missed, e.g. transport; not free text.")


class OutreachView(OutreachRecord):
    """A recorded attempt to reach a participant."""

    id: Id
    session: str = Field(description="The session that was missed.")
    participant: Id
    at: datetime
    by: str


class Counted(Model):
    """The three counters, never merged."""

    minutes: int = Field(0, description="Care minutes.")
    sessions: int = Field(0, description="Counted sessions.")
    service_days: int = Field(0, description="Dates with a counted session.")


class Ordered(Model):
    """The care ordered for the week, scaled if the week is partial."""

    floor: int
    target: int | None = None
    ceiling: int
    sessions_floor: int
    sessions_ceiling: int
    days_floor: int
    days_ceiling: int
    billable_days: int


class Billable(Model):
    """Service days on which the delivered minutes reach the payer's daily minimum."""

    days: int = 0
    minutes: int = Field(0, description="Delivered care minutes of these days.")
    dates: tuple[date, ...] = ()


class AttendedDay(Model):
    """A date on which a participant attended."""

    date: date
    sessions: int
    minutes: int = Field(description="Care minutes delivered.")


class Notice(Model):
    """A notice that calls for action."""

    code: Literal["no_shows_in_a_row"]
    sessions: tuple[str, ...] = Field(description="The sessions concerned, in chronological order.")
    message: str


class ParticipantMinutes(Model):
    """Ordered, scheduled, delivered and billable minutes of a participant in a week: four different numbers."""

    participant: Id
    monday: date
    is_published: bool
    is_served: bool = Field(description="Whether the participant was due care that week: not waiting, on hold or discharged.")
    phase: Id | None = Field(None, description="The phase in that week.")
    ordered: Ordered
    scheduled: Counted = Field(description="According to the published roster.")
    delivered: Counted = Field(description="According to attendance.")
    billable: Billable
    unrecorded: int = Field(0, description="Sessions that have begun and have no attendance recorded.")
    notices: tuple[Notice, ...] = ()
