"""XLSX to sheets: values only, as a stream, with bounds. Formulas are seen and never evaluated, and what they last gave is not used.

openpyxl is not used for reading: it loads the whole file, drops ``x005F_`` from texts, and fails on unusual styles.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zipfile import ZipFile, ZipInfo

from scheduler.exchange.workbook.cells import Cell, unescape
from scheduler.exchange.workbook.grid import (
    ERROR_VALUE,
    FORMULA,
    Amount,
    Grid,
    GridRow,
    SheetSource,
    number_cell,
)
from scheduler.exchange.workbook.issue import refuse
from scheduler.exchange.workbook.xml_events import Budget, End, Start, Text, read_xml

DAYS_1904 = 1462
DATE_FORMATS = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
"""The numbers of the formats for dates and times that a file need not define."""

NO_DATE_PART = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|[\\_*].')
"""Parts of a format that show themselves, a color, a condition or a language."""

SOME_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(slots=True)
class _Book:
    """State shared by the parts of a workbook, such as the positions of columns by their letters."""

    archive: ZipFile
    members: Mapping[str, ZipInfo]
    budget: Budget = field(default_factory=Budget)
    amount: Amount = field(default_factory=Amount)
    texts: list[Cell | None] = field(default_factory=list)
    dated: list[bool] = field(default_factory=list)
    shift: int = 0
    columns: dict[str, int] = field(default_factory=dict)


def read_xlsx(archive: ZipFile, members: Mapping[str, ZipInfo]) -> SheetSource:
    """The sheets of a workbook, in order.

    Raises:
        WorkbookError: The workbook cannot be read.
    """
    book = _Book(archive, members)
    roots = _relations(book, "")
    main = next((target for kind, target in roots.values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in members:
        raise refuse("file_type", "choose a spreadsheet (.xlsx or .ods); this is another kind of document")
    relations = _relations(book, main)
    listed = _sheets(book, main)
    for kind, target in relations.values():
        if kind == "sharedStrings" and target in members:
            _read_strings(book, target)
        if kind == "styles" and target in members:
            _read_styles(book, target)
    grids = []
    for title, relation, is_hidden in listed:
        kind, target = relations.get(relation, ("", ""))
        grid = Grid(title, is_hidden=is_hidden)
        if kind == "worksheet" and target in members:
            _SheetReader(book, grid).read(target)
        grids.append(grid)
    return SheetSource(tuple(grids))


def _nothing(*_: object) -> None:
    return None


def _relations(book: _Book, part: str) -> dict[str, tuple[str, str]]:
    """The type and target of a part's relationships, by id."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found_relations: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found_relations[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target

    if path in book.members:
        _read(book, path, start)
    return found_relations


def _read(book: _Book, path: str, start: Start, end: End = _nothing, text: Text = _nothing) -> None:
    with book.archive.open(book.members[path]) as stream:
        read_xml(stream, book.budget, start, end, text)


