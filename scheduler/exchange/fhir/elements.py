"""Elements of FHIR R4, of which resources are made.

These models, unlike those of a library, reject codes, reference targets and combinations that R4 does not allow, and write two thousand
resources in a few milliseconds. Fields have Python names; the JSON has FHIR's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

RESOURCE_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class Element(BaseModel):
    """A part of a resource: frozen, and written with FHIR's names and without empty fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    def as_json(self) -> bytes:
        """The element as JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


LogicalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9\-.]{1,64}$", description="Logical id.")]
Uri = Annotated[str, Field(pattern=r"^\S*$", min_length=1, max_length=500)]
Code = Annotated[str, Field(pattern=r"^[^\s]+( [^\s]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Instant = AwareDatetime
"""A time to the second, with an offset."""
ClockText = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$")]
"""A time of day in FHIR's format; 24:00 is not allowed."""


class Meta(Element):
    """The version of a resource, and when it last changed."""

    version_id: LogicalId | None = None
    last_updated: Instant | None = None
    security: tuple[Coding, ...] | None = None


class Coding(Element):
    """A code from a code system."""

    system: Uri | None = None
    code: Code | None = None
    display: Text | None = None


class CodeableConcept(Element):
    """A concept, coded in one or more code systems."""

    coding: tuple[Coding, ...] | None = None
    text: Text | None = None


class Identifier(Element):
    """An identifier assigned by some system."""

    system: Uri | None = None
    value: Text | None = None


class Reference(Element):
    """A reference to another resource. It has no `display`, which could contain a name."""

    reference: Text | None = None
    identifier: Identifier | None = None


class Period(Element):
    """A start and an end; dates or times."""

    start: Text | None = None
    end: Text | None = None


class ConceptExtension(Element):
    """An extension whose value is a concept."""

    url: Uri
    value_codeable_concept: CodeableConcept


def concept(system: str, code: str, display: str | None = None) -> CodeableConcept:
    """A concept with a single code."""
    return CodeableConcept(coding=(Coding(system=system, code=code, display=display),))


def type_of(reference: str) -> str:
    """The resource type of a relative or absolute reference, e.g. ``Patient``; empty if it names no type."""
    parts = reference.rpartition("/_history/")[0] or reference
    return parts.split("/")[-2] if parts.count("/") else ""


def _only(*types: str) -> Callable[[Reference], Reference]:
    def check(reference: Reference) -> Reference:
        if reference.reference is not None and type_of(reference.reference) not in types:
            raise ValueError(f"refer to one of {', '.join(types)}")
        return reference

    return check


ScheduleReference = Annotated[Reference, AfterValidator(_only("Schedule"))]
SlotReference = Annotated[Reference, AfterValidator(_only("Slot"))]
PractitionerReference = Annotated[Reference, AfterValidator(_only("Practitioner"))]
LocationReference = Annotated[Reference, AfterValidator(_only("Location"))]
ServiceReference = Annotated[Reference, AfterValidator(_only("HealthcareService"))]
ScheduleActor = Annotated[
    Reference,
    AfterValidator(_only("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Device", "HealthcareService", "Location")),
]
# A Group cannot be an actor in R4, so each participant of a group session has an appointment.
AppointmentActor = Annotated[
    Reference,
    AfterValidator(_only("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Device", "HealthcareService", "Location")),
]

WeekdayCode = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

Meta.model_rebuild()
