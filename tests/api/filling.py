"""Rows for every table, whatever tables there are: made from the columns, with every reference kept."""

from __future__ import annotations

import hashlib
import string
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, LargeBinary, MetaData, Table, insert, select
from sqlalchemy.engine import Connection

# What breaks careless quoting, encoding, sorting and comparing.
ODD = ("plain", "quote\"'\\", "Zoë 😀 \u2028", "", "a,b\nc\td", "Ä", "null")


def fill(connection: Connection, metadata: MetaData, rows: int = 5) -> None:
    """Put so many rows into every table."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        made[table.name] = [_row(table, n, made) for n in range(rows)]
        connection.execute(insert(table), made[table.name])


def contents(connection: Connection, metadata: MetaData) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in every table, in an order of its own."""
    return {table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr) for table in metadata.sorted_tables}


def _row(table: Table, n: int, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    row = {column.name: _value(table, column, n) for column in table.columns}
    for key in table.foreign_key_constraints:
        for element in key.elements:
            row[element.parent.name] = made[element.column.table.name][n][element.column.name]
    return row


def _value(table: Table, column: Column[Any], n: int) -> Any:
    seed = int(hashlib.sha256(f"{table.name} {column.name} {n}".encode()).hexdigest(), 16)
    is_unique = column.primary_key or column.unique or any(column.name in index.columns for index in table.indexes if index.unique)
    if column.nullable and not is_unique and seed % 3 == 0:
        return None
    match column.type:
        case DateTime():
            return datetime(2026, 11, 1, 6, 30, tzinfo=UTC) + timedelta(days=n, microseconds=seed % 1_000_000)
        case Date():
            return date(2026, 11, 2) + timedelta(weeks=n)
        case LargeBinary():
            return seed.to_bytes(32, "big") + bytes(range(256))
        case JSON():
            return {"text": ODD[seed % len(ODD)], "deep": [{"one": 1.5, "none": None}, [], True], "big": 2**40, ODD[n % len(ODD)]: n}
        case Boolean():
            return bool(seed % 2)
        case Integer():
            return seed % 2**31 if not is_unique else n
        case _ if hasattr(column.type, "impl"):
            return datetime(2026, 3, 29, 1, 30, tzinfo=UTC) + timedelta(hours=n, microseconds=seed % 1_000_000)
    text = f"{n}{string.ascii_letters[seed % 52]}" if is_unique else f"{n}{ODD[seed % len(ODD)]}"
    return text[: column.type.length]
