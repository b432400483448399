"""A process of its own that publishes: in a race with another one, or on and on until it is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient

from api.app import create_app
from api.database import Store
from api.database.tables import ApiKeyRow
from api.kernel.settings import Settings
from api.security.tokens import token_hash
from tests.api.conftest import WaitingEngine
from tests.api.forks import CONTEXT, forked
from tests.api.weeks.small import BEFORE, WEEK, as_json, good_roster

Task = Callable[[TestClient, Connection], None]


@contextmanager
def publisher(task: Task, store: Store, folder: Path) -> Iterator[tuple[Any, Connection]]:
    """A process that does a task on a database, and the pipe to it; it is killed in the end."""
    here, there = CONTEXT.Pipe()
    process = forked(_run, task, store.url, folder, there)
    process.start()
    there.close()
    try:
        yield process, here
    finally:
        process.kill()
        process.join()
        process.close()
        here.close()


def _run(task: Task, database: str, folder: Path, pipe: Connection) -> None:
    """A coordinator's client of an application of its own; ready once it has read something."""
    settings = Settings(data=folder, database=database, allowed_hosts="testserver", requests_per_minute=1_000_000)
    store, token = Store(database), uuid4().hex
    with store.writing() as session:
        session.add(ApiKeyRow(token_hash=token_hash(token), scopes=["roster:write"]))
    app = create_app(settings, store, WaitingEngine())
    app.state.clock = lambda: BEFORE
    client = TestClient(app, headers={"Authorization": f"Bearer {token}"})
    pipe.send(client.get(WEEK).status_code)
    task(client, pipe)


def _publish(client: TestClient, monday: str, roster: str, etag: str) -> Any:
    week = WEEK.replace("2026-11-30", monday)
    return client.post(f"{week}/rosters/{roster}/publish", json={}, headers={"If-Match": etag})


def race(client: TestClient, pipe: Connection) -> None:
    """Publish each week and roster that comes in with the week's first ETag; answer status and code."""
    while True:
        monday, roster = pipe.recv()
        answer = _publish(client, monday, roster, '"1"')
        pipe.send((answer.status_code, answer.json().get("code", "")))


def loop(client: TestClient, pipe: Connection) -> None:
    """Publish by turns a roster of three people and one of two, and say so each time."""
    bodies = [as_json(good_roster()), as_json(good_roster(people=("ana", "ben")))]
    for number in range(1_000_000):
        made = client.post(f"{WEEK}/rosters", json=bodies[number % 2])
        answer = _publish(client, "2026-11-30", made.json()["id"], "*")
        pipe.send((made.status_code, answer.status_code))
