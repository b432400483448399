"""A small program in the database, a clock that can be set, and a coordinator's client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from api.database import Store
from api.kernel.settings import Settings
from api.security.access import SYSTEM, Role
from api.security.logins import begin_login
from api.security.tokens import token_hash
from api.web.session_cookie import COOKIE
from tests.api.conftest import empty_file, settle
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
def two_programs() -> bytes:
    """A database file with two programs of the same kind."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "two.sqlite"
        path.write_bytes(empty_file())
        store = Store(f"sqlite:///{path}")
        for program in ("north", "south"):
            keep_program(store, small_instance(), program)
        settle(store)
        return path.read_bytes()


@pytest.fixture
def rows(settings: Settings, store: Store) -> Iterator[Session]:
    """A transaction on two programs of the same kind, without a service around it."""
    (settings.data / "stepdown.sqlite").write_bytes(two_programs())
    with store.writing() as session:
        yield session


@pytest.fixture
def program(store: Store, clock: SetClock) -> str:
    """The small program; it is Thursday before its week."""
    keep_program(store, small_instance())
    return "north"


@pytest.fixture
def coordinator(client: TestClient, key: Any, program: str) -> TestClient:
    """A client that may do what a coordinator may."""
    client.headers.update(key("roster:write", program=program))
    return client


@pytest.fixture
def draft(coordinator: TestClient) -> dict[str, Any]:
    """A legal draft, as the service tells it."""
    answer = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster()))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def published(coordinator: TestClient, draft: dict[str, Any]) -> dict[str, Any]:
    """The legal draft, published."""
    week = coordinator.get(WEEK)
    answer = coordinator.post(f"{WEEK}/rosters/{draft['id']}/publish", json={}, headers={"If-Match": week.headers["ETag"]})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["published"]
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
