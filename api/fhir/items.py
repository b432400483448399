"""Items that a search examines: one for each resource, built in full only if it is returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from api.fhir.facts import Fact, Token
from api.fhir.store.histories import ListPosition
from scheduler.exchange.fhir.appointments import AttendanceFact, Teller
from scheduler.exchange.fhir.bundles import AnyResource
from scheduler.exchange.fhir.codes import SESSION_SYSTEM, Standing
from scheduler.exchange.fhir.elements import CodeableConcept, Reference
from scheduler.exchange.fhir.history import Last, Seat, SlotClaim, schedules_of
from scheduler.exchange.fhir.ids import resource_id, room_id, site_id
from scheduler.exchange.fhir.resources import (
    FhirResource,
    HealthcareService,
    Location,
    Patient,
    Practitioner,
    PractitionerRole,
    Schedule,
)
from scheduler.exchange.fhir.versions import told_at

APPOINTMENT_STATUS = "http://hl7.org/fhir/appointmentstatus"
SLOT_STATUS = "http://hl7.org/fhir/slotstatus"
LOCATION_STATUS = "http://hl7.org/fhir/location-status"
SPECIAL_VALUES = "http://terminology.hl7.org/CodeSystem/special-values"


@dataclass(frozen=True, slots=True)
class Item:
    """A resource that a search may return.

    Attributes:
        place: The sort key for pages; the minute is 0 for resources without a start.
        facts: Its values for a search parameter.
    """

    place: ListPosition
    last_updated: datetime
    facts: Callable[[str], Iterable[Fact]]
    make: Callable[[], AnyResource]

    def has(self, name: str) -> Iterable[Fact]:
        """The values for any parameter."""
        if name == "_id":
            return (self.place.id,)
        return (self.last_updated,) if name == "_lastUpdated" else self.facts(name)


def appointment_item(place: ListPosition, teller: Teller, seat: Last[Seat], attended: AttendanceFact | None, now: datetime) -> Item:
    """A participant's appointment."""
    standing, changed_at = teller.standing(seat, attended, now)
    return Item(
        place=place,
        last_updated=told_at(changed_at),
        facts=lambda name: _of_seat(teller, seat.thing, standing, name),
        make=lambda: teller.appointment(seat, standing, changed_at),
    )


def _of_seat(teller: Teller, seat: Seat, standing: Standing, name: str) -> Iterable[Fact]:
    session = seat.session
    match name:
        case "date":
            return (session.start,)
        case "status":
            return (Token(APPOINTMENT_STATUS, standing.status),)
        case "patient":
            return (f"Patient/{resource_id(seat.participant)}",)
        case "practitioner":
            return _references(("Practitioner", "PractitionerRole"), session.facilitators)
        case "actor":
            staff = _references(("PractitionerRole",), session.facilitators)
            return (f"Patient/{resource_id(seat.participant)}", *staff, *_where(seat))
        case "location":
            return tuple(_where(seat))
        case "slot":
            is_off = standing.status == "cancelled"
            return () if is_off else tuple(f"Slot/{teller.slot_id(session.id, s)}" for s in schedules_of(session))
        case "identifier":
            return (Token(SESSION_SYSTEM, teller.session_number(session.id)),)
        case "service-type":
            return _tokens(teller.settings.service_type(teller.program, session.service))
    return ()


def _references(types: Iterable[str], clinicians: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{type}/{resource_id(clinician)}" for clinician in clinicians for type in types)


def _where(seat: Seat) -> Iterator[str]:
    session = seat.session
    if seat.mode == "in_person" and session.room is not None:
        yield f"Location/{room_id(session.room)}"
    elif seat.mode == "in_person" and session.site is not None:
        yield f"Location/{site_id(session.site)}"


def slot_item(place: ListPosition, teller: Teller, claim: Last[SlotClaim]) -> Item:
    """The time of a session in a schedule."""
    return Item(
        place=place,
        last_updated=told_at(max(claim.changed_at, teller.settings_at)),
        facts=lambda name: _of_claim(teller, claim, name),
        make=lambda: teller.slot(claim),
    )


def _of_claim(teller: Teller, claim: Last[SlotClaim], name: str) -> Iterable[Fact]:
    session = claim.thing.session
    match name:
        case "start":
            return (session.start,)
        case "schedule":
            return (f"Schedule/{claim.thing.schedule}",)
        case "status":
            return (Token(SLOT_STATUS, "entered-in-error" if claim.is_gone else "busy"),)
        case "identifier":
            return (Token(SESSION_SYSTEM, teller.session_number(session.id)),)
        case "service-type":
            return _tokens(teller.settings.service_type(teller.program, session.service))
    return ()


def whole_item(resource: AnyResource) -> Item:
    """An item for a complete resource: a person, place, service or schedule."""
    assert resource.meta is not None
    assert resource.meta.last_updated is not None
    return Item(ListPosition(0, str(resource.id)), resource.meta.last_updated, lambda name: _of_resource(resource, name), lambda: resource)


def _of_resource(resource: FhirResource, name: str) -> Iterable[Fact]:
    match name, resource:
        case "identifier", Patient() | Practitioner() | Location() | HealthcareService():
            return tuple(Token(i.system or "", i.value or "") for i in resource.identifier or ())
        case "active", Practitioner() | PractitionerRole() | HealthcareService() | Schedule():
            return (Token(SPECIAL_VALUES, "true" if resource.active else "false"),)
        case "status", Location():
            return (Token(LOCATION_STATUS, resource.status or ""),)
        case "practitioner", PractitionerRole():
            return _leads((resource.practitioner,))
        case "location", PractitionerRole():
            return _leads(resource.location or ())
        case "service", PractitionerRole():
            return _leads(resource.healthcare_service or ())
        case "actor", Schedule():
            return _leads(resource.actor)
        case "partof", Location():
            return _leads((resource.part_of,))
        case "service-type", HealthcareService():
            return tuple(token for type in resource.type or () for token in _tokens(type))
    return ()


def _leads(references: Iterable[Reference | None]) -> tuple[str, ...]:
    return tuple(r.reference for r in references if r is not None and r.reference is not None)


def _tokens(concept: CodeableConcept) -> tuple[Token, ...]:
    return tuple(Token(coding.system or "", coding.code or "") for coding in concept.coding or ())
