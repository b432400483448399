"""Alive and ready."""

import pytest
from sqlalchemy import text


def test_alive(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_ready(client):
    assert client.get("/ready").json() == {"status": "ready"}


def not_ready(client):
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "2"
    return answer.json()["detail"]


def test_not_ready_while_the_job_engine_is_not(client, engine, monkeypatch):
    monkeypatch.setattr(engine, "is_ready", lambda: False)
    assert "job engine" in not_ready(client)


def test_not_ready_while_the_database_is_away_but_alive(client, store, monkeypatch):
    def away():
        raise ConnectionError("no route to anna's host")

    monkeypatch.setattr(store.engine, "connect", away)
    assert not_ready(client) == "The database does not respond."
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("revision", ["0000", "9999"])
def test_not_ready_on_another_schema(client, store, revision):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    assert "different schemas" in not_ready(client)


def test_not_ready_while_it_is_being_stopped(client, app):
    app.state.streams.close()
    assert "is stopping" in not_ready(client)


def test_readiness_is_asked_without_an_account_and_costs_one_look(client, store, monkeypatch):
    looks = []
    connect = store.engine.connect
    monkeypatch.setattr(store.engine, "connect", lambda: looks.append(1) or connect())
    assert client.get("/ready").status_code == 200
    assert len(looks) == 1


def test_an_unknown_address(client):
    answer = client.get("/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
