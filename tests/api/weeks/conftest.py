"""A small program in the database, a clock that can be set, and a coordinator's client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.app import create_app
from api.database import Store
from api.database.tables import ApiKeyRow
from api.kernel.settings import Settings
from api.security.access import SYSTEM, Role
from api.security.logins import begin_login
from api.security.tokens import token_hash
from api.web.session_cookie import COOKIE
from tests.api.conftest import WaitingEngine, empty_file, settle
from tests.api.weeks.small import BEFORE, WEEK, as_json, good_roster, keep_program, small_instance

SetClock = Callable[[datetime], None]
SignedIn = Callable[..., TestClient]


@pytest.fixture
def clock(app: FastAPI) -> SetClock:
    """Say what time it is."""

    def set_clock(now: datetime) -> None:
        app.state.clock = lambda: now

    set_clock(BEFORE)
    return set_clock


@cache
def with_programs(*programs: str) -> bytes:
    """A database file with programs of the same kind."""
    with changed_file(empty_file()) as (store, result):
        for program in programs:
            keep_program(store, small_instance(), program)
    return result()


@cache
def with_draft() -> tuple[bytes, str]:
    """A database file with the small program and a legal draft of its week; what the service answered."""
    with changed_file(with_programs("north")) as (store, result), service_on(store) as client:
        answer = client.post(f"{WEEK}/rosters", json=as_json(good_roster()))
        assert answer.status_code == 201, answer.text
    return result(), answer.text


@cache
def with_published() -> tuple[bytes, str]:
    """The same with the draft published; what the service answered."""
    content, draft = with_draft()
    with changed_file(content) as (store, result), service_on(store) as client:
        headers = {"If-Match": client.get(WEEK).headers["ETag"]}
        answer = client.post(f"{WEEK}/rosters/{json.loads(draft)['id']}/publish", json={}, headers=headers)
        assert answer.status_code == 200, answer.text
    return result(), answer.text


@contextmanager
def changed_file(content: bytes) -> Iterator[tuple[Store, Callable[[], bytes]]]:
    """A database to be changed, and what its file holds afterwards."""
    kept: list[bytes] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "changed.sqlite"
        path.write_bytes(content)
        store = Store(f"sqlite:///{path}")
        yield store, kept.pop
        settle(store)
        kept.append(path.read_bytes())


@contextmanager
def service_on(store: Store) -> Iterator[TestClient]:
    """A client with a key of its own that may do what a coordinator may, on the Thursday before the small week."""
    settings = Settings(allowed_hosts="testserver", requests_per_minute=100_000)
    app = create_app(settings, store, WaitingEngine())
    app.state.clock = lambda: BEFORE
    own = ApiKeyRow(token_hash=token_hash("once"), scopes=["roster:write"], program="north")
    with store.writing() as session:
        session.add(own)
    with TestClient(app, headers={"Authorization": "Bearer once"}) as client:
        yield client
    with store.writing() as session:
        session.delete(own)


@pytest.fixture
def database_file(request: pytest.FixtureRequest) -> bytes:
    """What the database of a test begins with: whatever it needs of two programs, or of the small one, its draft and its published week."""
    needed = request.fixturenames
    if "rows" in needed:
        return with_programs("north", "south")
    if "published" in needed:
        return with_published()[0]
    if "draft" in needed:
        return with_draft()[0]
    return with_programs("north") if "program" in needed else empty_file()


@pytest.fixture
def rows(store: Store) -> Iterator[Session]:
    """A transaction on two programs of the same kind, without a service around it."""
    with store.writing() as session:
        yield session


@pytest.fixture
def program(store: Store, clock: SetClock, database_file: bytes) -> str:
    """The small program; it is Thursday before its week."""
    assert database_file is not empty_file(), "import the fixture database_file with this one"
    return "north"


@pytest.fixture
def coordinator(client: TestClient, key: Any, program: str) -> TestClient:
    """A client that may do what a coordinator may."""
    client.headers.update(key("roster:write", program=program))
    return client


@pytest.fixture
def draft(coordinator: TestClient) -> dict[str, Any]:
    """A legal draft, as the service tells it."""
    found: dict[str, Any] = json.loads(with_draft()[1])
    return found


@pytest.fixture
def published(coordinator: TestClient, draft: dict[str, Any]) -> dict[str, Any]:
    """The legal draft, published."""
    found: dict[str, Any] = json.loads(with_published()[1])["published"]
    return found


@pytest.fixture
def signed_in(app: FastAPI, store: Store, settings: Settings, program: str) -> SignedIn:
    """The browser of somebody who signed in with a role in the small program."""

    def sign_in(role: Role, clinician: str | None = None) -> TestClient:
        with store.writing() as session:
            user = create_user(session, SYSTEM, role, "", [RoleIn(program=program, role=role, clinician=clinician)])
            begin_login(session, settings, user, token_hash(role))
        return TestClient(app, cookies={COOKIE: role}, raise_server_exceptions=False)

    return sign_in
