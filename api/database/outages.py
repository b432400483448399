"""Errors that mean that the database is away, busy or full, and not that a request or the program is wrong."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

AWAY = "The database does not respond. Nothing was changed; try again in a moment."
BUSY = "The database is busy. Nothing was changed; try again in a moment."
FULL = "The database has no room left: make room on its disk. Nothing was changed."

FULL_SECONDS = 30.0
"""How long a process counts as not ready after a write found no room."""

SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_IOERR": AWAY,
    "SQLITE_CANTOPEN": AWAY,
    "SQLITE_READONLY": AWAY,
}
# Classes of SQLSTATE: connection, resources, intervention of an operator, serialization.
POSTGRES = {"08": AWAY, "53": BUSY, "57": AWAY, "40": BUSY}
DISK_FULL = "53100"
MOST_CAUSES = 5


class Outages:
    """What a process remembers of its database's outages."""

    def __init__(self) -> None:
        self._full_at: float | None = None

    def note(self, error: BaseException) -> str | None:
        """What is wrong with the database, in a sentence; None if an error has another cause."""
        words = outage_of(error)
        if words == FULL:
            self._full_at = time.monotonic()
        return words

    @property
    def is_full(self) -> bool:
        """Whether a write found no room a moment ago."""
        return self._full_at is not None and time.monotonic() - self._full_at < FULL_SECONDS


def outage_of(error: BaseException) -> str | None:
    """What is wrong with the database, in a sentence; None if an error has another cause."""
    return next((words for link in _chain(error) if (words := _of(link)) is not None), None)


def _of(error: BaseException) -> str | None:
    if isinstance(error, PoolTimeoutError):
        return BUSY
    if isinstance(error, sqlite3.Error):
        # Extended names begin with the plain one, e.g. SQLITE_IOERR_WRITE.
        name = getattr(error, "sqlite_errorname", "") or ""
        return next((words for start, words in SQLITE.items() if name.startswith(start)), None)
    if isinstance(error, psycopg.Error):
        state = error.sqlstate
        if state is None:
            return AWAY if isinstance(error, psycopg.OperationalError) else None
        return FULL if state == DISK_FULL else POSTGRES.get(state[:2])
    return AWAY if isinstance(error, DBAPIError) and error.connection_invalidated else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and its causes, of a database error the database's own first."""
    for _ in range(MOST_CAUSES):
        if error is None:
            return
        if isinstance(error, DBAPIError) and error.orig is not None:
            yield error.orig
        yield error
        error = error.__cause__
