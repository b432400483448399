"""The Sunday on which clocks change, in a program that is kept here: edits, publishing, what is told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.database import Store
from tests.api.weeks.conftest import SetClock
from tests.api.weeks.small import keep_program
from tests.build import participant
from tests.clocks import AUTUMN, ONE_TALK, SPRING, talk, week

NIGHTS = {"autumn": AUTUMN, "spring": SPRING}


@pytest.fixture(params=["autumn", "spring"])
def sunday(request: pytest.FixtureRequest) -> date:
    """The Monday of a week whose Sunday has 25 or 23 hours."""
    return NIGHTS[request.param]


@pytest.fixture
def coordinator(client: TestClient, key: Any, store: Store, clock: SetClock, sunday: date) -> TestClient:
    """A coordinator of a program that works around the clock at weekends."""
    clock(datetime.combine(sunday, datetime.min.time(), UTC))
    keep_program(store, week(sunday, groups=[], participants=[participant("ana", order=ONE_TALK)]))
    client.headers.update(key("roster:write", "publish", "feed:read", program="north"))
    return client


def address(sunday: date) -> str:
    return f"/v1/programs/north/weeks/{sunday}"


def added(coordinator: TestClient, sunday: date, time: str) -> Any:
    """A talk added by hand to an empty draft."""
    empty = {"monday": sunday.isoformat(), "zone": "America/New_York", "sessions": []}
    draft = coordinator.post(f"{address(sunday)}/rosters", json=empty)
    assert draft.status_code == 201, draft.text
    add = {"do": "add", "service": "individual", "participants": ["ana"], "facilitators": ["dan"], "room": "r2", "day": "sun", "time": time}
    return coordinator.post(
        f"{address(sunday)}/rosters/{draft.json()['id']}/edit", json={"edits": [add]}, headers={"If-Match": draft.headers["ETag"]}
    )


def test_edits_where_clocks_change_are_refused(coordinator: TestClient, sunday: date) -> None:
    """Beginning, ending, or wholly in the hour that exists twice or never; touching it is fine."""
    times = {AUTUMN: (("00:20", "01:00", "01:50"), ("00:10", "02:00")), SPRING: (("01:20", "02:10", "02:50"), ("01:10", "03:00"))}
    refused, accepted = times[sunday]
    for time in refused:
        answer = added(coordinator, sunday, time)
        assert (answer.status_code, [issue["code"] for issue in answer.json()["issues"]]) == (400, ["clock_change"]), time
    for time in accepted:
        made = added(coordinator, sunday, time).json()
        assert made["verdict"]["is_legal"], made["verdict"]
        (session,) = made["roster"]["sessions"]
        start, end = (datetime.fromisoformat(session[name]) for name in ("start", "end"))
        assert (end - start).total_seconds() == 50 * 60
        assert session["start"][11:16] == time


def test_a_roster_that_holds_such_a_session_is_told(coordinator: TestClient, sunday: date) -> None:
    """Posted as it is, and judged: it breaks `clock_change`."""
    times = {AUTUMN: ("2026-11-01T06:10Z", "2026-11-01T07:00Z"), SPRING: ("2027-03-14T06:30Z", "2027-03-14T07:20Z")}
    session = talk(*times[sunday], "ana", sunday)
    body = {"monday": sunday.isoformat(), "zone": "America/New_York", "sessions": [session]}
    made = coordinator.post(f"{address(sunday)}/rosters", json=body).json()
    assert [violation["rule"] for violation in made["verdict"]["violations"]] == ["clock_change"]
