"""Days, times and numbers in the sentences of violations: weekday and date, so that nobody has to look up which session is meant."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.case import Case
from scheduler.timegrid import DAY, WEEKDAYS, Span, clock

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_of(case: Case, day: int) -> str:
    """A weekday index as "Monday 2026-11-30"; days before and after the week have their own dates."""
    return f"{NAMES[day % len(WEEKDAYS)]} {case.week.date_of(day)}"


def days_of(case: Case, days: Iterable[int]) -> str:
    """Weekday indices as "Monday 2026-11-30, Wednesday 2026-12-02", each once and in order."""
    return ", ".join(day_of(case, day) for day in sorted(set(days)))


def time_of(case: Case, minute: int) -> str:
    """A minute of the week as "Monday 2026-11-30 09:00"."""
    return f"{day_of(case, minute // DAY)} {clock(minute % DAY)}"


def hours_of(case: Case, span: Span) -> str:
    """A span inside one day as "Monday 2026-11-30 09:00-12:00"."""
    return f"{time_of(case, span.start)}-{clock(span.end - span.start // DAY * DAY)}"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
