"""Issues of a workbook: where, in the terms of the spreadsheet, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scheduler.errors import InstanceError
from scheduler.validation import Issue
from scheduler.words import joined

CODES: dict[str, str] = {
    "file_type": "the file is neither a workbook nor CSV",
    "file_too_large": "the file, or what it unpacks to, is too large",
    "file_damaged": "the file cannot be read",
    "file_unsafe": "the file contains something that no spreadsheet needs",
    "file_encoding": "the encoding of a CSV file is unclear",
    "sheet_missing": "a required sheet is missing",
    "sheet_unknown": "a sheet has an unknown title",
    "sheet_duplicate": "a sheet appears twice",
    "sheet_hidden": "a sheet or row with data is hidden",
    "column_missing": "a required column is missing",
    "column_unknown": "a column has an unknown heading",
    "column_duplicate": "a column appears twice",
    "cells_merged": "cells are merged",
    "cell": "a cell cannot be read",
    "cell_missing": "a required cell is empty",
    "row_owner": "a row belongs to no one, or to several people",
    "row_duplicate": "a row appears twice",
    "row_ignored": "a row of totals is ignored",
    "column_ignored": "a column of notes is ignored",
    "date_order": "dates whose day and month could be confused",
    "half_day": "times without am or pm that could be either half of the day",
    "read_as": "cells that were interpreted; the message says how",
    "read_as_windows": "a CSV file was read as Windows-1252",
    "sheet_ignored": "a sheet is not part of the workbook and was ignored",
}
"""The meaning of every code in one line; issues of the instance itself keep their own codes."""

MOST_SUBJECTS = 4
"""The maximum number of ids named in one issue about several rows."""

MOST_RUNS = 12
"""The maximum number of stretches of rows named in one issue."""

MAX_TOLD = 1_000
"""The maximum number of issues reported; after that, reading stops."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A location in a workbook.

    Attributes:
        sheet: The title of the sheet; empty for the whole file.
        row: The row number as in the spreadsheet, from 1; None for the whole sheet.
        column: The title of the column.
        cell: The address of the cell, e.g. "C7"; of several, "C7:C9, C12".
        rows: The numbers of all rows, if there are several.
    """

    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    rows: tuple[int, ...] = ()

    def __str__(self) -> str:
        """The location in words: ``Participants, row 7, Home track (C7)``."""
        row = f"rows {_numbers(self.rows)}" if self.rows else f"row {self.row}" if self.row else ""
        parts = (self.sheet, row, self.column)
        return ", ".join(part for part in parts if part) + (f" ({self.cell})" if self.cell else "")


@dataclass(frozen=True, slots=True)
class SheetIssue(Issue):
    """An issue of a workbook; its path is the location in words.

    Attributes:
        answers: For a question: the answers that may be given for the whole workbook, e.g. ``dates=day-first``.
        subject: The id of what the row describes; issues that differ only in it say the same.
    """

    place: SheetCell = SheetCell()
    answers: tuple[str, ...] = ()
    subject: str = field(default="", compare=False)


def sheet_issue(
    code: str, place: SheetCell, message: str, severity: Literal["error", "warning"] = "error", answers: tuple[str, ...] = ()
) -> SheetIssue:
    """Create an issue at a place."""
    return SheetIssue(code, severity, str(place), message, place, answers)


def merged(issues: Iterable[SheetIssue]) -> list[SheetIssue]:
    """Issues in their order, those that say the same of several rows of a column as one."""
    alike: dict[tuple[str, ...], list[SheetIssue]] = {}
    for issue in issues:
        place = issue.place
        row = "" if place.row and not place.rows else str(place)
        column = place.column or place.cell.rstrip("0123456789")
        alike.setdefault((issue.code, issue.severity, _message(issue, ""), place.sheet, column, row), []).append(issue)
    return [some[0] if len(some) == 1 else _merge(some) for some in alike.values()]


def _message(issue: SheetIssue, subjects: str) -> str:
    """The message, with other subjects for its own."""
    return re.sub(rf"(?<![\w.-]){re.escape(issue.subject)}(?![\w-])", subjects, issue.message) if issue.subject else issue.message


def _merge(issues: Sequence[SheetIssue]) -> SheetIssue:
    subjects = list(dict.fromkeys(issue.subject for issue in issues))
    more = len(subjects) - MOST_SUBJECTS
    named = joined(subjects if more <= 0 else [*subjects[: MOST_SUBJECTS - 1], f"{more + 1} more"])
    first = issues[0]
    return sheet_issue(first.code, merged_place([issue.place for issue in issues]), _message(first, named), first.severity, first.answers)


def merged_place(places: Sequence[SheetCell]) -> SheetCell:
    """The rows of several places in one column as one place."""
    first = places[0]
    rows = tuple(sorted({place.row for place in places if place.row}))
    if len(rows) < 2:
        return first
    letter = first.cell.rstrip("0123456789")
    cells = [f"{letter}{a}" if a == b else f"{letter}{a}:{letter}{b}" for a, b in _runs(rows)] if letter else []
    cells = cells if len(cells) <= MOST_RUNS else [*cells[:MOST_RUNS], "..."]
    return SheetCell(first.sheet, rows[0], first.column, ", ".join(cells), rows)


def _runs(rows: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of consecutive numbers."""
    first = last = rows[0]
    for row in rows[1:]:
        if row != last + 1:
            yield first, last
            first = row
        last = row
    yield first, last


def _numbers(rows: tuple[int, ...]) -> str:
    """Row numbers in words: "3-12 and 15"."""
    runs = [str(a) if a == b else f"{a}-{b}" for a, b in _runs(rows)]
    return joined(runs if len(runs) <= MOST_RUNS else [*runs[:MOST_RUNS], "more"])


class WorkbookError(InstanceError):
    """A workbook cannot be imported, not even in part. Carries every issue as a :class:`SheetIssue`."""


def first_ones(issues: list[SheetIssue], count: int) -> list[SheetIssue]:
    """The issues up to the maximum reported, with a note if there may be more.

    Args:
        count: The number of issues before alike ones were merged.
    """
    if count < MAX_TOLD:
        return issues
    return [*issues[:MAX_TOLD], sheet_issue("too_many_issues", SheetCell(), "correct these first; there are more")]


def refuse(code: str, message: str) -> WorkbookError:
    """Create the error for a file that is rejected as a whole."""
    return WorkbookError(message, [sheet_issue(code, SheetCell(), message)])
