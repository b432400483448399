"""XLSX files, made with XlsxWriter: text that never becomes a formula, and rows as high as their wrapped text.

XlsxWriter names parts as Excel does, which exceljs and others need. It writes only, and is used for nothing else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_pixel_width
from xlsxwriter.worksheet import Worksheet

from scheduler.exchange.workbook.cells import FORMULA_STARTS, Value, serial_of
from scheduler.exchange.workbook.csv_files import LONGEST_CELL
from scheduler.exchange.workbook.issue import SheetCell, WorkbookError, sheet_issue
from scheduler.exchange.workbook.kinds import TEXT_FORMAT

CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - no moment: the same week is the same file
FONT = {"font_name": "Calibri", "font_size": 11}
"""Named in every cell: each program has another default. LibreOffice shows Carlito in its place, which has the same widths."""

LINE_HEIGHT, HIGHEST, LEAST_HEAD = 15, 409, 30
DIGIT_PIXELS, WIDE = 7, "\u1100"
STRETCH, BOLD_STRETCH = 1.05, 1.15
"""How much wider text may become than measured: each program rounds in its own way, and bold letters are wider."""

COMMENT_WIDTH, COMMENT_LINE, COMMENT_CHARS = 320, 18, 42

MARKUP_LIKE = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_|^<r>")
"""Texts that XlsxWriter does not write as they are: overlapping escapes of characters, and what it takes for its own markup."""

SEAMS = re.compile("(?<=_x)(?=[0-9A-Fa-f]{4})|(?<=^<)(?=r>)")


class XlsxBook:
    """A workbook to be written."""

    def __init__(self) -> None:
        self._content = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._content, {"in_memory": True})
        self._book.set_properties({"author": "Stepdown", "created": CREATED})
        self._styles: dict[tuple[tuple[str, object], ...], Format] = {}

    def style(self, **properties: object) -> Format:
        """A style by the properties that XlsxWriter knows; wrapped, at the top."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._book.add_format({**FONT, "valign": "top", "text_wrap": True, **properties})
        return self._styles[key]

    def add(self, title: str) -> XlsxSheet:
        """A new sheet, printed in landscape, fitted to the page width, on as many pages as needed."""
        sheet: Worksheet = self._book.add_worksheet(title)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return XlsxSheet(self, title, sheet)

    def content(self) -> bytes:
        """The bytes of the file."""
        self._book.close()
        return self._content.getvalue()


class XlsxSheet:
    """A sheet to be written; rows and columns count from 0.

    Attributes:
        sheet: XlsxWriter's, for what needs no care.
        widths: The widths of columns, in characters.
    """

    def __init__(self, book: XlsxBook, title: str, sheet: Worksheet) -> None:
        self.book, self.title, self.sheet = book, title, sheet
        self.widths: dict[int, float] = {}

    def widen(self, column: int, width: float, number_format: str = TEXT_FORMAT, level: int = 0) -> None:
        """Set the width of a column, and the format of its empty cells; columns of level 1 can be collapsed."""
        self.widths[column] = width
        self.sheet.set_column(column, column, width, self.book.style(num_format=number_format), {"level": level})

    def put(self, row: int, column: int, value: Value | None, number_format: str = "General", **properties: object) -> None:
        """Write a value, or the format of an empty cell; text stays text, whatever its first character."""
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, self.book.style(num_format=number_format, **properties))
        elif isinstance(value, str):
            is_quoted = value.startswith(FORMULA_STARTS)
            self._put_text(row, column, value, self.book.style(num_format=TEXT_FORMAT, quote_prefix=is_quoted, **properties))
        else:
            number = value if isinstance(value, int) else serial_of(value)
            self.sheet.write_number(row, column, number, self.book.style(num_format=number_format, **properties))

    def _put_text(self, row: int, column: int, text: str, style: Format) -> None:
        if len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_CELL:
            message = f"the workbook cannot hold it: more than {LONGEST_CELL} characters in one cell"
            raise WorkbookError(message, [sheet_issue("cell", SheetCell(self.title, row + 1), message)])
        if MARKUP_LIKE.search(text):
            first, *others = SEAMS.split(text)
            self.sheet.write_rich_string(row, column, first, *(part for other in others for part in (style, other)), style)
        else:
            self.sheet.write_string(row, column, text, style)

    def link(self, row: int, column: int, title: str, **properties: object) -> None:
        """Write the title of a sheet as a link to it."""
        self.sheet.write_url(row, column, f"internal:'{title}'!A1", self.book.style(**properties), title)

    def head(self, titles: Sequence[str], fills: Iterable[str]) -> None:
        """Write the headings, and freeze them. The widths of columns must be set."""
        for column, (title, fill) in enumerate(zip(titles, fills, strict=True)):
            self.put(0, column, title, bold=True, font_color="#FFFFFF", bg_color=f"#{fill}", valign="vcenter")
        self.fit(0, titles, LEAST_HEAD, BOLD_STRETCH)
        self.sheet.freeze_panes(1, 1)
        self.sheet.repeat_rows(0)

    def fit(self, row: int, values: Iterable[Value | None], least: float = LINE_HEIGHT, stretch: float = STRETCH) -> None:
        """Make a row as high as the highest of its cells; a row of one line keeps the height that the program gives it."""
        texts = ((value, self.widths[column]) for column, value in enumerate(values) if isinstance(value, str))
        lines = max((num_lines(text, width, stretch) for text, width in texts), default=1)
        height = min(HIGHEST, max(least, lines * LINE_HEIGHT))
        if height > LINE_HEIGHT:
            self.sheet.set_row(row, height)

    def comment(self, row: int, column: int, text: str) -> None:
        """Add a note to a cell, large enough for its text."""
        num_lines = text.count("\n") + len(text) // COMMENT_CHARS + 1
        size: dict[str, Any] = {"width": COMMENT_WIDTH, "height": 40 + COMMENT_LINE * num_lines}
        self.sheet.write_comment(row, column, text, {"author": "Stepdown", **FONT, "font_size": 10, **size})


def num_lines(text: str, width: float, stretch: float = STRETCH) -> int:
    """The number of lines that a text takes in a column, wrapped at spaces."""
    room = width * DIGIT_PIXELS / stretch
    return sum(_num_wrapped(line, room) for line in text.split("\n"))


def _num_wrapped(line: str, room: float) -> int:
    if _pixels(line) <= room:
        return 1
    count, filled = 1, 0.0
    for word in re.findall(r"\s*\S+", line):
        if filled and filled + _pixels(word) > room:
            count, filled, word = count + 1, 0.0, word.lstrip()
        filled += _pixels(word)
        # A word longer than a line is broken.
        count, filled = count + int(filled // room), filled % room
    return count


def _pixels(text: str) -> int:
    """The width of a text; other than Latin letters may be twice as wide as XlsxWriter assumes."""
    wide = 0 if text.isascii() else sum(letter >= WIDE for letter in text)
    return int(xl_pixel_width(text)) + wide * DIGIT_PIXELS
