"""An application with something of everything in it, and its description."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.security.callers import token_hash
from api.settings import Settings
from api.store import Store
from api.store.migrations import upgrade
from api.store.tables import ApiKey
from scheduler.reading import dump_json
from tests.api.programs.seed import instance_of, seed
from tests.source_tree import ROOT

NAME, PROGRAM = "unchanged_week", "example"
JSON = {"Content-Type": "application/json"}


class IdleEngine:
    """A job engine that never runs anything."""

    def start(self) -> None:
        pass

    def stop(self, seconds: float) -> None:
        pass

    def submit(self, job: str, priority: int) -> None:
        pass

    def is_ready(self) -> bool:
        return True


@dataclass
class World:
    """The application, who may do everything in it, and ids of what is there."""

    app: FastAPI
    admin: dict[str, str]
    known: dict[str, str] = field(default_factory=dict)


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A program with a week, a published roster, a draft, a pin, a job, a user and a key."""
    settings = Settings(
        data=folder,
        allowed_hosts="testserver",
        requests_per_minute=10**6,
        solves_per_minute=10**6,
        logins_per_minute=10**6,
        queue_most=10**6,
    )
    store = Store(settings.database_url)
    upgrade(store)
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        session.add(ApiKey(token_hash=token_hash(token), scopes=["admin"]))
    made = World(create_app(settings, store, IdleEngine()), {"Authorization": f"Bearer {token}"})
    seed(store, NAME, PROGRAM)
    with TestClient(made.app, headers=made.admin, raise_server_exceptions=False) as client:
        made.known = _fill(client)
        yield made
    store.close()


def _fill(client: TestClient) -> dict[str, str]:
    instance = instance_of(NAME)
    week = f"/v1/programs/{PROGRAM}/weeks/{instance.monday}"
    roster = (ROOT / "instances" / "best" / f"{NAME}.json").read_bytes()

    def post(address: str, content: bytes | str = b"{}", **headers: str) -> dict[str, str]:
        answer = client.post(address, content=content, headers=JSON | headers)
        assert answer.status_code < 300, (address, answer.text)
        found: dict[str, str] = answer.json()
        return found

    published = post(f"{week}/rosters", roster)
    version = client.get(f"{week}/rosters/{published['id']}/check").json()["week_version"]
    post(f"{week}/rosters/{published['id']}/publish", **{"If-Match": f'"{version}"'})
    first = client.get(f"{week}/published").json()["sessions"][0]
    key = post("/v1/keys", '{"label": "a", "scopes": ["solve"]}')
    user = post("/v1/users", '{"login": "somebody", "password": "correct horse battery", "roles": []}')
    return {
        "program": PROGRAM,
        "monday": instance.monday.isoformat(),
        "roster": post(f"{week}/rosters", roster)["id"],
        "pin": post(f"{week}/pins", f'{{"kind": "run", "group": "{instance.groups[0].id}"}}')["id"],
        "job": post("/v1/solve", dump_json(instance))["id"],
        "key": key["id"],
        "user": user["id"],
        "name": "demo",
        "session": first["session"],
        "participant": first["bookings"][0]["participant"],
        "clinician": instance.clinicians[0].id,
        "group": instance.groups[0].id,
        "room": instance.rooms[0].id,
        "site": instance.program.sites[0].id,
        "service": instance.services[0].id,
        "track": instance.tracks[0].id,
        "phase": instance.phases[0].id,
    }
