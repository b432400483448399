"""Weeks: what is special in one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scheduler.fields import Count, Id, Model
from scheduler.instance import GroupStart, PlaceRelease


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
