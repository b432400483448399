"""Weeks: special settings, pins, and what is being generated."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from api.kernel.errors import Place
from api.weeks.models.rosters import RosterEntry
from scheduler.fields import Count, Id, Model
from scheduler.instance import Availability, GroupStart, Pin, PlaceRelease
from scheduler.names import Tag
from scheduler.repair.disruption import Disruption


class GroupWeek(Model):
    """Special settings of a group in one week; None: as usual."""

    module: Id | None = None
    starts: tuple[GroupStart, ...] | None = None
    is_standing: bool | None = None
    minimum: Count | None = None
    reserve: Count | None = None
    intake_override: Count | None = None
    is_off: bool = Field(False, description="The group does not meet this week.")


class WeekException(Model):
    """Something that is different in one week only: a fix that staff accepted. People, clinicians, groups and rooms stay as they are."""

    sentence: str = Field("", max_length=1000, description="What it is and gives, for staff; names ids only.")
    change: dict[Literal["participants", "clinicians", "groups", "rooms"], dict[Id, dict[str, Any]]] = Field(
        description="New values of fields by list and id, as in `instance_change` of a fix. A value {'add': [...]} adds to a list."
    )


class ReplacedEntry(Model):
    """What something that happened replaced: a participant's availability, or the last date of a group."""

    availability: Availability | None = None
    meets_until: date | None = None


class WeekDisruption(Disruption):
    """What happened in a week.

    Attributes:
        roster: The roster that was published for it; None: it was only entered.
        entered: Ids of the time away that was entered with it.
        former: What it replaced, to undo it.
    """

    roster: Id | None = None
    entered: tuple[Id, ...] = ()
    former: ReplacedEntry | None = None


class WeekMoves(Model):
    """Others moved in a week so that someone who waits could be offered a schedule.

    Attributes:
        roster: The roster that was published with their moves.
        offer: The offer that was held then.
        released: Places of last week that they gave up.
    """

    roster: Id
    offer: Id
    released: tuple[PlaceRelease, ...] = ()


class WeekSettings(Model):
    """Special settings of one week."""

    mode: Literal["hold", "rebuild"] | None = Field(None, description="Null: hold if the previous week has a roster.")
    seed: Tag | None = Field(None, description="Seed of random times. Null: one that is kept secret with the week.")
    weights: dict[Id, int] = Field(default_factory=dict, description="Overrides the program's weights, by rule id.")
    groups: dict[Id, GroupWeek] = Field(default_factory=dict)
    released: tuple[PlaceRelease, ...] = Field((), description="Places of last week that participants agreed to give up.")
    exceptions: tuple[WeekException, ...] = Field((), max_length=100, description="What is different in this week only, in order.")
    disruptions: tuple[WeekDisruption, ...] = Field(
        (),
        max_length=100,
        description="What happened, in order: telehealth goes on while sites are closed, resources are missing, groups are merged.",
    )
    moves: tuple[WeekMoves, ...] = Field((), max_length=100, description="Others who moved to make room for offers, in order.")


class WeekPatch(Model):
    """A change to a week's settings: named fields change, the rest stay. Null under an id removes that entry."""

    mode: Literal["hold", "rebuild"] | None = None
    weights: dict[Id, int | None] = Field(default_factory=dict)
    groups: dict[Id, GroupWeek | None] = Field(default_factory=dict)
    released: tuple[PlaceRelease, ...] = Field((), description="Replaces the whole list.")
    exceptions: tuple[WeekException, ...] = Field((), max_length=100, description="Replaces the whole list.")
    disruptions: tuple[WeekDisruption, ...] = Field((), max_length=100, description="Replaces the whole list.")

    def applied(self, settings: WeekSettings) -> WeekSettings:
        """Apply the change to settings."""
        weights = {rule: weight for rule, weight in (settings.weights | self.weights).items() if weight is not None}
        groups = {group: entry for group, entry in (settings.groups | self.groups).items() if entry is not None}
        return WeekSettings(
            mode=self.mode if "mode" in self.model_fields_set else settings.mode,
            seed=settings.seed,
            weights=weights,
            groups=groups,
            released=self.released if "released" in self.model_fields_set else settings.released,
            exceptions=self.exceptions if "exceptions" in self.model_fields_set else settings.exceptions,
            disruptions=self.disruptions if "disruptions" in self.model_fields_set else settings.disruptions,
            moves=settings.moves,
        )


class WeekEntry(Model):
    """A week in a list."""

    monday: date
    version: int
    changed_at: datetime
    drafts: int = Field(description="Number of drafts.")
    published: Id | None = Field(None, description="The published roster.")
    published_at: datetime | None = None


class WeekView(Model):
    """A week: its settings, its published roster, and unfinished jobs."""

    monday: date
    version: int = Field(description="Rises with every change of the settings and every publish; the ETag.")
    settings: WeekSettings
    drafts: int = Field(description="Number of drafts.")
    published: RosterEntry | None = None
    generating: tuple[Id, ...] = Field((), description="Unfinished jobs for this week.")


class PinView(Model):
    """A pin of a week."""

    id: Id
    version: int
    pin: Pin
    issues: tuple[Place, ...] = Field((), description="Conflicts with rules or other pins; generating is refused until they are resolved.")
