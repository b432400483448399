"""Splitting the document of an instance into rows: the inverse of :mod:`scheduler.exchange.workbook.draft`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.exchange.workbook.book import SHEETS
from scheduler.exchange.workbook.cells import NONE, Json, Value
from scheduler.exchange.workbook.contract import defaults
from scheduler.exchange.workbook.derive import fold
from scheduler.exchange.workbook.sheet import Column, Sheet, way_to
from scheduler.instance import Instance
from scheduler.policies import new_policy

MISSING = object()
"""Marks a missing field."""


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet to write: for every row, its non-empty cells by column title."""

    sheet: Sheet
    rows: tuple[dict[str, Value], ...]


def spread(instance: Instance) -> tuple[WrittenSheet, ...]:
    """All sheets of an instance, empty ones included."""
    document = fold(instance.model_dump(mode="json"))
    return tuple(WrittenSheet(sheet, tuple(_rows(sheet, document))) for sheet in SHEETS)


def blank() -> tuple[WrittenSheet, ...]:
    """All sheets, empty except for what a new program states itself."""
    stated = {"policy": {"values": new_policy().values.model_dump(mode="json")}}
    return tuple(WrittenSheet(sheet, (_cells(sheet, stated),) if sheet.form == "settings" else ()) for sheet in SHEETS)


def _rows(sheet: Sheet, document: Json) -> Iterator[dict[str, Value]]:
    if sheet.form == "settings":
        yield _cells(sheet, document)
    elif sheet.form == "map":
        key, value = sheet.columns
        for name, number in document.get(sheet.places[0], {}).items():
            yield {key.title: key.kind.show(name), value.title: value.kind.show(number)}
    elif not sheet.is_alternative:
        for place in sheet.places:
            yield from _rows_of(sheet, place, document)


def _rows_of(sheet: Sheet, place: str, document: Json) -> Iterator[dict[str, Value]]:
    way = way_to(place)
    for owners, record in _owners(document, way.hops):
        named = {title: sheet.column(title).kind.show(id) for title, id in owners.items()}
        if sheet.form == "one":
            cells = _cells(sheet, record)
            if cells:
                yield named | cells
            continue
        elements = get_field(record, way.tail)
        if elements == [] and sheet.marks_none:
            yield named | {sheet.fields[0].title: NONE}
        elif elements is not MISSING and elements is not None:
            for element in elements:
                yield named | _cells(sheet, element)


def _owners(record: Json, hops: Sequence[tuple[str, str]]) -> Iterator[tuple[dict[str, str], Json]]:
    """Every element at the end of the hops, with the ids along the way."""
    if not hops:
        yield {}, record
        return
    (path, owner), *rest = hops
    elements = get_field(record, path)
    for element in elements if isinstance(elements, list) else ():
        for owners, inner in _owners(element, rest):
            yield {owner: element.get("id", ""), **owners}, inner


def get_field(record: Json, path: str) -> Json:
    """A field of a record, or ``MISSING``."""
    for name in path.split("."):
        if not isinstance(record, dict) or name not in record:
            return MISSING
        record = record[name]
    return record


def _cells(sheet: Sheet, record: Json) -> dict[str, Value]:
    """The cells of a record that must be written."""
    values = ((column, get_field(record, column.field)) for column in sheet.fields)
    return {column.title: column.kind.show(value) for column, value in values if value is not MISSING and _is_written(sheet, column, value)}


def _is_written(sheet: Sheet, column: Column, value: Json) -> bool:
    """Whether the value must be written because an empty cell would mean something else."""
    if column.is_derived:
        return True
    return value != defaults(sheet, column) or (column.is_shown and value not in (None, []))
