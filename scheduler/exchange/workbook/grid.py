"""Raw sheets of a file in any format: rows of cells by position, not yet interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.exchange.workbook.cells import Cell
from scheduler.exchange.workbook.issue import refuse

FORMULA = "write the value itself; this is a formula, and formulas are not evaluated (copy, Paste Special, Values)"
ERROR_VALUE = "write a value; this is a spreadsheet error"
NO_NUMBER = "write a number; this is something else"

MAX_CELLS = 300_000
"""The maximum number of non-empty cells in all sheets; a participant takes about 60."""

MAX_ROWS = 50_000
"""The maximum number of non-empty rows in all sheets."""

MAX_TEXT = 20_000_000
"""The maximum number of characters in a file."""

MAX_MERGED = 100
"""The maximum number of merged ranges reported per sheet."""


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

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a range of merged cells."""
        if len(self.merged) < MAX_MERGED:
            self.merged.append((top, left, bottom, right, f"{address(top, left)}:{address(bottom, right)}"))


@dataclass(slots=True)
class Amount:
    """What has been read of a file so far; its limits are the same in every format."""

    num_rows: int = 0
    num_cells: int = 0
    num_chars: int = 0

    def add_rows(self, num_cells: int, times: int = 1) -> None:
        """Count a row that is there several times.

        Raises:
            WorkbookError: There are too many rows or cells.
        """
        self.num_rows += times
        self.num_cells += num_cells * times
        if self.num_cells > MAX_CELLS or self.num_rows > MAX_ROWS:
            raise refuse("file_too_large", "import fewer rows; this is more than even a program with thousands of participants needs")

    def add_chars(self, number: int) -> None:
        """Count characters.

        Raises:
            WorkbookError: There are too many.
        """
        self.num_chars += number
        if self.num_chars > MAX_TEXT:
            raise refuse("file_too_large", f"import less text: at most {MAX_TEXT:,} characters, all cells together")


def number_cell(raw: str, is_dated: bool = False, shift: int = 0) -> Cell:
    """The cell of a number as a file holds it; at fault if it is none."""
    try:
        value = float(raw)
    except ValueError:
        value = float("nan")
    return Cell(value, is_dated, shift) if -1e300 < value < 1e300 else Cell("", fault=NO_NUMBER)


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
