"""Dependencies of routes: the caller with a permission, a transaction, the settings.

A route is declared like this; the tests read `needs` from every route::

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
from api.audit.writer import AuditWriter
from api.database import Store
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import ROLES, SCOPES, Caller, Permission
from api.web.callers import caller_of

OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+-]{0,219}")

NO_PROGRAM = "There is no such program, or you have no access to it."
"""The same in both cases: nobody learns which programs there are."""


@dataclass(frozen=True, slots=True)
class RequiredPermission:
    """The permission a route requires and the action it records, declared by `needs` and readable by tests."""

    permission: Permission
    action: str
    also: Permission | None = None

    async def __call__(self, request: Request) -> Act:
        """Let the caller through, or answer 401, 403, or 404 if the caller has no access to the program."""
        caller = await caller_of(request)
        program = request.path_params.get("program")
        target = " ".join(f"{name}={_opaque(value)}" for name, value in request.path_params.items() if name != "program")
        act = Act(caller, self.action, program and _opaque(program)[:64], target, getattr(request.state, "request_id", ""))
        if not any(caller.may(permission, program) for permission in (self.permission, self.also) if permission is not None):
            # Unknown callers must not be able to fill the disk; their requests are in the log.
            if caller.kind != "nobody":
                await audit_writer_of(request).record(act, "denied")
            raise self._refusal(caller, program)
        request.state.act = act
        return act

    def _refusal(self, caller: Caller, program: str | None) -> Problem:
        if caller.kind == "nobody":
            return Problem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
        if program is not None and not caller.sees(program):
            return Problem("not_found", NO_PROGRAM)
        scopes, roles = ([name for name, permissions in table.items() if self.permission in permissions] for table in (SCOPES, ROLES))
        who = f"a key of scope {' or '.join(scopes)}, or as {' or '.join(roles)}" if roles else f"a key of scope {' or '.join(scopes)}"
        return Problem("forbidden", f"This needs the permission {self.permission}: call it with {who}.")


def _opaque(value: str) -> str:
    """A path parameter as the audit trail records it; a value that cannot be an id may contain anything and is left out."""
    return value if OPAQUE.fullmatch(value) else "?"


def needs(permission: Permission, action: str, also: Permission | None = None) -> Any:
    """The dependency that admits only callers with a permission and names the action for the audit trail.

    Args:
        also: Another permission that is sufficient, e.g. to view a job.
    """
    return Depends(RequiredPermission(permission, action, also))


def store_of(request: Request) -> Store:
    """The application's database."""
    store: Store = request.app.state.store
    return store


def audit_writer_of(request: Request) -> AuditWriter:
    """The application's writer of the audit trail."""
    writer: AuditWriter = request.app.state.audit_writer
    return writer


def settings_of(request: Request) -> Settings:
    """The application's settings."""
    settings: Settings = request.app.state.settings
    return settings


# As dependencies they are coroutines: FastAPI calls plain functions in a thread, which costs a light request more than all the rest.
async def _store(request: Request) -> Store:
    return store_of(request)


async def _audit_writer(request: Request) -> AuditWriter:
    return audit_writer_of(request)


async def _settings(request: Request) -> Settings:
    return settings_of(request)


async def _current_act(request: Request) -> Act:
    act: Act = request.state.act
    return act


async def current_time(request: Request) -> datetime:
    """The application's current time, to the minute; tests replace `app.state.clock`."""
    time: datetime = getattr(request.app.state, "clock", now)()
    return time.replace(second=0, microsecond=0)


async def _reading(request: Request) -> AsyncIterator[Session]:
    # Nothing is opened before the route's first query, and cleaning up is a single step: each hop to a thread and back takes time.
    session = store_of(request).view()
    try:
        yield session
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(session.close)
        raise
    await audit_writer_of(request).record(getattr(request.state, "act", None), view=session)


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
    """Register a callback to run after the route's transaction commits, e.g. to submit a job; it is not run if the transaction fails."""
    request.state.after_commit = [*getattr(request.state, "after_commit", []), do]


MOST_WRITERS = 20
"""The number of requests at a time that may change something: half as many as the server has threads. A request holds its locks while it
waits for a thread to go on in; if all threads waited for these locks, none could."""


async def _turn(request: Request) -> AsyncIterator[None]:
    async with request.app.state.writers:
        yield


def _writing_in_turn(request: Request, _: Annotated[None, Depends(_turn, scope="function")]) -> Iterator[Session]:
    yield from _writing(request)


transaction = contextmanager(_writing)
"""Like `Writing`, for a route that continues after the commit, e.g. to wait for the job it created; call it in a thread."""

# The transaction ends before the response is sent, so that no response reports success for a commit that fails.
Reading = Annotated[Session, Depends(_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing_in_turn, scope="function")]
AuditWriterOf = Annotated[AuditWriter, Depends(_audit_writer)]
StoreOf = Annotated[Store, Depends(_store)]
SettingsOf = Annotated[Settings, Depends(_settings)]
Now = Annotated[datetime, Depends(current_time)]
CurrentAct = Annotated[Act, Depends(_current_act)]
"""What `needs` admitted, for other dependencies of the route."""
