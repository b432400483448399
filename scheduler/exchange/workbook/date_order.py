"""The order of day and month in the dates of a column: orders by another date of the column, answered, or asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from scheduler.exchange.workbook.answers import Answers
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.issue import SheetIssue, merged_place, sheet_issue
from scheduler.exchange.workbook.sheet import Column
from scheduler.exchange.workbook.table import SheetRow, Table
from scheduler.exchange.workbook.typed.dates import Order, SlashDate, orders_in
from scheduler.words import long_date

WORDS: dict[Order, str] = {"day-first": "day first", "month-first": "month first"}
ANSWERS = ("dates=month-first", "dates=day-first")


def settle_dates(tables: dict[str, Table], answers: Answers) -> Iterator[SheetIssue]:
    """Replace every date of two readings by one; ask for the order where nothing shows it, and report how others were read."""
    for table in tables.values():
        for column in (column for column in table.sheet.columns if column.kind.has_dates):
            rows = [(row, dates) for row in table.rows if (dates := _dates(row.values.get(column.title)))]
            if rows:
                yield from _settle(table, column, rows, answers)


def _dates(value: Json) -> list[SlashDate]:
    return [one for one in (value if isinstance(value, list) else (value,)) if isinstance(one, SlashDate)]


def _settle(table: Table, column: Column, rows: list[tuple[SheetRow, list[SlashDate]]], answers: Answers) -> Iterator[SheetIssue]:
    unclear = [(row, when) for row, dates in rows for when in dates if when.order is None]
    orders = orders_in(when for _, dates in rows for when in dates)
    answer = answers.order_of(table.sheet.title, column.title)
    order = answer or (next(iter(orders)) if len(orders) == 1 else None)
    for row, _ in rows:
        value = row.values[column.title]
        chosen = order or "month-first"
        read = [one.by(chosen) if isinstance(one, SlashDate) else one for one in (value if isinstance(value, list) else (value,))]
        row.values[column.title] = read if isinstance(value, list) else read[0]
    if not unclear:
        return
    place = merged_place([table.place(row.number, column.title) for row, _ in unclear])
    if order is None:
        one = unclear[0][1]
        message = f"write YYYY-MM-DD, since this could be {_words(one)} or {_words(one.other)}"
        yield sheet_issue("date_order", place, message, answers=ANSWERS)
    else:
        why = "as you answered" if answer else "as another date of the column shows"
        yield sheet_issue("read_as", place, f"read {WORDS[order]}, {why}", "warning")


def _words(text: str) -> str:
    return long_date(datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text))
