"""Attendance, and the four kinds of minutes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from api.weeks.models.edits import SessionId
from scheduler.fields import Id, Minutes, Model

AttendanceStatus = Literal["attended", "late", "left_early", "excused", "no_show", "cancelled"]
CAME: tuple[AttendanceStatus, ...] = ("attended", "late", "left_early")


class AttendanceRecord(Model):
    """Whether a participant attended."""

    status: AttendanceStatus
    minutes: Minutes | None = Field(
        None,
        description="Care minutes delivered. If omitted: the whole session for `attended`, none for absent participants. "
        "Required for `late` and `left_early`; at most the session's care minutes.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.status not in CAME and self.minutes:
            raise ValueError("a participant who did not come has 0 minutes")
        return self


class AttendanceItem(AttendanceRecord):
    """One entry of an attendance list."""

    session: SessionId
    participant: Id
    version: int | None = Field(None, ge=1, description="The version to change; omit it for a first entry.")


class AttendanceList(Model):
    """Attendance of several participants, recorded together or not at all."""

    items: tuple[AttendanceItem, ...] = Field(min_length=1, max_length=500)


class AttendanceView(Model):
    """The attendance recorded for a participant in a session."""

    session: str
    participant: Id
    status: AttendanceStatus
    minutes: int = Field(description="Care minutes delivered.")
    version: int
    changed_at: datetime
    changed_by: str


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
