"""The published week: in full, for certain clinicians, or as the front desk sees it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from scheduler.fields import Id, Mode, Model
from scheduler.roster import Booking, Session


class PublishedBookingView(Booking):
    """A participant booked in a published session."""

    label: str = Field(
        "",
        description="Initials or another label for printed rosters, with the id where two people of the week have the same; may be empty.",
    )


class PublishedSessionView(Session):
    """A published session: one of the roster, with the labels of who is booked."""

    bookings: tuple[PublishedBookingView, ...] = ()


class PublishedView(Model):
    """The published sessions of a week; without a roster, nothing is published."""

    monday: date
    zone: str
    roster: Id | None = None
    number: int | None = None
    published_at: datetime | None = None
    sessions: tuple[PublishedSessionView, ...] = Field((), description="Sorted by start.")


class DeskSession(Model):
    """A session on the sign-in sheet: when, where and who, never the service. Its fields are those of a session, without some."""

    id: str = Field(description="A number used only by the front desk; attendance accepts it as the session's id.")
    group: Id | None = Field(None, description="Null: an appointment.")
    label: str = Field("", description="The group's label.")
    start: datetime
    end: datetime
    mode: Mode
    site: Id | None = None
    room: Id | None = None
    bookings: tuple[PublishedBookingView, ...] = ()


class DeskView(Model):
    """The sign-in sheets of a week."""

    monday: date
    zone: str
    number: int | None = Field(None, description="The number of the published roster in its week: the version to print on the sheets.")
    published_at: datetime | None = None
    printed_at: datetime | None = Field(None, description="When the sheets were made, to print on them.")
    sessions: tuple[DeskSession, ...] = Field((), description="Sorted by start.")
