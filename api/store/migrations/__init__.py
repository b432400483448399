"""Migrations: the same for SQLite and PostgreSQL, forward from every released schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.store.database import Store


def upgrade(store: Store) -> None:
    """Bring a database to the newest schema; an empty one gets all tables. Several processes may ask at once."""
    with store.engine.begin() as connection:
        if not store.is_sqlite:
            # Two processes that start together: the second waits here, then finds nothing to do.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7306021)")
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(store: Store) -> bool:
    """Whether the database has the newest schema."""
    with store.engine.connect() as connection:
        return (
            MigrationContext.configure(connection).get_current_revision() == ScriptDirectory.from_config(configuration()).get_current_head()
        )


def configuration() -> Config:
    """Alembic's configuration; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
