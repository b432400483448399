"""The words in which the sheets are described: a sheet holds rows of one list of the instance, a column one field of a row.

The description (:mod:`scheduler.exchange.workbook.book`) is all there is: reader, writer, template, messages and documentation follow it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from scheduler.exchange.workbook.kinds import Kind

Use = Literal["needed", "often", "seldom"]
Form = Literal["rows", "one", "settings", "map"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; on a sheet of settings, a row.

    Attributes:
        title: Its heading.
        field: Where its value stands in a row's record, with dots; empty in a column that names the owner of the row.
        note: What it means, in a sentence or two.
        is_seldom: Stands in the group of columns that can be folded away.
        is_shown: Written even where it is what an empty cell means.
        is_derived: An empty cell takes the value from elsewhere, see :mod:`scheduler.exchange.workbook.derive`.
        also: Other fields of the record that an issue may name instead.
        default: What an empty cell means, in words; None: what the contract says.
    """

    title: str
    field: str
    kind: Kind
    note: str
    example: str = ""
    is_seldom: bool = False
    is_shown: bool = False
    is_derived: bool = False
    also: tuple[str, ...] = ()
    default: str | None = None


class Way(NamedTuple):
    """A place, taken apart.

    Attributes:
        hops: Path of a list, and the column that names its element; each path begins in the element before.
        tail: Path of the rows' own list in the last element; empty where they are the element's.
    """

    hops: tuple[tuple[str, str], ...]
    tail: str

    @property
    def owners(self) -> tuple[str, ...]:
        """Titles of the columns that a row of this place fills."""
        return tuple(owner for _, owner in self.hops)


@cache
def way_to(place: str) -> Way:
    """A place, taken apart."""
    return Way(tuple(re.findall(r"([a-z_.]+?)\[([^\]]+)\]\.?", place)), place.rpartition("]")[2].lstrip("."))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet.

    Attributes:
        note: What it holds, in a sentence or two.
        places: Where its rows stand in the instance: ``participants[Participant].availability.absences`` is a list of the participant that
            the row's column Participant names. Of several places a row takes the one whose columns are filled.
        keys: Titles of the columns that tell its rows apart; empty: only all of them together do.
        form: ``rows``: a row is an element of a list. ``one``: a row belongs to a record that is there already. ``settings``: the titles
            stand below each other, the values beside them. ``map``: the first column is the key, the second the value.
        marks_none: Whether a row of an owner with ``(none)`` and nothing else says: an empty list, where no row would mean something else.
        is_alternative: Says what a cell of another sheet says as well; read, and not written.
    """

    title: str
    use: Use
    note: str
    places: tuple[str, ...]
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    form: Form = "rows"
    marks_none: bool = False
    is_alternative: bool = False

    @property
    def owners(self) -> tuple[str, ...]:
        """Titles of the columns that name owners."""
        return tuple(dict.fromkeys(owner for place in self.places for owner in way_to(place).owners))

    @property
    def fields(self) -> tuple[Column, ...]:
        """The columns that hold fields."""
        return tuple(column for column in self.columns if column.field)

    def column(self, title: str) -> Column:
        """A column by its title."""
        return next(column for column in self.columns if column.title == title)
