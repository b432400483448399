"""Checks that a spreadsheet performs on entry: choice lists, whole numbers, dates and times."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.exchange.workbook.book import refers
from scheduler.exchange.workbook.sheet import Column, Sheet

LONGEST_LIST = 255
"""The maximum number of characters in a list of words, set by the format."""


def add_check(worksheet: Worksheet, sheet: Sheet, column: Column, cells: str) -> None:
    """Add the check of a column to a range of cells. Pasted values are not checked until the import."""
    check = _check(sheet, column)
    if check is not None:
        check.error, check.errorTitle, check.showErrorMessage = column.kind.how[:250], column.title[:30], True
        check.allow_blank = True
        worksheet.add_data_validation(check)
        check.add(cells)


def _check(sheet: Sheet, column: Column) -> DataValidation | None:
    kind = column.kind
    words = ",".join(kind.choices)
    if kind.check == "list" and not kind.is_list and len(words) <= LONGEST_LIST:
        return DataValidation(type="list", formula1=f'"{words}"', errorStyle="stop")
    title = refers(sheet, column) if kind.is_id and not kind.is_list else ""
    if title:
        # Any number of ids; only a warning, since the other sheet may be filled in later.
        ids = f"OFFSET('{title}'!$A$2,0,0,MAX(1,COUNTA('{title}'!$A:$A)-1),1)"
        return DataValidation(type="list", formula1=ids, errorStyle="warning")
    if kind.check == "whole":
        return DataValidation(type="whole", operator="between", formula1="-1000000", formula2="1000000", errorStyle="stop")
    if kind.check == "date":
        return DataValidation(type="date", operator="between", formula1="25569", formula2="109574", errorStyle="stop")
    if kind.check == "time":
        return DataValidation(type="decimal", operator="between", formula1="0", formula2="1", errorStyle="warning")
    return None
