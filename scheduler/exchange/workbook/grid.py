"""Raw sheets of a file in any format: rows of cells by position, not yet interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.exchange.workbook.cells import Cell

MAX_CELLS = 300_000
"""The maximum number of non-empty cells in all sheets; a participant takes about 60."""

MAX_ROWS = 50_000
"""The maximum number of non-empty rows in all sheets."""


@dataclass(slots=True)
class GridRow:
    """A row that is not empty.

    Attributes:
        number: The row number as in the spreadsheet, from 1.
        cells: The cells by column, from 0.
    """

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)
    is_hidden: bool = False


@dataclass(slots=True)
class Grid:
    """A sheet of a file.

    Attributes:
        merged: The ranges of merged cells: first row, first column, last row, last column, and the range as text.
    """

    title: str
    rows: list[GridRow] = field(default_factory=list)
    merged: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    is_hidden: bool = False


def letters(column: int) -> str:
    """The letters of a column, counted from 0: A, B, ..., Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    """The address of a cell, e.g. C7."""
    return f"{letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class SheetSource:
    """The sheets read from a file.

    Attributes:
        notes: Warnings for the user: a code and a sentence, by title of the sheet.
    """

    grids: tuple[Grid, ...]
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
