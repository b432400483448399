"""The resources that Stepdown writes, with R4's rules for each."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from scheduler.exchange.fhir.codes import AppointmentStatus, ParticipationStatus, SlotStatus
from scheduler.exchange.fhir.elements import (
    AppointmentActor,
    ClockText,
    CodeableConcept,
    ConceptExtension,
    Element,
    Identifier,
    Instant,
    LocationReference,
    LogicalId,
    Meta,
    Period,
    PractitionerReference,
    ScheduleActor,
    ScheduleReference,
    ServiceReference,
    SlotReference,
    Text,
    WeekdayCode,
)

WITHOUT_TIMES = ("proposed", "cancelled", "waitlist")


class FhirResource(Element):
    """The fields common to all resources, in FHIR's order."""

    resource_type: str
    id: LogicalId | None = None
    meta: Meta | None = None


class Patient(FhirResource):
    """A participant: an id and nothing else about the person."""

    resource_type: Literal["Patient"] = "Patient"
    identifier: tuple[Identifier, ...] | None = None


class Practitioner(FhirResource):
    """A clinician: an id, without a name."""

    resource_type: Literal["Practitioner"] = "Practitioner"
    identifier: tuple[Identifier, ...] | None = None
    active: bool | None = None
    communication: tuple[CodeableConcept, ...] | None = None


class AvailableTime(Element):
    """Weekly working hours."""

    days_of_week: tuple[WeekdayCode, ...] | None = None
    all_day: bool | None = None
    available_start_time: ClockText | None = None
    available_end_time: ClockText | None = None


class NotAvailable(Element):
    """An absence."""

    description: Text
    during: Period | None = None


class PractitionerRole(FhirResource):
    """A clinician's role in the program: services, places and times."""

    resource_type: Literal["PractitionerRole"] = "PractitionerRole"
    identifier: tuple[Identifier, ...] | None = None
    active: bool | None = None
    practitioner: PractitionerReference | None = None
    code: tuple[CodeableConcept, ...] | None = None
    location: tuple[LocationReference, ...] | None = None
    healthcare_service: tuple[ServiceReference, ...] | None = None
    available_time: tuple[AvailableTime, ...] | None = None
    not_available: tuple[NotAvailable, ...] | None = None
    availability_exceptions: Text | None = None


class Location(FhirResource):
    """A site or a room."""

    resource_type: Literal["Location"] = "Location"
    identifier: tuple[Identifier, ...] | None = None
    status: Literal["active", "suspended", "inactive"] | None = None
    mode: Literal["instance", "kind"] | None = None
    physical_type: CodeableConcept | None = None
    part_of: LocationReference | None = None


class HealthcareService(FhirResource):
    """A service that can be ordered."""

    resource_type: Literal["HealthcareService"] = "HealthcareService"
    identifier: tuple[Identifier, ...] | None = None
    active: bool | None = None
    category: tuple[CodeableConcept, ...] | None = None
    type: tuple[CodeableConcept, ...] | None = None
    appointment_required: bool | None = None


class Schedule(FhirResource):
    """The schedule of a clinician, a room or, for sessions with neither, a service, in which slots take time."""

    resource_type: Literal["Schedule"] = "Schedule"
    identifier: tuple[Identifier, ...] | None = None
    active: bool | None = None
    actor: tuple[ScheduleActor, ...] = Field(min_length=1)
    planning_horizon: Period | None = None


class Slot(FhirResource):
    """The time that a session takes in one schedule."""

    resource_type: Literal["Slot"] = "Slot"
    identifier: tuple[Identifier, ...] | None = None
    service_type: tuple[CodeableConcept, ...] | None = None
    schedule: ScheduleReference
    status: SlotStatus
    start: Instant
    end: Instant

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("the end is before the start")
        return self


class AppointmentParticipant(Element):
    """A person or place in an appointment."""

    type: tuple[CodeableConcept, ...] | None = None
    actor: AppointmentActor | None = None
    required: Literal["required", "optional", "information-only"] | None = None
    status: ParticipationStatus

    @model_validator(mode="after")
    def _app_1(self) -> Self:
        if self.type is None and self.actor is None:
            raise ValueError("app-1: a participant needs a type or an actor")
        return self


class Appointment(FhirResource):
    """One participant in one session."""

    resource_type: Literal["Appointment"] = "Appointment"
    extension: tuple[ConceptExtension, ...] | None = None
    identifier: tuple[Identifier, ...] | None = None
    status: AppointmentStatus
    # R4's spelling, with one l.
    cancelation_reason: CodeableConcept | None = None
    service_category: tuple[CodeableConcept, ...] | None = None
    service_type: tuple[CodeableConcept, ...] | None = None
    start: Instant | None = None
    end: Instant | None = None
    minutes_duration: int | None = Field(None, ge=1)
    slot: tuple[SlotReference, ...] | None = None
    participant: tuple[AppointmentParticipant, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _invariants(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("app-2: give start and end, or neither")
        if self.start is None and self.status not in WITHOUT_TIMES:
            raise ValueError("app-3: only appointments that are proposed, cancelled or on a waitlist may have no start and end")
        if self.cancelation_reason is not None and self.status not in ("cancelled", "noshow"):
            raise ValueError("app-4: only cancelled and no-show appointments may have a cancelationReason")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("the end is before the start")
        return self
