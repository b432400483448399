"""Migrations, shared by SQLite and PostgreSQL, forward from every released schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import Connection

from api.database.engine import Store

SQLITE_UPGRADE_WAIT_MS = 120_000


def upgrade(store: Store, revision: str = "head") -> None:
    """Upgrade a database to a schema; an empty one gets all tables. Several processes may call this at once."""
    with altering(store) as connection:
        migrate(connection, revision)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Upgrade a database within a transaction of `altering`."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@contextmanager
def altering(store: Store) -> Iterator[Connection]:
    """A transaction that may change tables: it succeeds as a whole or not at all, and only one process at a time can hold one."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            with _unguarded(connection), connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"{len(broken)} rows of {sorted({row[0] for row in broken})} refer to rows that do not exist")
        else:
            with connection.begin():
                # If two processes start together, the second waits here, then finds nothing to do.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7306021)")
                yield connection


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off: SQLite changes a table by recreating it, and dropping the old one would delete the rows that refer to it."""
    driver = connection.connection.driver_connection
    assert driver is not None
    before = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA busy_timeout={SQLITE_UPGRADE_WAIT_MS}")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute(f"PRAGMA busy_timeout={before}")


def is_current(store: Store) -> bool:
    """Whether the database has the newest schema."""
    with store.engine.connect() as connection:
        return revision_of(connection) == newest()


def revision_of(connection: Connection) -> str | None:
    """The schema of a database; None: it has no Stepdown tables."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The identifier of the newest schema."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def revisions() -> tuple[str, ...]:
    """All schema revisions, the oldest first."""
    return tuple(script.revision for script in _scripts().walk_revisions())[::-1]


@cache
def schema_of(revision: str) -> MetaData:
    """The tables of a schema, read from an empty database upgraded to it."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            migrate(connection, revision)
            schema = MetaData()
            schema.reflect(connection)
    finally:
        engine.dispose()
    schema.remove(schema.tables["alembic_version"])
    return schema


def configuration() -> Config:
    """Alembic's configuration; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _scripts() -> ScriptDirectory:
    return _scripts_in(str(Path(__file__).parent))


@cache
def _scripts_in(folder: str) -> ScriptDirectory:
    """The migration scripts, read once: readiness is checked every few seconds."""
    return ScriptDirectory(folder)
