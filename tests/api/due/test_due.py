"""The list of what is due, over HTTP: from the rows of the small program to lines, filtered and in pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.database import Store
from api.database.tables import MessageRow
from tests.api.programs.seed import change, keep
from tests.api.weeks.conftest import SetClock, SignedIn
from tests.api.weeks.small import PROGRAM
from tests.api.weeks.test_attendance import ANA, ATTENDANCE, G1, record
from tests.build import at

DUE = f"/v1/programs/{PROGRAM}/due"
ALWAYS = {"weekly": []}
GRANT = {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2027-02-26", "units": 4, "used": 1}


def lines(client: TestClient, **filters: str) -> list[str]:
    answer = client.get(DUE, params=filters)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_before_anything_is_published_there_is_nothing_to_chase(coordinator: TestClient) -> None:
    assert coordinator.get(DUE).json() == {"items": [], "next": None, "total": None}


@pytest.fixture
def wednesday(published: dict[str, Any], clock: SetClock, coordinator: TestClient) -> None:
    """Wednesday, 8:00, in the published week: Monday is recorded but for ana's own session, Tuesday is not."""
    clock(at("wed", "08:00"))
    for participant, status in (("ana", "no_show"), ("ben", "attended"), ("cid", "attended")):
        assert record(coordinator, G1, participant, status=status).status_code == 200


