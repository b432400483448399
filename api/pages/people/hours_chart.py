"""A participant's hours over the weeks as a drawing: the ordered band, and how much was scheduled, delivered and billable within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.attendance.models import ParticipantMinutes
from api.pages.people.step_down import PlannedWeek

HOUR: Final = 60
MARGIN: Final = 44
"""Left of the weeks, for the hours."""
TOP: Final = 10
HEIGHT: Final = 150
WEEK_WIDTH: Final = 84
BAR_WIDTH: Final = 22
FEWEST_WEEKS: Final = 7
FEWEST_HOURS: Final = 6
MOST_LINES: Final = 6
WHOLE_WEEK: Final = 7 * 24 * HOUR
"""An upper limit this high does not restrict anything."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the drawing's units, from its top down to the ground."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class WeekBars:
    """One week in the drawing.

    Attributes:
        x: Where it begins.
        band: The ordered band, between its lower and its upper limit; None: nothing was ordered.
        billable: Position of the mark at the billable hours; None: none were.
    """

    monday: date
    x: int
    band: Bar | None
    scheduled: Bar
    delivered: Bar
    billable: int | None


@dataclass(frozen=True, slots=True)
class PlannedBand:
    """The band of a week to come."""

    monday: date
    band: Bar


@dataclass(frozen=True, slots=True)
class HoursChart:
    """The drawing.

    Attributes:
        ground: Where the bars stand.
        lines: Position and number of hours of each line.
        planned: The weeks to come, if phases end as planned.
    """

    width: int
    height: int
    ground: int
    lines: tuple[tuple[int, int], ...]
    weeks: tuple[WeekBars, ...]
    planned: tuple[PlannedBand, ...]


def hours_chart(weeks: Sequence[ParticipantMinutes], planned: Sequence[PlannedWeek] = ()) -> HoursChart:
    """Draw weeks, the first on the left, and after them those that are planned."""
    ahead = [_limit(week.floor, week.ceiling) for week in planned]
    most = max([FEWEST_HOURS * HOUR, *ahead, *(minutes for week in weeks for minutes in _heights(week))])
    hours = -(-most // HOUR)
    step = next(step for step in (1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 48) if hours / step <= MOST_LINES)
    full = -(-hours // step) * step * HOUR
    return HoursChart(
        width=MARGIN + max(FEWEST_WEEKS, len(weeks) + len(planned)) * WEEK_WIDTH,
        height=TOP + HEIGHT + 22,
        ground=TOP + HEIGHT,
        lines=tuple((_y(n * HOUR, full), n) for n in range(0, full // HOUR + 1, step)),
        weeks=tuple(_bars(week, MARGIN + n * WEEK_WIDTH, full) for n, week in enumerate(weeks)),
        planned=tuple(
            PlannedBand(week.monday, _band(MARGIN + n * WEEK_WIDTH, week.floor, limit, full))
            for n, (week, limit) in enumerate(zip(planned, ahead, strict=True), len(weeks))
        ),
    )


def _heights(week: ParticipantMinutes) -> tuple[int, ...]:
    """Everything that must fit into the drawing, in minutes."""
    return (_ceiling(week), week.scheduled.minutes, week.delivered.minutes)


def _ceiling(week: ParticipantMinutes) -> int:
    return _limit(week.ordered.floor, week.ordered.ceiling)


def _limit(floor: int, ceiling: int) -> int:
    return floor if ceiling >= WHOLE_WEEK else ceiling


def _band(x: int, floor: int, ceiling: int, full: int) -> Bar:
    top = _y(ceiling, full)
    return Bar(x, top, max(2, _y(floor, full) - top))


def _bars(week: ParticipantMinutes, x: int, full: int) -> WeekBars:
    middle, ceiling = x + WEEK_WIDTH // 2, _ceiling(week)
    band = _band(x, week.ordered.floor, ceiling, full) if ceiling and week.is_served else None
    billable = _y(week.billable.minutes, full) if week.billable.minutes else None
    return WeekBars(
        week.monday, x, band, _bar(middle - BAR_WIDTH, week.scheduled.minutes, full), _bar(middle, week.delivered.minutes, full), billable
    )  # fmt: skip


def _bar(x: int, minutes: int, full: int) -> Bar:
    y = _y(minutes, full)
    return Bar(x, y, TOP + HEIGHT - y)


def _y(minutes: int, full: int) -> int:
    return TOP + HEIGHT - min(minutes, full) * HEIGHT // full
