"""Sheets as they lie in a file, whatever its format: rows of cells by position, nothing of what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.exchange.workbook.cells import Cell

MAX_CELLS = 300_000
"""Cells with something in them, all sheets together; a participant takes about 60."""

MAX_ROWS = 50_000
"""Rows with something in them, all sheets together."""


@dataclass(slots=True)
class GridRow:
    """A row with something in it.

    Attributes:
        number: As the spreadsheet counts, from 1.
        cells: By column, from 0.
    """

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)
    is_hidden: bool = False


@dataclass(slots=True)
class Grid:
    """A sheet of a file.

    Attributes:
        merged: Ranges of merged cells: first row, first column, last row, last column, and how the range is written.
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
class Source:
    """What was read from a file.

    Attributes:
        notes: What the reader should be told: title of the sheet to a code and a sentence.
    """

    grids: tuple[Grid, ...]
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
