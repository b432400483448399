"""ODS to sheets, the files of LibreOffice: values only, as a stream, with the limits of XLSX. Formulas are seen and never evaluated.

An ODS file repeats equal cells and rows by number, so a short file can hold millions: they are counted before they are made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zipfile import ZipFile, ZipInfo

from scheduler.exchange.workbook.cells import Cell, serial_of
from scheduler.exchange.workbook.grid import (
    ERROR_VALUE,
    FORMULA,
    NO_NUMBER,
    Amount,
    Grid,
    GridRow,
    SheetSource,
    number_cell,
)
from scheduler.exchange.workbook.issue import refuse
from scheduler.exchange.workbook.xml_events import Budget, read_xml

CONTENT, MANIFEST, TYPE_MEMBER = "content.xml", "META-INF/manifest.xml", "mimetype"
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
LOCKED = (b"encryption-data", b"encrypted-package")
HEAD_BYTES = 1_000_000
DAY_SECONDS = 86_400

ROWS = frozenset({"table-row", "table-rows", "table-header-rows", "table-row-group"})
CELLS = frozenset({"table-cell", "covered-table-cell"})
INSIDE: Mapping[str, frozenset[str]] = {
    "": frozenset({"document-content"}),
    "document-content": frozenset({"automatic-styles", "body"}),
    "automatic-styles": frozenset({"style"}),
    "style": frozenset({"table-properties"}),
    "body": frozenset({"spreadsheet"}),
    "spreadsheet": frozenset({"table"}),
    "table": ROWS,
    **dict.fromkeys(ROWS - {"table-row"}, ROWS),
    "table-row": CELLS,
    **dict.fromkeys(CELLS, frozenset({"p"})),
}
"""The elements that are read, by the element that holds them; all others are skipped with what they hold, such as comments."""

SPANS = frozenset({"table:number-rows-spanned", "table:number-columns-spanned"})

NO_TEXT = frozenset({"annotation", "note", "ruby-text", "frame", "custom-shape"})
"""Elements inside a paragraph that are not part of its text."""

SPACES, TAB, BREAK = "\0", "\1", "\2"
"""Spaces and breaks that the file states, while others are merged into one; XML holds no such characters."""

COUNT = re.compile(r"\d{1,7}")
LENGTH = re.compile(r"(-?)P(?:(\d{1,7})D)?T?(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7}(?:\.\d{1,12})?)\d*S)?")


def read_ods(archive: ZipFile, members: Mapping[str, ZipInfo]) -> SheetSource:
    """The sheets of a workbook, in order.

    Raises:
        WorkbookError: The workbook cannot be read.
    """
    if any(mark in _head(archive, members, MANIFEST) for mark in LOCKED):
        raise refuse("file_type", "take the password off the workbook (File, Properties, Security) and save it again")
    if CONTENT not in members or not _head(archive, members, TYPE_MEMBER).startswith(SPREADSHEET):
        raise refuse("file_type", "choose a spreadsheet (.xlsx or .ods); this is another kind of document")
    reader = _ContentReader()
    with archive.open(members[CONTENT]) as stream:
        read_xml(stream, Budget(), reader.start, reader.end, reader.text)
    return SheetSource(tuple(reader.grids))


def _head(archive: ZipFile, members: Mapping[str, ZipInfo], name: str) -> bytes:
    if name not in members:
        return b""
    with archive.open(members[name]) as stream:
        return stream.read(HEAD_BYTES)


class _ContentReader:
    """Reads the sheets of `content.xml`.

    Attributes:
        path: The open elements that are read; those inside a paragraph count as paragraphs.
        num_skipped: The number of open elements that are skipped.
    """

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.amount = Amount()
        self.path: list[str] = [""]
        self.num_skipped = 0
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.groups: list[bool] = []
        self.number, self.column = 1, 0
        self.row: dict[str, str] = {}
        self.cells: dict[int, Cell] = {}
        self.cell: dict[str, str] = {}
        self.paragraphs: list[str] = []
        self.pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element, or skip it."""
        parent = self.path[-1]
        is_read = name not in NO_TEXT if parent == "p" else name in INSIDE.get(parent, ())
        if self.num_skipped or not is_read:
            self.num_skipped += 1
            return
        self.path.append("p" if parent == "p" else name)
        if parent == "p":
            self._add_space(name, attributes)
        elif name == "style":
            self.style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table":
            self.grids.append(Grid(attributes.get("table:name", ""), is_hidden=attributes.get("table:style-name") in self.hidden_styles))
            self.number = 1
        elif name == "table-row-group":
            self.groups.append(attributes.get("table:display") == "false")
        elif name == "table-row":
            self.row, self.cells, self.column = attributes, {}, 0
        elif name in CELLS:
            self.cell = attributes
            self.paragraphs.clear()

    def text(self, data: str) -> None:
        """Keep the text of paragraphs."""
        if self.path[-1] == "p" and not self.num_skipped:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        """Leave an element."""
        if self.num_skipped:
            self.num_skipped -= 1
            return
        self.path.pop()
        if name == "p":
            self._end_paragraph()
        elif name == "table-row-group":
            self.groups.pop()
        elif name == "table-row":
            self._end_row()
        elif name in CELLS:
            self._end_cell()

    def _add_space(self, name: str, attributes: dict[str, str]) -> None:
        if name == "s":
            count = _count(attributes.get("text:c"))
            self.amount.add_chars(count)
            self.pieces.append(SPACES * count)
        elif name in ("tab", "line-break"):
            self.pieces.append(TAB if name == "tab" else BREAK)

    def _end_paragraph(self) -> None:
        text = re.sub(r"[ \t\r\n]+", " ", "".join(self.pieces)).lstrip(" ")  # LibreOffice means a space at the end.
        self.paragraphs.append(text.replace(SPACES, " ").replace(TAB, "\t").replace(BREAK, "\n"))
        self.pieces.clear()

    def _end_cell(self) -> None:
        width = _count(self.cell.get("table:number-columns-repeated"))
        cell = _cell(self.cell, "\n".join(self.paragraphs))
        if cell is not None:
            if isinstance(cell.value, str):
                self.amount.add_chars(len(cell.value) * width)
            if width > 1:
                # The row is counted at its end; here, that no row is made that is too long by itself.
                Amount().add_rows(len(self.cells) + width)
            for column in range(self.column, self.column + width):
                self.cells[column] = cell
        if SPANS.intersection(self.cell):
            down, across = (_count(self.cell.get(span)) for span in ("table:number-rows-spanned", "table:number-columns-spanned"))
            if down > 1 or across > 1:
                self.grids[-1].merge(self.number, self.column, self.number + down - 1, self.column + across - 1)
        self.column += width

    def _end_row(self) -> None:
        times = _count(self.row.get("table:number-rows-repeated"))
        if any(not cell.is_blank for cell in self.cells.values()):
            self.amount.add_rows(len(self.cells), times)
            is_hidden = any(self.groups) or self.row.get("table:visibility", "visible") != "visible"
            numbers = range(self.number, self.number + times)
            self.grids[-1].rows += [GridRow(number, dict(self.cells), is_hidden) for number in numbers]
        self.number += times


