"""The boards of a page as HTML. A session that looks as it did last time is not drawn again, nor sent a board that the page has."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from api.pages.rendering import ENVIRONMENT
from api.pages.week.board import BoardBlock
from api.pages.week.views import By, DayBoard

MOST_DRAWN: Final = 4096
"""A week of 240 participants has a few hundred sessions, which look different by room, by clinician and in a draft."""
SHORT: Final = 10
SHORTER: Final = 7
"""Rows of a block below which it has room for two lines, and for one."""
MARK: Final = 3
"""Rows of the line that marks what is different or pinned."""
FOCUS: Final = " data-focus"
"""What asks for the focus, once."""


class BlockLook(NamedTuple):
    """All that can be seen of a session on a board.

    Attributes:
        number: Its number, under which someone may be dragged to it.
        row: Its first row.
        rows: How many rows it takes.
        column: Its column; the first is of the hours.
        people: How many are in a group; None: it is no group.
        most: How many the group takes, 0 if that is not known.
        mark: What is different about it in a draft.
        details: Where it is, who leads it, and what it is.
    """

    url: str
    number: str
    row: int
    rows: int
    column: int
    title: str
    people: int | None
    most: int
    is_over: bool
    is_cancelled: bool
    mark: str
    is_pinned: bool
    is_fresh: bool
    start: datetime
    end: datetime
    details: tuple[str, ...]

    @property
    def height(self) -> str:
        """The class of a block without room for all of its lines."""
        rows = self.rows - (MARK if self.mark or self.is_pinned else 0)
        return "shorter" if rows < SHORTER else "short" if rows < SHORT else ""


class DayDrawing(NamedTuple):
    """The board of a day, or of a week with a column for each day (`date` is None).

    Attributes:
        key: Its name in the page.
        version: Its key, and what tells it from boards that look different.
    """

    key: str
    date: date | None
    title: str
    html: str
    version: str


@dataclass(frozen=True, slots=True)
class BoardDrawing:
    """How the sessions look on a board.

    Attributes:
        url: The address of a session, before and after its number.
        by: What the columns are, unless it is the board of one of them.
        seats: How many people each group takes.
        pins: Ids of the sessions about which something is pinned.
        marks: By id, what is different about sessions of a draft.
        fresh: Ids of those that the last change concerned; the focus goes there.
    """

    url: tuple[str, str]
    by: By
    is_of_one: bool
    seats: Mapping[str, int]
    pins: Collection[str]
    marks: Mapping[str, str]
    fresh: Collection[str]

    def draw_day(self, day: DayBoard, today: date) -> DayDrawing:
        """A board as HTML."""
        html = ENVIRONMENT.get_template("week/day.html").render(day_board=day, drawing=self, today=today)
        key = str(day.date or "one")
        version = hashlib.blake2b(html.replace(FOCUS, "").encode(), digest_size=8).hexdigest()
        return DayDrawing(key, day.date, day.title, html, f"{key}.{version}")

    def draw(self, block: BoardBlock) -> str:
        """A session of the board as HTML."""
        one, is_group = block.session, block.session.group is not None
        place = one.place if self.is_of_one or self.by != "room" else ""
        leaders = ", ".join(one.leaders) if self.is_of_one or self.by != "clinician" else ""
        look = BlockLook(
            url=f"{self.url[0]}{one.number}{self.url[1]}",
            number=one.number,
            row=block.row,
            rows=block.rows,
            column=block.column + 1,
            title=one.title if is_group else ", ".join(person.name for person in one.people) or one.title,
            people=len(one.people) if is_group else None,
            most=self.seats.get(one.group or "", 0),
            is_over=one.is_over,
            is_cancelled=one.is_cancelled,
            mark=self.marks.get(one.id, ""),
            is_pinned=one.id in self.pins,
            is_fresh=one.id in self.fresh,
            start=one.start,
            end=one.end,
            details=tuple(filter(None, (place, leaders, "" if is_group else one.title))),
        )
        return _html(look)


@lru_cache(MOST_DRAWN)
def _html(look: BlockLook) -> str:
    return ENVIRONMENT.get_template("week/block.html").render(b=look)


def changed_days(days: Iterable[DayDrawing], versions: Sequence[str]) -> list[DayDrawing] | None:
    """The boards that a page does not have yet, or where the focus goes; None: it is not a page of these days.

    Args:
        versions: Of the boards that the page has.
    """
    days = list(days)
    if [day.key for day in days] != [version.partition(".")[0] for version in versions]:
        return None
    return [day for day in days if day.version not in versions or FOCUS in day.html]
