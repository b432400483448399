"""Mapping of paths in the instance to sheet, row and column, so that every message refers to the spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scheduler.exchange.workbook.book import SHEETS
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.contract import REQUIRED, defaults
from scheduler.exchange.workbook.draft import Draft, Origin
from scheduler.exchange.workbook.issue import SheetCell, SheetIssue, merged, sheet_issue
from scheduler.exchange.workbook.sheet import Column, Sheet, way_to
from scheduler.validation import Issue

STEP = re.compile(r"([A-Za-z0-9_\-?]+)|\[(\d+)\]")
ANSWERS = {"one_run_a_week": ("starts=each",)}
"""Answers that an import takes to issues of the instance, by code."""

STEP_INTO = re.compile(r"([a-z]+)\[(\d+)\]")
MISSING = "add this field: it is required"
PATH_IN_TEXT = re.compile(r"\b(?:program|policy|history|published)\.[a-z_.]+[a-z]|\bpins\[(\d+)\]")


def place_of(draft: Draft, path: str) -> tuple[SheetCell, Column | None]:
    """The place in the workbook of a path in the instance, or the closest known place."""
    part: Json = draft.document
    origin: Origin | None = None
    extended: Origin | None = None
    inner, prefix = "", ""
    for name, index in STEP.findall(path):
        part = _step(part, name, index)
        inner += f".{name}" if name else ""
        prefix += f".{name}" if name else ""
        if id(part) in draft.origins:
            origin, extended, inner = draft.origins[id(part)], draft.extended.get(id(part)), ""
    inner = inner.lstrip(".")
    key = tuple(prefix.lstrip(".").split(".", 1))
    if len(key) == 2 and key in draft.keys:
        entry = draft.keys[key[0], key[1]]
        return entry.table.place(entry.row, entry.table.sheet.columns[1].title), None
    if origin is None:
        return _place_above(draft, inner)
    for candidate in (origin, extended):
        column = None if candidate is None else _column(candidate.table.sheet, inner)
        if candidate is not None and column is not None:
            return candidate.table.place(candidate.row, column.title), column
    return origin.table.place(origin.row), None


def _step(part: Json, name: str, index: str) -> Json:
    if name:
        return part.get(name) if isinstance(part, dict) else None
    return part[int(index)] if isinstance(part, list) and int(index) < len(part) else None


def _column(sheet: Sheet, path: str) -> Column | None:
    """The column for a path: an exact match, a column for a prefix of the path, or the first column below it."""
    named = [(column, field) for column in sheet.fields for field in (column.field, *column.also)]
    exact = [column for column, field in named if path == field]
    around = [column for column, field in named if path.startswith(f"{field}.")]
    inside = [column for column, field in named if path and field.startswith(f"{path}.")]
    return next(iter((*exact, *around, *inside)), None)


def _place_above(draft: Draft, path: str) -> tuple[SheetCell, Column | None]:
    """The place of a path outside all lists: a setting, or a whole sheet."""
    for sheet in SHEETS:
        column = _column(sheet, path) if sheet.form == "settings" else None
        if column is not None:
            table = draft.tables.get(sheet.title)
            return (table.place(None, column.title) if table else SheetCell(sheet.title, None, column.title)), column
    for sheet in SHEETS:
        if any(not way_to(p).hops and (p == path or p.startswith(f"{path}.")) for p in sheet.places):
            return SheetCell(sheet.title), None
    return SheetCell(), None


def translated(draft: Draft, issues: Iterable[Issue]) -> Iterator[SheetIssue]:
    """Issues of the instance as issues of the workbook, in the order of the sheets."""
    for issue in issues:
        place, column = place_of(draft, issue.path)
        message = PATH_IN_TEXT.sub(lambda match: _in_words(draft, match[0]), issue.message)
        if message == MISSING:
            message = f"fill in {column.title}: {column.kind.how}" if column else "fill in this required cell"
        answers = ANSWERS.get(issue.code, ())
        yield replace(sheet_issue(issue.code, place, message, issue.severity, answers), subject=_subject(draft, issue.path))


def _subject(draft: Draft, path: str) -> str:
    """The id of the element of a list of the instance that a path leads into; empty if there is none."""
    step = STEP_INTO.match(path)
    elements = draft.document.get(step[1]) if step else None
    element = elements[int(step[2])] if step and isinstance(elements, list) and int(step[2]) < len(elements) else {}
    return str(element.get("id") or "")


def _in_words(draft: Draft, path: str) -> str:
    place, _ = place_of(draft, path)
    return f"({place})" if place.sheet else path


def missing_cells(draft: Draft) -> Iterator[SheetIssue]:
    """Issues for required cells that are empty, in existing rows."""
    needed = {sheet.title: _required(sheet) for sheet in SHEETS if sheet.form != "map"}
    for part, origin in draft.records:
        for column in needed[origin.table.sheet.title]:
            if not _has(part, column.field):
                message = f"fill in {column.title}: {column.kind.how}"
                yield sheet_issue("cell_missing", origin.table.place(origin.row, column.title), message)
    for sheet in SHEETS:
        table = draft.tables.get(sheet.title)
        for column in needed[sheet.title] if sheet.form == "settings" and table else ():
            if not _has(draft.document, column.field):
                place = table.place(None, column.title) if table else SheetCell(sheet.title)
                yield sheet_issue("cell_missing", place, f"fill in {column.title}: {column.kind.how}")


def _required(sheet: Sheet) -> list[Column]:
    """The columns in which an empty cell is an error."""
    return [column for column in sheet.fields if not column.is_derived and defaults(sheet, column) is REQUIRED]


def _has(record: Json, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(record, dict) or name not in record:
            return False
        record = record[name]
    return True


def in_order(issues: Iterable[SheetIssue]) -> list[SheetIssue]:
    """Issues by sheet, row and column, without duplicates, alike ones as one; an unreadable cell is not also reported as missing."""
    issues = list(issues)
    unread = {issue.place for issue in issues if issue.code == "cell"}
    order = {sheet.title: n for n, sheet in enumerate(SHEETS)}

    def position(issue: SheetIssue) -> tuple[int, int, int, str]:
        place = issue.place
        return order.get(place.sheet, -1), place.row or 0, len(place.cell), place.cell

    news = (issue for issue in issues if issue.code != "cell_missing" or issue.place not in unread)
    return merged(sorted(dict.fromkeys(news), key=position))
