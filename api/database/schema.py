"""The schema of a database: brought up to date, or refused. Imports no routes, so that commands and workers start quickly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from api.database.backup import back_up
from api.database.engine import Store
from api.database.migrations import newest, revision_of, revisions, upgrade
from scheduler.errors import StepdownError


class SchemaError(StepdownError):
    """The database has a schema this version cannot work with; the message says what to do."""


def bring_up_to_date(store: Store) -> Iterator[str]:
    """Upgrade a local SQLite file to the newest schema, with a backup next to it; check that a database server has it.

    Yields:
        Messages about what was done.

    Raises:
        SchemaError: The schema is newer than this version's, or older on a database server, which other processes may be using.
    """
    revision = schema_revision(store)
    if revision == newest():
        return
    if not store.is_sqlite:
        raise SchemaError(f"the database has {_named(revision)}, but this version needs {newest()}: run `stepdown db upgrade`")
    if revision is not None:
        file = Path(str(make_url(store.url).database)).with_name(f"before-{newest()}.zip")
        back_up(store, file)
        yield f"Backup before the upgrade: {file}"
    upgrade(store)
    yield f"The database is new (schema {newest()})." if revision is None else f"Upgraded the database from {revision} to {newest()}."


def schema_revision(store: Store) -> str | None:
    """The schema of a database; None if it has no tables yet.

    Raises:
        SchemaError: The schema is unknown: a newer version created it.
    """
    with store.engine.connect() as connection:
        revision = revision_of(connection)
    if revision is not None and revision not in revisions():
        raise SchemaError(f"the database belongs to a newer version of Stepdown (schema {revision}): install that version")
    return revision


def _named(revision: str | None) -> str:
    return "no tables yet" if revision is None else f"the older schema {revision}"
