"""A program's FHIR settings: other systems' codes for its services, and identifier systems for its people."""

from __future__ import annotations

from pydantic import Field

from scheduler.exchange.fhir.codes import own_system
from scheduler.exchange.fhir.elements import CodeableConcept, Coding
from scheduler.fields import Id, Model


class ServiceCode(Model):
    """A code from a code system, e.g. SNOMED CT 76168009, group psychotherapy."""

    system: str = Field(pattern=r"^\S+$", max_length=200, description="The URI of the code system, e.g. http://snomed.info/sct.")
    code: str = Field(pattern=r"^[^\s]+( [^\s]+)*$", max_length=64)
    display: str | None = Field(None, min_length=1, max_length=200, description="The code system's display text for the code.")


class FhirSettings(Model):
    """The codes and identifier systems of a program's services and people in other systems."""

    service_types: dict[Id, tuple[ServiceCode, ...]] = Field(
        default_factory=dict, description="Codes by service; listed before Stepdown's own code for the service."
    )
    service_categories: dict[Id, tuple[ServiceCode, ...]] = Field(
        default_factory=dict, description="Codes by service category; without one, serviceCategory is omitted."
    )
    patient_system: str | None = Field(
        None,
        pattern=r"^\S+$",
        max_length=200,
        description="The identifier system of participants' ids, where these are numbers from another system, e.g. the health record.",
    )
    practitioner_system: str | None = Field(
        None, pattern=r"^\S+$", max_length=200, description="The identifier system of clinicians' ids."
    )  # fmt: skip

    def service_type(self, program: str, service: str) -> CodeableConcept:
        """The concept of a service: the program's codes first, then Stepdown's own."""
        own = Coding(system=own_system(program, "service"), code=service)
        return CodeableConcept(coding=(*_codings(self.service_types.get(service, ())), own))

    def service_category(self, category: str) -> CodeableConcept | None:
        """The concept of a category of services, if the program has a code for it."""
        codes = self.service_categories.get(category, ())
        return CodeableConcept(coding=_codings(codes)) if codes else None


def _codings(codes: tuple[ServiceCode, ...]) -> tuple[Coding, ...]:
    return tuple(Coding(system=code.system, code=code.code, display=code.display) for code in codes)
