"""Small edits of a roster by hand, one sentence each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scheduler.fields import BookingMode, ClockTime, Id, Mode, Model, Weekday

SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,220}$", description="A session of the roster.")]


class MoveSession(Model):
    """Give a session another day, time, place or other staff; what is left out stays."""

    do: Literal["move"]
    session: SessionId
    day: Weekday | None = None
    time: ClockTime | None = None
    mode: Mode | None = None
    site: Id | None = None
    room: Id | None = Field(None, description="Null takes the room away; left out, it stays.")
    facilitators: tuple[Id, ...] | None = Field(None, description="The leader first.")


class BookParticipant(Model):
    """Book a participant in a session, or change the mode of the booking."""

    do: Literal["book"]
    session: SessionId
    participant: Id
    mode: BookingMode = "in_person"


class UnbookParticipant(Model):
    """Take a participant out of a session; an appointment of nobody is gone."""

    do: Literal["unbook"]
    session: SessionId
    participant: Id


class AddSession(Model):
    """Add an appointment of a service, or a run of a group."""

    do: Literal["add"]
    group: Id | None = Field(None, description="The group that meets; or name a service.")
    service: Id | None = Field(None, description="For an appointment.")
    day: Weekday
    time: ClockTime
    mode: Mode = "in_person"
    site: Id | None = None
    room: Id | None = None
    facilitators: tuple[Id, ...] = Field((), description="The leader first.")
    participants: tuple[Id, ...] = Field((), max_length=200)
    guests: tuple[Id, ...] = Field((), max_length=20)


class RemoveSession(Model):
    """Take a session out of the roster."""

    do: Literal["remove"]
    session: SessionId


Edit = Annotated[MoveSession | BookParticipant | UnbookParticipant | AddSession | RemoveSession, Field(discriminator="do")]


class EditRequest(Model):
    """Edits, done in this order; all of them or none."""

    edits: tuple[Edit, ...] = Field(min_length=1, max_length=500)
