"""Amounts and dates for letters. Durations are exact: hours and minutes, never rounded."""

from __future__ import annotations

from datetime import date

from scheduler.words import counted, day_name, long_date, short_date

__all__ = ["clock_hours", "counted", "dated", "long_date", "short"]


def clock_hours(minutes: int) -> str:
    """Minutes as hours and minutes, e.g. ``9:05``; the table's heading gives the units."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def dated(day: date) -> str:
    """A date with its weekday, e.g. ``Mon, November 30, 2026``."""
    return f"{day_name(day)[:3]}, {long_date(day)}"


def short(day: date) -> str:
    """A date for narrow columns, e.g. ``Nov 30, 2026``."""
    return f"{short_date(day)}, {day.year}"
