"""The sessions on a board as HTML: one that looks as it did last time is not drawn again."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from api.pages.rendering import ENVIRONMENT

MOST_DRAWN: Final = 4096
"""A week of 240 participants has a few hundred sessions, which look different by room, by clinician and in a draft."""
SHORT: Final = 10
SHORTER: Final = 7
"""Rows of a block below which it has room for two lines, and for one."""


class BlockLook(NamedTuple):
    """All that can be seen of a session on a board.

    Attributes:
        row: Its first row.
        rows: How many rows it takes.
        column: Its column; the first is of the hours.
        people: How many are in a group; None: it is no group.
        most: How many the group takes, 0 if that is not known.
        mark: What is different about it in a draft.
        details: Where it is, who leads it, and what it is.
    """

    url: str
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
        return "shorter" if self.rows < SHORTER else "short" if self.rows < SHORT else ""


@lru_cache(MOST_DRAWN)
def draw(look: BlockLook) -> str:
    """A session as the board shows it."""
    return ENVIRONMENT.get_template("week/block.html").render(b=look)
