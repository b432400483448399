"""Reading grids into tables: matching sheets and columns, and parsing every cell by its kind."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scheduler.exchange.workbook.book import README_TITLE, SHEETS
from scheduler.exchange.workbook.cells import NONE, Cell, CellError, Json, clean
from scheduler.exchange.workbook.contract import REQUIRED, defaults
from scheduler.exchange.workbook.grid import Grid, GridRow, SheetSource, address
from scheduler.exchange.workbook.issue import MAX_TOLD, SheetCell, SheetIssue, sheet_issue
from scheduler.exchange.workbook.kinds import key_of
from scheduler.exchange.workbook.sheet import INFO_TITLES, Column, Sheet
from scheduler.exchange.workbook.typed.readings import SPACES, ReadAs

VALUE_TITLE = "Value"
OWN_NOTES = re.compile(r"(^|_)(notes?|comments?|remarks?|memo)(_|$)")
TOTAL = re.compile(r"(grand |sub)?(totals?|sum|count|average|avg|mean)\W*", re.IGNORECASE)
NUMBER = re.compile(r"[-+$\u20ac\u00a3]?[\d.,\s]*\d%?")
NOTES = {"notes": "note"}
ALIKE = 0.8
"""How similar a heading must be to a known one to count as a misspelling."""


@dataclass(slots=True)
class SheetRow:
    """A parsed row.

    Attributes:
        values: The JSON values of non-empty cells, by column title.
        is_none: Whether it states that its owner has none.
    """

    number: int
    values: dict[str, Json] = field(default_factory=dict)
    is_none: bool = False


@dataclass(slots=True)
class Table:
    """A parsed sheet.

    Attributes:
        columns: The position of every column by title; on a sheet of settings, the row of every setting.
        notes: The positions of columns with a user's own notes.
        at: The columns by position.
    """

    sheet: Sheet
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[SheetRow] = field(default_factory=list)
    value_column: int = 1
    notes: set[int] = field(default_factory=set)
    at: dict[int, Column] = field(default_factory=dict)

    def place(self, row: int | None, title: str = "") -> SheetCell:
        """The place of a value in the workbook."""
        if self.sheet.form == "settings":
            row = self.columns.get(title)
            return SheetCell(self.sheet.title, row, title, address(row, self.value_column) if row else "")
        position = self.columns.get(title)
        return SheetCell(self.sheet.title, row, title, "" if row is None or position is None else address(row, position))


def read_tables(source: SheetSource, issues: list[SheetIssue]) -> dict[str, Table]:
    """The tables of a file by title; problems are added to the issues."""
    by_title: dict[str, list[Grid]] = {}
    sheets = {key_of(sheet.title): sheet for sheet in SHEETS}
    for position, grid in enumerate(source.grids, 1):
        if (key := key_of(grid.title)) in sheets:
            by_title.setdefault(key, []).append(grid)
        elif key != key_of(README_TITLE) and grid.rows:
            issues.append(_unknown_sheet(position, grid, sheets))
    tables = {}
    for key, sheet in sheets.items():
        grids = by_title.get(key, [])
        if len(issues) >= MAX_TOLD:
            break
        if len(grids) > 1:
            issues.append(sheet_issue("sheet_duplicate", SheetCell(sheet.title), "keep one sheet of this title"))
        elif grids:
            tables[sheet.title] = _read(sheet, grids[0], issues)
        elif sheet.use == "needed" and _is_required(sheet):
            issues.append(sheet_issue("sheet_missing", SheetCell(sheet.title), f"add the sheet {sheet.title}; the template has it"))
    return tables


def _is_required(sheet: Sheet) -> bool:
    return sheet.title in ("Week", "Sites", "Services", "Clinicians", "Participants")


def _unknown_sheet(position: int, grid: Grid, sheets: dict[str, Sheet]) -> SheetIssue:
    """An issue for an unknown sheet: an error for a misspelled title; a user's own sheet is ignored with a warning."""
    nth = SheetCell(f"sheet number {position}")
    close = difflib.get_close_matches(key_of(grid.title), sheets, 1, ALIKE)
    if close:
        return sheet_issue("sheet_unknown", nth, f"name it {sheets[close[0]].title} if it is that sheet, else give it another name")
    headings = {key_of(str(cell.value)) for cell in grid.rows[0].cells.values()}
    alike = [sheet for sheet in sheets.values() if len(sheet.columns) > 2 and headings >= {key_of(c.title) for c in sheet.columns[:3]}]
    if alike:
        return sheet_issue("sheet_unknown", nth, f"name it {alike[0].title} if it is that sheet; it has its columns")
    return sheet_issue("sheet_ignored", nth, "nothing to do: this sheet is not part of the workbook and is ignored", "warning")


