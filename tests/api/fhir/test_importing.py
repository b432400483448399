"""Busy times of other systems, taken over after a preview: the whole of it or nothing, and no name with it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.database import Store
from tests.api.fhir.conftest import FHIR, Ask, resources
from tests.api.weeks.small import WEEK
from tests.exchange.fhir.test_incoming import MRN, NPI, SCHEDULE, booked, patient, practitioner, role, slot

PROGRAM = "/v1/programs/north"
MATCHES = [{"system": MRN, "value": "0815", "participant": "ana"}, {"system": NPI, "value": "1234567893", "clinician": "cora"}]
NINE = "2026-12-01T09:00:00-05:00"


def body(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    return {"bundle": bundle, "matches": MATCHES} | more


BOTH = body(patient(), practitioner(), booked("Patient/1", "Practitioner/77"))


def preview(client: TestClient, sent: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The preview and its token."""
    answer = client.post(f"{FHIR}/$preview-import", json=sent)
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["etag"]


def take(client: TestClient, sent: dict[str, Any]) -> dict[str, Any]:
    """Preview and import."""
    answer = client.post(f"{FHIR}/$import", json=sent, headers={"If-Match": preview(client, sent)[1]})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def busy_of(client: TestClient, person: str) -> list[tuple[str, str]]:
    found = client.get(f"{PROGRAM}/{person}").json()
    spans = found["availability"].get("busy", []) if "availability" in found else found.get("busy", [])
    return [(span["start"], span["end"]) for span in spans]


ONE = [("2026-12-01T21:00:00Z", "2026-12-01T22:00:00Z")]


def test_a_preview_says_whose_times_change_and_changes_nothing(coordinator: TestClient) -> None:
    told, _ = preview(coordinator, BOTH)
    assert told["is_importable"]
    assert [(c["kind"], c["id"], c["added_count"], c["removed_count"]) for c in told["changes"]] == [
        ("clinicians", "cora", 1, 0), ("participants", "ana", 1, 0),
    ]  # fmt: skip
    assert told["counts"] == {"Appointment": 1, "Patient": 1, "Practitioner": 1}
    assert busy_of(coordinator, "participants/ana") == busy_of(coordinator, "clinicians/cora") == []


def test_what_the_preview_showed_is_taken_over(coordinator: TestClient) -> None:
    assert take(coordinator, BOTH) == {"changed": 2, "created": 0}
    assert busy_of(coordinator, "participants/ana") == busy_of(coordinator, "clinicians/cora") == ONE
    assert preview(coordinator, BOTH)[0]["changes"] == [], "the second time nothing is new"


def test_the_week_is_planned_around_it(coordinator: TestClient) -> None:
    take(coordinator, BOTH)
    week = coordinator.get(f"{WEEK}/instance").json()
    [ana] = [p for p in week["participants"] if p["id"] == "ana"]
    assert [span["start"] for span in ana["availability"]["busy"]] == ["2026-12-01T21:00:00Z"]


def test_nothing_is_taken_over_without_the_preview_or_after_a_change(coordinator: TestClient) -> None:
    _, token = preview(coordinator, BOTH)
    assert coordinator.post(f"{FHIR}/$import", json=BOTH).status_code == 428
    other = body(patient(), booked("Patient/1"))
    assert coordinator.post(f"{FHIR}/$import", json=other, headers={"If-Match": token}).status_code == 412
    etag = coordinator.get(f"{PROGRAM}/participants/ana").headers["etag"]
    changed = coordinator.patch(f"{PROGRAM}/participants/ana", json={"gender": "x"}, headers={"If-Match": etag})
    assert changed.status_code == 200
    assert coordinator.post(f"{FHIR}/$import", json=BOTH, headers={"If-Match": token}).status_code == 412
    assert busy_of(coordinator, "clinicians/cora") == []


@pytest.mark.parametrize("header", ['"*"', '"x", *', '"x", "*"'])
def test_only_a_bare_star_matches_any_preview(coordinator: TestClient, header: str) -> None:
    assert coordinator.post(f"{FHIR}/$import", json=BOTH, headers={"If-Match": header}).status_code == 412
    assert coordinator.post(f"{FHIR}/$import", json=BOTH, headers={"If-Match": "*"}).status_code == 200


def test_one_wrong_entry_stops_all_of_it(coordinator: TestClient) -> None:
    sent = body(patient(), practitioner(), booked("Patient/1"), booked("Practitioner/77", start="Ada Quennell"))
    told, token = preview(coordinator, sent)
    assert not told["is_importable"]
    answer = coordinator.post(f"{FHIR}/$import", json=sent, headers={"If-Match": token})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/fhir+json")
    assert answer.json()["issue"][1]["expression"] == ["Bundle.entry[3].resource.start"]
    assert "Quennell" not in answer.text
    assert busy_of(coordinator, "participants/ana") == []


def test_times_that_are_gone_are_taken_away_only_where_asked(coordinator: TestClient) -> None:
    """Four o'clock first; then only nine o'clock is in the bundle."""
    take(coordinator, BOTH)
    moved = (patient(), booked("Patient/1", start=NINE, end="2026-12-01T10:00:00-05:00"))
    take(coordinator, body(*moved))
    assert len(busy_of(coordinator, "participants/ana")) == 2
    told, _ = preview(coordinator, body(*moved, replaces=True))
    assert [(c["id"], c["added_count"], c["removed_count"]) for c in told["changes"]] == [("ana", 0, 1)]
    take(coordinator, body(*moved, replaces=True))
    assert busy_of(coordinator, "participants/ana") == [("2026-12-01T14:00:00Z", "2026-12-01T15:00:00Z")]
    assert busy_of(coordinator, "clinicians/cora") == ONE, "of her the second bundle does not speak"


