"""The small program of the weeks, people with calendars, and weeks published one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.database import Store
from api.database.tables import FeedRow
from api.feeds import WARNING, FeedOptions, issue_feed
from api.kernel.settings import Settings
from api.programs.person import Person
from scheduler.roster import Roster
from tests.api.conftest import MakeKey
from tests.api.weeks.conftest import clock, coordinator, database_file, program, rows, signed_in  # noqa: F401 - fixtures of the small program
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
            row = session.query(FeedRow).filter_by(program=program, subject_kind=kind, subject=subject, purpose=purpose).one_or_none()
            if row is None:
                at = BEFORE - timedelta(days=30)
                issued = issue_feed(
                    session, settings, program, Person(kind, subject), purpose, FeedOptions(), "test", at, acknowledged=WARNING.version
                )
                row = issued.feed
            if client is not None:
                row.clients = row.clients | {client: {"seen_at": seen_at.isoformat(), "count": 1}}
                row.seen_at, row.seen_client = seen_at, client

    return make


@pytest.fixture
def staff(key: MakeKey, program: str) -> dict[str, str]:  # noqa: F811
    """The headers of somebody who publishes, whoever else a test is about."""
    return key("roster:write", program=program)


@pytest.fixture
def publish(client: TestClient, staff: dict[str, str]) -> Publish:
    """Bring a roster in and publish it; the answer."""

    def make(document: Roster) -> dict[str, Any]:
        draft = client.post(f"{WEEK}/rosters", json=as_json(document), headers=staff).json()
        broken = sorted({violation["rule"] for violation in draft["verdict"]["violations"]})
        match = {"If-Match": client.get(WEEK, headers=staff).headers["ETag"]}
        answer = client.post(f"{WEEK}/rosters/{draft['id']}/publish", json={"accept": broken}, headers=staff | match)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return make


@pytest.fixture
def withdraw(client: TestClient, staff: dict[str, str]) -> Callable[[], None]:
    """Take the week back."""

    def make() -> None:
        match = {"If-Match": client.get(WEEK, headers=staff).headers["ETag"]}
        assert client.post(f"{WEEK}/unpublish", json={}, headers=staff | match).status_code == 200

    return make


@pytest.fixture
def everybody_subscribed(subscribe: Subscribe) -> None:
    """Everybody's telephone fetched their calendar an hour before."""
    for subject in ("ana", "ben", "cid"):
        subscribe(subject, "apple", BEFORE - timedelta(hours=1))
    for subject in ("cora", "dan"):
        subscribe(subject, "apple", BEFORE - timedelta(hours=1), "clinician")
