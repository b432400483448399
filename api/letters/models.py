"""Letters about a participant: when somebody attended, and hours over a stay for whoever goes on."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from api.attendance.models import AttendedDay, Billable, Counted, Ordered
from scheduler.fields import Id, Model

LetterFormat = Literal["html", "json"]


class Letter(Model):
    """What every letter says of itself."""

    participant: Id
    first: date
    last: date
    issued: date
    reference: str = Field(description="Finds the act in the audit trail: the beginning of its request id.")
    sender: str = Field(description="The program's `letter_sender`; empty: a line to fill in.")


class AttendanceLetter(Letter):
    """Dates and hours on which somebody attended appointments. What for, it does not say."""

    days: tuple[AttendedDay, ...] = Field(description="By date; dates without attendance are left out.")
    minutes: int = Field(description="Of all days: time in appointments, without breaks.")
    sessions: int
    unrecorded: int = Field(description="Appointments that have begun and have no attendance yet: they are not in the letter.")


class StayWeek(Model):
    """The numbers of one week, as `GET .../minutes` tells them."""

    monday: date
    is_served: bool
    phase: Id | None
    label: str = Field(description="What people call the phase.")
    ordered: Ordered
    scheduled: Counted
    delivered: Counted
    billable: Billable
    unrecorded: int


class StayPhase(Model):
    """Weeks in one phase, one after the other."""

    phase: Id | None
    label: str
    level: str
    first: date = Field(description="Monday of its first week.")
    last: date = Field(description="Sunday of its last week.")
    weeks: int = Field(description="Weeks with a published roster.")
    ordered: int = Field(description="Minutes ordered at least, of its weeks together.")
    delivered: int


class Totals(Model):
    """The sums of all weeks in which somebody was served."""

    weeks: int = 0
    ordered: int = Field(0, description="Minutes ordered at least.")
    scheduled: Counted = Counted()
    delivered: Counted = Counted()
    billable_days: int = 0
    unrecorded: int = 0


class HandOff(Letter):
    """Ordered, scheduled, delivered and billable, week by week over a stay."""

    label: str = Field(description="The participant's label, e.g. initials.")
    admitted: date | None
    discharge: date | None
    may_be_given: bool = Field(description="Whether a consent of the kind `hand_off` is in force; without one it is for the program alone.")
    consent_until: date | None = Field(description="Last date of that consent; null: it has no end, or there is none.")
    weeks: tuple[StayWeek, ...]
    left_out: tuple[date, ...] = Field(description="Mondays in between of which nothing is published.")
    phases: tuple[StayPhase, ...]
    totals: Totals
