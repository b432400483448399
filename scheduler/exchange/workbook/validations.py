"""Checks that a spreadsheet performs on entry: choice lists, whole numbers, dates and times."""

from __future__ import annotations

from typing import Any

from scheduler.exchange.workbook.book import refers
from scheduler.exchange.workbook.sheet import Column, Sheet

LONGEST_LIST = 255
"""The maximum number of characters in a list of words, set by the format."""

LONGEST_TITLE, LONGEST_MESSAGE = 30, 250


def check_of(sheet: Sheet, column: Column) -> dict[str, Any] | None:
    """The check of a column, as XlsxWriter takes it. Pasted values are not checked until the import."""
    check = _check(sheet, column)
    if check is not None:
        check |= {"error_title": column.title[:LONGEST_TITLE], "error_message": column.kind.how[:LONGEST_MESSAGE]}
    return check


def _check(sheet: Sheet, column: Column) -> dict[str, Any] | None:
    kind = column.kind
    if kind.check == "list" and not kind.is_list and len(",".join(kind.choices)) <= LONGEST_LIST:
        return {"validate": "list", "source": list(kind.choices), "error_type": "stop"}
    title = refers(sheet, column) if kind.is_id and not kind.is_list else ""
    if title:
        # Any number of ids; only a warning, since the other sheet may be filled in later.
        ids = f"=OFFSET('{title}'!$A$2,0,0,MAX(1,COUNTA('{title}'!$A:$A)-1),1)"
        return {"validate": "list", "source": ids, "error_type": "warning"}
    if kind.check == "whole":
        return _between("integer", -1_000_000, 1_000_000)
    if kind.check == "date":
        return _between("date", 25_569, 109_574)
    if kind.check == "time":
        return _between("decimal", 0, 1) | {"error_type": "warning"}
    return None


def _between(what: str, least: int, most: int) -> dict[str, Any]:
    return {"validate": what, "criteria": "between", "minimum": least, "maximum": most, "error_type": "stop"}
