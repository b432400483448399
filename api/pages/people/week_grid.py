"""A participant's week as a drawing: when they are free, and what they are booked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scheduler.case.times import free_time
from scheduler.instance import Availability
from scheduler.timegrid import DAY, Span, Week, by_day
from scheduler.words import day_name

HOUR: Final = 60
DAY_WIDTH: Final = 100
HOUR_HEIGHT: Final = 26
MARGIN: Final = 44
"""Left of the days, for the hours."""
TOP: Final = 22
USUAL: Final = Span(8 * HOUR, 18 * HOUR)
"""The hours that are always drawn."""
FEWEST_DAYS: Final = 5


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle in the drawing's units, and the minute of the day at its top."""

    x: int
    y: int
    width: int
    height: int
    minute: int


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """The drawing of a week.

    Attributes:
        days: Position and heading of each day.
        hours: Position and minute of each hour line.
        free: When the participant is free.
        booked: The sessions.
    """

    width: int
    height: int
    days: tuple[tuple[int, str], ...]
    hours: tuple[tuple[int, int], ...]
    free: tuple[Block, ...]
    booked: tuple[Block, ...]


def week_grid(week: Week, availability: Availability, week_a: date | None, sessions: Iterable[Span]) -> WeekGrid:
    """Draw a week, without a weekend in which nothing is.

    Args:
        week_a: A Monday of an A week, for availability that alternates.
        sessions: What the participant is booked for.
    """
    free = tuple(by_day(free_time(availability, week, week_a)))
    booked = tuple(by_day(sessions))
    drawn = (*free, *booked)
    day_count = max([FEWEST_DAYS, *(span.day + 1 for span in drawn)])
    hours = _hours(drawn)
    heights = TOP + (hours.end - hours.start) * HOUR_HEIGHT // HOUR
    return WeekGrid(
        width=MARGIN + day_count * DAY_WIDTH,
        height=heights + 1,
        days=tuple((MARGIN + n * DAY_WIDTH, _heading(week.monday + timedelta(days=n))) for n in range(day_count)),
        hours=tuple((_y(minute, hours), minute) for minute in range(hours.start, hours.end + 1, HOUR)),
        free=tuple(_block(span, hours) for span in free),
        booked=tuple(_block(span, hours) for span in booked),
    )


def _hours(spans: Sequence[Span]) -> Span:
    """The whole hours that hold all spans, at least the usual ones."""
    first = min([USUAL.start, *(span.start % DAY for span in spans)])
    last = max([USUAL.end, *((span.end - 1) % DAY + 1 for span in spans)])
    return Span(first // HOUR * HOUR, -(-last // HOUR) * HOUR)


def _block(span: Span, hours: Span) -> Block:
    minute = span.start % DAY
    height = max(1, span.minutes * HOUR_HEIGHT // HOUR)
    return Block(MARGIN + span.day * DAY_WIDTH, _y(minute, hours), DAY_WIDTH, height, minute)


def _y(minute: int, hours: Span) -> int:
    return TOP + (minute - hours.start) * HOUR_HEIGHT // HOUR


def _heading(day: date) -> str:
    return f"{day_name(day)[:3]} {day.day}"
