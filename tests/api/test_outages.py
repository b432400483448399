"""A database that is away, busy or full: 503 with Retry-After and a sentence, nothing half done, and `/ready` says so."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.database import outages
from api.database.outages import AWAY, BUSY, FULL, outage_of
from tests.api.weeks.conftest import clock, coordinator, database_file, program  # noqa: F401 - fixtures

ROOM = {"site": "s1", "seats": 8}


def sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("made")
    error.sqlite_errorname = name
    return error


def postgres_error(state: str | None) -> psycopg.Error:
    return psycopg.OperationalError("made") if state is None else psycopg.errors.lookup(state)("made")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite_error("SQLITE_FULL"), FULL), (sqlite_error("SQLITE_BUSY_SNAPSHOT"), BUSY), (sqlite_error("SQLITE_LOCKED"), BUSY),
        (sqlite_error("SQLITE_IOERR_WRITE"), AWAY), (sqlite_error("SQLITE_CANTOPEN"), AWAY),
        (sqlite_error("SQLITE_READONLY_DBMOVED"), AWAY),
        (sqlite_error("SQLITE_ERROR"), None), (sqlite_error("SQLITE_CORRUPT"), None), (postgres_error(None), AWAY),
        (postgres_error("53100"), FULL), (postgres_error("53300"), BUSY), (postgres_error("57P01"), AWAY), (postgres_error("08006"), AWAY),
        (postgres_error("40001"), BUSY), (postgres_error("42P01"), None), (postgres_error("23505"), None), (PoolTimeoutError(), BUSY),
        (ValueError(), None),
    ],
)  # fmt: skip
def test_only_what_is_the_databases_fault_counts(error: Exception, words: str | None) -> None:
    """An unknown table or a broken constraint is ours."""
    assert outage_of(error) == words
    wrapped = (OperationalError if words else ProgrammingError)("SELECT 1", {}, error)
    assert outage_of(wrapped) == words
    raised = RuntimeError()
    raised.__cause__ = wrapped
    assert outage_of(raised) == words


def test_a_database_without_room_keeps_what_it_has(client: Any, coordinator: Any, store: Any, monkeypatch: Any) -> None:  # noqa: F811
    """Its file may not grow; reading goes on, changes are refused, and the process is not ready for a while."""
    address = "/v1/programs/north/rooms"
    before = coordinator.get(address).json()

    def limit(connection: Any, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(store.engine, "connect", limit)
    store.engine.dispose()
    refused = None
    for number in range(400):
        answer = coordinator.post(address, json=ROOM | {"id": f"extra{number}", "label": f"{number} " + "x" * 60})
        if answer.status_code != 201:
            refused = answer
            break
    assert refused is not None, "there is always room"
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (503, "not_ready", FULL)
    assert refused.headers["Retry-After"] == "5"
    assert len(coordinator.get(address, params={"limit": 200}).json()["items"]) >= len(before["items"])
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["detail"], ready.headers["Retry-After"]) == (503, FULL, "30")
    monkeypatch.setattr(outages, "FULL_SECONDS", 0.0)
    assert client.get("/ready").status_code == 200


def test_a_database_that_is_away_is_told_everywhere(client: Any, coordinator: Any, store: Any, monkeypatch: Any) -> None:  # noqa: F811
    """In the API, in FHIR and on a page; then it is back."""

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, postgres_error(None))

    with monkeypatch.context() as patch:
        patch.setattr(store.engine, "connect", away)
        patch.setattr(store, "view", away)
        patch.setattr(store, "ask", away)
        for path in ("/v1/programs/north/rooms", "/v1/programs/north/fhir/Location", "/programs/north/today"):
            answer = coordinator.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
        assert client.get("/ready").status_code == 503
    assert coordinator.get("/v1/programs/north/rooms").status_code == 200
