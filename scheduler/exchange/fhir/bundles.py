"""Bundles of resources, and what went wrong."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scheduler.exchange.fhir.codes import IssueType
from scheduler.exchange.fhir.elements import CodeableConcept, Element, Instant, Text, Uri
from scheduler.exchange.fhir.resources import (
    Appointment,
    HealthcareService,
    Location,
    Patient,
    Practitioner,
    PractitionerRole,
    Resource,
    Schedule,
    Slot,
)

IssueSeverity = Literal["fatal", "error", "warning", "information"]


class OutcomeIssue(Element):
    """One thing that went wrong or is worth knowing."""

    severity: IssueSeverity
    code: IssueType
    details: CodeableConcept | None = None
    diagnostics: Text | None = None
    expression: tuple[Text, ...] | None = None


class OperationOutcome(Resource):
    """What went wrong, as FHIR tells it."""

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
    """Where this page is, and the next."""

    relation: Literal["self", "next"]
    url: Uri


class EntrySearch(Element):
    """Why an entry is in the answer of a search."""

    mode: Literal["match", "include", "outcome"]


class BundleEntry(Element):
    """A resource in a bundle."""

    full_url: Uri | None = None
    resource: AnyResource
    search: EntrySearch | None = None


class BundleMeta(Element):
    """Until when a bundle tells everything."""

    last_updated: Instant


class Bundle(Element):
    """Resources sent together."""

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
            raise ValueError("bdl-1: only the answer of a search has a total")
        if self.type != "searchset" and any(entry.search is not None for entry in entries):
            raise ValueError("bdl-2: only entries of a search say why they are there")
        urls = [entry.full_url for entry in entries if entry.full_url is not None]
        if len(set(urls)) != len(urls):
            raise ValueError("bdl-7: each resource is there once")
        return self
