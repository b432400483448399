"""The source of resources: a program's rows and its published rosters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.database import tables
from api.fhir.items import Item, whole_item
from api.fhir.parameters import ResourceType
from api.fhir.store.bookings import FhirBookings, Weeks
from api.programs.models import AbsenceEntry
from api.programs.store.kinds import KIND_OF
from api.programs.store.programs import check_program
from scheduler.exchange.fhir.places import healthcare_service, room_location, site_location
from scheduler.exchange.fhir.settings import FhirSettings
from scheduler.exchange.fhir.staff import patient, practitioner, practitioner_role, schedule
from scheduler.fields import Model
from scheduler.instance import Absence, Clinician, Room, Service, Site

M = TypeVar("M", bound=Model)

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class EntityStatus(NamedTuple):
    """A stored entity with the FHIR settings applied: since when it reads like this, and whether it is active."""

    at: datetime
    is_active: bool


class Source:
    """The resources of a program as they are now."""

    def __init__(self, session: Session, program: str, now: datetime) -> None:
        """Read the program.

        Raises:
            Problem: No such program exists.
        """
        self._session, self._program, self._now = session, program, now
        self.zone = ZoneInfo(check_program(session, program).document["zone"])

    def items(self, type: ResourceType, weeks: Weeks) -> Iterable[Item]:
        """All resources of a type; for appointments and slots, those of some weeks only."""
        makers: dict[ResourceType, Callable[[], Iterable[Item]]] = {
            "Appointment": lambda: self._bookings.appointments(weeks),
            "Slot": lambda: self._bookings.slots(weeks),
            "Schedule": self._schedules,
            "PractitionerRole": self._roles,
            "Practitioner": self._practitioners,
            "Location": self._locations,
            "HealthcareService": self._services,
            "Patient": self._patients,
        }
        return makers[type]()

    @cached_property
    def _settings(self) -> tuple[FhirSettings, datetime]:
        """The codes and identifiers in other systems, and since when they apply."""
        row = self._session.get(tables.FhirProgramRow, self._program)
        return (FhirSettings(), BEGINNING) if row is None else (FhirSettings.model_validate(row.document), row.changed_at)

    @property
    def _bookings(self) -> FhirBookings:
        categories = {service.id: service.category for service, _ in self._entities(Service)}
        # Appointments show their service's category, so a changed service changes its appointments.
        services_at = max((status.at for _, status in self._entities(Service)), default=BEGINNING)
        settings, at = self._settings
        if settings.service_categories:
            at = max(at, services_at)
        return FhirBookings(self._session, self._program, self.zone, self._now, settings, at, categories)

    def _entities(self, model: type[M]) -> list[tuple[M, EntityStatus]]:
        """Entities of a kind, including archived ones, which published rosters may still reference."""
        table = KIND_OF[model].table
        rows = self._session.scalars(select(table).where(table.program == self._program))
        at = self._settings[1]
        return [
            (model.model_validate(row.document), EntityStatus(max(row.changed_at, at), row.archived_at is None))
            for row in sorted(rows, key=lambda row: row.id)
        ]

    def _patients(self) -> Iterator[Item]:
        # Documents are not read, because nothing in them is shown.
        table, (settings, at) = tables.ParticipantRow, self._settings
        rows = self._session.execute(select(table.id, table.changed_at).where(table.program == self._program).order_by(table.id))
        return (whole_item(patient(self._program, id, settings, max(changed, at))) for id, changed in rows)

    def _practitioners(self) -> Iterator[Item]:
        for clinician, status in self._entities(Clinician):
            yield whole_item(practitioner(self._program, clinician, self._settings[0], status.at, is_active=status.is_active))

    def _roles(self) -> Iterator[Item]:
        services, absences = self._entities(Service), self._entities(AbsenceEntry)
        active_services = [service for service, status in services if status.is_active]
        for clinician, status in self._entities(Clinician):
            mine = [(absence, t) for absence, t in absences if absence.clinician == clinician.id]
            away = [Absence(first=a.first, last=a.last, start=a.start, end=a.end) for a, t in mine if t.is_active]
            at = max(t.at for t in (status, *(t for _, t in services), *(t for _, t in mine)))
            role = practitioner_role(self._program, clinician, away, active_services, self.zone, at, is_active=status.is_active)
            yield whole_item(role)

    def _locations(self) -> Iterator[Item]:
        for site, status in self._entities(Site):
            yield whole_item(site_location(self._program, site, status.at, is_active=status.is_active))
        for room, status in self._entities(Room):
            yield whole_item(room_location(self._program, room, status.at, is_active=status.is_active))

    def _services(self) -> Iterator[Item]:
        for service, status in self._entities(Service):
            yield whole_item(healthcare_service(self._program, service, self._settings[0], status.at, is_active=status.is_active))

    def _schedules(self) -> Iterator[Item]:
        horizon, published_at = self._horizon()
        kinds: tuple[tuple[str, list[tuple[Clinician | Room | Service, EntityStatus]]], ...] = (
            ("clinician", [*self._entities(Clinician)]),
            ("room", [*self._entities(Room)]),
            ("service", [*self._entities(Service)]),
        )
        for kind, things in kinds:
            for thing, status in things:
                yield whole_item(schedule(kind, thing.id, horizon, max(status.at, published_at), is_active=status.is_active))

    def _horizon(self) -> tuple[tuple[date, date] | None, datetime]:
        """First and last published date, and the time of the last publication."""
        sessions = tables.PublishedSessionRow
        of_program = sessions.program == self._program
        first = self._session.scalar(select(func.min(sessions.start)).where(of_program))
        last = self._session.scalar(select(func.max(sessions.end)).where(of_program))
        times: list[datetime | None] = [
            self._session.scalar(select(func.max(column)).where(tables.RosterRow.program == self._program))
            for column in (tables.RosterRow.published_at, tables.RosterRow.superseded_at)
        ]
        at = max((time for time in times if time is not None), default=BEGINNING)
        if first is None or last is None:
            return None, at
        return (first.astimezone(self.zone).date(), last.astimezone(self.zone).date()), at