def _read(sheet: Sheet, grid: Grid, issues: list[SheetIssue]) -> Table:
    table = Table(sheet)
    if not grid.rows:
        return table
    if grid.is_hidden:
        issues.append(sheet_issue("sheet_hidden", SheetCell(sheet.title), "show this sheet, or delete it; what is hidden is not imported"))
        return table
    for row in grid.rows:
        if row.is_hidden:
            issues.append(sheet_issue("sheet_hidden", SheetCell(sheet.title, row.number), "show this row, or delete it; take filters off"))
    for top, left, bottom, right, text in grid.merged:
        if any(top <= row.number <= bottom and any(left <= c <= right for c in row.cells) for row in grid.rows):
            issues.append(
                sheet_issue("cells_merged", SheetCell(sheet.title, top, "", text), "unmerge these cells and write the value into each row")
            )
    if sheet.form == "settings":
        _read_settings(table, grid.rows, issues)
    elif _read_headings(table, grid.rows, issues):
        visible_rows = [row for row in grid.rows[1:] if not row.is_hidden]
        for row in visible_rows:
            read = _read_row(table, row, issues)
            table.rows += [] if read is None else [read]
            if len(issues) >= MAX_TOLD:
                break
    return table


def _matched(title: str, columns: Iterable[Column]) -> tuple[Column | None, str]:
    """The column of a heading; or None and the title that may be meant."""
    by_title = {key_of(column.title): column for column in columns}
    key = key_of(title.rstrip("* "))
    if key in by_title or (key := NOTES.get(key, key)) in by_title:
        return by_title[key], ""
    close = difflib.get_close_matches(key, by_title, 1, 0.6)
    return None, by_title[close[0]].title if close else ""


def _unknown(guess: str, what: str) -> str:
    suggestion = f"write {guess} if that is meant, else " if guess else ""
    return f"{suggestion}remove this {what}, or use the template's; it is unknown"


def _read_headings(table: Table, rows: Sequence[GridRow], issues: list[SheetIssue]) -> bool:
    """Match the columns by the headings in the first row. Return whether the rows below can be read."""
    row = rows[0]
    sheet, infos = table.sheet, {key_of(title) for title in INFO_TITLES.get(table.sheet.form, ())}
    for position, cell in sorted(row.cells.items()):
        if len(issues) >= MAX_TOLD:
            break
        place = SheetCell(sheet.title, row.number, "", address(row.number, position))
        title = cell.value if isinstance(cell.value, str) else ""
        column, guess = _matched(title, sheet.columns)
        if cell.fault:
            issues.append(sheet_issue("cell", place, cell.fault))
        elif column is None and OWN_NOTES.search(key_of(title)):
            table.notes.add(position)
            message = "nothing to do: this column of notes is yours; it is not imported"
            if any(position in row.cells for row in rows[1:]):
                issues.append(sheet_issue("column_ignored", place, message, "warning"))
        elif column is None and key_of(title) not in infos:
            issues.append(sheet_issue("column_unknown", place, _unknown(guess, "column")))
        elif column is not None and column.title in table.columns:
            issues.append(sheet_issue("column_duplicate", place, f"keep one column {column.title}"))
        elif column is not None:
            table.columns[column.title] = position
            table.at[position] = column
    missing = [
        c for c in sheet.columns if c.title not in table.columns and c.field and defaults(sheet, c) is REQUIRED and not _elsewhere(c)
    ]
    for column in missing:
        message = f"add the column {column.title}; headings are in the first row that is not empty"
        issues.append(sheet_issue("column_missing", SheetCell(sheet.title, row.number), message))
    return bool(table.columns)


def _elsewhere(column: Column) -> bool:
    """Whether another sheet may hold the same data."""
    return column.field in ("availability.weekly", "hours", "key", "value")


