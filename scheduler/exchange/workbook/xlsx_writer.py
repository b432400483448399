"""Writing sheets as XLSX: readable, with guidance and with checks on entry, without macros or formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.exchange.workbook.book import README_TITLE
from scheduler.exchange.workbook.cells import Value
from scheduler.exchange.workbook.grid import letters
from scheduler.exchange.workbook.guide import meaning, note_of, readme_lines, settings_of, weights_of
from scheduler.exchange.workbook.sheet import INFO_TITLES, Column, Sheet
from scheduler.exchange.workbook.spread import WrittenSheet
from scheduler.exchange.workbook.validations import add_check
from scheduler.exchange.workbook.xlsx_style import cell_at, head, print_landscape, put

TAB_COLORS = {"needed": "1F5C66", "often": "7FA8AE", "seldom": "C9CFD1"}
HEAD_FILLS = {"needed": "1F5C66", "often": "4E828A", "seldom": "8A989B"}
QUIET_FONT = Font(color="6B7679")
TOP = Alignment(vertical="top", wrap_text=True)
SPARE_ROWS = 500
"""The number of rows below the data that are also formatted and checked."""

WIDTHS = {"yes/no": 9, "whole number": 10, "date": 12, "time": 9, "choice": 12, "windows": 38, "starts": 20, "id": 15, "text": 20}
WIDEST, DEFAULT_WIDTH = 60, 18


def xlsx_bytes(sheets: Iterable[WrittenSheet]) -> bytes:
    """A workbook of these sheets, with a first sheet that explains it.

    Raises:
        WorkbookError: A cell would be too long.
    """
    book = Workbook()
    book.properties.creator = "Stepdown"
    # The sheets that everyone fills in come first.
    written = sorted(sheets, key=lambda each: list(TAB_COLORS).index(each.sheet.use))
    readme = book.active
    assert isinstance(readme, Worksheet)
    readme.title = README_TITLE
    _write_readme(readme, [each.sheet for each in written])
    for each in written:
        sheet = book.create_sheet(each.sheet.title)
        sheet.sheet_properties.tabColor = TAB_COLORS[each.sheet.use]
        if each.sheet.form == "settings":
            _write_settings(sheet, each)
        else:
            _write_table(sheet, each)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_table(sheet: Worksheet, written: WrittenSheet) -> None:
    columns = written.sheet.columns
    infos = () if any(column.title == "Note" for column in columns) else INFO_TITLES.get(written.sheet.form, ())
    fills = [HEAD_FILLS["seldom" if c.is_seldom else _weight(written.sheet, c)] for c in columns] + [HEAD_FILLS["seldom"]] * len(infos)
    head(sheet, [*(c.title for c in columns), *infos], fills)
    rows = [[row.get(c.title) for c in columns] for row in written.rows]
    if written.sheet.form == "map":
        rows = weights_of(written.rows)
    for number, row in enumerate(rows, 2):
        for position, value in enumerate(row, 1):
            if value is not None and value != "":
                kind = columns[position - 1].kind if position <= len(columns) else None
                put(cell_at(sheet, number, position), value, kind)
    for position, column in enumerate(columns, 1):
        letter = letters(position - 1)
        shape = sheet.column_dimensions[letter]
        shape.width = _width(column, [row[position - 1] for row in rows])
        shape.number_format = column.kind.format
        shape.outlineLevel = 1 if column.is_seldom else 0
        cell_at(sheet, 1, position).comment = _comment(note_of(written.sheet, column))
        add_check(sheet, written.sheet, column, f"{letter}2:{letter}{len(rows) + SPARE_ROWS}")
    for position in range(len(columns) + 1, len(columns) + len(infos) + 1):
        sheet.column_dimensions[letters(position - 1)].width = WIDEST if position == len(columns) + 1 else DEFAULT_WIDTH
        if written.sheet.form != "map":
            cell_at(sheet, 1, position).comment = _comment("Your own notes. They stay in this file and are not imported.")


def _weight(sheet: Sheet, column: Column) -> str:
    """The colour of a heading; required columns stand out."""
    return "needed" if meaning(sheet, column).is_required else "often"


def _write_settings(sheet: Worksheet, written: WrittenSheet) -> None:
    titles = ("Setting", "Value", "What it means", "Empty means", "Example")
    head(sheet, titles, [HEAD_FILLS["needed"]] * 2 + [HEAD_FILLS["seldom"]] * 3)
    values = written.rows[0] if written.rows else {}
    for number, (column, texts) in enumerate(settings_of(written.sheet), 2):
        put(cell_at(sheet, number, 1), column.title)
        cell_at(sheet, number, 1).font = Font(bold=meaning(written.sheet, column).is_required)
        value = cell_at(sheet, number, 2)
        value.number_format = column.kind.format
        if column.title in values:
            put(value, values[column.title], column.kind)
        add_check(sheet, written.sheet, column, f"B{number}")
        for position, text in enumerate(texts, 3):
            put(cell_at(sheet, number, position), text)
            cell_at(sheet, number, position).font = QUIET_FONT
            cell_at(sheet, number, position).alignment = TOP
    for letter, width in zip("ABCDE", (30, 34, 64, 34, 28), strict=True):
        sheet.column_dimensions[letter].width = width


def _width(column: Column, values: Sequence[Value | None]) -> float:
    longest = max((len(str(value)) for value in values if isinstance(value, str)), default=0)
    least = WIDTHS.get(column.kind.name, DEFAULT_WIDTH)
    return float(min(WIDEST, max(least, len(column.title) * 0.8 + 3, longest + 2)))


def _comment(text: str) -> Comment:
    comment = Comment(text, "Stepdown")
    comment.width, comment.height = 320, 40 + 18 * (text.count("\n") + len(text) // 42 + 1)
    return comment


def _write_readme(sheet: Worksheet, sheets: Sequence[Sheet]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 100
    sheet.sheet_view.showGridLines = False
    for number, (style, left, right) in enumerate(readme_lines(sheets), 1):
        a, b = cell_at(sheet, number, 1), cell_at(sheet, number, 2)
        put(a, left)
        put(b, right)
        a.alignment = b.alignment = TOP
        if style == "title":
            a.font = Font(bold=True, size=16)
            a.alignment = Alignment(wrap_text=False)
        elif style == "section":
            a.font = Font(bold=True, size=12, color=HEAD_FILLS["needed"])
            a.alignment = Alignment(wrap_text=False)
        elif style == "sheet":
            a.hyperlink = Hyperlink(ref="", location=f"'{left}'!A1")
            a.font = Font(color="0563C1", underline="single")
    print_landscape(sheet)
