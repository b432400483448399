"""Dates, times and durations in calendar notation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from scheduler.exchange.busy.components import Property
from scheduler.exchange.busy.zones import Zones

MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII)
LENGTH = re.compile(r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.ASCII | re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1904, 2400

Moment = date | datetime


class TimeError(Exception):
    """A text is not a valid time."""


class MomentReader:
    """Reads the times of one event; those that name no zone are in the zone of its start, or else of its end."""

    def __init__(self, zones: Zones, begin: Property, end: Iterable[Property]) -> None:
        self._zones, self._begin = zones, begin
        self._zone = next((zone for line in (begin, *end) if (zone := line.parameters.get("TZID"))), None)

    @property
    def is_floating(self) -> bool:
        """Whether the event starts at a time without a zone, in a calendar without one."""
        return not self._is_utc and not self._zone and self._zones.own is None

    @property
    def _is_utc(self) -> bool:
        return self._begin.value.strip().upper().endswith("Z")

    def check_clock(self) -> None:
        """Check the zone on whose clock a series in UTC repeats.

        Raises:
            ZoneError: The calendar names a zone that is not known.
        """
        if self._is_utc:
            self._zones.check_own()

    def read(self, value: str, line: Property) -> Moment:
        """The moment of a property.

        Raises:
            TimeError: The text is not a valid time.
            ZoneError: The zone is not known.
        """
        return read_moment(value, line.parameters.get("TZID") or self._zone, self._zones)

    def at_midnight(self, moment: Moment) -> datetime:
        """A moment as a time: some programs write a date where the event's other end has a time.

        Raises:
            ZoneError: The zone is not known.
        """
        if isinstance(moment, datetime):
            return moment
        return datetime.combine(moment, time(), tzinfo=self._zones.of(self._zone) if self._zone else self._zones.floating)

    def period_end(self, begin: Moment, end: str, line: Property) -> Moment:
        """The end of a period, written as a moment or a length."""
        return instant_after(begin, end) if "P" in end.upper() else self.read(end, line)


def read_moment(value: str, zone: str | None, zones: Zones) -> Moment:
    """A date or an aware time.

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
            return date(year, int(match[2]), int(match[3]))
        numbers = [year, *(int(part) for part in match.groups()[1:6])]
        # A leap second becomes the second before it.
        numbers[5] = min(numbers[5], 59) if numbers[5] <= 60 else 61
        wall = datetime(*numbers)  # type: ignore[arg-type] # six numbers, no zone among them  # noqa: DTZ001 - gets its zone below
    except ValueError:
        raise TimeError from None
    if match[7]:
        # Calendars that name their zone but write UTC mean wall time, which decides when a series repeats.
        return wall.replace(tzinfo=UTC) if zones.own is None else _safely(wall.replace(tzinfo=UTC), zones.own)
    return wall.replace(tzinfo=zones.of(zone) if zone else zones.floating)


def _safely(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        raise TimeError from None


def read_length(value: str) -> tuple[timedelta, timedelta]:
    """Read a duration: as a whole, and the part of it that is elapsed time. Weeks and days follow the clock (RFC 5545, 3.3.6).

    Raises:
        TimeError: The text is not a duration.
    """
    match = LENGTH.fullmatch(value.strip())
    if match is None or not any(match.groups()[1:]):
        raise TimeError
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    length = timedelta(weeks=weeks, days=days) + exact
    return (-length, -exact) if match[1] == "-" else (length, exact)


def moment_after(begin: Moment, length: timedelta, exact: timedelta) -> Moment:
    """When a length is over: first its days by the clock, then its elapsed time.

    If a clock change would put the end before the start, all of it is elapsed time.
    """
    if not isinstance(begin, datetime):
        return begin + length
    start = begin.astimezone(UTC)
    end = (begin + (length - exact)).astimezone(UTC) + exact if length != exact else start + length
    return end if end > start or length <= timedelta(0) else start + length


def instant_after(begin: Moment, length: str) -> Moment:
    """The end of a period that starts at a moment and has a length."""
    return moment_after(begin, *read_length(length))


def between(start: Moment, end: Moment, *, is_series: bool) -> tuple[timedelta, timedelta]:
    """The time between two moments, across clock changes, and the part of it that is elapsed time: all or none."""
    try:
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            return date(end.year, end.month, end.day) - date(start.year, start.month, start.day), timedelta(0)
        passing = end.astimezone(UTC) - start.astimezone(UTC)
        by_clock = end - start if end.tzinfo is start.tzinfo else passing
    except OverflowError:
        raise TimeError from None
    # Occurrences of a series have the same length by the clock. Across a clock change, one of the two lengths may be zero.
    first, second = (by_clock, passing) if is_series else (passing, by_clock)
    length = first if first > timedelta(0) else max(first, second)
    return length, length if not is_series or length != by_clock else timedelta(0)


def dates_near(values: Iterable[str], first: date, last: date) -> list[str]:
    """The values dated between two dates; invalid values are kept, so that they are reported."""
    low, high = (day.isoformat().replace("-", "") for day in (first, last))
    return [value for value in values if not (value[:8].isdigit() and value[:8].isascii()) or low <= value[:8] <= high]
