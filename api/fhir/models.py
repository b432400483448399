"""Busy times of other systems, brought as a FHIR bundle."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from scheduler.exchange.fhir.incoming import BundleIssue, Match
from scheduler.fields import Model

What = Literal["busy", "leave", "hours", "clinicians"]


class BundleImport(Model):
    """A bundle, and how it is to be read. Sent twice: to see what it would change, then to change it."""

    bundle: dict[str, Any] = Field(description="A Bundle of Appointment, Slot, Schedule, PractitionerRole, Practitioner, Patient.")
    matches: tuple[Match, ...] = Field((), max_length=5000, description="Whose numbers of the other system are whose.")
    is_by_id: bool = Field(False, description="Whether ids of Patient, Practitioner and PractitionerRole are ids of this program, too.")
    takes: tuple[What, ...] = Field(
        ("busy", "leave"),
        min_length=1,
        description="What is taken over. `busy`: appointments, busy slots and hours away. `leave`: days away of clinicians. `hours`: their "
        "weekly hours, which replace those there are. `clinicians`: those named in `matches` that are not there yet are made, with hours.",
    )
    replaces: bool = Field(
        False, description="Whether busy times of the window that the bundle does not have are taken away, of people the bundle speaks of."
    )
    tentative: Literal["busy", "ignore"] = Field("busy", description="What is not certain yet.")
    first: date | None = Field(
        None, ge=date(2000, 1, 1), le=date(2199, 12, 31), description="First day of the window, from 2000 to 2199; left out: today."
    )
    days: int = Field(182, ge=1, le=400, description="Days of the window; what lies outside of it is left out.")


class TimeSpan(BaseModel):
    """A time in UTC."""

    start: AwareDatetime
    end: AwareDatetime


class PersonChange(BaseModel):
    """What an import changes for somebody."""

    kind: Literal["participants", "clinicians"]
    id: str
    is_new: bool = False
    added: list[TimeSpan] = Field(default_factory=list, description="Busy from now on; of many the first 100.")
    removed: list[TimeSpan] = Field(default_factory=list, description="Not busy any more; of many the first 100.")
    added_count: int = 0
    removed_count: int = 0
    leave: list[str] = Field(default_factory=list, description="Days away that are new, as first/last.")
    hours: list[str] = Field(default_factory=list, description="Weekly hours from now on, where they change, as day start-end.")


class BundlePreview(BaseModel):
    """What a bundle would change, and what is wrong with it."""

    is_importable: bool = Field(description="Whether it has no error. The ETag of this answer is the token to import it with.")
    counts: dict[str, int] = Field(description="Resources by type; those that are not read are `other`.")
    left_out: dict[str, int] = Field(
        description="What does not count, by why: own (our own sessions), not_busy, tentative, declined, no_schedule, outside the window, "
        "unmatched_... (nobody of this program)."
    )
    changes: list[PersonChange] = Field(description="By person; who does not change is not listed.")
    issues: list[BundleIssue] = Field(description="At their paths, as FHIRPath writes them; errors stop the import.")


class BundleTaken(BaseModel):
    """What an import changed."""

    changed: int = Field(description="People whose times changed.")
    created: int = Field(description="Clinicians that are new.")
