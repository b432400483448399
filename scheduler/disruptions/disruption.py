"""A disruption as data, and the week with it entered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, model_validator

from scheduler.errors import StepdownError
from scheduler.fields import Id, Model
from scheduler.instance import Absence, Closure, Instance, Program, Resource
from scheduler.timegrid import DAY, WEEKDAYS, Span, day_span, subtract

T = TypeVar("T")

DisruptionKind = Literal["clinician", "participant", "room", "site", "resource"]


class Disruption(Model):
    """Someone or something that is not available from one time to another."""

    kind: DisruptionKind
    id: Id | None = Field(description="Who or what; null: every site.")
    start: AwareDatetime
    end: AwareDatetime = Field(description="After start.")

    @model_validator(mode="after")
    def _of_something(self) -> Disruption:
        if self.end <= self.start:
            raise ValueError("end is not after start")
        if self.id is None and self.kind != "site":
            raise ValueError("say who or what")
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


def disrupted(week: Instance, disruption: Disruption) -> Instance:
    """The week with a disruption entered: as leave, absence, closure, or hours without a resource.

    Raises:
        StepdownError: There is no such person, room, site or resource.
    """
    absences = disruption.absences(week.program.zone)
    match disruption.kind:
        case "clinician":
            return _with(week, "clinicians", disruption, lambda one: one.model_copy(update={"leave": (*one.leave, *absences)}))
        case "participant":
            return _with(week, "participants", disruption, lambda one: one.model_copy(update={"availability": _away(one, absences)}))
        case "room":
            return _with(week, "rooms", disruption, lambda one: one.model_copy(update={"closed": (*one.closed, *absences)}))
        case "resource":
            spans = [day_span(day, a.start, a.end) for a in absences for day in _weekdays(week, a)]
            return _with(week, "resources", disruption, lambda one: _without(one, spans))
        case "site":
            return week.model_copy(update={"program": closed(week.program, disruption)})


def closed(program: Program, disruption: Disruption) -> Program:
    """The program with its sites closed; where telehealth has no hours, it keeps those of the sites."""
    closures = disruption.closures(program)
    if not closures:
        raise StepdownError(f"there is no site {disruption.id}")
    hours = program.telehealth_hours
    if hours is None and {c.site for c in closures} == {site.id for site in program.sites}:
        hours = tuple(dict.fromkeys(window for site in program.sites for window in site.hours))
    return program.model_copy(update={"closures": tuple(dict.fromkeys((*program.closures, *closures))), "telehealth_hours": hours})


def _with(week: Instance, name: str, disruption: Disruption, change: Callable[[Any], Any]) -> Instance:
    entries = getattr(week, name)
    if disruption.id not in {entry.id for entry in entries}:
        raise StepdownError(f"there is no {disruption.kind} {disruption.id}")
    return week.model_copy(update={name: tuple(change(entry) if entry.id == disruption.id else entry for entry in entries)})


def _away(person: Any, absences: Iterable[Absence]) -> Any:
    return person.availability.model_copy(update={"absences": (*person.availability.absences, *absences)})


def _weekdays(week: Instance, absence: Absence) -> Iterator[int]:
    first, last = ((day - week.monday).days for day in (absence.first, absence.last))
    yield from range(max(0, first), min(6, last) + 1)


def _without(resource: Resource, spans: list[Span]) -> Resource:
    """The resource without some hours of this week."""
    windows = [
        window.model_copy(update={"start": left.start - day * DAY, "end": left.end - day * DAY})
        for window in resource.windows
        for day in [WEEKDAYS.index(window.day)]
        for left in subtract([day_span(day, window.start, window.end)], spans)
    ]
    runs = [run for run in resource.runs if not any(span.start <= WEEKDAYS.index(run.day) * DAY + run.time < span.end for span in spans)]
    return resource.model_copy(update={"windows": tuple(windows), "runs": tuple(runs)})
