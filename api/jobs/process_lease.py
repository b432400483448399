"""Leases by name: a solving process holds one for exactly as long as it lives, however it dies.

A process that can take a lease knows that its former holder is dead, and may recover the jobs left behind. On PostgreSQL a lease is an
advisory lock of a connection, on SQLite a locked file next to the databases. Neither needs a clock, a heartbeat or a timeout.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psycopg

log = logging.getLogger("stepdown.jobs")

SPACE = 7306
"""Separates Stepdown's advisory locks from others in the same database."""
# A vanished machine is noticed after half a minute; without this, after two hours. The server ignores it on a local socket.
KEEPALIVE = "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class ProcessLeases(Protocol):
    """The leases of all processes that share a database."""

    def take(self, name: str) -> bool:
        """Take a lease; False if a living process, including this one, holds it."""

    def give_back(self, name: str) -> None:
        """Release the lease."""

    def renew(self, name: str) -> None:
        """Make sure that the lease is still held, because a connection may have been lost."""

    def close(self) -> None:
        """Release all leases."""


class FileLeases:
    """Leases for processes that share a folder: files, each locked by an open transaction that ends with its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, sqlite3.Connection] = {}

    def take(self, name: str) -> bool:
        """Take a lease."""
        if name in self._held:
            return False
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The ending is older than the name of this module, and processes of an earlier version must see each other's files.
        # Taken and released by different threads: the engine's, and the one that stops it.
        connection = sqlite3.connect(self.folder / f"{name}.badge", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            return False
        self._held[name] = connection
        return True

    def give_back(self, name: str) -> None:
        """Release the lease."""
        self._held.pop(name).close()

    def renew(self, name: str) -> None:
        """Do nothing: a file stays locked until its process ends."""

    def close(self) -> None:
        """Release all leases."""
        for name in list(self._held):
            self.give_back(name)


class PostgresLeases:
    """Leases for processes that share a PostgreSQL database; they need a dedicated connection, not one lent per transaction."""

    def __init__(self, url: str) -> None:
        """Create the leases; the connection opens with the first one taken.

        Args:
            url: A URL in psycopg's format.
        """
        self.url = url
        self._connection: psycopg.Connection | None = None

    def take(self, name: str) -> bool:
        """Take a lease."""
        held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = %s AND objid = %s::bigint::oid"
        # The same connection could lock a second time, and then recover the jobs of a living process.
        if self._ask(held, (SPACE, _number(name) % 2**32)) is not None:
            return False
        return self._ask("SELECT pg_try_advisory_lock(%s, %s)", (SPACE, _number(name))) is True

    def give_back(self, name: str) -> None:
        """Release the lease."""
        self._ask("SELECT pg_advisory_unlock(%s, %s)", (SPACE, _number(name)))

    def renew(self, name: str) -> None:
        """Take the lease again if the connection was lost."""
        try:
            self._ask("SELECT 1", ())
        except psycopg.Error:
            self.close()
            if not self.take(name):
                log.warning("this worker's lease was lost and another process holds it; its jobs may run twice until it is restarted")

    def close(self) -> None:
        """Release all leases by closing the connection."""
        if self._connection is not None:
            # The server notices a closed connection only a moment later; the leases should be free at once.
            with suppress(psycopg.Error):
                self._connection.execute("SELECT pg_advisory_unlock_all()")
            self._connection.close()
            self._connection = None

    def _ask(self, question: str, values: tuple[int | str, ...]) -> object:
        if self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True, connect_timeout=10, options=KEEPALIVE)
        row = self._connection.execute(question, values).fetchone()
        return None if row is None else row[0]


def take_free(leases: ProcessLeases, base: str, most: int = 1000) -> str:
    """Take the first free lease of ``base-1``, ``base-2``, ...: a restarted process gets an earlier name again."""
    base = re.sub(r"[^A-Za-z0-9._-]", "-", base)
    for number in range(1, most + 1):
        if leases.take(name := f"{base}-{number}"):
            return name
    raise RuntimeError(f"{most} workers are already running")


def _number(name: str) -> int:
    """The lock number for a name, signed as PostgreSQL requires."""
    number = zlib.crc32(name.encode())
    return number - 2**32 if number >= 2**31 else number
