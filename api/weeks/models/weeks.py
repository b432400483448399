"""Weeks: what is special in one, what is locked, what is generated."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.kernel.errors import Place
from api.weeks.models.rosters import RosterEntry
from scheduler.fields import Count, Id, Model
from scheduler.instance import GroupStart, Pin, PlaceRelease


class GroupWeek(Model):
    """What is special about a group in one week; None: as always."""

    module: Id | None = None
    starts: tuple[GroupStart, ...] | None = None
    is_standing: bool | None = None
    minimum: Count | None = None
    reserve: Count | None = None
    intake_override: Count | None = None
    is_off: bool = Field(False, description="Does not meet this week.")


class WeekSettings(Model):
    """What is special in one week."""

    mode: Literal["hold", "rebuild"] | None = Field(None, description="None: hold when there is a roster of the week before.")
    weights: dict[Id, int] = Field(default_factory=dict, description="Instead of the program's, by rule id.")
    groups: dict[Id, GroupWeek] = Field(default_factory=dict)
    released: tuple[PlaceRelease, ...] = Field((), description="Places of last week given up by agreement.")


class WeekPatch(Model):
    """A change of a week's settings: what is named changes, the rest stays. Null under an id takes that entry away."""

    mode: Literal["hold", "rebuild"] | None = None
    weights: dict[Id, int | None] = Field(default_factory=dict)
    groups: dict[Id, GroupWeek | None] = Field(default_factory=dict)
    released: tuple[PlaceRelease, ...] = Field((), description="Replaces the whole list.")

    def applied(self, settings: WeekSettings) -> WeekSettings:
        """The settings with this change."""
        weights = {rule: weight for rule, weight in (settings.weights | self.weights).items() if weight is not None}
        groups = {group: entry for group, entry in (settings.groups | self.groups).items() if entry is not None}
        return WeekSettings(
            mode=self.mode if "mode" in self.model_fields_set else settings.mode,
            weights=weights,
            groups=groups,
            released=self.released if "released" in self.model_fields_set else settings.released,
        )


class WeekEntry(Model):
    """A week in a list."""

    monday: date
    version: int
    drafts: int = Field(description="Rosters in the state draft.")
    published: Id | None = Field(None, description="The published roster.")
    published_at: datetime | None = None


class WeekView(Model):
    """A week: its settings, its published roster, what is going on."""

    monday: date
    version: int = Field(description="Rises with every change of the settings and every publish; the ETag.")
    settings: WeekSettings
    drafts: int = Field(description="Rosters in the state draft.")
    published: RosterEntry | None = None
    generating: tuple[Id, ...] = Field((), description="Jobs that wait or run for this week.")


class PinView(Model):
    """A pin of a week."""

    id: Id
    version: int
    pin: Pin
    issues: tuple[Place, ...] = Field(
        (), description="What stands against it, other pins included; generating is refused until it is changed."
    )
