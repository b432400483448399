"""A service on an empty database of its own, with a job engine that runs jobs when the test says so."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from api.app import create_app
from api.database import Store
from api.database import engine as database
from api.database.migrations import upgrade
from api.database.tables import ApiKeyRow
from api.kernel.settings import Settings
from api.security import passwords
from api.security.tokens import token_hash
from tests.api.postgres import (  # noqa: F401 - fixtures for everybody below
    empty_postgres,
    postgres,
    postgres_server,
    postgres_settings,
    postgres_store,
    postgres_template,
)

MakeKey = Callable[..., dict[str, str]]
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class WaitingEngine:
    """A job engine that keeps what is submitted until the test runs it."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, int]] = []

    def start(self) -> None:
        pass

    def stop(self, seconds: float) -> None:
        pass

    def submit(self, job: str, priority: int) -> None:
        if (job, priority) not in self.jobs:
            self.jobs.append((job, priority))

    def is_ready(self) -> bool:
        return True


@cache
def empty_file() -> bytes:
    """A database file with the newest schema and nothing else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        store = Store(f"sqlite:///{path}")
        upgrade(store)
        settle(store)
        return path.read_bytes()


def settle(store: Store) -> None:
    """Write everything into the file itself, and close it."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    path.write_bytes(empty_file())
    return path


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """Every test has a database of its own; what was compiled for one SQLite is good for the next. It took a sixth of the time."""
    compiled: LRUCache[Any, Any] = LRUCache(2000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)))
        patch.setattr(database, "create_engine", partial(database.create_engine, execution_options={"compiled_cache": compiled}))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_event_loop() -> Iterator[None]:
    """Clients that are not entered share an event loop; one for each request took a third of the time of a light one."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        yield


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing; what they really cost is tested in security/test_passwords.py."""
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


@pytest.fixture(scope="session")
def generous_settings() -> Settings:
    """Settings with limits that no test reaches, to be copied: reading the environment takes a while."""
    return Settings(allowed_hosts="testserver", requests_per_minute=100_000, solves_per_minute=100_000, logins_per_minute=1000)


@pytest.fixture(scope="session")
def openapi_document(tmp_path_factory: pytest.TempPathFactory, generous_settings: Settings) -> dict[str, Any]:
    """The description of the service, made once for all workers: it takes seconds."""
    own = tmp_path_factory.mktemp("described")
    # Of several workers, each has a folder in one of the whole run.
    path = (own.parents[1] if "PYTEST_XDIST_WORKER" in os.environ else own) / "openapi.json"
    if not path.exists():
        store = Store(f"sqlite:///{own}/none.sqlite")
        try:
            document = create_app(generous_settings, store, WaitingEngine()).openapi()
        finally:
            store.close()
        (own / "openapi.json").write_text(json.dumps(document))
        (own / "openapi.json").replace(path)
    described: dict[str, Any] = json.loads(path.read_text())
    return described


@pytest.fixture
def settings(tmp_path: Path, generous_settings: Settings) -> Settings:
    """Settings with a data folder of their own, whatever the environment says."""
    return generous_settings.model_copy(update={"data": tmp_path / "data"})


@pytest.fixture
def database_file() -> bytes:
    """What the database of a test begins with: the newest schema and nothing else."""
    return empty_file()


@pytest.fixture
def store(settings: Settings, database_file: bytes) -> Iterator[Store]:
    """A database of its own."""
    settings.data.mkdir()
    (settings.data / "stepdown.sqlite").write_bytes(database_file)
    made = Store(settings.database_url)
    yield made
    made.close()


@pytest.fixture
def engine() -> WaitingEngine:
    return WaitingEngine()


@pytest.fixture
def app(settings: Settings, store: Store, engine: WaitingEngine) -> FastAPI:
    return create_app(settings, store, engine)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Nobody's client: no key, no session."""
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def key(store: Store) -> MakeKey:
    """Make an API key; the headers that carry it."""

    def make(*scopes: str, program: str | None = None) -> dict[str, str]:
        token = secrets.token_urlsafe(32)
        with store.writing() as session:
            session.add(ApiKeyRow(token_hash=token_hash(token), scopes=list(scopes), program=program))
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def admin(client: TestClient, key: MakeKey) -> TestClient:
    """A client that may do everything."""
    client.headers.update(key("admin"))
    return client
