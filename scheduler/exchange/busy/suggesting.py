"""Recurring busy time turned into availability: weekly windows, A and B weeks, or dated windows for shifts; exact, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import numpy as np
from pydantic import Field

from scheduler.case.times import free_time, is_week, weekly_span
from scheduler.exchange.busy.expansion import merged
from scheduler.exchange.busy.models import BusyWindow
from scheduler.exchange.busy.patterns import Grid, Pattern, PatternMatch, find_pattern, grid_of, runs
from scheduler.fields import Model, Weekday, WeekPattern
from scheduler.instance import Availability, BusySpan, ClockWindow, DayWindows, WeeklyWindow
from scheduler.timegrid import DAY, WEEKDAYS, Span, Week, intersect


class Suggestion(Model):
    """An availability that is equivalent within the window, and continues the pattern after it."""

    pattern: Pattern
    availability: Availability = Field(description="Free time without the pattern's busy time; any other busy time as spans.")


def taken_in(availability: Availability, spans: Iterable[BusySpan], window: BusyWindow, *, is_added: bool = False) -> Availability:
    """The availability with the window's imported busy time replaced.

    Args:
        is_added: Keep the busy time imported before, for a second calendar of the same person.
    """
    return availability.model_copy(update={"busy": busy_in(availability.busy, spans, window, is_added=is_added)})


def busy_in(
    former: Iterable[BusySpan], spans: Iterable[BusySpan], window: BusyWindow, *, is_added: bool = False
) -> tuple[BusySpan, ...]:  # fmt: skip
    """Imported busy time, with that of the window replaced (or added to); busy time outside the window stays."""
    outside: list[tuple[datetime, datetime]] = []
    low, high = window.start.astimezone(UTC), window.end.astimezone(UTC)
    for span in former:
        start, end = span.start.astimezone(UTC), span.end.astimezone(UTC)
        outside += [(start, end)] if is_added else [(start, min(end, low)), (max(start, high), end)]
    times = [*outside, *((span.start, span.end) for span in spans)]
    bounds = [moment for pair in times for moment in pair]
    return merged(times, min(bounds), max(bounds) + timedelta(minutes=1)) if times else ()


def find_regular(spans: Iterable[BusySpan], window: BusyWindow, week_a: date | None) -> Pattern | None:
    """The recurring pattern in busy time, if there is one."""
    regular = find_pattern(grid_of(tuple(spans), window), window, week_a)
    return None if regular is None else regular.pattern


def suggest(availability: Availability, window: BusyWindow, week_a: date | None) -> Suggestion | None:
    """An availability in which the window's recurring busy time is expressed by windows instead of busy spans.

    Returns:
        None if nothing recurs, or if the result would differ in any minute of the window.
    """
    inside = merged(((span.start, span.end) for span in availability.busy), window.start, window.end)
    grid = grid_of(inside, window)
    regular = find_pattern(grid, window, week_a)
    if regular is None:
        return None
    own = {entry.date for entry in availability.dates}
    is_weekly = regular.pattern.kind in ("every_week", "alternating_weeks")
    dates = list(availability.dates)
    is_rest_only = np.zeros(window.days, dtype=np.bool_)
    for n in range(window.days):
        day = window.first + timedelta(days=n)
        if day in own:
            is_rest_only[n] = True
        elif is_weekly and regular.is_exception[n]:
            is_rest_only[n] = True
            dates.append(_dated(day, _base(availability, day, week_a)))
        elif not is_weekly and regular.expected[n].any():
            if regular.is_exception[n]:
                is_rest_only[n] = True
            else:
                dates.append(_dated(day, _base(availability, day, week_a) & ~regular.expected[n]))
    rest = _rest(inside, grid, regular, is_rest_only, window)
    weekly = tuple(_without(availability, regular, window, week_a)) if is_weekly else availability.weekly
    changes = {
        "weekly": weekly,
        "dates": tuple(sorted(dates, key=lambda entry: entry.date)),
        "busy": busy_in(availability.busy, rest, window),
    }
    proposed = availability.model_copy(update=changes)
    return Suggestion(pattern=regular.pattern, availability=proposed) if is_same(availability, proposed, window, week_a) else None


def is_same(one: Availability, other: Availability, window: BusyWindow, week_a: date | None) -> bool:
    """Whether two availabilities agree on every minute of a window."""
    monday = window.first - timedelta(days=window.first.weekday())
    while monday < window.first + timedelta(days=window.days):
        week = Week(monday, window.zone)
        first = week.day(window.first)
        bounds = [Span(first * DAY, (first + window.days) * DAY)]
        if intersect(free_time(one, week, week_a), bounds) != intersect(free_time(other, week, week_a), bounds):
            return False
        monday += timedelta(days=7)
    return True


def _base(availability: Availability, day: date, week_a: date | None) -> Grid:
    """The free minutes of a date by the weekly windows."""
    row, monday = np.zeros(DAY, dtype=np.bool_), day - timedelta(days=day.weekday())
    for window in availability.weekly:
        if WEEKDAYS[day.weekday()] == window.day and is_week(window.weeks, monday, week_a):
            row[window.start : window.end] = True
    return row


def _dated(day: date, free: Grid) -> DayWindows:
    return DayWindows(date=day, windows=tuple(ClockWindow(start=span.start, end=span.end) for span in runs(free)))


def _rest(spans: Iterable[BusySpan], grid: Grid, regular: PatternMatch, is_rest_only: Grid, window: BusyWindow) -> tuple[BusySpan, ...]:
    """The busy time that the pattern does not cover."""
    pieces: list[tuple[datetime, datetime]] = []
    spans = tuple(spans)
    for n in range(window.days):
        day = window.first + timedelta(days=n)
        midnight, next_midnight = (datetime.combine(day + timedelta(days=k), time(), tzinfo=window.zone) for k in (0, 1))
        # On a day with a clock change, minutes of the day do not map to instants one to one: the spans stay unchanged.
        if is_rest_only[n] or midnight.utcoffset() != next_midnight.utcoffset():
            low, high = midnight.astimezone(UTC), next_midnight.astimezone(UTC)
            pieces += [(max(span.start, low), min(span.end, high)) for span in spans]
            continue
        start = midnight.astimezone(UTC)
        for run in runs(grid[n] & ~regular.expected[n]):
            pieces.append((start + timedelta(minutes=run.start), start + timedelta(minutes=run.end)))
    return merged(pieces, window.start, window.end)


def _without(availability: Availability, regular: PatternMatch, window: BusyWindow, week_a: date | None) -> Iterator[WeeklyWindow]:
    """The weekly windows less the pattern's expected busy time."""
    patterns: tuple[WeekPattern, ...] = ("every",) if week_a is None else ("A", "B")
    for weekday, name in enumerate(get_args(Weekday)):
        free: dict[WeekPattern, list[Span]] = {}
        for pattern in patterns:
            row = np.zeros(DAY, dtype=np.bool_)
            for entry in availability.weekly:
                if entry.day == name and (pattern == "every" or entry.weeks in ("every", pattern)):
                    span = weekly_span(entry)
                    row[span.start - weekday * DAY : span.end - weekday * DAY] = True
            free[pattern] = runs(row & ~_expected_on(regular, window, weekday, pattern, week_a))
        if len(free) == 2 and free["A"] == free["B"]:
            free = {"every": free["A"]}
        for pattern, spans in free.items():
            yield from (WeeklyWindow(day=name, start=span.start, end=span.end, weeks=pattern) for span in spans)


def _expected_on(regular: PatternMatch, window: BusyWindow, weekday: int, pattern: WeekPattern, week_a: date | None) -> Grid:
    """The minutes the pattern expects to be busy on a weekday in weeks of this kind."""
    for n in range(window.days):
        day = window.first + timedelta(days=n)
        if day.weekday() == weekday and is_week(pattern, day - timedelta(days=weekday), week_a):
            row: Grid = regular.expected[n]
            return row
    return np.zeros(DAY, dtype=np.bool_)
