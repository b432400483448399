"""Writing sheets as XLSX: readable, with guidance and with checks on entry, without macros or formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheduler.exchange.workbook.book import README_TITLE
from scheduler.exchange.workbook.cells import Value
from scheduler.exchange.workbook.guide import meaning, note_of, readme_lines, settings_of, weights_of
from scheduler.exchange.workbook.sheet import INFO_TITLES, Column, Sheet
from scheduler.exchange.workbook.spread import WrittenSheet
from scheduler.exchange.workbook.validations import check_of
from scheduler.exchange.workbook.xlsx_sheet import XlsxBook, XlsxSheet

TAB_COLORS = {"needed": "1F5C66", "often": "7FA8AE", "seldom": "C9CFD1"}
HEAD_FILLS = {"needed": "1F5C66", "often": "4E828A", "seldom": "8A989B"}
QUIET, LINK = "#6B7679", "#0563C1"
SPARE_ROWS = 500
"""The number of rows below the data that are also formatted and checked."""

WIDTHS = {"yes/no": 9, "whole number": 10, "date": 12, "time": 9, "choice": 12, "windows": 38, "starts": 20, "id": 15, "text": 20}
WIDEST, DEFAULT_WIDTH = 60, 18
SETTING_WIDTHS, README_WIDTHS = (30, 34, 64, 34, 28), (26, 100)
OWN_NOTES = "Your own notes. They stay in this file and are not imported."


def xlsx_bytes(sheets: Iterable[WrittenSheet]) -> bytes:
    """A workbook of these sheets, with a first sheet that explains it.

    Raises:
        WorkbookError: A cell would be too long.
    """
    book = XlsxBook()
    # The sheets that everyone fills in come first.
    written = sorted(sheets, key=lambda each: list(TAB_COLORS).index(each.sheet.use))
    _write_readme(book.add(README_TITLE), [each.sheet for each in written])
    for each in written:
        sheet = book.add(each.sheet.title)
        sheet.sheet.set_tab_color(f"#{TAB_COLORS[each.sheet.use]}")
        if each.sheet.form == "settings":
            _write_settings(sheet, each)
        else:
            _write_table(sheet, each)
    return book.content()


def _write_table(sheet: XlsxSheet, written: WrittenSheet) -> None:
    columns = written.sheet.columns
    infos = () if any(column.title == "Note" for column in columns) else INFO_TITLES.get(written.sheet.form, ())
    rows = [[row.get(c.title) for c in columns] for row in written.rows]
    if written.sheet.form == "map":
        rows = weights_of(written.rows)
    for position, column in enumerate(columns):
        sheet.widen(position, _width(column, [row[position] for row in rows]), column.kind.format, 1 if column.is_seldom else 0)
        sheet.comment(0, position, note_of(written.sheet, column))
        if (check := check_of(written.sheet, column)) is not None:
            sheet.sheet.data_validation(1, position, len(rows) + SPARE_ROWS - 1, position, check)
    for position in range(len(columns), len(columns) + len(infos)):
        sheet.widen(position, WIDEST if position == len(columns) else DEFAULT_WIDTH)
        if written.sheet.form != "map":
            sheet.comment(0, position, OWN_NOTES)
    fills = [HEAD_FILLS["seldom" if c.is_seldom else _weight(written.sheet, c)] for c in columns] + [HEAD_FILLS["seldom"]] * len(infos)
    sheet.head([*(c.title for c in columns), *infos], fills)
    formats = [column.kind.format for column in columns] + ["General"] * len(infos)
    for number, row in enumerate(rows, 1):
        for position, value in enumerate(row):
            if value is not None and value != "":
                sheet.put(number, position, value, formats[position])
        sheet.fit(number, row)


def _weight(sheet: Sheet, column: Column) -> str:
    """The color of a heading; required columns stand out."""
    return "needed" if meaning(sheet, column).is_required else "often"


def _write_settings(sheet: XlsxSheet, written: WrittenSheet) -> None:
    for position, width in enumerate(SETTING_WIDTHS):
        sheet.widen(position, width)
    titles = ("Setting", "Value", "What it means", "Empty means", "Example")
    sheet.head(titles, [HEAD_FILLS["needed"]] * 2 + [HEAD_FILLS["seldom"]] * 3)
    values = written.rows[0] if written.rows else {}
    for number, (column, texts) in enumerate(settings_of(written.sheet), 1):
        value = values.get(column.title)
        sheet.put(number, 0, column.title, bold=meaning(written.sheet, column).is_required)
        sheet.put(number, 1, value, column.kind.format, align="left")
        if (check := check_of(written.sheet, column)) is not None:
            sheet.sheet.data_validation(number, 1, number, 1, check)
        for position, text in enumerate(texts, 2):
            sheet.put(number, position, text, font_color=QUIET)
        sheet.fit(number, (column.title, value, *texts))


def _width(column: Column, values: Sequence[Value | None]) -> float:
    longest = max((len(line) for value in values if isinstance(value, str) for line in value.split("\n")), default=0)
    least = WIDTHS.get(column.kind.name, DEFAULT_WIDTH)
    return float(min(WIDEST, max(least, len(column.title) * 0.8 + 3, longest + 2)))


def _write_readme(sheet: XlsxSheet, sheets: Sequence[Sheet]) -> None:
    for position, width in enumerate(README_WIDTHS):
        sheet.widen(position, width)
    sheet.sheet.hide_gridlines(2)
    for number, (style, left, right) in enumerate(readme_lines(sheets)):
        if style == "title":
            sheet.put(number, 0, left, bold=True, font_size=16, text_wrap=False)
            sheet.fit(number, (), least=24)
        elif style == "section":
            sheet.put(number, 0, left, bold=True, font_size=12, font_color=f"#{HEAD_FILLS['needed']}", text_wrap=False)
            sheet.fit(number, (), least=18)
        else:
            if style == "sheet":
                sheet.link(number, 0, left, font_color=LINK, underline=1)
            else:
                sheet.put(number, 0, left)
            sheet.put(number, 1, right)
            sheet.fit(number, (left, right))
