"""Mondays, which identify weeks."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_MONDAY, LAST_MONDAY = date(2000, 1, 3), date(2199, 12, 30)


def a_monday(day: date) -> date:
    """Check that a date is a Monday within the supported years, and return it.

    Raises:
        ValueError: The date is another weekday, or out of range.
    """
    if day.weekday():
        raise ValueError("a week is named by its Monday")
    if not FIRST_MONDAY <= day <= LAST_MONDAY:
        raise ValueError("weeks are kept from 2000 to 2199")
    return day


def monday_of(day: date) -> date:
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())
