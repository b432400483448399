"""Checks of clinicians: someone may give each ordered service."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.instance import Clinician, Service
from scheduler.validation.issue import Issue, warning
from scheduler.validation.orders import services_of


def is_entitled(clinician: Clinician, service: Service) -> bool:
    """Whether the clinician has one of the credentials of a service."""
    return not service.credentials or any(credential in clinician.credentials for credential in service.credentials)


def therapists(case: Case) -> Iterator[Issue]:
    """A primary therapist may give one of the appointments that are ordered."""
    for n, person in enumerate(case.instance.participants):
        services = [case.services[ordered.service] for ordered in services_of(case, person)]
        services = [service for service in services if service.kind != "group"]
        therapist = None if person.primary_therapist is None else case.clinicians[person.primary_therapist]
        if therapist is not None and services and not any(is_entitled(therapist, service) for service in services):
            message = f"give {person.id} another therapist: {therapist.id} holds no credential for any ordered service"
            yield warning("therapist_not_qualified", f"participants[{n}].primary_therapist", message)


def entitled(case: Case) -> Iterator[Issue]:
    """For every ordered appointment, some clinician has a credential."""
    ordered = {need.service for person in case.participants for need in case.care.order(person).needs}
    for n, service in enumerate(case.instance.services):
        if service.id in ordered and not any(is_entitled(clinician, service) for clinician in case.clinicians.values()):
            message = f"add a clinician with a credential for {service.id}: nobody has one"
            yield warning("service_without_clinician", f"services[{n}].credentials", message)
