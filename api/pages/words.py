"""Times, dates and durations in words: filters and functions for templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.timegrid import DAY
from scheduler.words import counted, day_name, short_date, short_weekday_date, time_of_day, time_range, weekday_date

AUTHORIZATION_STATES: Final[Mapping[str, str]] = {
    "asked": "Asked for",
    "approved": "Approved",
    "denied": "Denied",
    "appeal": "In appeal",
}
"""What staff call the state of an authorization."""
SPACE: Final = "\N{NO-BREAK SPACE}"
DASH: Final = f"{SPACE}– "


def clock(minute: int) -> str:
    """A time of day from minutes since midnight, e.g. 5:30 pm."""
    return time_of_day(minute).replace(" ", SPACE)


def span(start: datetime, end: datetime) -> str:
    """A time span, e.g. 9:00 am – 12:00 pm, or 5:30 – 8:30 pm."""
    first, last = (clock(t.hour * 60 + t.minute) for t in (start, end))
    return time_range(first, last, DASH) if start.date() == end.date() else f"{first}{DASH}{last}"


def duration(minutes: int) -> str:
    """A duration from minutes, e.g. 2 h 30 min."""
    hours, rest = divmod(minutes, 60)
    return SPACE.join(filter(None, (f"{hours}{SPACE}h" if hours else "", f"{rest}{SPACE}min" if rest or not hours else "")))


def near(value: date, today: date) -> str:
    """A date relative to today: Today, Tomorrow, or Monday, November 30."""
    return {0: "Today", 1: "Tomorrow"}.get((value - today).days, weekday_date(value))


def days(first: date, last: date) -> str:
    """A range of dates, e.g. Nov 30 – Dec 6."""
    if first == last:
        return short_date(first)
    return f"{short_date(first)}{DASH}{last.day if first.month == last.month else short_date(last)}"


def part_of_day(start: int | None, end: int) -> str:
    """The part of a day that time away takes, from minutes since midnight, e.g. all day, or from 7:40 am."""
    begins, ends = start in (None, 0), end == DAY
    if begins and (start is None or ends):
        return "all day"
    if begins:
        return f"until {clock(end)}"
    return f"from {clock(start or 0)}" if ends else f"{clock(start or 0)} – {clock(end)}"


def moment(value: datetime) -> str:
    """A date and time, e.g. Mon, Nov 30, 5:30 pm."""
    return f"{short_weekday_date(value.date())}, {clock(value.hour * 60 + value.minute)}"


def place_of(zone: ZoneInfo) -> str:
    """The place whose wall time a zone is, e.g. New York."""
    return zone.key.rpartition("/")[2].replace("_", " ")


FILTERS: Final = {
    "clock": clock,
    "counted": counted,
    "day": weekday_date,
    "day_name": day_name,
    "duration": duration,
    "moment": moment,
    "short_day": short_weekday_date,
}
FUNCTIONS: Final = {"days": days, "near": near, "part_of_day": part_of_day, "place_of": place_of, "span": span}
