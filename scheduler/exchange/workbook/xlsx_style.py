"""The styles of cells in our workbooks, and writing text so that it never becomes a formula."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.exchange.workbook.cells import FORMULA_STARTS, Value, escape
from scheduler.exchange.workbook.csv_files import LONGEST_CELL
from scheduler.exchange.workbook.issue import SheetCell, WorkbookError, sheet_issue
from scheduler.exchange.workbook.kinds import TEXT_FORMAT, CellKind

HEAD_FONT = Font(bold=True, color="FFFFFF")


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell by row and column, counted from 1; our workbooks have no merged cells."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def put(cell: Cell, value: Value, kind: CellKind | None = None) -> None:
    """Write a value to a cell; text stays text, whatever its first character."""
    if isinstance(value, str):
        text = escape(value)
        if len(text) > LONGEST_CELL:
            message = f"the workbook cannot hold it: more than {LONGEST_CELL} characters in one cell"
            raise WorkbookError(message, [sheet_issue("cell", SheetCell(cell.parent.title, cell.row), message)])
        cell.value, cell.data_type = text, "s"
        cell.number_format = TEXT_FORMAT
        cell.quotePrefix = text.startswith(FORMULA_STARTS)
        return
    cell.value = value
    if kind is not None:
        cell.number_format = kind.format


def head(sheet: Worksheet, titles: Sequence[str], fills: Sequence[str]) -> None:
    """Write the headings, and freeze them."""
    for position, (title, fill) in enumerate(zip(titles, fills, strict=True), 1):
        cell = cell_at(sheet, 1, position)
        put(cell, title)
        cell.font, cell.fill = HEAD_FONT, PatternFill("solid", fgColor=fill)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    print_landscape(sheet)


def print_landscape(sheet: Worksheet) -> None:
    """Print in landscape, fitted to the page width, on as many pages as needed."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
