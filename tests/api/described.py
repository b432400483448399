"""An application with something of everything in it, and its description."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.database import Store
from api.database.migrations import upgrade
from api.database.tables import ApiKeyRow
from api.fhir.parameters import RESOURCE_TYPES
from api.kernel.settings import Settings
from api.openapi.examples import BODIES
from api.security.tokens import token_hash
from scheduler.instance import Instance
from tests.api.programs.seed import seed

PROGRAM, MONDAY = "example", BODIES["Instance"]["monday"]
NOW = datetime.fromisoformat(f"{MONDAY}T15:00:00+00:00") - timedelta(days=3)
"""The application's time, whatever the date is today: once that week has begun, its first roster could no longer be published."""
PERIOD: dict[str, dict[str, str]] = {"Appointment": {"date": f"ge{MONDAY}"}, "Slot": {"start": f"ge{MONDAY}"}}


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
    """The program of the examples with a published roster, a draft, a pin, a job, a user and a key."""
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
        session.add(ApiKeyRow(token_hash=token_hash(token), scopes=["admin"]))
    made = World(create_app(settings, store, IdleEngine()), {"Authorization": f"Bearer {token}"})
    made.app.state.clock = lambda: NOW
    seed(store, Instance.model_validate(BODIES["Instance"]), PROGRAM)
    with TestClient(made.app, headers=made.admin, raise_server_exceptions=False) as client:
        made.known = _fill(client)
        yield made
    store.close()


def _fill(client: TestClient) -> dict[str, str]:
    """Everything of the examples; the ids, by the names of path parameters."""
    week = f"/v1/programs/{PROGRAM}/weeks/{MONDAY}"

    def post(address: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        answer = client.post(address, json=body, headers=headers)
        assert answer.status_code < 300, (address, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    published = post(f"{week}/rosters", BODIES["Roster"])
    version = client.get(f"{week}/rosters/{published['id']}/check").json()["week_version"]
    post(f"{week}/rosters/{published['id']}/publish", BODIES["PublishRequest"], **{"If-Match": f'"{version}"'})
    models = {
        "resource": "Resource",
        "relation": "RelationEntry",
        "order": "OrderEntry",
        "phase_decision": "PhaseEntry",
        "absence": "AbsenceEntry",
    }
    made = {one: post(f"/v1/programs/{PROGRAM}/{one}s", BODIES[model])["id"] for one, model in models.items()}
    feed = post(f"/v1/programs/{PROGRAM}/feeds", {"clinician": "c01", "warning": BODIES["NewFeed"]["warning"]})
    consent = BODIES["ConsentRecord"] | {"first": "2000-01-01", "last": None}
    return made | {
        "consent": post(f"/v1/programs/{PROGRAM}/participants/p01/consents", consent)["id"],
        "feed": feed["feed"]["id"],
        "token": feed["links"]["https"].rpartition("/")[2].removesuffix(".ics"),
        "program": PROGRAM,
        "monday": MONDAY,
        "roster": post(f"{week}/rosters", BODIES["Roster"])["id"],
        "pin": post(f"{week}/pins", BODIES["Pin"])["id"],
        "job": post("/v1/solve", BODIES["Instance"])["id"],
        "key": post("/v1/keys", BODIES["NewKey"])["id"],
        "user": post("/v1/users", BODIES["NewUser"])["id"],
        "name": "demo",
        "session": BODIES["Roster"]["sessions"][0]["id"],
        "participant": "p01",
        "clinician": "c01",
        "group": "evening_mon",
        "room": "r1",
        "site": "main",
        "service": "skills",
        "track": "evening",
        "cohort": "evening_a",
        "curriculum": "skills_cycle",
        "phase": "core",
        "plan": "four_weeks",
        **_fhir_ids(client),
        **_outbox_ids(client),
        **_own_page_ids(client),
    }


def _own_page_ids(client: TestClient) -> dict[str, str]:
    """A link that was used, and an absence that was announced on the page it opened."""
    link = client.post(f"/v1/programs/{PROGRAM}/participants/p01/links").json()
    client.post("/my/start", data={"link": link["url"].rpartition("/")[2], "page": "any"})
    # Not in the week of the examples: accepted, it would make the pins of that week impossible.
    away = date.fromisoformat(MONDAY) + timedelta(days=14)
    client.post("/my/away", data={"kind": "days", "first": away.isoformat()})
    waiting = client.get(f"/v1/programs/{PROGRAM}/announcements").json()["items"]
    return {"link": link["id"], "announcement": waiting[0]["id"]}


def _outbox_ids(client: TestClient) -> dict[str, str]:
    """A contact, somebody to call, a webhook, and a message to it."""
    program = f"/v1/programs/{PROGRAM}"
    contact = client.put(f"{program}/participants/p01/contact", json=BODIES["ContactRecord"], headers={"If-None-Match": "*"})
    webhook = client.post(f"{program}/webhooks", json=BODIES["NewWebhook"]).json()["id"]
    message, calls = client.post(f"{program}/webhooks/{webhook}/test"), client.get(f"{program}/weeks/{MONDAY}/calls").json()["items"]
    assert (contact.status_code, message.status_code) == (200, 202)
    return {"people": "participants", "subject": "p01", "webhook": webhook, "message": message.json()["id"], "call": calls[0]["id"]}


def _fhir_ids(client: TestClient) -> dict[str, str]:
    """A resource of each type."""
    found = {}
    for type in RESOURCE_TYPES:
        answer = client.get(f"/v1/programs/{PROGRAM}/fhir/{type}", params={"_count": "1", **PERIOD.get(type, {})})
        assert answer.status_code == 200, answer.text
        found[f"{type.lower()}_id"] = answer.json()["entry"][0]["resource"]["id"]
    return found
