"""Programs and what they keep."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from scheduler.fields import ClockTime, Id, Label, Minutes, Model
from scheduler.instance import Closure, OrderSpec, Policy, SiteTravel, WeeklyWindow


class ProgramSettings(Model):
    """A program without its sites, rooms, people and groups, which are things of their own."""

    label: Label = ""
    zone: str = Field(description="IANA zone, e.g. America/New_York.", max_length=64)
    travel: tuple[SiteTravel, ...] = ()
    telehealth_hours: tuple[WeeklyWindow, ...] | None = None
    closures: tuple[Closure, ...] = ()
    week_a: date | None = None
    policy: Policy = Policy()
    weights: dict[Id, int] = Field(default_factory=dict, description="Weights of preference rules by rule id.")


class OrderEntry(Model):
    """What a participant is to get from a Monday on, until the next order. It replaces the order in the participant's own document."""

    id: Id
    participant: Id
    first: date = Field(description="A Monday.")
    order: OrderSpec


class PhaseEntry(Model):
    """A clinician's decision, recorded: into a phase, or a step-up. The product never makes one."""

    id: Id
    participant: Id
    first: date = Field(description="In force from this date on.")
    phase: Id | None = Field(None, description="The new phase; None: only a step-up inside the phase.")
    largest_step: Minutes | None = Field(None, description="Largest fall of weekly minutes agreed for this change.")
    step_up_reason: Id | None = Field(None, description="A step-up: its reason code; no free text.")


class AbsenceEntry(Model):
    """A participant or a clinician away: whole days, or the same hours of each day."""

    id: Id
    participant: Id | None = None
    clinician: Id | None = None
    first: date
    last: date = Field(description="Last date, included.")
    start: ClockTime = 0
    end: ClockTime = 1440

    @model_validator(mode="after")
    def _of_one(self) -> AbsenceEntry:
        if (self.participant is None) == (self.clinician is None):
            raise ValueError("name a participant or a clinician, not both")
        if self.last < self.first:
            raise ValueError("last lies before first")
        return self


class RelationEntry(Model):
    """Two participants who are kept apart. No reason is stored."""

    id: Id
    a: Id
    b: Id
    kind: Literal["apart", "apart_in_time"]
