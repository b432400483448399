"""The small program of the weeks, people with calendars, and weeks published one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.feeds import WARNING, FeedOptions, Subject, issue_feed
from api.settings import Settings
from api.store import Store
from api.store.tables import Feed
from scheduler.roster import Roster
from tests.api.weeks.conftest import clock, coordinator, program, signed_in  # noqa: F401 - fixtures of the small program
from tests.api.weeks.small import BEFORE, WEEK, as_json
from tests.build import meet, roster, run

PROGRAM = "/v1/programs/north"
CALLS = f"{WEEK}/calls"

Subscribe = Callable[..., None]
Publish = Callable[[Roster], dict[str, Any]]


def with_ana_at(day: str, time: str, *, mode: str = "") -> Roster:
    """The good roster with ana's individual session at another time."""
    people = ("ana", "ben", "cid")
    groups = (run("g1", "mon", "09:00", people), run("g2", "tue", "09:00", people))
    return roster(*groups, meet(f"ana{mode}", day, time), meet("ben", "tue", "13:00"), meet("cid", "wed", "13:00"))


@pytest.fixture
def subscribe(store: Store, settings: Settings, program: str) -> Subscribe:  # noqa: F811
    """Let somebody's calendar be fetched by a kind of client at a time."""

    def make(subject: str, client: str | None, seen_at: datetime, kind: str = "participant", purpose: str = "") -> None:
        purpose = purpose or ("self" if kind == "participant" else "clinician")
        with store.writing() as session:
            row = session.query(Feed).filter_by(program=program, subject_kind=kind, subject=subject, purpose=purpose).one_or_none()
            if row is None:
                at = BEFORE - timedelta(days=30)
                issued = issue_feed(
                    session, settings, program, Subject(kind, subject), purpose, FeedOptions(), "test", at, acknowledged=WARNING.version
                )
                row = issued.feed
            if client is not None:
                row.clients = row.clients | {client: {"seen_at": seen_at.isoformat(), "count": 1}}
                row.seen_at, row.seen_client = seen_at, client

    return make


@pytest.fixture
def publish(coordinator: TestClient) -> Publish:  # noqa: F811
    """Bring a roster in and publish it; the answer."""

    def make(document: Roster) -> dict[str, Any]:
        draft = coordinator.post(f"{WEEK}/rosters", json=as_json(document)).json()
        broken = sorted({violation["rule"] for violation in draft["verdict"]["violations"]})
        match = coordinator.get(WEEK).headers["ETag"]
        answer = coordinator.post(f"{WEEK}/rosters/{draft['id']}/publish", json={"accept": broken}, headers={"If-Match": match})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return make


@pytest.fixture
def withdraw(coordinator: TestClient) -> Callable[[], None]:  # noqa: F811
    """Take the week back."""

    def make() -> None:
        match = coordinator.get(WEEK).headers["ETag"]
        assert coordinator.post(f"{WEEK}/unpublish", json={}, headers={"If-Match": match}).status_code == 200

    return make


@pytest.fixture
def everybody_subscribed(subscribe: Subscribe) -> None:
    """Everybody's telephone fetched their calendar an hour before."""
    for subject in ("ana", "ben", "cid"):
        subscribe(subject, "apple", BEFORE - timedelta(hours=1))
    for subject in ("cora", "dan"):
        subscribe(subject, "apple", BEFORE - timedelta(hours=1), "clinician")
