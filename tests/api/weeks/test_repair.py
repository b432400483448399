"""Repairs over HTTP: of a week that is sent along, and of a published week of a program."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.database.tables import AuditEntryRow, RosterRow
from scheduler.instance import Instance
from scheduler.repair.result import Repair
from scheduler.verify import verify
from tests.api.weeks.small import WEEK
from tests.build import at
from tests.repair.test_answers import week

OUT = {"kind": "clinician", "id": "dan", "start": "2026-12-01T07:40:00-05:00", "end": "2026-12-02T00:00:00-05:00"}


def body(*disruptions: dict[str, Any], of: Instance | None = None) -> dict[str, Any]:
    return {"instance": (of or week()).model_dump(mode="json"), "disruptions": disruptions or (OUT,)}


def test_a_week_is_repaired_with_the_price_of_each_answer(client: TestClient, key: Any, store: Any) -> None:
    client.headers.update(key("solve"))
    answer = client.post("/v1/repair", json=body())
    assert answer.status_code == 200, answer.text
    repaired = Repair.model_validate_json(answer.content)
    assert repaired.instance is not None
    assert all(verify(repaired.instance, one.roster) == () for one in repaired.answers)
    assert repaired.answers[0].is_proven
    assert [one.kind for one in repaired.answers][-1] == "cancel"
    assert "dan is out" in {notice.why for notice in repaired.answers[0].tell}
    with store.reading() as session:
        assert [row.action for row in session.query(AuditEntryRow) if row.action.startswith("tools")] == ["tools.repair"]


@pytest.mark.parametrize(
    ("disruption", "status", "sentence"),
    [
        (OUT | {"id": "zoe"}, 400, "there is no clinician zoe"),
        (OUT | {"kind": "site", "id": "s9"}, 400, "there is no site s9"),
        (OUT | {"start": "2026-11-30T07:00:00-05:00", "end": "2026-11-30T08:00:00-05:00"}, 400, "that was over"),
        (OUT | {"start": "0001-01-01T00:00:00Z", "end": "0001-01-02T00:00:00Z"}, 400, "no part of it is in the week"),
        (OUT | {"end": "9999-12-31T23:59:59Z"}, 422, "more than 400 days"),
        (OUT | {"kind": "merge"}, 422, "name the other group"),
    ],
)
def test_what_cannot_be_is_refused(client: TestClient, key: Any, disruption: dict[str, Any], status: int, sentence: str) -> None:
    client.headers.update(key("solve"))
    answer = client.post("/v1/repair", json=body(disruption))
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text


def test_a_week_without_a_published_roster_has_nothing_to_repair(client: TestClient, key: Any) -> None:
    client.headers.update(key("solve"))
    answer = client.post("/v1/repair", json=body(of=week().model_copy(update={"published": None})))
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_week_of_a_program_is_repaired_and_nothing_is_stored(coordinator: TestClient, published: Any, clock: Any, store: Any) -> None:
    clock(datetime(2026, 12, 1, 11, 30, tzinfo=UTC))
    before = coordinator.get(f"{WEEK}/published").json()
    answer = coordinator.post(f"{WEEK}/repair", json={"disruptions": [OUT]})
    assert answer.status_code == 200, answer.text
    repaired = Repair.model_validate_json(answer.content)
    changed = {notice.id for notice in repaired.answers[0].tell}
    assert changed == {"ben", "cora"}
    assert all(s.start >= at("tue", "06:30") or s.start < at("tue", "00:00") for s in repaired.answers[0].roster.sessions)
    assert coordinator.get(f"{WEEK}/published").json() == before
    with store.reading() as session:
        assert session.query(RosterRow).count() == 1
