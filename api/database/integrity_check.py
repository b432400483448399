"""Check a database for damage."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from api.database.engine import Store
from api.database.migrations import newest, revision_of
from api.database.tables import Base, DocumentRow

ADVICE = "restore a backup"


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """How much was checked, and what is damaged, in sentences without names."""

    rows: int
    documents: int
    faults: tuple[str, ...]


def check_store(store: Store) -> IntegrityReport:
    """Check every row and every document."""
    with store.reading() as session:
        connection = session.connection()
        if (revision := revision_of(connection)) != newest():
            return IntegrityReport(0, 0, (f"The schema is {revision or 'missing'}, not {newest()}: run `stepdown db upgrade`.",))
        rows = sum(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in Base.metadata.sorted_tables)
        documents = connection.execute(select(func.count()).select_from(DocumentRow)).scalar_one()
        faults = (*_sqlite_faults(connection, store.is_sqlite), *_damaged_documents(connection))
    return IntegrityReport(rows, documents, faults)


def _sqlite_faults(connection: Connection, is_sqlite: bool) -> Iterator[str]:
    """Faults that SQLite's own checks report; PostgreSQL checks references and pages itself."""
    if not is_sqlite:
        return
    for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if line != "ok":
            yield f"The file is damaged: {ADVICE}."
            break
    for name in sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}):
        yield f"A row of {name} refers to a row that does not exist: {ADVICE}."


def _damaged_documents(connection: Connection) -> Iterator[str]:
    query = select(DocumentRow.hash, DocumentRow.body, DocumentRow.size)
    for hash, body, size in connection.execute(query, execution_options={"yield_per": 100}):
        try:
            data = zlib.decompress(body)
        except zlib.error:
            data = b""
        if hashlib.sha256(data).hexdigest() != hash or len(data) != size:
            yield f"Document {hash} is damaged: {ADVICE}."
