"""`stepdown db`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.command import ServiceError, load_settings
from scheduler.cli.command import FINDINGS
from scheduler.cli.console import console

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.", show_default=False)]


def upgrade() -> None:
    """Upgrade the database to the newest schema, or create its tables. An up-to-date database is left alone."""
    from api.database import Store
    from api.database.migrations import newest
    from api.database.migrations import upgrade as run
    from api.database.schema import schema_revision

    store = Store(load_settings().database_url)
    try:
        before = schema_revision(store)
        run(store)
    finally:
        store.close()
    if before == newest():
        console().print(f"The database already has the newest schema ({newest()}).")
    else:
        console().print(f"The database now has schema {newest()}{f' (before: {before})' if before else ''}.")


def backup(file: BackupFile) -> None:
    """Write all data into one file, even while the service runs: people, weeks, rosters, users, jobs. Keep it as secret as the database."""
    from api.audit.acts import BACKUP, Act
    from api.database import Store
    from api.database.backup import back_up
    from api.security.access import SYSTEM

    if file.is_dir():
        raise ServiceError(f"{file} is a folder; give the name of a file")
    settings = load_settings()
    _see_that_it_exists(settings.database_url)
    store = Store(settings.database_url)
    try:
        manifest = back_up(store, file)
        with store.writing() as session:
            Act(SYSTEM, BACKUP).record(session)
    finally:
        store.close()
    console().print(
        f"{file}: {manifest.rows} rows of {len(manifest.tables)} tables, schema {manifest.revision}, {file.stat().st_size} bytes"
    )


def restore(
    file: BackupFile,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a database that is not empty. Its contents are lost.")] = False,
) -> None:
    """Replace the database with a backup, at the newest schema. Stop the service first. SQLite and PostgreSQL read each other's backups."""
    from api.database import Store
    from api.database.restore import restore as run

    settings = load_settings()
    store = Store(settings.database_url)
    try:
        manifest = run(store, settings.jobs_url, file, replaces=force)
    finally:
        store.close()
    console().print(
        f"Restored {manifest.rows} rows of {len(manifest.tables)} tables, as they were on {manifest.made_at:%Y-%m-%d %H:%M} UTC."
    )


def check() -> None:
    """Check the schema, the references between rows and the hash of every document. Exit code 1 if there is any damage."""
    from api.database import Store
    from api.database.integrity_check import check_store

    settings = load_settings()
    _see_that_it_exists(settings.database_url)
    store = Store(settings.database_url)
    try:
        report = check_store(store)
    finally:
        store.close()
    for fault in report.faults:
        console(to_error=True).print(fault)
    console().print(f"{report.rows} rows, {report.documents} documents: {f'{len(report.faults)} faults' if report.faults else 'all good'}")
    if report.faults:
        raise typer.Exit(FINDINGS)


def _see_that_it_exists(url: str) -> None:
    from sqlalchemy import make_url

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).is_file():
        raise ServiceError(f"there is no database at {parsed.database}; set STEPDOWN_DATA or STEPDOWN_DATABASE to its location")