def _sheets(book: _Book, path: str) -> list[tuple[str, str, bool]]:
    """The title, the relationship id and whether it is hidden, for every sheet."""
    listed: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            listed.append((attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr" and attributes.get("date1904", "0") in ("1", "true"):
            book.shift = DAYS_1904

    _read(book, path, start)
    return listed


def _read_strings(book: _Book, path: str) -> None:
    """Read the shared strings, without phonetic guides."""
    pieces: list[str] = []
    runs: list[str] = []
    state = {"text": False, "spoken": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name == "t":
            state["text"] = True
        elif name == "rPh":
            state["spoken"] = True

    def end(name: str) -> None:
        if name == "t":
            state["text"] = False
            # An escape ends where its run ends.
            runs.append(unescape("".join(pieces)))
            pieces.clear()
        elif name == "rPh":
            state["spoken"] = False
        elif name == "si":
            value = "".join(runs)
            book.texts.append(Cell(value) if value else None)
            book.amount.add_chars(len(value))
            runs.clear()

    def text(data: str) -> None:
        if state["text"] and not state["spoken"]:
            pieces.append(data)

    _read(book, path, start, end, text)


def _read_styles(book: _Book, path: str) -> None:
    """Read which styles format numbers as dates or times."""
    formats: dict[str, str] = {}
    state = {"cells": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            state["cells"] = True
        elif name == "xf" and state["cells"]:
            book.dated.append(_is_date(attributes.get("numFmtId", "0"), formats))

    def end(name: str) -> None:
        if name == "cellXfs":
            state["cells"] = False

    _read(book, path, start, end)


def _is_date(number: str, formats: Mapping[str, str]) -> bool:
    """Whether a format shows dates or times."""
    code = formats.get(number)
    if code is None:
        return number in DATE_FORMATS
    return len(code) < 200 and re.search("[dmhys]", NO_DATE_PART.sub("", code).partition(";")[0], re.IGNORECASE) is not None


class _SheetReader:
    """Reads the cells of one sheet."""

    def __init__(self, book: _Book, grid: Grid) -> None:
        self.book, self.grid = book, grid
        self.number, self.column = 0, -1
        self.cells: dict[int, Cell] = {}
        self.is_hidden = False
        self.cell: dict[str, str] = {}
        self.is_formula = self.is_text = False
        self.value: list[str] = []

    def read(self, path: str) -> None:
        """Read the part of the sheet."""
        _read(self.book, path, self._start, self._end, self._text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            number = attributes.get("r", "")
            self.number = int(number) if number.isdigit() else self.number + 1
            self.is_hidden = attributes.get("hidden", "0") in ("1", "true")
            self.column, self.cell = -1, {}
        elif name in ("v", "t"):
            self.is_text = True
        elif name == "f":
            self.is_formula = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        # Most cells of large sheets are empty, so a cell's attributes are read only if it has a value.
        if "r" not in attributes:
            self.column = self._position() + 1
        self.cell = attributes
        self.is_formula = False
        self.value.clear()

    def _position(self) -> int:
        """The column of the current cell."""
        where = self.cell.get("r", "")
        letters = where.rstrip("0123456789")
        if letters not in self.book.columns:
            parts = SOME_CELL.fullmatch(where)
            if parts is None:
                return self.column
            self.book.columns[letters] = _column(parts[1])
        return self.book.columns[letters]

    def _text(self, data: str) -> None:
        if self.is_text:
            self.value.append(data)

    def _end(self, name: str) -> None:
        if name == "c":
            if (self.value or self.is_formula) and (cell := self._cell("".join(self.value))) is not None:
                self.cells[self._position()] = cell
        elif name in ("v", "t"):
            self.is_text = False
        elif name == "row" and self.cells:
            if any(not cell.is_blank for cell in self.cells.values()):
                self.grid.rows.append(GridRow(self.number, self.cells, self.is_hidden))
                self.book.amount.add_rows(len(self.cells))
            self.cells = {}

    def _cell(self, raw: str) -> Cell | None:
        if self.is_formula:
            return Cell("", fault=FORMULA)
        kind = self.cell.get("t", "n")
        if kind == "e":
            return Cell("", fault=ERROR_VALUE)
        if kind == "s":
            position = int(raw) if raw.isdigit() else -1
            return self.book.texts[position] if 0 <= position < len(self.book.texts) else None
        if kind == "b":
            return Cell(raw == "1")
        if kind == "n":
            return self._number(raw)
        self.book.amount.add_chars(len(raw))
        return Cell(unescape(raw)) if raw else None

    def _number(self, raw: str) -> Cell:
        style = self.cell.get("s", "0")
        is_dated = style.isdigit() and int(style) < len(self.book.dated) and self.book.dated[int(style)]
        return number_cell(raw, is_dated, self.book.shift if is_dated else 0)

    def _merge(self, text: str) -> None:
        first, _, last = text.partition(":")
        ends = SOME_CELL.fullmatch(first), SOME_CELL.fullmatch(last)
        if ends[0] and ends[1]:
            self.grid.merge(int(ends[0][2]), _column(ends[0][1]), int(ends[1][2]), _column(ends[1][1]))


def _column(name: str) -> int:
    """The position of a column, from 0."""
    position = 0
    for letter in name:
        position = position * 26 + ord(letter) - 64
    return position - 1
