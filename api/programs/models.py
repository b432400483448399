"""Programs and their entities."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator

from api.kernel.errors import Place
from api.kernel.mondays import a_monday
from scheduler.fields import ClockTime, Id, Label, Minutes, Model
from scheduler.instance import Closure, OrderSpec, Policy, SiteTravel, WeeklyWindow
from scheduler.names import ClinicianId, Names, PhaseId, Tag

T = TypeVar("T")


def _new_id() -> str:
    return uuid.uuid4().hex


MadeId = Annotated[Id, Field(default_factory=_new_id, description="Generated if omitted.")]
"""The id of a dated entity, which usually has no id outside Stepdown."""


class ProgramSettings(Model):
    """The settings of a program, without its sites, rooms, people and groups, which are entities of their own."""

    label: Label = ""
    letter_sender: Label = Field(
        "", description="Sender of letters to others, worded so that it does not reveal treatment. Empty: a line to fill in."
    )
    zone: str = Field(description="IANA zone, e.g. America/New_York.", max_length=64)
    travel: tuple[SiteTravel, ...] = ()
    telehealth_hours: tuple[WeeklyWindow, ...] | None = None
    closures: tuple[Closure, ...] = ()
    week_a: date | None = None
    policy: Policy = Policy()
    weights: dict[Id, int] = Field(default_factory=dict, description="Weights of preference rules by rule id.")


OwnerId = Annotated[Id, Names("participants", "participant", is_owner=True)]


class OrderEntry(Model):
    """The care ordered for a participant from a Monday until the next order. It replaces the order in the participant's own document."""

    id: MadeId
    participant: OwnerId
    first: Annotated[date, AfterValidator(a_monday)] = Field(description="A Monday.")
    order: OrderSpec


class PhaseEntry(Model):
    """A recorded decision of a clinician: a move into a phase, or a step-up. Stepdown never makes one."""

    id: MadeId
    participant: OwnerId
    first: date = Field(description="In force from this date on.")
    phase: PhaseId | None = Field(None, description="The new phase; null: only a step-up within the phase.")
    largest_step: Minutes | None = Field(None, description="Largest reduction of weekly minutes agreed for this change.")
    step_up_reason: Tag | None = Field(None, description="Reason code of a step-up; not free text.")
    reason: Tag | None = Field(None, description="Reason code of the decision; not free text.")
    decided_by: ClinicianId | None = Field(None, description="The clinician who decided.")

    @model_validator(mode="after")
    def _of_something(self) -> PhaseEntry:
        if self.phase is None and self.step_up_reason is None:
            raise ValueError("name the phase, or the reason of a step-up")
        if self.phase is None and self.largest_step is not None:
            raise ValueError("a largest step belongs to a change of phase: name the phase")
        return self


class AbsenceEntry(Model):
    """An absence of a participant or a clinician: whole days, or the same hours on each day."""

    id: MadeId
    participant: OwnerId | None = None
    clinician: Annotated[Id, Names("clinicians", "clinician", is_owner=True)] | None = None
    first: date
    last: date = Field(description="Last date, included.")
    start: ClockTime = 0
    end: ClockTime = 1440

    @model_validator(mode="after")
    def _of_one(self) -> AbsenceEntry:
        if (self.participant is None) == (self.clinician is None):
            raise ValueError("name a participant or a clinician, one of the two")
        if self.last < self.first:
            raise ValueError("last is before first")
        if self.end <= self.start:
            raise ValueError("end is before start")
        return self


class RelationEntry(Model):
    """Two participants who are kept apart. No reason is stored."""

    id: MadeId
    a: OwnerId
    b: OwnerId
    kind: Literal["apart", "apart_in_time"]

    @model_validator(mode="after")
    def _of_two(self) -> RelationEntry:
        if self.a == self.b:
            raise ValueError("name two participants")
        return self


class NewProgram(ProgramSettings):
    """A new program: its settings and its id."""

    id: Id


class Entry(BaseModel, Generic[T]):
    """An entity in a list."""

    id: str
    version: int = Field(description='Its ETag is this number in quotes, e.g. "3".')
    changed_at: AwareDatetime
    archived_at: AwareDatetime | None = Field(None, description="When it was archived; archived entities are left out of new weeks.")
    document: T


class RecordNumber(Model):
    """The number of a person in another system."""

    system: str = Field(max_length=200, description="The identifier system, as in the program's FHIR settings.")
    value: Id = Field(description="The number: the person's id in Stepdown.")


class BatchItem(Model):
    """A person to be added or changed."""

    id: Id | None = Field(None, description="The person's id; or give `identifier`.")
    identifier: RecordNumber | None = None
    version: int | None = Field(None, ge=0, description="The version to change; 0: only if new; omitted: whatever is stored.")

    @model_validator(mode="after")
    def _of_someone(self) -> BatchItem:
        if (self.id is None) == (self.identifier is None):
            raise ValueError("give an id or an identifier, one of the two")
        return self


BatchOutcome = Literal["created", "changed", "unchanged"]


class BatchEntry(Model):
    """What became of an item."""

    id: Id
    outcome: BatchOutcome
    version: int = Field(description="The version now; after a dry run, the one it would have.")


class BatchResult(Model):
    """What became of all items, in their order."""

    is_dry_run: bool = Field(description="Whether nothing was stored.")
    created: int
    changed: int
    unchanged: int
    items: tuple[BatchEntry, ...]


class ImportedRoster(BaseModel):
    """A roster that was imported with a program and is now published."""

    monday: date
    roster: str = Field(description="The roster's id.")
    violations: int = Field(description="Violations of hard rules, as counted in its week. The roster is stored unchanged.")
    left_out: list[str] = Field(description="Parts that could not be published because they name ids unknown to the program; ids only.")


class Imported(BaseModel):
    """The result of an import."""

    monday: date = Field(description="The week it was imported for.")
    created: dict[str, int] = Field(description="Number of entities created, by kind.")
    last_week: ImportedRoster | None = None
    published: ImportedRoster | None = None


class WeekIssues(BaseModel):
    """All errors and warnings of a week."""

    is_solvable: bool = Field(description="Whether the week can be solved, i.e. has no errors.")
    issues: list[Place] = Field(description="Errors and warnings; paths refer to the week's instance.")
