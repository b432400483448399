"""Busy spans, days away and weekly hours, read from a bundle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from scheduler.exchange.fhir.codes import BUSY_APPOINTMENTS, BUSY_SLOTS, SESSION_SYSTEM, TENTATIVE_APPOINTMENTS, TENTATIVE_SLOTS
from scheduler.exchange.fhir.incoming.entries import YEARS, BundleIssue, Entries, IncomingEntry, Json, element, parts
from scheduler.exchange.fhir.incoming.moments import begins_after, end_moment, first_day, first_moment, is_over, last_day
from scheduler.exchange.fhir.incoming.people import KIND_OF, BundlePerson, Directory
from scheduler.exchange.fhir.incoming.spans import Stretch
from scheduler.fields import Weekday
from scheduler.timegrid import parse_clock

READ_TYPES = ("Appointment", "Slot", "Schedule", "PractitionerRole", "Practitioner", "Patient")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?", re.ASCII)
LONGEST = timedelta(days=400)
NO_LENGTH = "it ends when it starts: left out, because it takes no time"

Content = Literal["busy", "leave", "hours", "clinicians"]
EVERYTHING: tuple[Content, ...] = ("busy", "leave", "hours", "clinicians")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Weekly hours of a clinician on one weekday."""

    day: Weekday
    start: int
    end: int


