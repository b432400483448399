"""Days and times in the sentences of violations: weekday and date, so that nobody has to look up which session is meant."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.case import Case
from scheduler.timegrid import DAY, Span, clock
from scheduler.view import PlacedSession
from scheduler.words import day_name


def day_of(case: Case, day: int) -> str:
    """A weekday index as "Monday 2026-11-30"; days outside the week get their own dates."""
    return f"{day_name(day)} {case.week.date_of(day)}"


def days_of(case: Case, days: Iterable[int]) -> str:
    """Weekday indices as "Monday 2026-11-30, Wednesday 2026-12-02", each once and in order."""
    return ", ".join(day_of(case, day) for day in sorted(set(days)))


def time_of(case: Case, minute: int) -> str:
    """A minute of the week as "Monday 2026-11-30 09:00"."""
    return f"{day_of(case, minute // DAY)} {clock(minute % DAY)}"


def hours_of(case: Case, span: Span) -> str:
    """A span inside one day as "Monday 2026-11-30 09:00-12:00"."""
    return f"{time_of(case, span.start)}-{clock(span.end - span.start // DAY * DAY)}"


def session_at(case: Case, placed: PlacedSession) -> str:
    """A session as its id and its time, "evening-mon on Monday 2026-11-30 17:00"."""
    return f"{placed.id} on {time_of(case, placed.span.start)}"
