"""Assembly of tables into the document of an instance, with the source row of every part."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from scheduler.exchange.workbook.book import SHEETS, refers
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.contract import REQUIRED, default_of
from scheduler.exchange.workbook.issue import MAX_TOLD, SheetCell, SheetIssue, sheet_issue
from scheduler.exchange.workbook.sheet import Column, Sheet, Way, way_to
from scheduler.exchange.workbook.table import SheetRow, Table

RECORD_KEYS = {"sessions": ("id", "group")}
"""The key fields of lists whose elements are not identified by their id."""


@dataclass(slots=True)
class Origin:
    """The row from which a part of the document was read."""

    table: Table
    row: int


@dataclass(slots=True)
class Draft:
    """A document under construction.

    Attributes:
        origins: The source row of every part, by object identity (all parts live as long as the document).
        records: The parts that came from rows, with those rows.
        keys: The rows of ``map`` sheets, by place and key.
        unread_sheets: The titles of sheets with unreadable cells or columns.
        unread_rows: The title and number of rows with an unreadable owner.
        extended: The row of a ``one`` sheet that extends a part, by object identity.
    """

    tables: dict[str, Table]
    issues: list[SheetIssue]
    document: dict[str, Json] = field(default_factory=dict)
    origins: dict[int, Origin] = field(default_factory=dict)
    records: list[tuple[dict[str, Json], Origin]] = field(default_factory=list)
    keys: dict[tuple[str, str], Origin] = field(default_factory=dict)
    extended: dict[int, Origin] = field(default_factory=dict)
    unread_sheets: frozenset[str] = frozenset()
    unread_rows: frozenset[tuple[str, int | None]] = frozenset()
    _indexes: dict[int, dict[str, Json]] = field(default_factory=dict)

    def report(self, part: Json, name: str, message: str, code: str = "cell") -> None:
        """Add an issue about a field of a part."""
        place = self.cell_of(part, name)
        if place.sheet:
            self.issues.append(sheet_issue(code, place, message))

    def cell_of(self, part: Json, name: str) -> SheetCell:
        """The cell of a field of a part; no cell if the part came from no row."""
        origin = self.origins.get(id(part))
        table = origin.table if origin else next((t for t in self.tables.values() if _setting(t, name)), None)
        if table is None:
            return SheetCell()
        column = next((c for c in table.sheet.columns if name in (c.field, *c.also)), None) if origin else _setting(table, name)
        return table.place(origin.row if origin else None, column.title if column else "")

    def element(self, elements: list[Json], name: str, owner: str) -> Json:
        """The element of a list with an id; None if there is none."""
        index = self._indexes.get(id(elements))
        if index is None:
            index = self._indexes[id(elements)] = {}
            for key in reversed(RECORD_KEYS.get(owner, ("id",))):
                index |= {element[key]: element for element in reversed(elements) if element.get(key) is not None}
        return index.get(name)


def make_draft(tables: dict[str, Table], issues: list[SheetIssue]) -> Draft:
    """Assemble the rows of all tables into one document."""
    draft = Draft(tables, issues)
    draft.unread_sheets = frozenset(issue.place.sheet for issue in issues if issue.code in ("cell", "column_missing"))
    owners = {title: table.sheet.owners for title, table in tables.items()}
    draft.unread_rows = frozenset((i.place.sheet, i.place.row) for i in issues if i.place.column in owners.get(i.place.sheet, ()))
    for sheet in SHEETS:
        table = tables.get(sheet.title)
        if table is None:
            continue
        if sheet.form == "settings":
            for row in table.rows:
                _fill(draft.document, sheet, row)
        elif sheet.form == "map":
            _add_map(draft, table)
        else:
            if len(sheet.places) == 1 and not sheet.owners and default_of("", sheet.places[0]) is REQUIRED:
                _list_at(draft.document, sheet.places[0])
            for row in table.rows:
                if len(issues) >= MAX_TOLD:
                    break
                _add(draft, table, row)
    return draft


def set_field(record: dict[str, Json], path: str, value: Json) -> None:
    """Set a field of a record, creating the records on its path."""
    if "." not in path:
        record[path] = value
        return
    *outer, last = path.split(".")
    for name in outer:
        record = record.setdefault(name, {})
    record[last] = value


def _fill(record: dict[str, Json], sheet: Sheet, row: SheetRow) -> None:
    for column in sheet.fields:
        if column.title in row.values:
            set_field(record, column.field, row.values[column.title])


def _list_at(record: dict[str, Json], path: str) -> list[Json]:
    *outer, last = path.split(".")
    for name in outer:
        record = record.setdefault(name, {})
    found_list: list[Json] = record.setdefault(last, [])
    return found_list


def _add_map(draft: Draft, table: Table) -> None:
    place = table.sheet.places[0]
    for row in table.rows:
        key, value = (row.values.get(column.title) for column in table.sheet.columns)
        if value is None:
            continue
        if key is None:
            draft.issues.append(sheet_issue("cell_missing", table.place(row.number), f"fill in {table.sheet.columns[0].title}"))
        elif (place, key) in draft.keys:
            draft.issues.append(sheet_issue("row_duplicate", table.place(row.number), "keep one row of this name"))
        else:
            draft.document.setdefault(place, {})[key] = value
            draft.keys[place, key] = Origin(table, row.number)


def _add(draft: Draft, table: Table, row: SheetRow) -> None:
    """Add a row to the list or record to which it belongs."""
    owner = _owner(draft, table, row)
    if owner is None:
        return
    record, tail = owner
    if table.sheet.form == "one":
        if id(record) in draft.extended:
            draft.issues.append(sheet_issue("row_duplicate", table.place(row.number), "keep one row of each"))
        draft.extended[id(record)] = Origin(table, row.number)
    else:
        elements = _list_at(record, tail)
        if row.is_none:
            return
        record = {}
        elements.append(record)
        origin = draft.origins[id(record)] = Origin(table, row.number)
        draft.records.append((record, origin))
    _fill(record, table.sheet, row)


def _owner(draft: Draft, table: Table, row: SheetRow) -> tuple[dict[str, Json], str] | None:
    """The record to which a row belongs, and the path within it; None, with an issue, if it cannot be determined."""
    sheet = table.sheet
    named = frozenset(title for title in sheet.owners if title in row.values)
    way = _ways(sheet.places).get(named)
    if way is None:
        if (sheet.title, row.number) not in draft.unread_rows:
            choice = "; or ".join(" and ".join(way_to(place).owners) for place in sheet.places)
            draft.issues.append(sheet_issue("row_owner", table.place(row.number), f"fill in {choice}, and nothing else of these"))
        return None
    record: dict[str, Json] = draft.document
    for path, owner in way.hops:
        element = draft.element(_list_at(record, path), row.values[owner], path.rpartition(".")[2])
        if element is None:
            _report_unknown(draft, table, row, owner)
            return None
        record = element
    return record, way.tail


@cache
def _ways(places: tuple[str, ...]) -> dict[frozenset[str], Way]:
    """The ways to places by the owners that a row must name; of several alike, the first."""
    return {frozenset(way_to(place).owners): way_to(place) for place in reversed(places)}


def _report_unknown(draft: Draft, table: Table, row: SheetRow, owner: str) -> None:
    """Report an unknown owner, unless its own row could not be read."""
    # No column refers to the sheet Guests; sessions are on the sheet of their roster.
    title = refers(table.sheet, table.sheet.column(owner))
    title = title or ("Guests" if owner == "Guest" else table.sheet.title.removesuffix(" bookings"))
    if title not in draft.unread_sheets:
        draft.issues.append(sheet_issue("row_owner", table.place(row.number, owner), f"use one from the sheet {title}, or add it there"))


def _setting(table: Table, name: str) -> Column | None:
    """The setting for a field, by the last step of its path."""
    columns = table.sheet.columns if table.sheet.form == "settings" else ()
    return next((column for column in columns if column.field.rpartition(".")[2] == name), None)