@dataclass
class Incoming:
    """The times read from a bundle.

    Attributes:
        busy: Busy spans in UTC, in the bundle's order.
        away: First and last days of absences.
        hours: Weekly hours of clinicians whose role states them.
        seen: All known people in the bundle.
        counts: The number of entries by type.
        left_out: The number of resources that do not count, by reason.
    """

    busy: dict[BundlePerson, list[Stretch]] = field(default_factory=dict)
    away: dict[BundlePerson, list[tuple[date, date]]] = field(default_factory=dict)
    hours: dict[BundlePerson, list[WeeklyHours]] = field(default_factory=dict)
    people: set[BundlePerson] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    issues: list[BundleIssue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Reader:
    entries: Entries
    directory: Directory
    zone: ZoneInfo
    first: date
    takes: frozenset[Content]
    is_tentative_busy: bool
    incoming: Incoming
    hours: dict[BundlePerson, dict[date, list[list[WeeklyHours]]]] = field(default_factory=dict)
    """By the first day of the role that states them, or the first day that matters."""


def read_bundle(
    bundle: Json,
    directory: Directory,
    zone: ZoneInfo,
    first: date,
    takes: Collection[Content] = EVERYTHING,
    *,
    is_tentative_busy: bool = True,
) -> Incoming:
    """Read a bundle.

    Args:
        zone: The program's time zone, in which days begin and end.
        first: The first day that matters: a role that ended before it gives no hours, nor does one that begins later, beside another.
        takes: What is wanted; mistakes in anything else do not matter.
        is_tentative_busy: Whether tentative times count as busy.
    """
    entries = Entries.of(bundle)
    incoming = Incoming(issues=entries.issues, left_out=entries.left_out)
    reader = _Reader(entries, directory, zone, first, frozenset(takes), is_tentative_busy, incoming)
    for entry in entries.entries:
        incoming.counts[entry.type if entry.type in READ_TYPES else "other"] += 1
        if entry.type in KIND_OF:
            _read_person(reader, entry)
        elif entry.type in BUSY_TYPES and "busy" in reader.takes:
            BUSY_TYPES[entry.type](reader, entry)
    _choose_hours(reader)
    return incoming


def _read_person(reader: _Reader, entry: IncomingEntry) -> None:
    person = reader.directory.of_entry(reader.entries, entry)
    if person is None:
        reader.incoming.left_out[f"unmatched_{entry.type}"] += 1
        return
    reader.incoming.people.add(person)
    if entry.type != "PractitionerRole" or entry.get("active") is False:
        return
    period = entry.get("period")
    if is_over(period, reader.first, reader.zone):
        reader.incoming.left_out["role_over"] += 1
        return
    # A clinician who is new begins with these hours.
    if {"hours", "clinicians"} & reader.takes and (hours := list(_hours(reader, entry))):
        begin = begins_after(period, reader.first, reader.zone) or reader.first
        reader.hours.setdefault(person, {}).setdefault(begin, []).append(hours)
    _read_absences(reader, entry, person)


def _choose_hours(reader: _Reader) -> None:
    """Take the hours of the roles in force; of those that begin later only where there is no other, and then of the next."""
    for person, roles in reader.hours.items():
        begin = min(roles)
        reader.incoming.hours[person] = [hours for role in roles.pop(begin) for hours in role]
        if roles:
            reader.incoming.left_out["role_later"] += sum(map(len, roles.values()))


def _read_appointment(reader: _Reader, entry: IncomingEntry) -> None:
    """Read an appointment: everyone in it who has not declined is busy."""
    if not _takes_time(reader, entry, BUSY_APPOINTMENTS, TENTATIVE_APPOINTMENTS):
        return
    people = []
    for participant in parts(entry.get("participant")):
        person = reader.directory.who(reader.entries, element(participant, "actor"), entry)
        reason = _left_out(reader, participant)
        if person is not None and reason is None:
            people.append(person)
        elif person is not None and reason is not None:
            reader.incoming.left_out[reason] += 1
    _note(reader, entry, people)


def _left_out(reader: _Reader, participant: Json) -> str | None:
    """Why somebody in an appointment is not busy; None if they are."""
    status = element(participant, "status")
    if status == "declined":
        return "declined"
    if element(participant, "required") == "information-only":
        return "information_only"
    return "tentative" if status in ("tentative", "needs-action") and not reader.is_tentative_busy else None


def _read_slot(reader: _Reader, entry: IncomingEntry) -> None:
    """Read a slot: a busy one makes the owners of its schedule busy."""
    if not _takes_time(reader, entry, BUSY_SLOTS, TENTATIVE_SLOTS):
        return
    reference = entry.get("schedule")
    schedule = reader.entries.find(reference, entry)
    if schedule is None or schedule.type != "Schedule":
        reader.entries.tell(
            "warning", "no_schedule", f"{entry.path}.schedule", "also send the Schedule: without it, the slot cannot be assigned to anyone"
        )
        reader.incoming.left_out["no_schedule"] += 1
        return
    if schedule.get("active") is False:
        reader.incoming.left_out["inactive_schedule"] += 1
        return
    actors = (reader.directory.who(reader.entries, actor, schedule) for actor in parts(schedule.get("actor")))
    _note(reader, entry, [person for person in actors if person is not None])


def _takes_time(reader: _Reader, entry: IncomingEntry, busy: frozenset[str], tentative: frozenset[str]) -> bool:
    status = entry.get("status")
    if any(element(i, "system") == SESSION_SYSTEM for i in parts(entry.get("identifier"))):
        # Our own sessions, sent back to us: they must not block themselves.
        reader.incoming.left_out["own"] += 1
        return False
    if not isinstance(status, str):
        reader.entries.tell("error", "no_status", f"{entry.path}.status", "add the status")
        return False
    if status in tentative and not reader.is_tentative_busy:
        reader.incoming.left_out["tentative"] += 1
        return False
    if status not in busy | tentative:
        reader.incoming.left_out["not_busy"] += 1
        return False
    return True


def _note(reader: _Reader, entry: IncomingEntry, people: Iterable[BundlePerson]) -> None:
    """Record busy time of the known people; without any, the entry's times are not read."""
    people = list(dict.fromkeys(people))
    if not people:
        reader.incoming.left_out[f"unmatched_{entry.type}"] += 1
        return
    stretch = _stretch(reader, entry)
    for person in people if stretch is not None else ():
        reader.incoming.people.add(person)
        reader.incoming.busy.setdefault(person, []).append(cast(Stretch, stretch))


def _stretch(reader: _Reader, entry: IncomingEntry) -> Stretch | None:
    """The start and end of an entry; a missing end is computed from its duration."""
    num_issues = len(reader.entries.issues)
    start, end, minutes = reader.entries.instant(entry, "start"), reader.entries.instant(entry, "end"), entry.get("minutesDuration")
    if start is not None and entry.get("end") is None and isinstance(minutes, int) and minutes is not True and 0 < minutes <= 10_080:
        end = start + timedelta(minutes=minutes)
    if start is None or end is None:
        if len(reader.entries.issues) == num_issues:
            missing = "start" if start is None else "end"
            reader.entries.tell("error", "no_time", f"{entry.path}.{missing}", "add a start and an end: this entry takes time")
        return None
    if end == start:
        reader.entries.tell("warning", "no_length", f"{entry.path}.end", NO_LENGTH)
        return None
    if end < start or end - start > LONGEST:
        reader.entries.tell("error", "wrong_end", f"{entry.path}.end", f"the end must be after the start, by at most {LONGEST.days} days")
        return None
    return start, end


def _read_absences(reader: _Reader, entry: IncomingEntry, person: BundlePerson) -> None:
    """Read absences: whole days as leave, hours as busy time."""
    for number, away in enumerate(parts(entry.get("notAvailable"))):
        path, during = f"{entry.path}.notAvailable[{number}].during", element(away, "during")
        start, end = element(during, "start"), element(during, "end")
        is_timed = any(isinstance(text, str) and "T" in text for text in (start, end))
        if ("busy" if is_timed else "leave") not in reader.takes:
            continue
        if not isinstance(start, str) or not isinstance(end, str):
            reader.entries.tell("warning", "no_period", path, "add a start and an end; without them, this absence is not imported")
            continue
        try:
            if is_timed:
                stretch = first_moment(start, reader.zone), end_moment(end, reader.zone)
                _check_order(*stretch)
                if stretch[0] == stretch[1]:
                    reader.entries.tell("warning", "no_length", f"{path}.end", NO_LENGTH)
                    continue
                reader.incoming.busy.setdefault(person, []).append(stretch)
            else:
                days = first_day(start), last_day(end)
                _check_order(*days)
                reader.incoming.away.setdefault(person, []).append(days)
        except (ValueError, OverflowError):
            reader.entries.tell("error", "wrong_period", path, "write dates, or dates and times with an offset, the end after the start")


def _check_order(start: Any, end: Any) -> None:
    if end < start or end - start > LONGEST or start.year not in YEARS:
        raise ValueError("dates out of order or range")


def _hours(reader: _Reader, entry: IncomingEntry) -> Iterator[WeeklyHours]:
    """Weekly hours; an end at the last second of a day means midnight."""
    for number, available in enumerate(parts(entry.get("availableTime"))):
        path, days = f"{entry.path}.availableTime[{number}]", element(available, "daysOfWeek")
        start, end = _clock(element(available, "availableStartTime")), _clock(element(available, "availableEndTime"))
        # An end at midnight is that of the day.
        end = end or (None if end is None else 1440)
        if element(available, "allDay") is True:
            start, end = 0, 1440
        weekdays = [cast(Weekday, day) for day in days or () if day in get_args(Weekday)] if isinstance(days, list) else []
        if not weekdays or start is None or end is None or end <= start:
            reader.entries.tell("error", "wrong_hours", path, "give daysOfWeek, and allDay or a start and a later end as HH:MM:SS")
            continue
        yield from (WeeklyHours(day, start, end) for day in weekdays)


def _clock(text: object) -> int | None:
    if not isinstance(text, str) or not CLOCK.fullmatch(text):
        return None
    return 1440 if text.startswith("23:59:59") else parse_clock(text[:5])


BUSY_TYPES: dict[str, Callable[[_Reader, IncomingEntry], None]] = {"Appointment": _read_appointment, "Slot": _read_slot}
