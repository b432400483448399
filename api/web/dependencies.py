"""What routes ask for: the caller with a permission, a transaction, the settings.

A route is declared like this; the tests read `needs` off every route::

    @router.get("/programs/{program}/weeks/{monday}")
    def get_week(act: Annotated[Act, needs("roster:read", "week.view")], session: Reading, ...) -> Week: ...
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from anyio import CancelScope
from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.audit.writer import Trail
from api.database import Store
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import Caller, Permission
from api.web.callers import caller_of

OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,219}")


@dataclass(frozen=True, slots=True)
class Needed:
    """The permission a route asks for and the action it records; what `needs` leaves for the tests to read."""

    permission: Permission
    action: str
    also: Permission | None = None

    async def __call__(self, request: Request) -> Act:
        """Let the caller through, or answer 401, 403, or 404 where the program is none of the caller's business."""
        caller = await caller_of(request)
        program = request.path_params.get("program")
        target = " ".join(f"{name}={_opaque(value)}" for name, value in request.path_params.items() if name != "program")
        act = Act(caller, self.action, program and _opaque(program)[:64], target, getattr(request.state, "request_id", ""))
        if not any(caller.may(permission, program) for permission in (self.permission, self.also) if permission is not None):
            # Strangers must not be able to fill the disk; the log has them.
            if caller.kind != "nobody":
                await trail_of(request).record(act, "denied")
            raise self._refusal(caller, program)
        request.state.act = act
        return act

    @staticmethod
    def _refusal(caller: Caller, program: str | None) -> Problem:
        if caller.kind == "nobody":
            return Problem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
        if program is not None and not caller.sees(program):
            return Problem("not_found")
        return Problem("forbidden")


def _opaque(value: str) -> str:
    """An id of the address as the audit trail keeps it; what cannot be one might be anything, and is not kept."""
    return value if OPAQUE.fullmatch(value) else "?"


def needs(permission: Permission, action: str, also: Permission | None = None) -> Any:
    """The dependency that lets only callers with a permission through and names the act for the audit trail.

    Args:
        also: Another permission that will do: what a job may be seen with.
    """
    return Depends(Needed(permission, action, also))


def store_of(request: Request) -> Store:
    """The application's database."""
    store: Store = request.app.state.store
    return store


def trail_of(request: Request) -> Trail:
    """The application's writer of the audit trail."""
    trail: Trail = request.app.state.trail
    return trail


def settings_of(request: Request) -> Settings:
    """The application's settings."""
    settings: Settings = request.app.state.settings
    return settings


# As dependencies they are coroutines: FastAPI calls plain functions in a thread, which costs a light request more than all the rest.
async def _store(request: Request) -> Store:
    return store_of(request)


async def _trail(request: Request) -> Trail:
    return trail_of(request)


async def _settings(request: Request) -> Settings:
    return settings_of(request)


async def current_time(request: Request) -> datetime:
    """The time to the minute, by the application's clock; a test sets it as `app.state.clock`."""
    found: datetime = getattr(request.app.state, "clock", now)()
    return found.replace(second=0, microsecond=0)


async def _reading(request: Request) -> AsyncIterator[Session]:
    # Nothing is opened before the route asks something, and what remains is done in one go: each way into a thread and back takes time.
    session = store_of(request).view()
    try:
        yield session
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(session.close)
        raise
    await trail_of(request).record(getattr(request.state, "act", None), view=session)


def _writing(request: Request) -> Iterator[Session]:
    with store_of(request).writing() as session:
        yield session
        if (claim := getattr(request.state, "claim", None)) is not None:
            claim.carried_out(session)
        if (act := getattr(request.state, "act", None)) is not None:
            act.record(session)
    after: list[Callable[[], None]] = getattr(request.state, "after_commit", [])
    for do in after:
        do()


def after_commit(request: Request, do: Callable[[], None]) -> None:
    """Do something once the route's transaction is committed, e.g. submit a job; not at all when it fails."""
    request.state.after_commit = [*getattr(request.state, "after_commit", []), do]


transaction = contextmanager(_writing)
"""What `Writing` does, for a route that goes on after the commit, e.g. waits for the job it made: call it in a thread."""

# The transaction ends before the answer is sent, so that an answer is never a promise that a failing commit breaks.
Reading = Annotated[Session, Depends(_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing, scope="function")]
TrailOf = Annotated[Trail, Depends(_trail)]
StoreOf = Annotated[Store, Depends(_store)]
SettingsOf = Annotated[Settings, Depends(_settings)]
Now = Annotated[datetime, Depends(current_time)]
