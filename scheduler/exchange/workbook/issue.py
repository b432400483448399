"""Issues of a workbook: where, in the terms of the spreadsheet, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheduler.errors import InstanceError
from scheduler.validation import Issue

CODES: dict[str, str] = {
    "file_type": "the file is no workbook and no CSV",
    "file_too_large": "the file, or what it unpacks to, is too large",
    "file_damaged": "the file cannot be read",
    "file_unsafe": "the file holds what no spreadsheet needs",
    "file_encoding": "a CSV file is written in an encoding that cannot be told",
    "sheet_missing": "a sheet that is needed is not there",
    "sheet_unknown": "a sheet has a title that is not known",
    "sheet_duplicate": "a sheet is there twice",
    "sheet_hidden": "a sheet or row that holds data is hidden",
    "column_missing": "a column that is needed is not there",
    "column_unknown": "a column has a heading that is not known",
    "column_duplicate": "a column is there twice",
    "cells_merged": "cells are merged",
    "cell": "a cell cannot be read",
    "cell_missing": "a cell that is needed is empty",
    "row_owner": "a row belongs to nobody, or to several",
    "row_duplicate": "a row is there twice",
    "read_as_windows": "a CSV file was read as Windows-1252",
    "sheet_ignored": "a sheet is not part of the workbook and was left out",
}
"""The meaning of every code in one line; issues of the instance itself keep their own codes."""

MAX_TOLD = 1_000
"""The maximum number of issues reported; after that, reading stops."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A location in a workbook.

    Attributes:
        sheet: The title of the sheet; empty for the whole file.
        row: The row number as in the spreadsheet, from 1; None for the whole sheet.
        column: The title of the column.
        cell: The address of the cell, e.g. "C7".
    """

    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """The location in words: ``Participants, row 7, Home track (C7)``."""
        parts = (self.sheet, f"row {self.row}" if self.row else "", self.column)
        return ", ".join(part for part in parts if part) + (f" ({self.cell})" if self.cell else "")


@dataclass(frozen=True, slots=True)
class SheetIssue(Issue):
    """An issue of a workbook; its path is the location in words."""

    place: SheetCell = SheetCell()


def sheet_issue(code: str, place: SheetCell, message: str, severity: Literal["error", "warning"] = "error") -> SheetIssue:
    """Create an issue at a place."""
    return SheetIssue(code, severity, str(place), message, place)


class WorkbookError(InstanceError):
    """A workbook cannot be imported, not even in part. Carries every issue as a :class:`SheetIssue`."""


def first_ones(issues: list[SheetIssue]) -> list[SheetIssue]:
    """The issues up to the maximum reported, with a note if there are more."""
    if len(issues) < MAX_TOLD:
        return issues
    return [*issues[:MAX_TOLD], sheet_issue("too_many_issues", SheetCell(), "correct these first; there are more")]


def refuse(code: str, message: str) -> WorkbookError:
    """Create the error for a file that is rejected as a whole."""
    return WorkbookError(message, [sheet_issue(code, SheetCell(), message)])
