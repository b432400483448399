"""Backup: a consistent snapshot of all Stepdown tables, taken while the service runs, in a file that either database can restore.

The job engine's own tables are left out: they can be recreated from Stepdown's job table (see `restore`).
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    cast,
    collate,
    column,
    select,
    table,
    type_coerce,
)
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.types import TypeEngine, UserDefinedType

from api.database.archive import MANIFEST, ColumnEntry, Kind, Manifest, write_table, writing_archive
from api.database.engine import Store
from api.database.migrations import revision_of, schema_of
from api.database.tables.base import UtcTime

BATCH = 1000


class EmptyDatabaseError(Exception):
    """The database has nothing to back up."""


class _RawJson(UserDefinedType[str]):
    """A PostgreSQL JSON column, read and written as text."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        return cast(type_coerce(bindvalue, Text), JSON)

    def column_expression(self, colexpr: Any) -> ColumnElement[Any]:
        return type_coerce(cast(colexpr, Text), Text)


KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (DateTime, "time"),
    (Date, "date"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "bool"),
    (Integer, "int"),
    (Float, "float"),
    (String, "text"),
)


def back_up(store: Store, path: Path) -> Manifest:
    """Write all tables to a file while the service runs. Older schemas work, too, so that a backup can be made before an upgrade.

    Raises:
        EmptyDatabaseError: The database has no Stepdown tables.
        OSError: The file cannot be written.
    """
    with store.reading() as session:
        connection = session.connection()
        revision = revision_of(connection)
        if revision is None:
            raise EmptyDatabaseError("the database has no tables: there is nothing to back up")
        with writing_archive(path) as archive:
            tables = [
                write_table(archive, entry.name, columns, _rows(connection, entry, columns, store.is_sqlite))
                for entry in schema_of(revision).sorted_tables
                for columns in [_columns(entry)]
            ]
            manifest = Manifest(
                made_at=datetime.now(UTC),
                version=importlib.metadata.version("stepdown"),
                revision=revision,
                database="sqlite" if store.is_sqlite else "postgresql",
                tables=tables,
            )
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _columns(entry: Table) -> list[ColumnEntry]:
    return [ColumnEntry(name=c.name, kind=next(kind for type_, kind in KINDS if isinstance(c.type, type_))) for c in entry.columns]


def _rows(connection: Connection, entry: Table, columns: list[ColumnEntry], is_sqlite: bool) -> Iterator[Any]:
    """All rows sorted by primary key, in the same order on every database."""
    plain = plain_table(entry.name, columns, is_sqlite)
    keys = [plain.c[key.name] for key in entry.primary_key]
    order = [collate(key, "C") if isinstance(key.type, String) and not is_sqlite else key for key in keys]
    yield from connection.execute(select(*plain.c).order_by(*order), execution_options={"yield_per": BATCH})


def plain_table(name: str, columns: list[ColumnEntry], is_sqlite: bool) -> TableClause:
    """A table as the archive describes it, without this version's classes."""
    types: dict[Kind, TypeEngine[Any]] = {
        "text": String(),
        "int": Integer(),
        "float": Float(),
        "bool": Boolean(),
        "time": UtcTime(),
        "date": Date(),
        "bytes": LargeBinary(),
        "json": Text() if is_sqlite else _RawJson(),
    }
    return table(name, *(column(c.name, types[c.kind]) for c in columns))
