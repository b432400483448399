"""Recurring patterns in busy time: weekly, in alternating weeks, or in a cycle of weeks or days (shifts)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.exchange.busy.models import BusyWindow
from scheduler.fields import ClockTime, Model
from scheduler.instance import BusySpan
from scheduler.timegrid import DAY, WEEKDAYS, Span, Week

Grid = NDArray[np.bool_]
"""Busy minutes, with a row for each day of the window."""

Kind = Literal["every_week", "alternating_weeks", "weeks", "days"]
KIND_WORDS: dict[Kind, str] = {
    "every_week": "every week",
    "alternating_weeks": "in A and B weeks",
    "weeks": "every {} weeks",
    "days": "every {} days",
}
LONGEST_WEEKS, LONGEST_DAYS = 8, 27
FEWEST_TIMES = 3
"""Two occurrences may be chance."""
MOST_OF_THEM, LEAST_SCORE, CLOSE = 0.75, 0.5, 0.02
"""A minute belongs to a pattern if it is busy in most of its cycles; a pattern is reported if it explains half of the busy time; a
simpler one is preferred if it explains nearly as much."""


class PatternTime(Model):
    """A recurring time."""

    when: str = "mon"
    start: ClockTime
    end: ClockTime


class Pattern(Model):
    """Recurring busy time.

    Attributes:
        kind: Weekly, A and B weeks, or a cycle of several weeks or days.
        cycle: The length of the cycle in weeks or days.
        first: The first day of the first cycle.
        times: Days and times in the cycle: ``mon``, ``mon A``, ``mon 2`` (of the second week), ``3`` (the third day).
        share: The share of the window's busy minutes that it explains.
        exceptions: Dates on which it does not hold.
    """

    kind: Kind
    cycle: int
    first: date
    times: tuple[PatternTime, ...]
    share: float
    exceptions: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """A pattern with the busy minutes it expects on each day of the window."""

    pattern: Pattern
    expected: Grid
    is_exception: NDArray[np.bool_]


class _Cycle(NamedTuple):
    kind: Kind
    cycle: int
    first: date
    keys: NDArray[np.int64]


def grid_of(spans: Sequence[BusySpan], window: BusyWindow) -> Grid:
    """Busy minutes in the program's time zone, as the scheduler reads them: see `Week.clock_spans`."""
    grid = np.zeros((window.days, DAY), dtype=np.bool_)
    week = Week(window.first, window.zone)
    flat = grid.reshape(-1)
    for span in spans:
        for start, end in week.clock_spans(span.start, span.end):
            flat[max(0, start) : max(0, end)] = True
    return grid


def find_pattern(grid: Grid, window: BusyWindow, week_a: date | None) -> PatternMatch | None:
    """The simplest pattern that explains nearly as much as the best; None if most of the busy time does not recur."""
    total = int(grid.sum())
    if total == 0:
        return None
    scored = [(cycle, *_expected(grid, cycle)) for cycle in _cycles(window, week_a)]
    best = max((score for _, _, score in scored), default=0.0)
    if best < LEAST_SCORE * total:
        return None
    cycle, expected, _ = next(entry for entry in scored if entry[2] >= best - CLOSE * total)
    is_exception: NDArray[np.bool_] = np.any(expected & ~grid, axis=1)
    pattern = Pattern(
        kind=cycle.kind,
        cycle=cycle.cycle,
        first=cycle.first,
        times=tuple(_times(cycle, expected)),
        share=round(float((expected & grid).sum()) / total, 3),
        exceptions=tuple(window.first + timedelta(days=int(n)) for n in np.flatnonzero(is_exception)),
    )
    return PatternMatch(pattern, expected, is_exception)


def _cycles(window: BusyWindow, week_a: date | None) -> Iterator[_Cycle]:
    """The cycles to try, the simplest first: weekly and A/B weeks, then those with the fewest distinct days."""
    days = np.arange(window.days)
    weekday = window.first.weekday()
    monday = window.first - timedelta(days=weekday)
    weeks, weekdays = (days + weekday) // 7, (days + weekday) % 7
    if window.days >= 7 * FEWEST_TIMES:
        yield _Cycle("every_week", 1, monday, weekdays)
    if window.days >= 14 * FEWEST_TIMES and week_a is not None:
        since = (monday - week_a).days // 7
        yield _Cycle("alternating_weeks", 2, week_a, weekdays + 7 * ((weeks + since) % 2))
    for length in range(2, 7 * LONGEST_WEEKS + 1):
        if length % 7 and length <= LONGEST_DAYS and window.days >= length * FEWEST_TIMES:
            yield _Cycle("days", length, window.first, days % length)
        if length % 7 == 0 and length > 7 and window.days >= length * FEWEST_TIMES and (length > 14 or week_a is None):
            yield _Cycle("weeks", length // 7, monday, weekdays + 7 * (weeks % (length // 7)))


def _expected(grid: Grid, cycle: _Cycle) -> tuple[Grid, float]:
    """The busy minutes that a cycle expects on each day, and its score: minutes it explains, less twice those it wrongly adds."""
    expected = np.zeros_like(grid)
    for key in np.unique(cycle.keys):
        rows = cycle.keys == key
        if rows.sum() >= FEWEST_TIMES:
            expected[rows] = grid[rows].mean(axis=0) >= MOST_OF_THEM
    return expected, float((expected & grid).sum()) - 2 * float((expected & ~grid).sum())


def _times(cycle: _Cycle, expected: Grid) -> Iterator[PatternTime]:
    for key in np.unique(cycle.keys):
        row = expected[int(np.flatnonzero(cycle.keys == key)[0])]
        for span in runs(row):
            yield PatternTime(when=_when(cycle, int(key)), start=span.start, end=span.end)


def _when(cycle: _Cycle, key: int) -> str:
    match cycle.kind:
        case "every_week":
            return WEEKDAYS[key]
        case "alternating_weeks":
            return f"{WEEKDAYS[key % 7]} {'AB'[key // 7]}"
        case "weeks":
            return f"{WEEKDAYS[key % 7]} {key // 7 + 1}"
        case _:
            return str(key + 1)


def runs(row: Grid) -> list[Span]:
    """The runs of true values in a row, as spans."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    return [Span(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
