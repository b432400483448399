"""Sites and rooms as Locations, services as HealthcareServices, with ids and codes but no labels."""

from __future__ import annotations

from datetime import datetime

from scheduler.exchange.fhir.codes import PHYSICAL_TYPE, own_system
from scheduler.exchange.fhir.elements import Identifier, Reference, concept
from scheduler.exchange.fhir.ids import resource_id, room_id, site_id
from scheduler.exchange.fhir.resources import HealthcareService, Location
from scheduler.exchange.fhir.settings import FhirSettings
from scheduler.exchange.fhir.versions import with_meta
from scheduler.instance import Room, Service, Site

BUILDING, ROOM = concept(PHYSICAL_TYPE, "bu", "Building"), concept(PHYSICAL_TYPE, "ro", "Room")


def site_location(program: str, site: Site, changed_at: datetime, *, is_active: bool) -> Location:
    """A site as a Location."""
    location = Location(
        id=site_id(site.id),
        identifier=(Identifier(system=own_system(program, "site"), value=site.id),),
        status="active" if is_active else "inactive",
        mode="instance",
        physical_type=BUILDING,
    )
    return with_meta(location, changed_at)


def room_location(program: str, room: Room, changed_at: datetime, *, is_active: bool) -> Location:
    """A room as a Location within its site."""
    location = Location(
        id=room_id(room.id),
        identifier=(Identifier(system=own_system(program, "room"), value=room.id),),
        status="active" if is_active else "inactive",
        mode="instance",
        physical_type=ROOM,
        part_of=Reference(reference=f"Location/{site_id(room.site)}"),
    )
    return with_meta(location, changed_at)


def healthcare_service(
    program: str, service: Service, settings: FhirSettings, changed_at: datetime, *, is_active: bool
) -> HealthcareService:  # fmt: skip
    """A service that can be ordered, as a HealthcareService."""
    category = settings.service_category(service.category)
    resource = HealthcareService(
        id=resource_id(service.id),
        identifier=(Identifier(system=own_system(program, "service"), value=service.id),),
        active=is_active,
        category=None if category is None else (category,),
        type=(settings.service_type(program, service.id),),
        appointment_required=True,
    )
    return with_meta(resource, changed_at)
