"""FHIR's dates, which may be a day, a month or a year, or a time with an offset; and periods of them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.exchange.fhir.incoming.entries import element, read_instant

PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def first_day(text: str) -> date:
    """The first day of a date.

    Raises:
        ValueError: It is not a date.
    """
    match = PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))


def last_day(text: str) -> date:
    """The last day of a date: of a month or a year where it names no day.

    Raises:
        ValueError: It is not a date.
    """
    first = first_day(text)
    if len(text) == len("YYYY-MM-DD"):
        return first
    month = 12 if len(text) == len("YYYY") else first.month
    return (date(first.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def first_moment(text: str, zone: ZoneInfo) -> datetime:
    """When a date or a time begins, in UTC.

    Args:
        zone: Where days begin.

    Raises:
        ValueError: It is neither.
    """
    return read_instant(text) or datetime.combine(first_day(text), time(), zone).astimezone(UTC)


def end_moment(text: str, zone: ZoneInfo) -> datetime:
    """When a date or a time is over, in UTC.

    Args:
        zone: Where days end.

    Raises:
        ValueError: It is neither.
    """
    return read_instant(text) or datetime.combine(last_day(text) + timedelta(days=1), time(), zone).astimezone(UTC)


def begins_after(period: object, day: date, zone: ZoneInfo) -> date | None:
    """The first day of a period, if it begins after a day."""
    start = element(period, "start")
    try:
        begin = first_moment(start, zone).astimezone(zone).date() if isinstance(start, str) else day
    except (ValueError, OverflowError):
        return None
    return begin if begin > day else None


def is_over(period: object, day: date, zone: ZoneInfo) -> bool:
    """Whether a period is over before a day; one that cannot be read is not."""
    end = element(period, "end")
    try:
        return isinstance(end, str) and end_moment(end, zone) <= datetime.combine(day, time(), zone)
    except (ValueError, OverflowError):
        return False
