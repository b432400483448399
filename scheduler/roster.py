"""The roster contract: sessions and their bookings.

A session is one run of a group, or one individual, family or couple appointment. Its identity is the group (or participant and
service), the week and an ordinal: moving it in time keeps it. Times are aware datetimes in the program's zone.
"""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from scheduler.fields import BookingMode, Id, Mode, Model
from scheduler.names import ClinicianId, CohortId, GroupId, ParticipantId, RoomId, ServiceId, SiteId, Tag, TrackId


class Booking(Model):
    """One participant in one session."""

    participant: ParticipantId
    mode: BookingMode = "in_person"


class Session(Model):
    """One session: its time, place, facilitators and bookings."""

    id: str = Field(max_length=220, description="Stable identity: group or participant and service, week, ordinal.")
    group: GroupId | None = Field(None, description="None for individual, family and couple sessions.")
    service: ServiceId
    ordinal: int = Field(1, ge=1, description="Counts a participant's sessions of one service in the week.")
    start: AwareDatetime
    end: AwareDatetime
    mode: Mode = "in_person"
    site: SiteId | None = None
    room: RoomId | None = None
    facilitators: tuple[ClinicianId, ...] = Field((), description="The leader first.")
    bookings: tuple[Booking, ...] = ()
    guests: tuple[Id, ...] = ()


class Home(Model):
    """A participant's home track and cohort, in which the group places are."""

    participant: ParticipantId
    track: TrackId | None = None
    cohort: CohortId | None = None
    given_track: TrackId | None = Field(None, description="The participant's home track when the roster was made, if different.")
    given_cohort: CohortId | None = Field(None, description="The participant's home cohort when the roster was made, if different.")


class Roster(Model):
    """A week of sessions."""

    monday: date
    zone: str = Field(max_length=64)
    sessions: tuple[Session, ...] = ()
    homes: tuple[Home, ...] = ()
    seed: Tag | None = Field(None, description="Seed with which random times were drawn; None if every service is standing.")


def group_session_id(group: str, monday: date) -> str:
    """The id of a group's run in a week."""
    return f"g.{group}.{monday.isoformat()}"


def appointment_id(participant: str, service: str, monday: date, ordinal: int) -> str:
    """The id of a participant's appointment for a service in a week (couples: the first participant in id order)."""
    return f"a.{participant}.{service}.{monday.isoformat()}.{ordinal}"