def test_outside_of_the_window_nothing_changes(coordinator: TestClient) -> None:
    take(coordinator, BOTH)
    sent = body(patient(), replaces=True, first="2026-12-02", days=7)
    assert preview(coordinator, sent)[0]["changes"] == []
    late = body(patient(), booked("Patient/1"), first="2026-12-02", days=7)
    told, _ = preview(coordinator, late)
    assert (told["changes"], told["left_out"]) == ([], {"outside": 1})


AVAILABLE = [{"daysOfWeek": ["mon"], "availableStartTime": "09:00:00", "availableEndTime": "17:00:00"}]
AWAY = [{"description": "x", "during": {"start": "2026-12-07", "end": "2026-12-11"}}]


def test_hours_and_leave_of_clinicians(coordinator: TestClient) -> None:
    sent = body(practitioner(), role(availableTime=AVAILABLE, notAvailable=AWAY), SCHEDULE, slot())
    take(coordinator, sent)
    cora = coordinator.get(f"{PROGRAM}/clinicians/cora").json()
    assert [(a["first"], a["last"]) for a in cora["leave"]] == [("2026-12-07", "2026-12-11")]
    assert len(cora["hours"]) == 5, "hours are taken over only where asked"
    take(coordinator, sent | {"takes": ["hours"]})
    cora = coordinator.get(f"{PROGRAM}/clinicians/cora").json()
    assert cora["hours"] == [{"day": "mon", "start": "09:00", "end": "17:00", "weeks": "every", "site": "s1"}]


def test_a_new_clinician_comes_with_hours_and_without_a_name(coordinator: TestClient) -> None:
    named = practitioner(name=[{"family": "Quennell"}], identifier=[{"system": NPI, "value": "9"}])
    matches = [{"system": NPI, "value": "9", "clinician": "eve"}]
    sent = body(named, role(availableTime=AVAILABLE), matches=matches)
    assert [i["code"] for i in preview(coordinator, sent)[0]["issues"] if i["severity"] == "error"] == ["unknown_id"]
    sent["takes"] = ["busy", "clinicians"]
    told, _ = preview(coordinator, sent)
    assert [(c["id"], c["is_new"], c["hours"]) for c in told["changes"]] == [("eve", True, ["mon 09:00-17:00"])]
    assert take(coordinator, sent) == {"changed": 0, "created": 1}
    made = coordinator.get(f"{PROGRAM}/clinicians/eve").json()
    assert (made["label"], made["credentials"]) == ("", [])


def test_nothing_of_the_bundle_is_kept(coordinator: TestClient, store: Store) -> None:
    take(coordinator, BOTH)
    with store.reading() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        kept = {table: str(session.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables}
    assert "ana" in kept["participants"]
    assert [table for table, rows in kept.items() if "Quennell" in rows or "0815" in rows or "1234567893" in rows] == []


def test_our_own_export_brought_back_changes_nothing(published: Any, ask: Ask, coordinator: TestClient) -> None:
    mine = ask("$export-period?start=2026-11-30&end=2026-12-06")
    told, _ = preview(coordinator, {"bundle": mine, "is_by_id": True, "takes": ["busy", "leave", "hours"]})
    assert (told["is_importable"], told["changes"], told["left_out"]) == (True, [], {"own": 19})


def test_a_copy_of_our_own_session_without_its_identifier_is_known_by_its_time(published: Any, ask: Ask, coordinator: TestClient) -> None:
    """Ana's group of Monday from nine to twelve, as the other system keeps it, and an hour after it that is not ours."""
    copies = [r | {"identifier": [{"system": "urn:oid:2.999.7", "value": "4711"}]} for r in resources(ask("Appointment?patient=ana"))]
    other = booked("Patient/ana", start="2026-11-30T12:00:00-05:00", end="2026-11-30T12:45:00-05:00")
    told, _ = preview(coordinator, body(*copies, other, is_by_id=True, matches=[]))
    assert told["left_out"] == {"own": 6}, "three of ana, one of dan, two of cora"
    assert [(c["id"], c["added_count"], c["added"][0]["start"]) for c in told["changes"]] == [("ana", 1, "2026-11-30T17:00:00Z")]


def test_a_bundle_of_nobody_we_know_says_what_to_do(coordinator: TestClient) -> None:
    told, _ = preview(coordinator, body(booked("Patient/ana"), matches=[]))
    assert [i["code"] for i in told["issues"]] == ["nobody_matched"]
    assert preview(coordinator, body(booked("Patient/ana"), matches=[], is_by_id=True))[0]["changes"][0]["id"] == "ana"


@pytest.mark.parametrize("who", ["reader", "coordinator"])
def test_only_who_may_change_the_program_may_import(reader: TestClient, coordinator: TestClient, who: str) -> None:
    client = {"reader": reader, "coordinator": coordinator}[who]
    assert client.post(f"{FHIR}/$preview-import", json=BOTH).status_code == (403 if who == "reader" else 200)
