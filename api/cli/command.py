"""Shared parts of the service's commands: settings, the database, and error handling.

The service is imported only inside functions.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from scheduler.cli.command import Command
from scheduler.cli.console import console
from scheduler.errors import StepdownError

if TYPE_CHECKING:
    from api.database import Store
    from api.kernel.settings import Settings

PREFIX = "STEPDOWN_"


class ServiceError(StepdownError):
    """An error that prevents a command from running; the message says what to do."""


class ServiceCommand(Command):
    """A command that reports known errors, including those of the service and its database, as a sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if (sentence := _sentence(error)) is None:
                raise
            console(to_error=True).print(sentence)
            raise typer.Exit(2) from None


def _sentence(error: Exception) -> str | None:
    """The message for a known error; None for a bug."""
    from sqlalchemy.exc import DBAPIError, NoSuchModuleError
    from sqlalchemy.exc import TimeoutError as PoolTimeoutError

    from api.database.archive import ArchiveError
    from api.database.backup import EmptyDatabaseError
    from api.database.restore import RestoreError
    from api.kernel.errors import Problem
    from api.kernel.exception_logging import safe_message

    match error:
        case Problem():
            return f"Nothing was done: {error.detail or error.title}"
        case ArchiveError() | RestoreError() | EmptyDatabaseError():
            return f"Nothing was done: {error}"
        case DBAPIError() | PoolTimeoutError() | NoSuchModuleError():
            return f"Cannot use the database (STEPDOWN_DATABASE): {safe_message(error)}"
    return None


def load_settings(**options: Any) -> Settings:
    """Load the settings from the environment.

    Args:
        options: Options of the command, which override the environment unless None.

    Raises:
        ServiceError: A setting has an invalid value.
    """
    from pydantic import ValidationError

    from api.kernel.settings import Settings

    for name in unknown_settings(Settings):
        console(to_error=True).print(name)
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        wrong = [f"{PREFIX}{str(place['loc'][0]).upper()}: {place['msg'].removeprefix('Value error, ')}" for place in error.errors()]
        raise ServiceError("; ".join(wrong)) from None


def unknown_settings(settings: type[Settings]) -> Iterator[str]:
    """A message for every variable that looks like a setting but is not one."""
    names = {PREFIX + name.upper() for name in settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            near = difflib.get_close_matches(name.upper(), names, 1)
            yield f"Unknown setting {name}{f'; did you mean {near[0]}?' if near else ''}: `stepdown settings` lists all settings."


def print_table(table: Table, when_empty: str) -> None:
    """Print a table at its full width, so that ids can be copied."""
    if not table.row_count:
        console().print(when_empty)
        return
    to = console()
    to.width = 1000
    to.print(table)


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the database with the newest schema; an SQLite file is upgraded automatically.

    Raises:
        ServiceError: A server's schema is older, or any schema is newer.
    """
    from api.database import Store
    from api.database.schema import bring_up_to_date

    store = Store(settings.database_url)
    try:
        for line in bring_up_to_date(store):
            console(to_error=True).print(line)
        yield store
    finally:
        store.close()
