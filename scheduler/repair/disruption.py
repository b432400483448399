"""A disruption as data: what cannot go on as published, from one time to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, model_validator

from scheduler.fields import Id, Label, Model
from scheduler.instance import Absence, Closure, Program, WeeklyWindow
from scheduler.timegrid import DAY

DisruptionKind = Literal["clinician", "participant", "room", "site", "resource", "availability", "merge", "split"]

MOST_DAYS: Final = 400


class Disruption(Model):
    """Someone or something that is not available from one time to another, or a group that is merged or split."""

    kind: DisruptionKind
    id: Id | None = Field(description="Who or what; null: every site.")
    start: AwareDatetime
    end: AwareDatetime = Field(description="After start.")
    free: tuple[WeeklyWindow, ...] = Field((), description="Of a participant's new availability: when they are free instead.")
    into: Id | None = Field(None, description="The group that a group is merged into, or the id of the new half of a group that is split.")
    label: Label = Field("", description="Of a split: the name of the new half.")

    @model_validator(mode="after")
    def _of_something(self) -> Disruption:
        if self.end <= self.start:
            raise ValueError("end is not after start")
        if self.end - self.start > timedelta(days=MOST_DAYS):
            raise ValueError(f"it lasts more than {MOST_DAYS} days: change the hours or groups of the program instead")
        if self.id is None and self.kind != "site":
            raise ValueError("say who or what")
        if (self.into is not None) != (self.kind in ("merge", "split")):
            raise ValueError("name the other group with `into` for a merge or a split, and for nothing else")
        if self.free and self.kind != "availability":
            raise ValueError("`free` belongs to a participant's new availability")
        if self.label and self.kind != "split":
            raise ValueError("`label` belongs to the new half of a group that is split")
        return self

    def absences(self, zone: str) -> tuple[Absence, ...]:
        """The same time as absences: days in a row are one."""
        absences: list[Absence] = []
        for day, start, end in self._days(zone):
            last = absences[-1] if absences else None
            if last is not None and (last.start, last.end, start, end) == (0, DAY, 0, DAY):
                absences[-1] = last.model_copy(update={"last": day})
            else:
                absences.append(Absence(first=day, last=day, start=start, end=end))
        return tuple(absences)

    def closures(self, program: Program) -> tuple[Closure, ...]:
        """The same time as closures of its site, or of every site."""
        sites = [site.id for site in program.sites if self.id in (None, site.id)]
        return tuple(Closure(date=day, site=s, start=start, end=end) for day, start, end in self._days(program.zone) for s in sites)

    def _days(self, zone: str) -> Iterator[tuple[date, int, int]]:
        """Each date with the minutes of it that are concerned."""
        first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (self.start, self.end))
        day = first.date()
        while day <= last.date():
            start = first.hour * 60 + first.minute if day == first.date() else 0
            end = last.hour * 60 + last.minute if day == last.date() else DAY
            if start < end:
                yield day, start, end
            day += timedelta(days=1)
