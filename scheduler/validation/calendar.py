"""Checks of dates and windows anywhere in the instance: possible, in order and without overlaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.instance import (
    Absence,
    Availability,
    BusySpan,
    CapacityWindow,
    Clinician,
    ClockWindow,
    Closure,
    DayWindows,
    Group,
    Instance,
    Program,
    ProtectedTime,
    Resource,
    Room,
    Site,
    WeeklyWindow,
    WorkWindow,
)
from scheduler.roster import Session
from scheduler.timegrid import DAY, WEEKDAYS
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.walk import InstancePart

FIRST_YEAR, LAST_YEAR = 1970, 2200
ZONE_NAME = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*")

Weekly = WeeklyWindow | WorkWindow | ProtectedTime | CapacityWindow
Window = Weekly | ClockWindow

CLOCKS = (WeeklyWindow, WorkWindow, ProtectedTime, CapacityWindow, ClockWindow, Closure, Absence)
"""The models that start and end at a time of day."""

INSTANTS = (BusySpan, Session)
"""The models that start and end at an instant."""

TIMED = frozenset((*CLOCKS, *INSTANTS))


def zone(instance: Instance) -> Iterator[Issue]:
    """The program's zone is one of the IANA database."""
    name = instance.program.zone
    try:
        # A zone name becomes a file name: only characters allowed in zone names may reach the file system.
        if ZONE_NAME.fullmatch(name):
            ZoneInfo(name)
            return
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    yield error("unknown_zone", "program.zone", "use a time zone of the IANA database, e.g. America/New_York")


def dates(walked: Sequence[InstancePart]) -> Iterator[Issue]:
    """Every date is in the years that the calendar can handle."""
    for path, _, value in walked:
        if isinstance(value, date) and not FIRST_YEAR <= value.year < LAST_YEAR:
            yield error("date_out_of_range", path, f"give a date from {FIRST_YEAR} to {LAST_YEAR - 1}")


def mondays(instance: Instance) -> Iterator[Issue]:
    """Every date that names a week is a Monday."""
    named = [("monday", instance.monday), ("program.week_a", instance.program.week_a)]
    named += [(f"groups[{n}].gates[{k}]", gate) for n, group in enumerate(instance.groups) for k, gate in enumerate(group.gates)]
    for path, day in named:
        if day is not None and day.weekday() != 0:
            yield error("not_a_monday", path, f"{day.isoformat()} is not a Monday; give the Monday of the week")


def week_a(walked: Sequence[InstancePart]) -> Iterator[Issue]:
    """A and B weeks have an anchor date."""
    if any(isinstance(value, Program) and value.week_a is not None for _, _, value in walked):
        return
    for path, owner, value in walked:
        if isinstance(value, (WeeklyWindow, WorkWindow, ProtectedTime, CapacityWindow, Group)) and value.weeks != "every":
            yield error(
                "week_a_missing",
                f"{path}.weeks",
                f"set program.week_a to the Monday of an A week, because {owner} distinguishes A and B weeks",
            )


def windows(walked: Sequence[InstancePart]) -> Iterator[Issue]:
    """Starts are before ends, and windows and absences in one list do not overlap."""
    for part in walked:
        path, owner, value = part
        if type(value) in TIMED:
            yield from _reversed(part)
        for field, check in LISTS.get(type(value), ()):
            yield from check(f"{path}.{field}", owner, getattr(value, field) or ())


def _reversed(part: InstancePart) -> Iterator[Issue]:
    """An issue for a part that ends before or when it begins."""
    path, owner, value = part
    is_clock = isinstance(value, CLOCKS) and value.end <= value.start
    if is_clock or (isinstance(value, INSTANTS) and value.end <= value.start):
        yield error("window_reversed", path, f"the end must be after the start ({owner})")
    if isinstance(value, Absence) and value.last < value.first:
        yield error("absence_reversed", path, f"the absence must end on or after its first date ({owner})")


def _overlaps(path: str, owner: str, windows: Sequence[Window]) -> Iterator[Issue]:
    """Issues for windows in one list that overlap in an A week or a B week."""
    if len(windows) < 2:
        return
    positions: set[int] = set()
    weeks = ["every" if isinstance(w, ClockWindow) else w.weeks for w in windows]
    for pattern in sorted(set(weeks)):
        spans = sorted((*_span(w), n) for n, w in enumerate(windows) if weeks[n] in ("every", pattern))
        latest = -1
        for start, end, n in spans:
            if start < latest:
                positions.add(n)
            latest = max(latest, end)
    for n in sorted(positions):
        yield warning("windows_overlap", f"{path}[{n}]", f"merge or shorten this window of {owner}; it overlaps another")


def _span(window: Window) -> tuple[int, int]:
    """Start and end in minutes of the week, or of the day for a window without a weekday."""
    day = 0 if isinstance(window, ClockWindow) else WEEKDAYS.index(window.day)
    return day * DAY + window.start, day * DAY + window.end


def _absences(path: str, owner: str, absences: Sequence[Absence]) -> Iterator[Issue]:
    """Issues for absences that overlap an earlier one."""
    latest: Absence | None = None
    for n, absence in sorted(enumerate(absences), key=lambda entry: (entry[1].first, entry[1].last, entry[0])):
        if latest is not None and absence.first <= latest.last and absence.start < latest.end and latest.start < absence.end:
            yield warning("absences_overlap", f"{path}[{n}]", f"merge the overlapping absences of {owner}")
        if latest is None or absence.last > latest.last:
            latest = absence


def _same_dates(path: str, owner: str, entries: Sequence[DayWindows]) -> Iterator[Issue]:
    """Issues for dates with two sets of windows."""
    earlier: set[date] = set()
    for n, entry in enumerate(entries):
        if entry.date in earlier:
            yield error("duplicate_date", f"{path}[{n}].date", f"keep one entry of {owner} for {entry.date.isoformat()}")
        earlier.add(entry.date)


LISTS: dict[type, tuple[tuple[str, Callable[[str, str, Any], Iterator[Issue]]], ...]] = {
    Site: (("hours", _overlaps), ("front_desk", _overlaps)),
    Program: (("telehealth_hours", _overlaps),),
    Resource: (("windows", _overlaps),),
    Room: (("closed", _absences),),
    Clinician: (("hours", _overlaps), ("protected", _overlaps), ("leave", _absences)),
    Availability: (("weekly", _overlaps), ("absences", _absences), ("dates", _same_dates)),
    DayWindows: (("windows", _overlaps),),
}
"""By type: the lists whose entries must not overlap, and the check for them."""
