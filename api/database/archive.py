"""The backup file: a ZIP archive with one JSON Lines member per table, and a manifest with counts and hashes.

It depends on neither the database nor this version's classes: SQLite backups can be restored on PostgreSQL, and old ones by newer versions.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Literal

from pydantic import BaseModel, ValidationError

FORMAT = 1
MANIFEST = "manifest.json"

Kind = Literal["text", "int", "float", "bool", "time", "date", "bytes", "json"]


class ArchiveError(Exception):
    """The file is not a backup, or is damaged. The message says what to do."""


class ColumnEntry(BaseModel):
    """A column; values of kind `json` are stored as their text."""

    name: str
    kind: Kind


class TableEntry(BaseModel):
    """A table in the archive."""

    name: str
    columns: list[ColumnEntry]
    rows: int
    sha256: str


class Manifest(BaseModel):
    """The contents of the archive. Each table refers only to tables listed before it."""

    format: int = FORMAT
    made_at: datetime
    version: str
    revision: str
    database: str
    tables: list[TableEntry]

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(table.rows for table in self.tables)


ENCODERS: dict[Kind, Callable[[Any], Any]] = {
    "time": lambda value: (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds"),
    "date": lambda value: value.isoformat(),
    "bytes": lambda value: base64.b64encode(value).decode(),
    "bool": bool,
}
DECODERS: dict[Kind, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": lambda value: base64.b64decode(value, validate=True),
}


def write_table(archive: zipfile.ZipFile, name: str, columns: list[ColumnEntry], rows: Iterator[Any]) -> TableEntry:
    """Write the rows of a table."""
    encoders = [ENCODERS.get(column.kind, _same) for column in columns]
    hash, count = hashlib.sha256(), 0
    with archive.open(_member(name), "w", force_zip64=True) as member:
        for row in rows:
            count += 1
            values = [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            hash.update(line)
            member.write(line)
    return TableEntry(name=name, columns=columns, rows=count, sha256=hash.hexdigest())


def read_table(archive: zipfile.ZipFile, table: TableEntry) -> Iterator[dict[str, Any]]:
    """The rows of a table."""
    decoders = [(column.name, DECODERS.get(column.kind, _same)) for column in table.columns]
    with archive.open(_member(table.name)) as member:
        for line in member:
            values = json.loads(line)
            yield {name: None if value is None else decode(value) for (name, decode), value in zip(decoders, values, strict=True)}


@contextmanager
def writing_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive that appears under its name only once it is complete, readable only by its owner."""
    with writing_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        yield archive


@contextmanager
def writing_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only once it is complete, readable only by its owner."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:  # made 0600
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Sync the folder, so that a new file name survives a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def reading_archive(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive whose contents have been checked against its hashes.

    Raises:
        ArchiveError: The file is not a backup, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            if manifest.format > FORMAT:
                raise ArchiveError(f"{path} was made by a newer version of Stepdown ({manifest.version}): install that version")
            for table in manifest.tables:
                _check_table(path, archive, table)
            yield archive, manifest
    # zipfile raises NotImplementedError for a compression or a version that it does not know.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, KeyError, ValidationError, EOFError) as error:
        raise ArchiveError(f"{path} is not a Stepdown backup, or is damaged: use another one") from error


def _check_table(path: Path, archive: zipfile.ZipFile, table: TableEntry) -> None:
    with archive.open(_member(table.name)) as member:
        digest, count = _hashed(member)
    if (digest, count) != (table.sha256, table.rows):
        raise ArchiveError(f"{path} is damaged in {table.name}: its hash does not match the manifest; use another backup")


def _hashed(member: IO[bytes]) -> tuple[str, int]:
    hash, count = hashlib.sha256(), 0
    for line in member:
        hash.update(line)
        count += 1
    return hash.hexdigest(), count


def _member(name: str) -> str:
    return f"tables/{name}.jsonl"


def _same(value: Any) -> Any:
    return value
