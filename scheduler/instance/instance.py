"""The request contract: all data needed to plan one week."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from scheduler.fields import Id, Label, Model
from scheduler.instance.care import Curriculum, Phase, Plan, Service
from scheduler.instance.clinicians import Clinician
from scheduler.instance.groups import Cohort, Group, Track
from scheduler.instance.history import History, Pin, Published
from scheduler.instance.people import Participant, Relation
from scheduler.instance.policy import Policy
from scheduler.instance.program import Program, Resource, Room
from scheduler.instance.versions import upgraded
from scheduler.names import Tag


class Instance(Model):
    """One program and one week: orders, people and places, history, and decisions to keep."""

    version: Literal[1, 2] = Field(2, description="Version of this contract; a document of version 1 keeps its meaning and is read as 2.")
    id: Id
    label: Label = ""
    monday: date = Field(description="Monday of the week.")
    now: AwareDatetime | None = Field(None, description="Sessions before this time have happened and stay.")
    seed: Tag | None = Field(
        None, description="Seed of the random times of services that are not standing; None: derived from program, week id and Monday."
    )
    mode: Literal["hold", "rebuild"] | None = Field(None, description="None: hold when last week's roster is there, else rebuild.")
    program: Program
    policy: Policy = Policy()
    weights: dict[Id, int] = Field(default_factory=dict, description="Weights of preference rules by rule id; 0 switches one off.")
    services: tuple[Service, ...]
    rooms: tuple[Room, ...] = ()
    resources: tuple[Resource, ...] = ()
    clinicians: tuple[Clinician, ...]
    tracks: tuple[Track, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    curricula: tuple[Curriculum, ...] = ()
    groups: tuple[Group, ...] = ()
    phases: tuple[Phase, ...] = ()
    plans: tuple[Plan, ...] = ()
    participants: tuple[Participant, ...]
    relations: tuple[Relation, ...] = ()
    history: History = History()
    published: Published | None = None
    pins: tuple[Pin, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, document: Any) -> Any:
        """Read a document of an earlier version."""
        return upgraded(document)
