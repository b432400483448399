"""The week with disruptions entered in its data, as a coordinator would enter them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from scheduler.case import Case
from scheduler.case.times import is_week
from scheduler.errors import StepdownError
from scheduler.instance import Absence, ClockWindow, DayWindows, Group, Instance, Participant, PlaceRelease, Program, Resource
from scheduler.repair.disruption import Disruption
from scheduler.rules._resources import is_used, serves, users
from scheduler.timegrid import DAY, WEEKDAYS, Span, day_span, subtract

LISTS = {
    "clinician": "clinicians", "participant": "participants", "room": "rooms", "resource": "resources", "availability": "participants",
    "merge": "groups", "split": "groups",
}  # fmt: skip
"""Where the instance lists what a disruption names; sites are in its program."""
NOUNS = {"availability": "participant", "merge": "group", "split": "group"}
"""What kinds of disruption name, if not what they are called after."""


def disrupted(week: Instance, *disruptions: Disruption) -> Instance:
    """The week with disruptions entered: as leave, absence, other hours, closure, hours without a resource, or other groups.

    Raises:
        StepdownError: There is no such person, room, site, resource or group.
    """
    for disruption in disruptions:
        week = _entered(week, disruption)
    return week


def _entered(week: Instance, disruption: Disruption) -> Instance:
    absences = disruption.absences(week.program.zone)
    match disruption.kind:
        case "clinician":
            return _with(week, disruption, lambda one: one.model_copy(update={"leave": (*one.leave, *absences)}))
        case "participant":
            return _with(week, disruption, lambda one: _freed(one, absences=(*one.availability.absences, *absences)))
        case "availability":
            return _with(week, disruption, lambda one: _freed(one, dates=(*_other_dates(week, one, disruption),)))
        case "room":
            return _with(week, disruption, lambda one: one.model_copy(update={"closed": (*one.closed, *absences)}))
        case "resource":
            spans = [day_span(day, a.start, a.end) for a in absences for day in _weekdays(week, a)]
            return _released(_with(week, disruption, lambda one: _without(one, spans)), disruption.id or "")
        case "merge":
            find_entry(week, disruption, disruption.into)
            return _with(week, disruption, lambda one: _ended(week, one, disruption))
        case "split":
            return _split(week, disruption)
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


def find_entry(week: Instance, disruption: Disruption, id: str | None) -> Any:
    """What a disruption names.

    Raises:
        StepdownError: There is no such thing; an id that differs only in case is suggested.
    """
    entries = {entry.id: entry for entry in getattr(week, LISTS[disruption.kind])}
    if id in entries:
        return entries[id]
    similar = next((other for other in entries if other.casefold() == (id or "").casefold()), None)
    noun = NOUNS.get(disruption.kind, disruption.kind)
    raise StepdownError(f"there is no {noun} {id}" + (f"; did you mean {similar}?" if similar else ""))


def _with(week: Instance, disruption: Disruption, change: Callable[[Any], Any]) -> Instance:
    find_entry(week, disruption, disruption.id)
    name = LISTS[disruption.kind]
    entries = tuple(change(entry) if entry.id == disruption.id else entry for entry in getattr(week, name))
    return week.model_copy(update={name: entries})


def _freed(person: Participant, **fields: Any) -> Participant:
    return person.model_copy(update={"availability": person.availability.model_copy(update=fields)})


def _other_dates(week: Instance, person: Participant, disruption: Disruption) -> Iterator[DayWindows]:
    """The dates of a participant whose availability is new from a moment on."""
    case = Case(week)
    first, last = (case.week.minute(moment) for moment in (disruption.start, disruption.end))
    changed = range(max(0, first) // DAY, min(6, (last - 1) // DAY) + 1)
    dates = {case.week.date_of(day) for day in changed}
    free = [w for w in disruption.free if is_week(w.weeks, week.monday, week.program.week_a)]
    yield from (entry for entry in person.availability.dates if entry.date not in dates)
    for day in changed:
        whole, new = day_span(day), Span(max(first, day * DAY), min(last, day * DAY + DAY))
        before = [span for window in case.time.free(person.id) for span in subtract([window], [new]) if span.overlaps(whole)]
        own = [day_span(day, w.start, w.end) for w in free if w.day == WEEKDAYS[day]]
        after = [Span(max(span.start, new.start), min(span.end, new.end)) for span in own if span.overlaps(new)]
        windows = (Span(max(span.start, whole.start), min(span.end, whole.end)) for span in sorted((*before, *after)))
        clocks = tuple(ClockWindow(start=span.start - day * DAY, end=span.end - day * DAY) for span in windows)
        yield DayWindows(date=case.week.date_of(day), windows=clocks)


def _ended(week: Instance, group: Group, disruption: Disruption) -> Group:
    """A group that does not meet any more from a moment on."""
    start = Case(week).week.minute(disruption.start)
    left = tuple(one for one in group.starts if WEEKDAYS.index(one.day) * DAY + one.time < start)
    return group.model_copy(update={"starts": left} if left else {"meets_until": week.monday - timedelta(days=1)})


def _split(week: Instance, disruption: Disruption) -> Instance:
    """The week with a second group like one that is split, and with places of that one that its members may give up for it."""
    group = find_entry(week, disruption, disruption.id)
    if disruption.into in {other.id for other in week.groups}:
        raise StepdownError(f"the id {disruption.into} is taken: give the new half of {group.id} another one")
    half = group.model_copy(update={"id": disruption.into, "label": disruption.label, "rooms": (), "is_standing": True, "block": None})
    sessions = () if week.published is None else week.published.roster.sessions
    members = [booking.participant for session in sessions if session.group == group.id for booking in session.bookings]
    releases = tuple(PlaceRelease(participant=member, group=group.id) for member in members)
    history = week.history.model_copy(update={"released": tuple(dict.fromkeys((*week.history.released, *releases)))})
    return week.model_copy(update={"groups": (*week.groups, half), "history": history})


def _released(week: Instance, resource: str) -> Instance:
    """The week in which places of last week are given up that need a resource at a time at which it serves nobody: they cannot be kept."""
    case = Case(week)
    places = (place for person in users(case, resource) for place in case.places.held[person] if place.released is None)
    lost = (place for place in places if is_used(case.resources[resource], place) and not serves(case, case.resources[resource], place))
    releases = tuple(
        PlaceRelease(participant=one.participant, group=one.group)
        if one.group is not None
        else PlaceRelease(participant=one.participant, service=one.service, ordinal=one.ordinal)
        for one in lost
    )
    history = week.history.model_copy(update={"released": tuple(dict.fromkeys((*week.history.released, *releases)))})
    return week.model_copy(update={"history": history}) if releases else week


def _weekdays(week: Instance, absence: Absence) -> Iterable[int]:
    first, last = ((day - week.monday).days for day in (absence.first, absence.last))
    return range(max(0, first), min(6, last) + 1)


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
