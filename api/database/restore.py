"""Restore: replace a database with the contents of a backup, in one transaction.

Afterwards the job engine starts empty and takes the unfinished jobs from Stepdown's table.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import time
import zipfile
from pathlib import Path

from sqlalchemy import MetaData, func, insert, make_url, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from api.database.archive import ArchiveError, Manifest, TableEntry, read_table, reading_archive
from api.database.backup import BATCH, plain_table
from api.database.engine import Store
from api.database.migrations import altering, migrate, revision_of, revisions, schema_of

# Filled by the service itself in an empty database.
MADE_BY_ITSELF = {"setup_links"}
JOBS_SCHEMA = "dbos"
MOMENT = 2.0
"""Seconds in which connections that are being closed may still be listed."""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class RestoreError(Exception):
    """A restore that was refused or rolled back. The message says what to do."""


def restore(store: Store, jobs_url: str, path: Path, *, replaces: bool = False) -> Manifest:
    """Replace a database with the contents of a backup, then upgrade it to the newest schema. It all succeeds, or nothing changes.

    Args:
        jobs_url: The job engine's own database; its contents are deleted.
        replaces: Restore even if the database holds rows, which are lost.

    Raises:
        ArchiveError: The file is no backup, or damaged.
        RestoreError: The database is in use, already holds rows, or refused the backup's rows.
    """
    with reading_archive(path) as (archive, manifest):
        if manifest.revision not in revisions():
            raise ArchiveError(f"{path} was made by a newer version of Stepdown ({manifest.version}): install that version")
        _refuse_if_used(store)
        with altering(store) as connection:
            _empty(connection, store, replaces)
            migrate(connection, manifest.revision)
            for entry in manifest.tables:
                _fill(connection, archive, entry, store.is_sqlite)
            migrate(connection)
            _forget_jobs_engine(connection, jobs_url)
    return manifest


def _refuse_if_used(store: Store) -> None:
    """Refuse a database that is in use: a process that knows the old tables must not continue on the new ones."""
    store.close()
    if store.is_sqlite:
        file = make_url(store.url).database or ""
        if not Path(file).exists():
            return
        with contextlib.closing(sqlite3.connect(file, timeout=0)) as alone:
            try:
                # Only the last connection can switch off the write-ahead log.
                alone.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError as error:
                raise RestoreError("the database is in use: stop the service and its workers first") from error
        return
    if number := _other_connections(store):
        raise RestoreError(f"the database is in use ({number} connections): stop the service, its workers and other clients first")


def _other_connections(store: Store) -> int:
    """How many others are connected to a PostgreSQL database; those about to end are given a moment."""
    # The server lists a connection for a while after its client has closed it, as this process has just done.
    until = time.monotonic() + MOMENT
    with store.engine.connect() as connection:
        while (number := int(connection.exec_driver_sql(OTHERS).scalar_one())) and time.monotonic() < until:
            connection.rollback()  # within a transaction the server answers from one view of the connections
            time.sleep(0.05)
    return number


def _empty(connection: Connection, store: Store, replaces: bool) -> None:
    revision = revision_of(connection)
    if revision is None:
        return
    if revision not in revisions():
        raise RestoreError("the database was made by a newer version of Stepdown: install that version")
    schema = schema_of(revision)
    if not replaces and (number := _count(connection, schema)):
        raise RestoreError(f"the database holds {number} rows: --force replaces them, and they are lost")
    schema.drop_all(connection)
    connection.exec_driver_sql("DROP TABLE alembic_version")


def _count(connection: Connection, schema: MetaData) -> int:
    return sum(
        connection.execute(select(func.count()).select_from(table(entry.name))).scalar_one()
        for entry in schema.sorted_tables
        if entry.name not in MADE_BY_ITSELF
    )


def _fill(connection: Connection, archive: zipfile.ZipFile, entry: TableEntry, is_sqlite: bool) -> None:
    rows = read_table(archive, entry)
    plain = plain_table(entry.name, entry.columns, is_sqlite)
    try:
        while batch := list(itertools.islice(rows, BATCH)):
            connection.execute(insert(plain), batch)
    except DBAPIError as error:
        raise RestoreError(f"the database refused a row of {entry.name} ({type(error.orig).__name__}): nothing was restored") from error


def _forget_jobs_engine(connection: Connection, jobs_url: str) -> None:
    url = make_url(jobs_url)
    if url.get_backend_name() != "sqlite":
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {JOBS_SCHEMA} CASCADE")
    elif url.database:
        for end in ("", "-wal", "-shm"):
            Path(url.database + end).unlink(missing_ok=True)
