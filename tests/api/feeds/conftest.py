"""Feeds of the small program: a desk that issues them, a clock to the second, and subscribers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.database import Store
from api.feeds import WARNING
from scheduler.roster import Roster
from tests.api.feeds.subscriber import Subscriber
from tests.api.programs.seed import publish_week
from tests.api.weeks.conftest import clock, coordinator, database_file, draft, program, published, signed_in  # noqa: F401 - fixtures for everybody below
from tests.api.weeks.small import MONDAY

FEEDS = "/v1/programs/north/feeds"

Issue = Callable[..., dict[str, Any]]
Subscribe = Callable[..., Subscriber]
Publish = Callable[..., None]


@pytest.fixture
def desk(app: FastAPI, key: Any, program: str) -> TestClient:  # noqa: F811
    """A client that may manage calendar links, and nothing else."""
    return TestClient(app, headers=key("feeds", program=program), raise_server_exceptions=False)


@pytest.fixture
def issue(desk: TestClient) -> Issue:
    """Issue a feed; what the service answers."""

    def make(**body: Any) -> dict[str, Any]:
        if "clinician" not in body:
            body = {"participant": "ana"} | body
        answer = desk.post(FEEDS, json=body | {"warning": WARNING.version})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return make


@pytest.fixture
def subscribe(app: FastAPI, issue: Issue) -> Subscribe:
    """A calendar program that subscribed to a new feed."""

    def make(**body: Any) -> Subscriber:
        made = issue(**body)
        return Subscriber(TestClient(app, raise_server_exceptions=False), path_of(made), made["feed"]["id"])

    return make


@pytest.fixture
def publish(store: Store, app: FastAPI, program: str) -> Publish:  # noqa: F811
    """Publish a roster of the small program at the time it is."""

    def make(document: Roster, monday: date = MONDAY) -> None:
        at: datetime = app.state.clock().replace(second=0)
        publish_week(store, program, monday, document, at)

    return make


def path_of(issued: dict[str, Any]) -> str:
    """The path of a feed's link."""
    return urlsplit(issued["links"]["https"]).path
