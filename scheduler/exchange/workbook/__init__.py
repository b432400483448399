"""A program and its week as a workbook: one XLSX file or several CSV files, with an exact round trip.

``book/`` describes every sheet and column; everything else follows it. On import, a file is read into grids (``files``, ``xlsx_reader``,
``csv_files``), grids into tables (``table``), tables into a document (``draft``, ``derive``), and the document into an instance
(``importing``). ``spread`` and ``xlsx_writer`` export. ``locate`` rewrites every message in the terms of the spreadsheet.
"""

from scheduler.exchange.workbook.answers import NO_ANSWERS, Answers
from scheduler.exchange.workbook.differences import SheetDifference, differences
from scheduler.exchange.workbook.example import example
from scheduler.exchange.workbook.exporting import template, template_csv, write_csv, write_workbook, zipped
from scheduler.exchange.workbook.guide import column_lines
from scheduler.exchange.workbook.importing import WorkbookImport, read_workbook
from scheduler.exchange.workbook.issue import SheetCell, WorkbookError
from scheduler.exchange.workbook.last_week import LastWeek, PastConflict, judge_last_week

__all__ = [
    "NO_ANSWERS",
    "Answers",
    "LastWeek",
    "PastConflict",
    "SheetCell",
    "SheetDifference",
    "WorkbookError",
    "WorkbookImport",
    "column_lines",
    "differences",
    "example",
    "judge_last_week",
    "read_workbook",
    "template",
    "template_csv",
    "write_csv",
    "write_workbook",
    "zipped",
]
