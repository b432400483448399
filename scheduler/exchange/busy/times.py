"""Dates, times, durations and time zones in calendar notation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduler.exchange.busy.components import CalendarComponent, CalendarParts

MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
LENGTH = re.compile(r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.ASCII | re.IGNORECASE)
ZONE_NAME = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", re.ASCII)
NOT_ZONES = frozenset({"localtime", "posixrules", "Factory"})
"""Files among the zones that mean the local zone of this machine, or no zone."""
NOT_YEARLY = re.compile(r"^RRULE\b(?!.*FREQ=YEARLY)", re.MULTILINE | re.IGNORECASE)
MOST_ZONE_LINES = 200
"""The line limit of a zone definition in the file."""

FIRST_YEAR, LAST_YEAR = 1904, 2400

Moment = date | datetime


class ZoneError(Exception):
    """A time zone is not known."""


class TimeError(Exception):
    """A text is not a valid time."""


class Zones:
    """The time zones of one calendar.

    Attributes:
        own: The calendar's own zone (X-WR-TIMEZONE), if given.
    """

    def __init__(self, scanned: CalendarParts, own: str, program: ZoneInfo) -> None:
        self._described, self._program = _described(scanned), program
        self._zones: dict[str, tzinfo] = {}
        self.own = self.of(own) if own else None

    @property
    def floating(self) -> tzinfo:
        """The zone for times without a zone."""
        return self.own or self._program

    def of(self, name: str) -> tzinfo:
        """The zone with a name.

        Raises:
            ZoneError: The zone is neither known nor defined in the file.
        """
        if name not in self._zones:
            self._zones[name] = named_zone(name) or self._from_file(name)
        return self._zones[name]

    def _from_file(self, name: str) -> tzinfo:
        part, location = self._described.get(name, (None, ""))
        if part is None:
            raise ZoneError
        if location and (standard := named_zone(location)) is not None:
            return standard
        if part.count("\n") > MOST_ZONE_LINES or NOT_YEARLY.search(part):
            raise ZoneError
        try:
            zone = icalendar.Timezone.from_ical(part.encode()).to_tz(lookup_tzid=False)  # type: ignore[attr-defined] # typed as any component
            datetime(2026, 7, 1, tzinfo=zone).utcoffset()
        except Exception:
            # The library may raise any error for a malformed zone: it counts as unknown.
            raise ZoneError from None
        return zone  # type: ignore[no-any-return] # a zone, as just tested


@lru_cache(maxsize=256)
def named_zone(name: str) -> ZoneInfo | None:
    """A zone by its IANA name, its Windows name, or a name with a vendor prefix; None if not known."""
    cleaned = name.strip().strip("/")
    parts = cleaned.split("/")
    tails = ["/".join(parts[n:]) for n in range(1, len(parts))] if name.strip().startswith("/") else []
    for candidate in (cleaned, WINDOWS_TO_OLSON.get(cleaned, ""), *tails):
        # A zone name becomes a file name: only characters allowed in zone names may reach the file system.
        if ZONE_NAME.fullmatch(candidate) is None or candidate in NOT_ZONES:
            continue
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def _described(scanned: CalendarParts) -> dict[str, tuple[str, str]]:
    """The VTIMEZONEs of a file, as text, with their location. Nested parts come before the part that contains them."""
    offsets: dict[str, tuple[str, str]] = {}
    halves: list[CalendarComponent] = []
    for part in scanned.parts:
        if part.name in ("STANDARD", "DAYLIGHT"):
            halves.append(part)
        elif part.name == "VTIMEZONE":
            values = {line.name: line.value for line in part.properties}
            inner = "".join(f"BEGIN:{half.name}{half.text}END:{half.name}\n" for half in halves)
            text = f"BEGIN:VTIMEZONE\nTZID:described\n{inner}END:VTIMEZONE\n"
            offsets.setdefault(values.get("TZID", ""), (text, values.get("X-LIC-LOCATION", "")))
            halves = []
    return offsets


def read_moment(value: str, zone: str | None, zones: Zones) -> tuple[Moment, bool]:
    """A date or an aware time, and whether it was written without a zone.

    Args:
        zone: Its TZID, if any.

    Raises:
        TimeError: The text is not a valid time.
        ZoneError: The zone is not known.
    """
    match = MOMENT.fullmatch(value.strip().upper())
    if match is None:
        raise TimeError
    try:
        # Years out of range are clamped, to leap years, so that 29 February stays valid.
        year = min(max(int(match[1]), FIRST_YEAR), LAST_YEAR)
        if match[4] is None:
            return date(year, int(match[2]), int(match[3])), False
        numbers = [year, *(int(part) for part in match.groups()[1:6])]
        # A leap second becomes the second before it.
        numbers[5] = min(numbers[5], 59) if numbers[5] <= 60 else 61
        wall = datetime(*numbers)  # type: ignore[arg-type] # six numbers, no zone among them  # noqa: DTZ001 - gets its zone below
    except ValueError:
        raise TimeError from None
    if match[7]:
        # Calendars that name their zone but write UTC mean wall time, which decides when a series repeats.
        return (wall.replace(tzinfo=UTC) if zones.own is None else _safely(wall.replace(tzinfo=UTC), zones.own)), False
    return wall.replace(tzinfo=zones.of(zone) if zone else zones.floating), not zone and zones.own is None


def _safely(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        raise TimeError from None


def read_length(value: str) -> timedelta:
    """Read a duration.

    Raises:
        TimeError: The text is not a duration.
    """
    match = LENGTH.fullmatch(value.strip())
    if match is None or not any(match.groups()[1:]):
        raise TimeError
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] == "-" else length


def instant_after(begin: Moment, length: str) -> Moment:
    """The end of a period that starts at a moment and has a length."""
    return begin.astimezone(UTC) + read_length(length) if isinstance(begin, datetime) else begin + read_length(length)


def between(start: Moment, end: Moment, *, is_series: bool) -> tuple[timedelta, bool]:
    """The time between two moments, across clock changes, and whether it is elapsed time."""
    try:
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            return date(end.year, end.month, end.day) - date(start.year, start.month, start.day), False
        passing = end.astimezone(UTC) - start.astimezone(UTC)
        by_clock = end - start if end.tzinfo is start.tzinfo else passing
    except OverflowError:
        raise TimeError from None
    # Occurrences of a series have the same length by the clock. Across a clock change, one of the two lengths may be zero.
    first, second = (by_clock, passing) if is_series else (passing, by_clock)
    length = first if first > timedelta(0) else max(first, second)
    return length, not is_series or length != by_clock


def dates_near(values: Iterable[str], first: date, last: date) -> list[str]:
    """The values dated between two dates; invalid values are kept, so that they are reported."""
    low, high = (day.isoformat().replace("-", "") for day in (first, last))
    return [value for value in values if not (value[:8].isdigit() and value[:8].isascii()) or low <= value[:8] <= high]
