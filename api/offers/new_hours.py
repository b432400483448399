"""A participant's new hours from a date on: until then, the hours as they were."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from scheduler.case.times import is_week
from scheduler.instance import Availability, WeeklyWindow
from scheduler.instance.calendar import ClockWindow, DayWindows
from scheduler.timegrid import WEEKDAYS

MOST_DAYS_AHEAD: Final = 8 * 7


def hours_from(
    current: Availability, weekly: tuple[WeeklyWindow, ...], first: date, monday: date, week_a: date | None
) -> Availability:  # fmt: skip
    """An availability with new weekly hours from a date on.

    Dates with hours of their own stay as they are, and so do absences and busy time.

    Args:
        first: The first day with the new hours.
        monday: This week's Monday; the days from it to the first one keep their hours, each as a date of its own.
    """
    dates = {entry.date: entry for entry in current.dates}
    for number in range(max(0, (first - monday).days)):
        day = monday + timedelta(days=number)
        dates.setdefault(day, DayWindows(date=day, windows=windows_on(current, day, week_a)))
    return current.model_copy(update={"weekly": weekly, "dates": tuple(dates[day] for day in sorted(dates))})


def windows_on(availability: Availability, day: date, week_a: date | None) -> tuple[ClockWindow, ...]:
    """The hours of a day as its week has them, whatever the date has of its own."""
    monday = day - timedelta(days=day.weekday())
    weekly = (w for w in availability.weekly if w.day == WEEKDAYS[day.weekday()] and is_week(w.weeks, monday, week_a))
    return tuple(ClockWindow(start=window.start, end=window.end) for window in weekly)
