"""Import of busy times from other systems as a FHIR bundle."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from scheduler.exchange.fhir.incoming import BundleIssue, Match
from scheduler.fields import Model

What = Literal["busy", "leave", "hours", "clinicians"]


class BundleImport(Model):
    """A bundle and its import options. It is sent twice: for a preview, then for the import."""

    bundle: dict[str, Any] = Field(description="A Bundle of Appointment, Slot, Schedule, PractitionerRole, Practitioner, Patient.")
    matches: tuple[Match, ...] = Field((), max_length=5000, description="Identifiers of people in the other system.")
    is_by_id: bool = Field(False, description="Whether ids of Patient, Practitioner and PractitionerRole are also ids of this program.")
    takes: tuple[What, ...] = Field(
        ("busy", "leave"),
        min_length=1,
        description="What to import. `busy`: appointments, busy slots and hours away. `leave`: clinicians' days away. `hours`: their "
        "weekly hours, which replace the present ones. `clinicians`: those in `matches` who do not exist yet are created, with hours.",
    )
    replaces: bool = Field(
        False, description="Whether to remove busy times in the window that the bundle does not contain, for the people in the bundle."
    )
    tentative: Literal["busy", "ignore"] = Field("busy", description="How to treat tentative appointments.")
    first: date | None = Field(
        None, ge=date(2000, 1, 1), le=date(2199, 12, 31), description="First day of the window, from 2000 to 2199; by default, today."
    )
    days: int = Field(182, ge=1, le=400, description="Number of days in the window; times outside it are ignored.")


class TimeSpan(BaseModel):
    """A time in UTC."""

    start: AwareDatetime
    end: AwareDatetime


class PersonChange(BaseModel):
    """What an import changes for one person."""

    kind: Literal["participants", "clinicians"]
    id: str
    is_new: bool = False
    added: list[TimeSpan] = Field(default_factory=list, description="Added busy times; at most the first 100.")
    removed: list[TimeSpan] = Field(default_factory=list, description="Removed busy times; at most the first 100.")
    added_count: int = 0
    removed_count: int = 0
    leave: list[str] = Field(default_factory=list, description="Added days of leave, as first/last.")
    hours: list[str] = Field(default_factory=list, description="New weekly hours if they change, as day start-end.")


class BundlePreview(BaseModel):
    """What a bundle would change, and its errors."""

    is_importable: bool = Field(description="Whether it has no errors. The ETag of this response is the token for the import.")
    counts: dict[str, int] = Field(description="Number of resources by type; types that are not read count as `other`.")
    left_out: dict[str, int] = Field(
        description="Number of ignored entries by reason: own (Stepdown's own sessions), not_busy, tentative, declined, no_schedule, "
        "inactive_schedule, information_only, outside (not in the window), role_over, role_later (begins after the first day, and the "
        "person has another), unmatched_... (no person of this program)."
    )
    changes: list[PersonChange] = Field(description="Changes by person; people without changes are not listed.")
    issues: list[BundleIssue] = Field(description="Errors and warnings with their FHIRPath; errors prevent the import.")


class BundleTaken(BaseModel):
    """What an import changed."""

    changed: int = Field(description="Number of people whose times changed.")
    created: int = Field(description="Number of clinicians created.")
