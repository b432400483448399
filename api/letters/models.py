"""Letters about a participant: dates of attendance, and hours over a stay for the next provider."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from api.attendance.models import AttendedDay, Billable, Counted, Ordered
from scheduler.fields import Id, Model

LetterFormat = Literal["html", "json"]
LetterPurpose = Literal["attendance", "employer", "court"]


class Letter(Model):
    """Fields that every letter has."""

    participant: Id
    first: date
    last: date
    issued: date
    reference: str = Field(description="Identifies the letter in the audit trail: the beginning of its request id.")
    sender: str = Field(description="The program's `letter_sender`; if empty, the page has a line to fill in.")


class MissedDate(Model):
    """A date on which a participant missed an appointment."""

    date: date
    is_excused: bool


class TimeAhead(Model):
    """A published appointment ahead: when, and nothing else."""

    start: AwareDatetime
    end: AwareDatetime


class AttendanceLetter(Letter):
    """The dates and times at which a participant attended appointments, without their purpose."""

    purpose: LetterPurpose = "attendance"

    days: tuple[AttendedDay, ...] = Field(description="Sorted by date; dates without attendance are left out.")
    minutes: int = Field(description="Time in appointments on all days, without breaks.")
    sessions: int
    unrecorded: int = Field(description="Appointments that have begun without attendance recorded; they are not in the letter.")
    missed: tuple[MissedDate, ...] = Field((), description="For a court: dates of missed appointments; those cancelled are left out.")
    ahead: tuple[TimeAhead, ...] = Field((), description="For an employer: published appointments that have not begun.")


class StayWeek(Model):
    """The figures of one week, as returned by `GET .../minutes`."""

    monday: date
    is_served: bool
    phase: Id | None
    label: str = Field(description="The label of the phase.")
    ordered: Ordered
    scheduled: Counted
    delivered: Counted
    billable: Billable
    unrecorded: int


class StayPhase(Model):
    """Consecutive weeks in one phase."""

    phase: Id | None
    label: str
    level: str
    first: date = Field(description="Monday of its first week.")
    last: date = Field(description="Sunday of its last week.")
    weeks: int = Field(description="Weeks with a published roster.")
    ordered: int = Field(description="Minimum ordered minutes of all its weeks.")
    delivered: int


class Totals(Model):
    """Totals of all weeks in which the participant was served."""

    weeks: int = 0
    ordered: int = Field(0, description="Minimum ordered minutes.")
    scheduled: Counted = Counted()
    delivered: Counted = Counted()
    billable_days: int = 0
    unrecorded: int = 0


class HandOff(Letter):
    """Ordered, scheduled, delivered and billable minutes, week by week over a stay."""

    label: str = Field(description="The participant's label, e.g. initials.")
    admitted: date | None
    discharge: date | None
    may_be_given: bool = Field(
        description="Whether a `hand_off` consent is in force; without one, the summary is only for the program itself."
    )
    consent_until: date | None = Field(description="Last date of that consent; null for no end date or no consent.")
    weeks: tuple[StayWeek, ...]
    left_out: tuple[date, ...] = Field(description="Mondays of weeks without a published roster.")
    phases: tuple[StayPhase, ...]
    totals: Totals
