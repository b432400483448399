"""The database: one address, read and write transactions. SQLite is set up for many processes; PostgreSQL needs nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVarTuple, cast

from sqlalchemy import CursorResult, Result, Row, Select, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, sessionmaker

SQLITE_WAIT_MS = 10_000
Ts = TypeVarTuple("Ts")


class Store:
    """The application's database.

    Attributes:
        engine: For migrations and backup; everything else goes through `reading` and `writing`.
    """

    def __init__(self, url: str, pool_size: int = 20) -> None:
        """Open a database that may not be there yet; nothing is created but the folder of an SQLite file."""
        parsed = make_url(url)
        self.url, self.is_sqlite = url, parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            _private_folder(Path(parsed.database).parent)
        # A request that waits 10 s for a connection had better fail than pile up. Errors do not quote the values of a statement.
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
        """A consistent view for reading from the first question on, to be closed; changes are thrown away."""
        return self._views()

    def ask(self, question: Select[*Ts], **values: Any) -> Sequence[Row[*Ts]]:
        """The rows that one question finds, in a view of its own; a third of what a session costs, for what every request asks.

        Args:
            question: Made once, with parameters: making it costs more than asking it.
        """
        with self._reads.connect() as connection:
            return connection.execute(question, values).all()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view for reading from now on; changes are thrown away. Rows that were read stay as they were."""
        with self.view() as session:
            session.connection()
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield session

    def apart(self) -> Store:
        """The same database with a connection of its own, which is there when all others are taken; closed with this one."""
        self._apart.append(Store(self.url, pool_size=1))
        return self._apart[-1]

    def close(self) -> None:
        """Close all connections."""
        for store in self._apart:
            store.close()
        self.engine.dispose()


def rows_changed(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE changed; only their results know."""
    return int(cast("CursorResult[Any]", result).rowcount)


def _private_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        os.chmod(folder, 0o700)


def _set_up_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy says when a transaction begins (see below), not the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={SQLITE_WAIT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Read-then-write in a deferred transaction fails when another process wrote in between (322 of 900, measured).
    if connection.get_execution_options().get("stepdown_reads", False):
        # It waits for nobody and cannot fail, so it need not go through SQLAlchemy, which takes as long as a short question.
        cast("sqlite3.Connection", connection.connection.dbapi_connection).execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
