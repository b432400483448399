"""Amounts and dates as letters write them. Exact: hours and minutes, never rounded."""

from __future__ import annotations

from datetime import date

from scheduler.exchange.words import DAYS, long_date

__all__ = ["clock_hours", "count", "day_name", "long_date", "short_date"]


def clock_hours(minutes: int) -> str:
    """Minutes as hours and minutes, ``9:05``; the table's heading says which."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def day_name(day: date) -> str:
    """A date with its weekday, ``Mon 30 November 2026``."""
    return f"{DAYS[day.weekday()]} {long_date(day)}"


def short_date(day: date) -> str:
    """A date for narrow columns, ``30 Nov 2026``."""
    number, month, year = long_date(day).split()
    return f"{number} {month[:3]} {year}"


def count(number: int, noun: str) -> str:
    """A number with its noun, ``1 appointment`` or ``6 appointments``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
