"""Lay out sessions on a grid to scale: a column for each room, clinician or day, a row for each five minutes; pure.

The grid is drawn by classes (`board.css`), since the content security policy allows no inline styles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from api.pages.published_week import StaffSession

STEP: Final = 5
"""Minutes of a row."""

SHORTEST: Final = 4
"""Rows of the shortest block, so that its title can be read."""

EARLIEST: Final = 8
LATEST: Final = 18
"""The hours between these two are always drawn."""

HEADING: Final = 1
"""Rows above the first hour."""


class Heading(NamedTuple):
    """What a column stands for.

    Attributes:
        key: A room, a clinician, or a date.
        link: The address of its own week, if it has one.
        is_now: Whether it is today.
        to: Where a session comes that is let go in the column (`Drop.to`), or its date.
    """

    key: str
    title: str
    link: str = ""
    is_now: bool = False
    to: str = ""


class BoardBlock(NamedTuple):
    """A session on the grid.

    Attributes:
        row: Its first row, from 1.
        rows: How many rows it takes.
        column: Its column, from 1.
    """

    session: StaffSession
    row: int
    rows: int
    column: int


class BoardColumn(NamedTuple):
    """A heading, and the columns of the grid below it: several where sessions overlap."""

    heading: Heading
    column: int
    columns: int
    is_empty: bool


@dataclass(frozen=True, slots=True)
class WeekBoard:
    """A grid of sessions.

    Attributes:
        hours: The hours drawn, each with its row.
        now_row: The row of the present time; None if it is not on the board.
    """

    columns: tuple[BoardColumn, ...]
    blocks: tuple[BoardBlock, ...]
    hours: tuple[tuple[int, int], ...]
    rows: int
    now_row: int | None = None

    @property
    def now_column(self) -> int:
        """The first column of today."""
        return next((column.column for column in self.columns if column.heading.is_now), 1)

    @property
    def now_columns(self) -> int:
        """How many columns are of today: all of them, unless each column is a day."""
        return next((column.columns for column in self.columns if column.heading.is_now), self.width)

    @property
    def width(self) -> int:
        """How many columns of sessions there are."""
        return sum(column.columns for column in self.columns)


def lay_out(
    headings: Sequence[Heading], sessions: Mapping[str, Sequence[StaffSession]], everything: Iterable[StaffSession], now: datetime | None
) -> WeekBoard:
    """Draw the sessions of each heading.

    Args:
        sessions: The sessions by key of the heading.
        everything: Sessions whose hours the grid covers, so that several grids have the same ones.
        now: The present time, if the board is of today.
    """
    first, last = _hours(everything)
    columns: list[BoardColumn] = []
    blocks: list[BoardBlock] = []
    at = 1
    for heading in headings:
        lanes = list(_lanes(sessions.get(heading.key, ())))
        blocks += [BoardBlock(one, _row(one.start, first), _rows(one), at + lane) for one, lane in lanes]
        width = max((lane for _, lane in lanes), default=0) + 1
        columns.append(BoardColumn(heading, at, width, not lanes))
        at += width
    hours = tuple((hour, HEADING + 1 + (hour - first) * 60 // STEP) for hour in range(first, last))
    is_shown = now is not None and first <= now.hour < last
    return WeekBoard(
        tuple(columns), tuple(blocks), hours, (last - first) * 60 // STEP, _row(now, first) if now is not None and is_shown else None
    )  # fmt: skip


def _hours(sessions: Iterable[StaffSession]) -> tuple[int, int]:
    """The first and the last hour of the grid."""
    first, last = EARLIEST, LATEST
    for one in sessions:
        first = min(first, one.start.hour)
        last = max(last, 24 if one.end.date() > one.start.date() else one.end.hour + (one.end.minute > 0))
    return first, last


def _row(time: datetime, first: int) -> int:
    return HEADING + 1 + ((time.hour - first) * 60 + time.minute) // STEP


def _rows(one: StaffSession) -> int:
    return max(SHORTEST, round((one.end - one.start).total_seconds() / 60 / STEP))


def _lanes(sessions: Sequence[StaffSession]) -> Iterator[tuple[StaffSession, int]]:
    """The lane of each session, so that none covers another: the first that is free."""
    ends: list[int] = []
    for one in sorted(sessions, key=lambda s: (s.start, s.end, s.number)):
        start = one.start.hour * 60 + one.start.minute
        lane = next((n for n, end in enumerate(ends) if end <= start), len(ends))
        ends[lane : lane + 1] = [start + _rows(one) * STEP]
        yield one, lane
