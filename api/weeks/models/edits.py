"""Small manual edits of a roster."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scheduler.fields import BookingMode, ClockTime, Id, Mode, Model, Weekday

SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,220}$", description="The id of a session of the roster.")]


class MoveSession(Model):
    """Change the day, time, place or staff of a session; omitted fields stay as they are."""

    do: Literal["move"]
    session: SessionId
    day: Weekday | None = None
    time: ClockTime | None = None
    mode: Mode | None = None
    site: Id | None = None
    room: Id | None = Field(None, description="Null removes the room; if omitted, it stays.")
    facilitators: tuple[Id, ...] | None = Field(None, description="The leader first.")


class BookParticipant(Model):
    """Book a participant in a session, or change the mode of the booking."""

    do: Literal["book"]
    session: SessionId
    participant: Id
    mode: BookingMode = "in_person"


class UnbookParticipant(Model):
    """Remove a participant from a session; an appointment left without participants is removed."""

    do: Literal["unbook"]
    session: SessionId
    participant: Id


class AddSession(Model):
    """Add an appointment for a service, or a run of a group."""

    do: Literal["add"]
    group: Id | None = Field(None, description="The group that meets; give either a group or a service.")
    service: Id | None = Field(None, description="The service of an appointment.")
    day: Weekday
    time: ClockTime
    mode: Mode = "in_person"
    site: Id | None = None
    room: Id | None = None
    facilitators: tuple[Id, ...] = Field((), description="The leader first.")
    participants: tuple[Id, ...] = Field((), max_length=200)
    guests: tuple[Id, ...] = Field((), max_length=20)


class RemoveSession(Model):
    """Remove a session from the roster."""

    do: Literal["remove"]
    session: SessionId


Edit = Annotated[MoveSession | BookParticipant | UnbookParticipant | AddSession | RemoveSession, Field(discriminator="do")]


class EditRequest(Model):
    """Edits, applied in order; either all are applied or none."""

    edits: tuple[Edit, ...] = Field(min_length=1, max_length=500)
