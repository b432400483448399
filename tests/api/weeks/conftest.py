"""A small program in the database, a clock that can be set, and a coordinator's client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.deps import current_time
from api.store import Store
from tests.api.weeks.small import BEFORE, WEEK, as_json, good_roster, keep_program, small_instance

SetClock = Callable[[datetime], None]
Desk = Callable[..., Any]


@pytest.fixture
def clock(app: FastAPI) -> SetClock:
    """Say what time it is."""

    def set_clock(now: datetime) -> None:
        app.dependency_overrides[current_time] = lambda: now

    set_clock(BEFORE)
    return set_clock


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
