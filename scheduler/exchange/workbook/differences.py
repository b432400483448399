"""Differences between two instances in the terms of the spreadsheet, for a preview before saving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scheduler.exchange.workbook.book import refers
from scheduler.exchange.workbook.cells import plain
from scheduler.exchange.workbook.sheet import Column, Sheet, way_to
from scheduler.exchange.workbook.spread import WrittenSheet, spread
from scheduler.instance import Instance

Key = tuple[str, ...]
Texts = dict[str, str]
ORDER = "order of rows"


@dataclass(frozen=True, slots=True)
class SheetDifference:
    """A cell or row that differs. Values may contain people's labels: they are meant only for the user who imports.

    Attributes:
        change: Whether the row is only in the new instance, only in the old one, or differs.
        id: The key of the row, its parts separated by " / "; empty on sheets of settings.
        field: The title of the column or setting; empty for a whole row.
        before: The cell in the old instance; None if there was no row.
        after: The cell in the new instance; None if there is no row.
        path: Its path in the instance, with ids in brackets, e.g. ``participants[p1].availability.weekly``.
    """

    sheet: str
    change: Literal["added", "removed", "changed"]
    id: str
    field: str
    before: str | None
    after: str | None
    path: str = ""


def differences(old: Instance, new: Instance) -> tuple[SheetDifference, ...]:
    """All differences, by sheet and row; empty if and only if the instances are equal."""
    return tuple(difference for a, b in zip(spread(old), spread(new), strict=True) for difference in _of_sheet(a, b))


def _of_sheet(old: WrittenSheet, new: WrittenSheet) -> Iterator[SheetDifference]:
    sheet = old.sheet
    before, after = _by_key(old), _by_key(new)
    for key, row in before.items():
        if key not in after:
            yield SheetDifference(sheet.title, "removed", _name(sheet, key, row), "", _whole(sheet, row), None, _path(sheet, row))
            continue
        for column in sheet.columns:
            was, now = row.get(column.title, ""), after[key].get(column.title, "")
            if was != now:
                yield SheetDifference(sheet.title, "changed", _name(sheet, key, row), column.title, was, now, _path(sheet, row, column))
    for key, row in after.items():
        if key not in before:
            yield SheetDifference(sheet.title, "added", _name(sheet, key, row), "", None, _whole(sheet, row), _path(sheet, row))
    stayed = [key for key in before if key in after], [key for key in after if key in before]
    if stayed[0] != stayed[1]:
        yield SheetDifference(sheet.title, "changed", "", ORDER, _listed(sheet, before, stayed[0]), _listed(sheet, after, stayed[1]))


def _by_key(written: WrittenSheet) -> dict[Key, Texts]:
    """Rows by their key; rows with equal keys are numbered."""
    rows: dict[Key, Texts] = {}
    counts: Counter[Key] = Counter()
    for cells in written.rows:
        row = {title: plain(value) for title, value in cells.items()}
        key = tuple(row.get(title, "") for title in _keys(written.sheet))
        counts[key] += 1
        rows[*key, str(counts[key])] = row
    return rows


def _keys(sheet: Sheet) -> tuple[str, ...]:
    """The key columns; a sheet of settings has a single row."""
    return () if sheet.form == "settings" else sheet.keys or tuple(column.title for column in sheet.columns)


def _name(sheet: Sheet, key: Key, row: Texts) -> str:
    if sheet.form == "settings":
        return ""
    names = (
        column.title
        for column in sheet.columns
        if not column.field or (column.kind.is_id and not column.kind.is_list and refers(sheet, column))
    )
    titles = sheet.keys or tuple(names)
    return " / ".join(row[title] for title in titles if row.get(title))


def _path(sheet: Sheet, row: Texts, column: Column | None = None) -> str:
    """The path of a row, or of one of its fields, in the instance."""
    field = "" if column is None else (column.also or (column.field,))[0]
    if sheet.form == "settings":
        return field
    if sheet.form == "map":
        return f"{sheet.places[0]}.{row.get(sheet.columns[0].title, '')}"
    filled = [place for place in sheet.places if all(row.get(owner) for owner in way_to(place).owners)]
    way = way_to(max(filled or sheet.places, key=lambda place: len(way_to(place).owners)))
    owned = [f"{list_name}[{row.get(owner, '')}]" for list_name, owner in way.hops]
    named = [c.title for c in sheet.columns if c.title in sheet.keys and c.field == "id"]
    own = f"[{row.get(named[0], '')}]" if named else ""
    return ".".join(part for part in (*owned, f"{way.tail}{own}", field) if part)


def _whole(sheet: Sheet, row: Texts) -> str:
    return "; ".join(f"{column.title}: {row[column.title]}" for column in sheet.columns if row.get(column.title))


def _listed(sheet: Sheet, rows: dict[Key, Texts], keys: list[Key]) -> str:
    return ", ".join(dict.fromkeys(_name(sheet, key, rows[key]) for key in keys))
