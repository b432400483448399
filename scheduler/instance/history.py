"""History, the published roster, and pins."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from scheduler.fields import BookingMode, ClockTime, Minutes, Model, Weekday
from scheduler.names import ClinicianId, CurriculumId, GroupId, OwnModuleId, ParticipantId, Past, PhaseId, RoomId, ServiceId
from scheduler.roster import Roster


class PastOrder(Model):
    """The order of the last full week, and how it went."""

    participant: ParticipantId
    phase: PhaseId | None = None
    floor: Minutes
    target: Minutes | None = Field(None, description="The largest step down is counted from it; None: no step is too large.")
    ceiling: Minutes
    short_minutes: Minutes = Field(0, description="Unexcused scheduled minutes below last week's scaled floor.")


class LastService(Model):
    """A date on which a service was given to a participant; the last one counts, and the number where one is ordered in all."""

    participant: ParticipantId
    service: ServiceId
    date: date


class ModuleDone(Model):
    """A curriculum module a participant has done in the current cycle."""

    participant: ParticipantId
    curriculum: CurriculumId
    module: OwnModuleId


class PlaceRelease(Model):
    """A place of last week that its holder gives up by agreement: a group place, or a standing appointment."""

    participant: ParticipantId
    group: GroupId | None = None
    service: ServiceId | None = Field(None, description="For an appointment.")
    ordinal: int = Field(1, ge=1, description="For an appointment: which of the service's in the week.")


class History(Model):
    """The history before this week."""

    last_week: Past[Roster | None] = Field(None, description="Last week's roster; with it the default mode is hold.")
    orders: Past[tuple[PastOrder, ...]] = ()
    services: Past[tuple[LastService, ...]] = Field(
        (), description="When services were last given; of services ordered by a number in all, every date of the stay."
    )
    modules: Past[tuple[ModuleDone, ...]] = ()
    released: tuple[PlaceRelease, ...] = Field((), description="Places of last week that are no longer held, by agreement.")


class Published(Model):
    """The roster participants know for this week; changes to it are counted, its past is fixed."""

    roster: Roster
    at: AwareDatetime | None = None


class Pin(Model):
    """A decision locked by a coordinator.

    ``run``: the group meets (at ``day``/``time`` where given). ``facilitator`` and ``room``: that run has them. ``booking``: the
    participant is booked in the group, or has the service (at ``day``/``time``, with ``clinician``, by ``mode``, where given).
    """

    kind: Literal["run", "facilitator", "room", "booking"]
    group: GroupId | None = None
    participant: ParticipantId | None = None
    service: ServiceId | None = Field(None, description="For a booking that is not a group place.")
    day: Weekday | None = None
    time: ClockTime | None = None
    clinician: ClinicianId | None = None
    room: RoomId | None = None
    mode: BookingMode | None = Field(None, description="For a booking: in person or by telehealth.")
