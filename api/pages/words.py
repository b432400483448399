"""Times, dates and durations in words: filters and functions for templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.words import counted, day_name, month_name

SPACE: Final = "\N{NO-BREAK SPACE}"
DASH: Final = f"{SPACE}–{SPACE}"


def clock(minute: int) -> str:
    """A time of day from minutes since midnight, e.g. 5:30 pm."""
    hour, rest = divmod(minute % 1440, 60)
    return f"{hour % 12 or 12}:{rest:02d}{SPACE}{'am' if hour < 12 else 'pm'}"


def span(start: datetime, end: datetime) -> str:
    """A time span, e.g. 9:00 am – 12:00 pm, or 5:30 – 8:30 pm."""
    first, last = (clock(t.hour * 60 + t.minute) for t in (start, end))
    if first[-2:] == last[-2:] and start.date() == end.date():
        first = first.removesuffix(f"{SPACE}{first[-2:]}")
    return f"{first}{DASH}{last}"


def duration(minutes: int) -> str:
    """A duration from minutes, e.g. 2 h 30 min."""
    hours, rest = divmod(minutes, 60)
    return SPACE.join(filter(None, (f"{hours}{SPACE}h" if hours else "", f"{rest}{SPACE}min" if rest or not hours else "")))


def day(value: date) -> str:
    """A date, e.g. Monday, November 30."""
    return f"{day_name(value)}, {month_name(value)} {value.day}"


def near(value: date, today: date) -> str:
    """A date relative to today: Today, Tomorrow, or Monday, November 30."""
    return {0: "Today", 1: "Tomorrow"}.get((value - today).days, day(value))


def short_day(value: date) -> str:
    """A date, e.g. Mon, Nov 30."""
    return f"{day_name(value)[:3]}, {month_name(value)[:3]} {value.day}"


def days(first: date, last: date) -> str:
    """A range of dates, e.g. Nov 30 – Dec 6."""
    start = f"{month_name(first)[:3]} {first.day}"
    if first == last:
        return start
    month = f"{month_name(last)[:3]} " if first.month != last.month else ""
    return f"{start}{DASH}{month}{last.day}"


def moment(value: datetime) -> str:
    """A date and time, e.g. Mon, Nov 30, 5:30 pm."""
    return f"{short_day(value.date())}, {clock(value.hour * 60 + value.minute)}"


def place_of(zone: ZoneInfo) -> str:
    """The place whose wall time a zone is, e.g. New York."""
    return zone.key.rpartition("/")[2].replace("_", " ")


FILTERS: Final = {
    "clock": clock,
    "counted": counted,
    "day": day,
    "day_name": day_name,
    "duration": duration,
    "moment": moment,
    "short_day": short_day,
}
FUNCTIONS: Final = {"days": days, "near": near, "place_of": place_of, "span": span}
