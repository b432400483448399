"""Elements of FHIR R4: what resources are made of.

Own models instead of a library's: they refuse codes, reference targets and combinations that R4 does not allow, and write two thousand
resources in a few milliseconds. Fields are named as ours are; JSON has FHIR's names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

RESOURCE_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class Element(BaseModel):
    """A part of a resource: frozen, written with FHIR's names, without what it does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    def as_json(self) -> bytes:
        """The JSON of it."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


LogicalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9\-.]{1,64}$", description="Logical id.")]
Uri = Annotated[str, Field(pattern=r"^\S*$", min_length=1, max_length=500)]
Code = Annotated[str, Field(pattern=r"^[^\s]+( [^\s]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Instant = AwareDatetime
"""A time to the second, with an offset."""
ClockText = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$")]
"""A time of day as FHIR writes it; there is no 24:00."""


class Meta(Element):
    """Which version of a resource it is, and since when."""

    version_id: LogicalId | None = None
    last_updated: Instant | None = None
    security: tuple[Coding, ...] | None = None


class Coding(Element):
    """A code of a code system."""

    system: Uri | None = None
    code: Code | None = None
    display: Text | None = None


class CodeableConcept(Element):
    """The same thing in one or several code systems."""

    coding: tuple[Coding, ...] | None = None
    text: Text | None = None


class Identifier(Element):
    """A number somebody gave it."""

    system: Uri | None = None
    value: Text | None = None


class Reference(Element):
    """A resource elsewhere. There is no `display`: it would be a name."""

    reference: Text | None = None
    identifier: Identifier | None = None


class Period(Element):
    """From, to; dates or times."""

    start: Text | None = None
    end: Text | None = None


class ConceptExtension(Element):
    """An extension whose value is a concept."""

    url: Uri
    value_codeable_concept: CodeableConcept


def concept(system: str, code: str, display: str | None = None) -> CodeableConcept:
    """A concept of one code."""
    return CodeableConcept(coding=(Coding(system=system, code=code, display=display),))


def type_of(reference: str) -> str:
    """The resource type of a relative or absolute reference, e.g. ``Patient``; empty when it names none."""
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
# A Group is no actor in R4: the people of a group session have an appointment each.
AppointmentActor = Annotated[
    Reference,
    AfterValidator(_only("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Device", "HealthcareService", "Location")),
]

WeekdayCode = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

Meta.model_rebuild()