@pytest.mark.usefixtures("wednesday")
class TestList:
    def test_units_are_counted_anew_when_the_payer_grants_more(self, coordinator: TestClient, store: Store) -> None:
        """And the care of the published week is not."""
        change(store, PROGRAM, "participants", "cid", authorizations=[GRANT])
        assert "authorization_units~cid~a1" in lines(coordinator)
        change(store, PROGRAM, "participants", "cid", authorizations=[GRANT | {"units": 40}])
        assert "authorization_units~cid~a1" not in lines(coordinator)

    def test_the_care_of_a_week_is_counted_once(self, coordinator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        first = lines(coordinator)
        monkeypatch.setattr("api.due.published_care.View", None)
        assert lines(coordinator) == first

    def test_it_is_sorted_by_date_and_each_line_says_what_settles_it(self, coordinator: TestClient, store: Store) -> None:
        """Everything at once; cid's three sessions of this week are what is left of 4 units less 1."""
        for person in ("ana", "ben", "cid"):
            change(store, PROGRAM, "participants", person, authorizations=[GRANT] if person == "cid" else [])
        keep(store, PROGRAM, "participants", id="new", availability=ALWAYS, status="waiting", first_session_due="2026-12-04")
        keep(store, PROGRAM, "participants", id="late", availability=ALWAYS)
        keep(store, PROGRAM, "absences", clinician="cora", first="2026-12-07", last="2026-12-08")
        keep(store, PROGRAM, "absences", clinician="dan", first="2026-12-07", last="2026-12-09")
        answer = coordinator.get(DUE).json()["items"]
        assert [(item["date"], item["id"]) for item in answer] == [
            ("2026-11-30", "outreach~ana"),
            ("2026-11-30", f"unmarked~{ANA}"),
            ("2026-12-01", "unmarked~a.ben.individual.2026-11-30.1"),
            ("2026-12-01", "unmarked~g.g2.2026-11-30"),
            ("2026-12-02", "no_session~late~2026-11-30"),
            ("2026-12-04", "waiting~new"),
            ("2026-12-07", "authorization_units~cid~a1"),
            ("2026-12-07", "leave~g1~2026-12-07"),
        ]
        assert all(item["to_do"] and item["address"].startswith("/v1/programs/north/") for item in answer)
        assert [item["responsible"] for item in answer] == [None, "dan", "dan", "cora", None, None, None, None]

    def test_it_is_filtered(self, coordinator: TestClient) -> None:
        everything = lines(coordinator)
        assert lines(coordinator, kind="unmarked") == [line for line in everything if line.startswith("unmarked")]
        assert lines(coordinator, participant="ana") == ["outreach~ana"]
        assert lines(coordinator, responsible="cora") == ["unmarked~g.g2.2026-11-30"]
        assert lines(coordinator, until="2026-11-30") == ["outreach~ana", f"unmarked~{ANA}"]
        assert coordinator.get(DUE, params={"kind": "gossip"}).status_code == 422

    def test_it_is_paged(self, coordinator: TestClient) -> None:
        first = coordinator.get(DUE, params={"limit": 1}).json()
        assert [first["next"], *lines(coordinator, after=first["next"])] == lines(coordinator)
        assert coordinator.get(DUE, params={"after": "outreach~zoe"}).status_code == 404

    def test_lines_go_when_the_matter_is_settled(self, coordinator: TestClient) -> None:
        assert "outreach~ana" in lines(coordinator)
        coordinator.post(f"{ATTENDANCE}/{G1}/ana/outreach", json={"result": "not_reached"})
        (line,) = coordinator.get(DUE, params={"kind": "outreach"}).json()["items"]
        assert line["message"].endswith("has not been reached after 1 attempt.")
        coordinator.post(f"{ATTENDANCE}/{G1}/ana/outreach", json={"result": "reached"})
        record(coordinator, ANA, "ana", status="cancelled")
        assert lines(coordinator, until="2026-11-30") == []

    def test_two_missed_in_a_row_are_a_task(self, coordinator: TestClient) -> None:
        record(coordinator, ANA, "ana", status="no_show")
        assert [line for line in lines(coordinator) if line.endswith("~ana")] == ["missed_again~ana"]

    def test_too_little_care_is_told(self, coordinator: TestClient, store: Store, clock: SetClock) -> None:
        keep(store, PROGRAM, "orders", participant="ana", first="2026-11-30", order={"minutes": {"floor": 411, "ceiling": 600}})
        assert lines(coordinator, kind="below_floor") == []
        week = coordinator.get("/v1/programs/north/weeks/2026-11-30")
        roster = week.json()["published"]["id"]
        draft = coordinator.get(f"/v1/programs/north/weeks/2026-11-30/rosters/{roster}").json()["roster"]
        made = coordinator.post("/v1/programs/north/weeks/2026-11-30/rosters", json=draft).json()["id"]
        again = coordinator.post(
            f"/v1/programs/north/weeks/2026-11-30/rosters/{made}/publish",
            json={"accept": ["published_commitment"]},
            headers={"If-Match": week.headers["ETag"]},
        )
        assert again.status_code == 200, again.text
        assert lines(coordinator, kind="below_floor") == ["below_floor~ana~2026-11-30"]

    def test_a_message_that_failed_stays_until_it_is_retried(self, coordinator: TestClient, store: Store) -> None:
        at_noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
        with store.writing() as session:
            row = MessageRow(
                id="msg_1", kind="webhook", program=PROGRAM, event="x", payload={}, attempts=10, version=1, log=[], state="dead",
                due_at=at_noon, created_at=at_noon, finished_at=at_noon,
            )  # fmt: skip
            session.add(row)
        (line,) = coordinator.get(DUE, params={"kind": "message"}).json()["items"]
        assert line["message"] == "A message to a webhook could not be delivered and was given up on Tuesday, December 1."
        assert (line["date"], line["address"]) == ("2026-12-01", "/v1/programs/north/outbox/msg_1")
        assert coordinator.post(f"{line['address']}/retry", headers={"If-Match": '"1"'}).status_code == 200
        assert lines(coordinator, kind="message") == []

    def test_only_who_reads_rosters_sees_it(self, signed_in: SignedIn) -> None:
        assert signed_in("front_desk").get(DUE).status_code == 403
        assert signed_in("clinician", "dan").get(DUE).status_code == 403


class TestLeave:
    def test_a_leave_is_previewed_with_the_groups_it_leaves_alone(self, coordinator: TestClient, store: Store) -> None:
        """Both may lead the three groups; dan is away on Tuesday and the Mondays after."""
        keep(store, PROGRAM, "absences", clinician="dan", first="2026-12-01", last="2026-12-01")
        keep(store, PROGRAM, "absences", clinician="dan", first="2026-12-07", last="2027-12-31")
        leave = {"clinician": "cora", "first": "2026-11-30", "last": "2027-12-31"}
        answer = coordinator.post(f"{DUE}/leave", json=leave).json()["items"]
        assert [item["id"] for item in answer[:4]] == [
            "leave~g2~2026-12-01", "leave~g1~2026-12-07", "leave~g2~2026-12-08", "leave~g3~2026-12-09",
        ]  # fmt: skip
        assert answer[-1]["date"] == "2027-01-20"
        assert coordinator.post(f"{DUE}/leave", json=leave | {"last": "2026-11-30"}).json()["items"] == []
        short = coordinator.post(f"{DUE}/leave", json=leave | {"first": "2026-12-07", "last": "2026-12-07"}).json()["items"]
        assert [item["id"] for item in short] == ["leave~g1~2026-12-07"]
        assert coordinator.get(f"/v1/programs/{PROGRAM}/absences").json()["items"][0]["document"]["clinician"] == "dan"

    def test_a_leave_that_is_entered_warns_of_them(self, coordinator: TestClient, store: Store) -> None:
        keep(store, PROGRAM, "absences", clinician="dan", first="2026-12-07", last="2026-12-07")
        leave = {"clinician": "cora", "first": "2026-12-07", "last": "2026-12-08"}
        answer = coordinator.post(f"/v1/programs/{PROGRAM}/absences", json=leave)
        assert answer.status_code == 201
        assert json.loads(answer.headers["warnings"]) == ["g1 has no leader on Monday, December 7: cora and dan on leave."]
        assert leave.items() <= answer.json().items()
        harmless = coordinator.post(f"/v1/programs/{PROGRAM}/absences", json=leave | {"first": "2026-12-01", "last": "2026-12-01"})
        assert "warnings" not in harmless.headers

    def test_an_absence_of_a_participant_leaves_no_group_alone(self, coordinator: TestClient) -> None:
        away = {"participant": "ana", "first": "2026-11-30", "last": "2026-12-31"}
        assert coordinator.post(f"{DUE}/leave", json=away).json()["items"] == []

    def test_what_a_leave_is_not_the_cause_of_is_not_told(self, coordinator: TestClient, store: Store) -> None:
        everyone = {"first": "2026-12-01", "last": "2026-12-01"}
        keep(store, PROGRAM, "absences", clinician="cora", **everyone)
        keep(store, PROGRAM, "absences", clinician="dan", **everyone)
        leave = {"clinician": "dan", "first": "2026-12-02", "last": "2026-12-02"}
        assert [item["id"] for item in coordinator.post(f"{DUE}/leave", json=leave).json()["items"]] == ["leave~g2~2026-12-01"]
