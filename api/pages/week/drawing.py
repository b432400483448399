"""The sessions on a board as HTML: one that looks as it did last time is not drawn again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from api.pages.rendering import ENVIRONMENT
from api.pages.week.board import BoardBlock
from api.pages.week.views import By

MOST_DRAWN: Final = 4096
"""A week of 240 participants has a few hundred sessions, which look different by room, by clinician and in a draft."""
SHORT: Final = 10
SHORTER: Final = 7
"""Rows of a block below which it has room for two lines, and for one."""
MARK: Final = 3
"""Rows of the line that marks what is different or pinned."""


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
