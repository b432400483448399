"""The types that describe sheets: a sheet holds rows of one list of the instance, and a column one field of a row.

Reader, writer, template, messages and documentation all follow the description (:mod:`scheduler.exchange.workbook.book`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from scheduler.exchange.workbook.kinds import CellKind

Use = Literal["needed", "often", "seldom"]
Form = Literal["rows", "one", "settings", "map"]

INFO_TITLES: dict[Form, tuple[str, ...]] = {"map": ("What it says", "Default"), "rows": ("Notes",), "one": ("Notes",)}
"""Columns for information or for notes, which are not imported, by form of the sheet."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; on a sheet of settings, a row.

    Attributes:
        title: The heading.
        field: The dotted path of the value in a row's record; empty in a column that names the owner of the row.
        note: The meaning, in a sentence or two.
        is_seldom: Whether it belongs to the columns that can be collapsed.
        is_shown: Whether the default value is written, too.
        is_derived: Whether an empty cell takes its value from elsewhere, see :mod:`scheduler.exchange.workbook.derive`.
        also: Other fields of the record that an issue may name for this column.
        default: The meaning of an empty cell, in words; None: the default of the contract.
    """

    title: str
    field: str
    kind: CellKind
    note: str
    example: str = ""
    is_seldom: bool = False
    is_shown: bool = False
    is_derived: bool = False
    also: tuple[str, ...] = ()
    default: str | None = None


class Way(NamedTuple):
    """A place, split into its steps.

    Attributes:
        hops: The path of a list and the column that names its element; each path starts at the element before.
        tail: The path of the rows' list in the last element; empty if the rows extend the element itself.
    """

    hops: tuple[tuple[str, str], ...]
    tail: str

    @property
    def owners(self) -> tuple[str, ...]:
        """The titles of the owner columns that a row of this place fills in."""
        return tuple(owner for _, owner in self.hops)


@cache
def way_to(place: str) -> Way:
    """Split a place into its steps."""
    return Way(tuple(re.findall(r"([a-z_.]+?)\[([^\]]+)\]\.?", place)), place.rpartition("]")[2].lstrip("."))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet.

    Attributes:
        note: The contents, in a sentence or two.
        places: The paths of its rows in the instance: ``participants[Participant].availability.absences`` is a list of the participant
            named in the row's column Participant. With several places, the row's filled owner columns decide.
        keys: The titles of the columns that identify a row; empty: all columns together.
        form: ``rows``: a row is an element of a list. ``one``: a row extends an existing record. ``settings``: titles are listed
            vertically, with values next to them. ``map``: the first column is the key, the second the value.
        marks_none: Whether a row with only an owner and ``(none)`` means an empty list, where no row would mean something else.
        owners: The titles of the columns that name owners.
        fields: The columns that hold fields.
        is_alternative: Whether a cell of another sheet can hold the same data; this sheet is read, but not written.
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
    owners: tuple[str, ...] = field(init=False, repr=False, compare=False)
    fields: tuple[Column, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive what every row of the sheet needs."""
        owners = dict.fromkeys(owner for place in self.places for owner in way_to(place).owners)
        object.__setattr__(self, "owners", tuple(owners))
        object.__setattr__(self, "fields", tuple(column for column in self.columns if column.field))

    def column(self, title: str) -> Column:
        """A column by its title."""
        return next(column for column in self.columns if column.title == title)