def _read_row(table: Table, row: GridRow, issues: list[SheetIssue]) -> SheetRow | None:
    read = SheetRow(row.number)
    written = {position: cell for position, cell in row.cells.items() if not cell.is_blank}
    strays = [position for position in written if position not in table.at and position not in table.notes]
    filled = [cell for position, cell in written.items() if position in table.at]
    if filled and _is_total(written):
        issues.append(sheet_issue("row_ignored", table.place(row.number), "nothing to do: this row of totals is not imported", "warning"))
        return None
    if not filled:
        if strays and table.sheet.form != "map":
            issues.append(_stray(table, row.number, strays[0]))
        return None
    for position, cell in row.cells.items():
        column = table.at.get(position)
        if column is not None and (position in written or (column.kind.is_verbatim and cell.value != "")):
            _read_cell(table, read, column, cell, issues)
    read.is_none = table.sheet.marks_none and _says_none(table.sheet, filled, row, table)
    if table.sheet.form != "map":
        issues += [_stray(table, row.number, position) for position in strays]
    return read


def _is_total(written: dict[int, Cell]) -> bool:
    """Whether a row holds totals: the word for it in front, and otherwise only numbers and formulas."""
    first = written[min(written)]
    if first.fault or not isinstance(first.value, str) or not TOTAL.fullmatch(clean(first.value)):
        return False
    others = (cell for cell in written.values() if cell is not first and not cell.fault and isinstance(cell.value, str))
    return all(NUMBER.fullmatch(clean(str(cell.value))) for cell in others)


def _says_none(sheet: Sheet, filled: Sequence[Cell], row: GridRow, table: Table) -> bool:
    cell = row.cells.get(table.columns.get(sheet.fields[0].title, -1))
    is_marked = cell is not None and isinstance(cell.value, str) and clean(cell.value).lower() == NONE
    return is_marked and len(filled) == 2


def _stray(table: Table, row: int, position: int) -> SheetIssue:
    place = SheetCell(table.sheet.title, row, "", address(row, position))
    return sheet_issue("column_unknown", place, "give this column a heading of the template, or empty the cell")


def _read_cell(table: Table, read: SheetRow, column: Column, cell: Cell, issues: list[SheetIssue]) -> None:
    try:
        value = column.kind.parse(cell)
    except CellError as error:
        issues.append(sheet_issue("cell", table.place(read.number, column.title), str(error)))
        return
    if type(value) is list:
        notes = {one.note for one in value if isinstance(one, ReadAs)}
        value = [str(one) if isinstance(one, ReadAs) else one for one in value] if notes else value
    else:
        notes = {value.note} if isinstance(value, ReadAs) else set()
        value = str(value) if notes else value
    read.values[column.title] = value
    # An id made from words is reported where it is defined.
    if notes and (notes != {SPACES} or column.field.endswith("id")):
        place = table.place(read.number, column.title)
        issues += [sheet_issue("read_as", place, note, "warning") for note in sorted(notes)]


def _read_settings(table: Table, rows: Sequence[GridRow], issues: list[SheetIssue]) -> None:
    """Read settings, one per row: the title in the first column, the value in the column Value, else in the next column."""
    headings = {key_of(str(c.value)): p for p, c in rows[0].cells.items()}
    is_headed = key_of(VALUE_TITLE) in headings
    table.value_column = headings[key_of(VALUE_TITLE)] if is_headed else 1
    read = SheetRow(0)
    for row, title, cell in _settings(rows[1:] if is_headed else rows, table.value_column):
        column, guess = _matched(title, table.sheet.columns)
        place = SheetCell(table.sheet.title, row.number, column.title if column else "", address(row.number, table.value_column))
        if column is None:
            issues.append(sheet_issue("column_unknown", place, _unknown(guess, "row")))
        elif column.title in table.columns:
            issues.append(sheet_issue("row_duplicate", place, f"keep one row {column.title}"))
        elif not row.is_hidden:
            table.columns[column.title] = row.number
            if cell is not None and not (cell.value == "" if column.kind.is_verbatim else cell.is_blank):
                _read_cell(table, read, column, cell, issues)
    table.rows = [read]


def _settings(rows: Sequence[GridRow], value: int) -> Iterator[tuple[GridRow, str, Cell | None]]:
    for row in rows:
        title = row.cells.get(0)
        cell = row.cells.get(value)
        if (title is not None and not title.is_blank) or (cell is not None and not cell.is_blank):
            yield row, str(title.value) if title is not None else "", cell
