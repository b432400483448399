"""Bundles of resources, and OperationOutcome for errors."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scheduler.exchange.fhir.codes import IssueType
from scheduler.exchange.fhir.elements import CodeableConcept, Element, Instant, Text, Uri
from scheduler.exchange.fhir.resources import (
    Appointment,
    FhirResource,
    HealthcareService,
    Location,
    Patient,
    Practitioner,
    PractitionerRole,
    Schedule,
    Slot,
)

IssueSeverity = Literal["fatal", "error", "warning", "information"]


class OutcomeIssue(Element):
    """One error, warning or piece of information."""

    severity: IssueSeverity
    code: IssueType
    details: CodeableConcept | None = None
    diagnostics: Text | None = None
    expression: tuple[Text, ...] | None = None


class OperationOutcome(FhirResource):
    """Errors, warnings and information about a request."""

    resource_type: Literal["OperationOutcome"] = "OperationOutcome"
    issue: tuple[OutcomeIssue, ...] = Field(min_length=1)


AnyResource = Annotated[
    Appointment
    | HealthcareService
    | Location
    | OperationOutcome
    | Patient
    | Practitioner
    | PractitionerRole
    | Schedule
    | Slot,
    Field(discriminator="resource_type"),
]  # fmt: skip


class BundleLink(Element):
    """A link to this page or the next."""

    relation: Literal["self", "next"]
    url: Uri


class EntrySearch(Element):
    """Why an entry is in a search result."""

    mode: Literal["match", "include", "outcome"]


class BundleEntry(Element):
    """A resource in a bundle."""

    full_url: Uri | None = None
    resource: AnyResource
    search: EntrySearch | None = None


class BundleMeta(Element):
    """The time up to which a bundle is complete."""

    last_updated: Instant


class Bundle(Element):
    """A collection of resources."""

    resource_type: Literal["Bundle"] = "Bundle"
    meta: BundleMeta | None = None
    type: Literal["searchset", "collection"]
    timestamp: Instant | None = None
    total: int | None = Field(None, ge=0)
    link: tuple[BundleLink, ...] | None = None
    entry: tuple[BundleEntry, ...] | None = None

    @model_validator(mode="after")
    def _invariants(self) -> Self:
        entries = self.entry or ()
        if self.total is not None and self.type != "searchset":
            raise ValueError("bdl-1: only a search result has a total")
        if self.type != "searchset" and any(entry.search is not None for entry in entries):
            raise ValueError("bdl-2: only entries of a search result have a search element")
        urls = [entry.full_url for entry in entries if entry.full_url is not None]
        if len(set(urls)) != len(urls):
            raise ValueError("bdl-7: each fullUrl may occur only once")
        return self
