"""Database access for commands, recorded in the audit trail like any other change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.cli.command import load_settings, open_store

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.security.access import Caller


@contextmanager
def acting(action: str) -> Iterator[tuple[Session, Caller, Callable[..., None]]]:
    """Open a transaction on behalf of the machine's operator.

    Yields:
        The session, the caller, and a function to record the ids concerned.
    """
    from api.audit.acts import Act
    from api.security.access import SYSTEM

    act = Act(SYSTEM, action)

    def about(**ids: str) -> None:
        nonlocal act
        act = act.about(**ids)

    with open_store(load_settings()) as store, store.writing() as session:
        yield session, SYSTEM, about
        act.record(session)


@contextmanager
def reading() -> Iterator[Session]:
    """A consistent view of the database."""
    with open_store(load_settings()) as store, store.reading() as session:
        yield session
