"""Tables to the document of an instance, with the row every part of it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from scheduler.exchange.workbook.book import SHEETS, refers
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.contract import REQUIRED, default_of
from scheduler.exchange.workbook.issue import MAX_TOLD, SheetIssue, found
from scheduler.exchange.workbook.sheet import Column, Sheet, way_to
from scheduler.exchange.workbook.table import Row, Table

RECORD_KEYS = {"sessions": ("id", "group")}
"""Fields by which the elements of a list are named; of all other lists it is the id."""


@dataclass(slots=True)
class Origin:
    """The row a part of the document came from."""

    table: Table
    row: int


@dataclass(slots=True)
class Draft:
    """A document in the making.

    Attributes:
        origins: By identity of a part (all parts live as long as the document).
        keys: Rows of ``map`` sheets: place and key to the row.
        unread_sheets: Titles of sheets with cells or columns that could not be read.
        unread_rows: Title and number of rows with an owner that could not be read.
        extended: By identity of a part, the row of a ``one`` sheet that says more of it.
    """

    tables: dict[str, Table]
    issues: list[SheetIssue]
    document: dict[str, Json] = field(default_factory=dict)
    origins: dict[int, Origin] = field(default_factory=dict)
    keys: dict[tuple[str, str], Origin] = field(default_factory=dict)
    extended: dict[int, Origin] = field(default_factory=dict)
    unread_sheets: frozenset[str] = frozenset()
    unread_rows: frozenset[tuple[str, int | None]] = frozenset()
    _indexes: dict[int, dict[str, Json]] = field(default_factory=dict)

    def report(self, part: Json, name: str, message: str, code: str = "cell") -> None:
        """Add an issue about a field of a part."""
        origin = self.origins.get(id(part))
        table = origin.table if origin else next((t for t in self.tables.values() if _setting(t, name)), None)
        if table is not None:
            column = next((c for c in table.sheet.columns if name in (c.field, *c.also)), None) if origin else _setting(table, name)
            self.issues.append(found(code, table.place(origin.row if origin else None, column.title if column else ""), message))

    def element(self, elements: list[Json], name: str, owner: str) -> Json:
        """The element of a list with an id; None when there is none."""
        index = self._indexes.get(id(elements))
        if index is None:
            index = self._indexes[id(elements)] = {}
            for key in reversed(RECORD_KEYS.get(owner, ("id",))):
                index |= {element[key]: element for element in reversed(elements) if element.get(key) is not None}
        return index.get(name)


def make_draft(tables: dict[str, Table], issues: list[SheetIssue]) -> Draft:
    """Put the rows of all tables into one document."""
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
    """Set a field of a record, and what lies between."""
    *outer, last = path.split(".")
    for name in outer:
        record = record.setdefault(name, {})
    record[last] = value


def _fill(record: dict[str, Json], sheet: Sheet, row: Row) -> None:
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
            draft.issues.append(found("cell_missing", table.place(row.number), f"fill in {table.sheet.columns[0].title}"))
        elif (place, key) in draft.keys:
            draft.issues.append(found("row_duplicate", table.place(row.number), "keep one row of this name"))
        else:
            draft.document.setdefault(place, {})[key] = value
            draft.keys[place, key] = Origin(table, row.number)


def _add(draft: Draft, table: Table, row: Row) -> None:
    """Add a row to the list, or the record, it belongs to."""
    owner = _owner(draft, table, row)
    if owner is None:
        return
    record, tail = owner
    if table.sheet.form == "one":
        if id(record) in draft.extended:
            draft.issues.append(found("row_duplicate", table.place(row.number), "keep one row of each"))
        draft.extended[id(record)] = Origin(table, row.number)
    else:
        elements = _list_at(record, tail)
        if row.is_none:
            return
        record = {}
        elements.append(record)
        draft.origins[id(record)] = Origin(table, row.number)
    _fill(record, table.sheet, row)


def _owner(draft: Draft, table: Table, row: Row) -> tuple[dict[str, Json], str] | None:
    """The record a row belongs to, and where in it; None when it cannot be told, which is reported."""
    sheet = table.sheet
    named = {title for title in sheet.owners if title in row.values}
    ways = [way_to(place) for place in sheet.places]
    way = next((way for way in ways if set(way.owners) == named), None)
    if way is None:
        if (sheet.title, row.number) not in draft.unread_rows:
            choice = "; or ".join(" and ".join(way.owners) for way in ways)
            draft.issues.append(found("row_owner", table.place(row.number), f"fill in {choice}, and nothing else of these"))
        return None
    record: dict[str, Json] = draft.document
    for path, owner in way.hops:
        element = draft.element(_list_at(record, path), row.values[owner], path.rpartition(".")[2])
        if element is None:
            _report_unknown(draft, table, row, owner)
            return None
        record = element
    return record, way.tail


def _report_unknown(draft: Draft, table: Table, row: Row, owner: str) -> None:
    """Say that an owner is not there, unless it is because its own row could not be read."""
    # Guests have no sheet of their own ids to choose from; sessions stand on the sheet of their roster.
    title = refers(table.sheet, table.sheet.column(owner))
    title = title or ("Guests" if owner == "Guest" else table.sheet.title.removesuffix(" bookings"))
    if title not in draft.unread_sheets:
        draft.issues.append(found("row_owner", table.place(row.number, owner), f"name one that is on the sheet {title}, or add it there"))


def _setting(table: Table, name: str) -> Column | None:
    """The setting that holds a field of no row, by the last step of its path."""
    columns = table.sheet.columns if table.sheet.form == "settings" else ()
    return next((column for column in columns if column.field.rpartition(".")[2] == name), None)