def _count(text: str | None) -> int:
    """How often something is there; once if the file does not say."""
    return max(1, int(text)) if text and COUNT.fullmatch(text) else 1


def _cell(attributes: Mapping[str, str], text: str) -> Cell | None:
    """The cell, unless it is empty."""
    if "table:formula" in attributes:
        return Cell("", fault=FORMULA)
    if attributes.get("calcext:value-type") == "error":
        return Cell("", fault=ERROR_VALUE)
    kind = attributes.get("office:value-type", "string")
    if kind in ("float", "percentage", "currency"):
        return number_cell(attributes.get("office:value", ""))
    if kind == "boolean":
        return Cell(attributes.get("office:boolean-value") == "true")
    if kind in ("date", "time"):
        value = attributes.get(f"office:{kind}-value", "")
        serial = _date_serial(value) if kind == "date" else _time_serial(value)
        return Cell("", fault=NO_NUMBER) if serial is None else Cell(serial, is_dated=True)
    text = attributes.get("office:string-value", text)
    return Cell(text) if text else None


def _date_serial(text: str) -> float | None:
    """A date, with or without a time, as spreadsheets count days."""
    try:
        return serial_of(datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        return None


def _time_serial(text: str) -> float | None:
    """A time of day, or a length such as PT17H30M00S, as a part of a day."""
    parts = LENGTH.fullmatch(text)
    if parts is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in parts.groups()[1:])
    length = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return (-length if parts[1] else length) / DAY_SECONDS
