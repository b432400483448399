"""Bookings as Appointments, and the time that sessions take as Slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.exchange.fhir.codes import (
    ACT,
    CANCELLATION,
    CLASS_EXTENSION,
    PARTICIPATION,
    REASONS,
    SESSION_SYSTEM,
    STATUSES,
    ParticipationStatus,
    SlotStatus,
    Standing,
)
from scheduler.exchange.fhir.elements import CodeableConcept, ConceptExtension, Identifier, Reference, concept
from scheduler.exchange.fhir.history import Last, Seat, SlotClaim, schedules_of
from scheduler.exchange.fhir.ids import number, resource_id, room_id, site_id
from scheduler.exchange.fhir.resources import Appointment, AppointmentParticipant, Slot
from scheduler.exchange.fhir.settings import FhirSettings
from scheduler.exchange.fhir.versions import with_meta

# Built once: every appointment uses the same few concepts.
AT_HOME = ConceptExtension(url=CLASS_EXTENSION, value_codeable_concept=concept(ACT, "VR", "virtual"))
ON_SITE = ConceptExtension(url=CLASS_EXTENSION, value_codeable_concept=concept(ACT, "AMB", "ambulatory"))
LEADING = (concept(PARTICIPATION, "PPRF", "primary performer"),)
HELPING = (concept(PARTICIPATION, "SPRF", "secondary performer"),)
CANCELLED_BY = {code: concept(CANCELLATION, code, words) for code, words in REASONS.items()}


@dataclass(frozen=True, slots=True)
class AttendanceFact:
    """The recorded attendance of a participant at a session."""

    status: str
    at: datetime


@dataclass(frozen=True)
class Teller:
    """Writes the bookings of one week as FHIR resources.

    Attributes:
        key: The week's secret.
        categories: Categories by service.
        settings_at: When the settings last changed.
    """

    program: str
    zone: ZoneInfo
    key: str
    settings: FhirSettings
    settings_at: datetime
    categories: Mapping[str, str]

    def standing(self, seat: Last[Seat], attended: AttendanceFact | None, now: datetime) -> tuple[Standing, datetime]:
        """The status of a booking, and since when it has held.

        A participant who attends has arrived while the session goes on; when it ends, the appointment is fulfilled.
        """
        since = max(seat.changed_at, self.settings_at)
        if seat.is_gone:
            return STATUSES["withdrawn"], since
        if attended is None:
            return STATUSES["booked"], since
        since, end = max(since, attended.at), seat.thing.session.end
        if attended.status == "attended" and attended.at < end:
            return (STATUSES["attending"], since) if now < end else (STATUSES["attended"], max(since, end))
        return STATUSES[attended.status], since

    def appointment_id(self, seat: Seat) -> str:
        """The id of a participant's appointment: the same in every roster of the week."""
        return number(self.key, "appointment", seat.session.id, seat.participant)

    def session_number(self, session: str) -> str:
        """The number that all appointments of a session share."""
        return number(self.key, "session", session)

    def slot_id(self, session: str, schedule: str) -> str:
        """The id of a session's Slot in a schedule."""
        return number(self.key, "slot", session, schedule)

    def appointment(self, seat: Last[Seat], standing: Standing, changed_at: datetime) -> Appointment:
        """A booking as an Appointment."""
        session, is_off = seat.thing.session, standing.status == "cancelled"
        start, end = session.start.astimezone(self.zone), session.end.astimezone(self.zone)
        category = self._category(session.service)
        appointment = Appointment(
            id=self.appointment_id(seat.thing),
            extension=(AT_HOME if seat.thing.mode == "telehealth" else ON_SITE,),
            identifier=(Identifier(system=SESSION_SYSTEM, value=self.session_number(session.id)),),
            status=standing.status,
            cancelation_reason=None if standing.reason is None else CANCELLED_BY[standing.reason],
            service_category=None if category is None else (category,),
            service_type=(self._type(session.service),),
            start=start,
            end=end,
            minutes_duration=max(1, int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 60),
            # A cancelled appointment takes no time.
            slot=None if is_off else tuple(_to("Slot", self.slot_id(session.id, s)) for s in schedules_of(session)),
            participant=self._participants(seat.thing, standing),
        )
        return with_meta(appointment, changed_at, is_restricted=True)

    def slot(self, claim: Last[SlotClaim]) -> Slot:
        """The time of a session in a schedule, as a Slot."""
        session, status = claim.thing.session, _slot_status(claim)
        slot = Slot(
            id=self.slot_id(session.id, claim.thing.schedule),
            identifier=(Identifier(system=SESSION_SYSTEM, value=self.session_number(session.id)),),
            service_type=(self._type(session.service),),
            schedule=_to("Schedule", claim.thing.schedule),
            status=status,
            start=session.start.astimezone(self.zone),
            end=session.end.astimezone(self.zone),
        )
        return with_meta(slot, max(claim.changed_at, self.settings_at))

    def _participants(self, seat: Seat, standing: Standing) -> tuple[AppointmentParticipant, ...]:
        """The participant, the clinicians and, for a booking in person, the place; never another participant."""
        session = seat.session
        people = [AppointmentParticipant(actor=self._patient(seat.participant), required="required", status=standing.patient)]
        for position, clinician in enumerate(session.facilitators):
            people.append(
                AppointmentParticipant(
                    type=HELPING if position else LEADING,
                    actor=_to("PractitionerRole", resource_id(clinician)),
                    required="required",
                    status=standing.staff,
                )
            )
        if seat.mode == "in_person":
            place = room_id(session.room) if session.room is not None else None if session.site is None else site_id(session.site)
            if place is not None:
                people.append(_place(place, standing.staff))
        return tuple(people)

    def _patient(self, participant: str) -> Reference:
        system = self.settings.patient_system
        identifier = None if system is None else Identifier(system=system, value=participant)
        return Reference(reference=f"Patient/{resource_id(participant)}", identifier=identifier)

    @cached_property
    def _types(self) -> dict[str, CodeableConcept]:
        return {}

    def _type(self, service: str) -> CodeableConcept:
        if service not in self._types:
            self._types[service] = self.settings.service_type(self.program, service)
        return self._types[service]

    def _category(self, service: str) -> CodeableConcept | None:
        return self.settings.service_category(self.categories.get(service, ""))


def _slot_status(claim: Last[SlotClaim]) -> SlotStatus:
    # Not `free`: other systems would take that as an offer to book.
    return "entered-in-error" if claim.is_gone else "busy"


def _place(location: str, status: ParticipationStatus) -> AppointmentParticipant:
    return AppointmentParticipant(actor=_to("Location", location), required="information-only", status=status)


def _to(type: str, id: str) -> Reference:
    return Reference(reference=f"{type}/{id}")
