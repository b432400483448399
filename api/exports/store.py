"""Write the export of a program: a ZIP archive, made while it is sent, from one consistent view of the database."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, Table, select, union
from sqlalchemy.orm import Session

from api.database import Store
from api.database.documents import document_text
from api.database.migrations import newest
from api.database.tables import Base
from api.exports.contents import ExportedColumn, ExportedFile, ExportManifest, columns_of, program_tables

BATCH = 500
DOCUMENTS = [
    ExportedColumn(name="hash", kind="text", description="SHA-256 of the text as it was stored, hexadecimal."),
    ExportedColumn(name="document", kind="json", description="An instance, a roster or a result; rosters and jobs name it by its hash."),
]


class _Pieces:
    """What a ZIP file is written to: it is taken away piece by piece, and cannot be read or rewound."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def export_program(store: Store, program: str, at: datetime) -> Iterator[bytes]:
    """The archive of a program, in pieces; at most a few hundred rows are in memory at a time.

    Args:
        program: An existing program.
    """
    pieces = _Pieces()
    with store.reading() as session, zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload] # a stream
        files = []
        for table in program_tables():
            lines = _LineFile(archive, table.name, columns_of(table))
            for rows in _rows(session, table, lines.columns, program):
                lines.write(_object(row, lines.columns) for row in rows)
                yield pieces.take()
            files.append(lines.end())
        lines = _LineFile(archive, "documents", DOCUMENTS)
        for hash in _hashes(session, program):
            lines.write([{"hash": hash, "document": json.loads(document_text(session, hash))}])
            yield pieces.take()
        files.append(lines.end())
        archive.writestr("manifest.json", _manifest(program, at, files).model_dump_json(indent=1))
        yield pieces.take()
    yield pieces.take()


class _LineFile:
    """A file of the archive while it is written."""

    def __init__(self, archive: zipfile.ZipFile, name: str, columns: list[ExportedColumn]) -> None:
        self.name, self.columns = f"{name}.jsonl", columns
        self._member = archive.open(self.name, "w", force_zip64=True)
        self._hash, self._count = hashlib.sha256(), 0

    def write(self, objects: Any) -> None:
        for one in objects:
            line = json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            self._hash.update(line)
            self._member.write(line)
            self._count += 1

    def end(self) -> ExportedFile:
        self._member.close()
        return ExportedFile(name=self.name, rows=self._count, sha256=self._hash.hexdigest(), columns=self.columns)


def _rows(session: Session, table: Table, columns: list[ExportedColumn], program: str) -> Iterator[list[Row[Any]]]:
    """The program's rows of a table, some at a time, always at least once."""
    owner = table.columns["id" if table.name == "programs" else "program"]
    query = select(*(table.columns[column.name] for column in columns)).where(owner == program).order_by(*table.primary_key.columns)
    result = session.execute(query.execution_options(yield_per=BATCH))
    yield from (list(rows) for rows in result.partitions())


def _object(row: Row[Any], columns: list[ExportedColumn]) -> Mapping[str, Any]:
    return {column.name: _value(value) for column, value in zip(columns, row, strict=True)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _hashes(session: Session, program: str) -> list[str]:
    """The hashes of the documents that a program's rosters and jobs name."""
    named = [
        select(column).where(table.columns["program"] == program, column.is_not(None))
        for table in (Base.metadata.tables[name] for name in ("rosters", "jobs"))
        for column in table.columns
        if column.name.endswith("_hash")
    ]
    return sorted(session.scalars(union(*named)))


def _manifest(program: str, at: datetime, files: list[ExportedFile]) -> ExportManifest:
    version = importlib.metadata.version("stepdown")
    return ExportManifest(program=program, made_at=at.astimezone(UTC).isoformat(), version=version, revision=newest(), files=files)
