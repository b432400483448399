"""A program and its week as a workbook: one XLSX file, or CSV files, there and back exactly.

``book/`` describes every sheet and column; all else follows it. A file becomes grids (``files``, ``xlsx_reader``, ``csv_files``), grids
become tables (``table``), tables a document (``draft``, ``derive``), the document an instance (``importing``). The way back is ``spread``
and ``xlsx_writer``. ``locate`` turns every message into the words of the spreadsheet.
"""

from scheduler.exchange.workbook.differences import Difference, differences
from scheduler.exchange.workbook.example import example
from scheduler.exchange.workbook.exporting import template, template_csv, write_csv, write_workbook, zipped
from scheduler.exchange.workbook.guide import column_lines
from scheduler.exchange.workbook.importing import Imported, read_workbook
from scheduler.exchange.workbook.issue import CODES, Place, SheetIssue, WorkbookError
from scheduler.exchange.workbook.last_week import LastWeek, PastConflict, judge_last_week

__all__ = [
    "CODES",
    "Difference",
    "Imported",
    "LastWeek",
    "PastConflict",
    "Place",
    "SheetIssue",
    "WorkbookError",
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
