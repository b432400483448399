"""The database: one URL, read and write transactions. SQLite is configured for several processes; PostgreSQL needs no configuration."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple, cast

from sqlalchemy import CursorResult, Result, Row, Select, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, sessionmaker

SQLITE_WAIT_MS = 10_000
READ_BEFORE = "read before"
"""Where a session that only reads keeps what `read_once` has read."""
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Store:
    """The application's database.

    Attributes:
        engine: For migrations and backup; everything else goes through `reading` and `writing`.
    """

    def __init__(self, url: str, pool_size: int = 20) -> None:
        """Open a database that may not exist yet; only the folder of an SQLite file is created."""
        parsed = make_url(url)
        self.url, self.is_sqlite = url, parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            _private_folder(Path(parsed.database).parent)
        # A request that waits 10 s for a connection should fail rather than pile up. Errors do not quote the values of a statement.
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=20,
            pool_timeout=10,
            pool_pre_ping=not self.is_sqlite,
            hide_parameters=True,
            connect_args={} if self.is_sqlite else {"connect_timeout": 10},
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        reads: dict[str, Any] = {"stepdown_reads": True} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reads = self.engine.execution_options(**reads)
        self._views = sessionmaker(self._reads, expire_on_commit=False)
        self._apart: list[Store] = []

    def view(self) -> Session:
        """A session with a consistent view from its first query on; the caller closes it. Changes are discarded."""
        session = self._views()
        session.info[READ_BEFORE] = {}
        return session

    def ask(self, question: Select[*Ts], **values: Any) -> Sequence[Row[*Ts]]:
        """The rows of a single query, in a separate view; costs a third of a session, for queries that every request makes.

        Args:
            question: A query with parameters, built once: building it costs more than running it.
        """
        with self._reads.connect() as connection:
            return connection.execute(question, values).all()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session with a consistent view from now on; changes are discarded. Rows keep the values they were read with."""
        with self.view() as session:
            session.connection()
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield session

    def apart(self) -> Store:
        """The same database with a separate connection that is free even when all others are in use; closed together with this store."""
        self._apart.append(Store(self.url, pool_size=1))
        return self._apart[-1]

    def close(self) -> None:
        """Close all connections."""
        for store in self._apart:
            store.close()
        self.engine.dispose()


def read_once(session: Session, key: Hashable, read: Callable[[], T]) -> T:
    """What a session that only reads has read before; any other session reads it again, since it may have changed it.

    Args:
        key: Identifies what is read.
    """
    before: dict[Hashable, T] | None = session.info.get(READ_BEFORE)
    if before is None:
        return read()
    if key not in before:
        before[key] = read()
    return before[key]


def rows_changed(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE changed."""
    return int(cast("CursorResult[Any]", result).rowcount)


def _private_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        os.chmod(folder, 0o700)


def _set_up_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy begins transactions (see below), not the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={SQLITE_WAIT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Reading and then writing in a deferred transaction fails if another process wrote in between (322 of 900, measured).
    if connection.get_execution_options().get("stepdown_reads", False):
        # This never waits and cannot fail, so it can bypass SQLAlchemy, whose overhead equals that of a short query.
        cast("sqlite3.Connection", connection.connection.dbapi_connection).execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
