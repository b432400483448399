"""Clock changes of a zone, and their effect on the minutes of a week: some are skipped, some are shown twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def clock_changes(zone: ZoneInfo, year: int) -> tuple[datetime, ...]:
    """The instants of a year (UTC) at which the clocks of a zone change."""
    changes, day = [], timedelta(days=1)
    before, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    while before < last:
        low, high = before, before + day
        if _offset(zone, low) != _offset(zone, high):
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (low, middle) if _offset(zone, middle) == _offset(zone, before + day) else (middle, high)
            changes.append(high)
        before += day
    return tuple(changes)


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


class Seam(NamedTuple):
    """The effect of a clock change on the minutes of a week.

    Attributes:
        instant: When the clocks change, UTC.
        start, end: The minutes of the week that the clock skips or shows twice.
        shift: Real minutes between them less the minutes counted by the clock; negative if it skips them.
    """

    instant: datetime
    start: int
    end: int
    shift: int


Seams = tuple[Seam, ...]


@lru_cache(maxsize=1024)
def seams_of(monday: date, zone: ZoneInfo) -> Seams:
    """The seams of a week, including the day before and the day after."""
    low, high = (datetime.combine(monday + timedelta(days=day), time(), tzinfo=UTC) for day in (-2, 9))
    seams = []
    for instant in (at for year in sorted({low.year, high.year}) for at in clock_changes(zone, year) if low <= at < high):
        walls = [
            (instant + _offset(zone, moment)).replace(tzinfo=None) - datetime.combine(monday, time())
            for moment in (instant - timedelta(seconds=1), instant)
        ]
        before, after = (int(wall.total_seconds()) // 60 for wall in walls)
        seams.append(Seam(instant, min(before, after), max(before, after), before - after))
    return tuple(seams)


def passed_until(seams: Seams, minute: int) -> int:
    """Real minutes from a moment before the week to a minute: to the first showing of one shown twice, to the skip for one skipped."""
    passed = minute
    for _, start, end, shift in seams:
        if minute >= end:
            passed += shift
        elif shift < 0 and minute > start:
            passed -= minute - start
    return passed


def first_shown(seams: Seams, passed: int) -> int:
    """The first minute that the clock shows once a number of real minutes has passed."""
    minute = passed
    for _, start, end, shift in seams:
        if shift > 0 and start < minute < end:
            minute = start
        elif minute >= (start if shift < 0 else end):
            minute -= shift
    return minute


def last_shown(seams: Seams, passed: int) -> int:
    """The end of the last minute that the clock shows before a number of real minutes has passed."""
    minute = passed
    for _, start, end, shift in seams:
        if shift > 0 and end < minute < end + shift:
            minute = end
        elif minute > (start if shift < 0 else end):
            minute -= shift
    return minute
