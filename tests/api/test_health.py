"""Alive and ready."""


def test_alive(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_ready(client):
    assert client.get("/ready").json() == {"status": "ready"}


def test_not_ready_while_the_job_engine_is_not(client, engine, monkeypatch):
    monkeypatch.setattr(engine, "is_ready", lambda: False)
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_address(client):
    answer = client.get("/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
