"""Clinicians as Practitioners and PractitionerRoles, participants as Patients, and Schedules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.exchange.fhir.codes import LANGUAGE, own_system
from scheduler.exchange.fhir.elements import CodeableConcept, Coding, Identifier, Period, Reference
from scheduler.exchange.fhir.history import schedule_id
from scheduler.exchange.fhir.ids import resource_id, room_id, site_id
from scheduler.exchange.fhir.resources import AvailableTime, NotAvailable, Patient, Practitioner, PractitionerRole, Schedule
from scheduler.exchange.fhir.settings import FhirSettings
from scheduler.exchange.fhir.versions import with_meta
from scheduler.instance import Absence, Clinician, Service, WorkWindow

AWAY = "Not available"
"""R4 requires a description; this one never gives the reason."""


def patient(program: str, participant: str, settings: FhirSettings, changed_at: datetime) -> Patient:
    """A participant as a Patient: their id, in the identifier system of the program or another system."""
    system = settings.patient_system or own_system(program, "participant")
    resource = Patient(id=resource_id(participant), identifier=(Identifier(system=system, value=participant),))
    return with_meta(resource, changed_at, is_restricted=True)


def practitioner(program: str, clinician: Clinician, settings: FhirSettings, changed_at: datetime, *, is_active: bool) -> Practitioner:
    """A clinician as a Practitioner: their id and languages."""
    system = settings.practitioner_system or own_system(program, "clinician")
    resource = Practitioner(
        id=resource_id(clinician.id),
        identifier=(Identifier(system=system, value=clinician.id),),
        active=is_active,
        communication=tuple(CodeableConcept(coding=(Coding(system=LANGUAGE, code=code),)) for code in clinician.languages) or None,
    )
    return with_meta(resource, changed_at)


def practitioner_role(
    program: str,
    clinician: Clinician,
    away: Iterable[Absence],
    services: Iterable[Service],
    zone: ZoneInfo,
    changed_at: datetime,
    *,
    is_active: bool,
) -> PractitionerRole:
    """A clinician's PractitionerRole: credentials, sites, services, hours and absences.

    Args:
        away: Absences in addition to the clinician's leave.
    """
    sites = sorted({window.site for window in clinician.hours if window.site is not None})
    service_ids = [s.id for s in services if not s.credentials or set(s.credentials) & set(clinician.credentials)]
    absences = sorted({(a.first, a.last, a.start, a.end) for a in (*clinician.leave, *away)})
    role = PractitionerRole(
        id=resource_id(clinician.id),
        active=is_active,
        practitioner=Reference(reference=f"Practitioner/{resource_id(clinician.id)}"),
        code=tuple(_credential(program, code) for code in clinician.credentials) or None,
        location=tuple(Reference(reference=f"Location/{site_id(site)}") for site in sites) or None,
        healthcare_service=tuple(Reference(reference=f"HealthcareService/{resource_id(id)}") for id in service_ids) or None,
        available_time=tuple(_available(w) for w in clinician.hours if w.weeks == "every") or None,
        not_available=tuple(NotAvailable(description=AWAY, during=p) for a in absences for p in _periods(*a, zone)) or None,
        availability_exceptions=_alternating(clinician.hours),
    )
    return with_meta(role, changed_at)


def _credential(program: str, code: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=own_system(program, "credential"), code=code),))


def _available(window: WorkWindow) -> AvailableTime:
    if (window.start, window.end) == (0, 1440):
        return AvailableTime(days_of_week=(window.day,), all_day=True)
    return AvailableTime(
        days_of_week=(window.day,), available_start_time=clock_text(window.start), available_end_time=clock_text(window.end)
    )  # fmt: skip


def clock_text(minute: int) -> str:
    """A time of day in FHIR's format; midnight at the end of a day is written as its last second."""
    return "23:59:59" if minute == 1440 else f"{minute // 60:02d}:{minute % 60:02d}:00"


def _alternating(hours: Iterable[WorkWindow]) -> str | None:
    """Hours of alternating weeks, as text: R4 has no other way to express them."""
    texts = [f"{w.weeks} weeks: {w.day} {clock_text(w.start)[:5]}-{clock_text(w.end)[:5]}" for w in hours if w.weeks != "every"]
    return "; ".join(texts)[:2000] or None


def _periods(first: date, last: date, start: int, end: int, zone: ZoneInfo) -> Iterator[Period]:
    """An absence as periods: whole days as dates, partial days as times on each day."""
    if (start, end) == (0, 1440):
        yield Period(start=first.isoformat(), end=last.isoformat())
        return
    # Nobody is absent for part of every day that long.
    for day in range(min((last - first).days, 400) + 1):
        midnight = datetime.combine(first + timedelta(days=day), time(), zone)
        yield Period(start=_wall(midnight, start), end=_wall(midnight, end))


def _wall(midnight: datetime, minute: int) -> str:
    # Wall-clock arithmetic: the zone is applied when the text is written.
    return (midnight + timedelta(minutes=minute)).isoformat()


def schedule(kind: str, own: str, horizon: tuple[date, date] | None, changed_at: datetime, *, is_active: bool) -> Schedule:
    """The Schedule of a clinician, room or service.

    Args:
        kind: clinician, room or service.
        horizon: The first and last dates with anything published.
    """
    actor = {
        "clinician": f"PractitionerRole/{resource_id(own)}",
        "room": f"Location/{room_id(own)}",
        "service": f"HealthcareService/{resource_id(own)}",
    }[kind]
    resource = Schedule(
        id=schedule_id(kind, own),
        active=is_active,
        actor=(Reference(reference=actor),),
        planning_horizon=None if horizon is None else Period(start=horizon[0].isoformat(), end=horizon[1].isoformat()),
    )
    return with_meta(resource, changed_at)
