"""Reading and searching published rosters as FHIR, as another system does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select

from api.database import Store
from api.database.tables import AuditEntryRow
from api.fhir.parameters import RESOURCE_TYPES, SEARCHED, parameters_of
from tests.api.fhir.conftest import FHIR, Ask, resources
from tests.api.weeks.small import WEEK, as_json, good_roster
from tests.build import MONDAY
from tests.exchange.fhir.checks import dangling, faults, nameable

MOVED = good_roster(people=("ana", "ben"))


def publish(client: TestClient, roster: Any) -> None:
    """Bring a roster in and publish it."""
    made = client.post(f"{WEEK}/rosters", json=as_json(roster))
    assert made.status_code == 201, made.text
    rules = {v["rule"] for v in client.get(f"{WEEK}/rosters/{made.json()['id']}/check").json()["verdict"]["violations"]}
    week = client.get(WEEK).headers["ETag"]
    answer = client.post(f"{WEEK}/rosters/{made.json()['id']}/publish", json={"accept": sorted(rules)}, headers={"If-Match": week})
    assert answer.status_code == 200, answer.text


def record(client: TestClient, status: str, session: str = f"g.g1.{MONDAY}", participant: str = "ana") -> None:
    """Record whether somebody came."""
    answer = client.put(f"{WEEK}/attendance/{session}/{participant}", json={"status": status}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_everything_of_the_week_keeps_to_r4_and_refers_to_what_is_there(published: Any, ask: Ask) -> None:
    """Nine bookings of five sessions, two clinicians, three rooms: valid, complete, nameless."""
    bundle = ask(f"$export-period?start={MONDAY}&end=2026-12-06")
    found = resources(bundle)
    assert faults(bundle) == []
    assert dangling(found) == []
    assert nameable(bundle) == []
    counts = {type: sum(r["resourceType"] == type for r in found) for type in RESOURCE_TYPES}
    assert counts == {
        "Appointment": 9, "Slot": 10, "Schedule": 13, "PractitionerRole": 2, "Practitioner": 2, "Location": 4, "HealthcareService": 8,
        "Patient": 3,
    }  # fmt: skip


def test_a_period_without_anything_is_a_bundle_without_entries(published: Any, ask: Ask) -> None:
    empty = ask("$export-period?start=2020-01-06&end=2020-01-06&_type=Slot")
    assert (faults(empty), empty.keys()) == ([], {"resourceType", "meta", "type", "timestamp"})


def test_lines_are_the_same_resources(published: Any, ask: Ask, reader: TestClient) -> None:
    whole = resources(ask(f"$export-period?start={MONDAY}&end=2026-12-06&_type=Appointment"))
    answer = reader.get(f"{FHIR}/$export-period?start={MONDAY}&end=2026-12-06&_type=Appointment&_outputFormat=application/fhir%2Bndjson")
    assert answer.headers["content-type"] == "application/fhir+ndjson"
    lines = answer.text.splitlines()
    assert len(lines) == 9
    assert [ask(f"Appointment/{r['id']}") for r in whole] == whole
    assert [json.loads(line) for line in lines] == whole


def test_the_capability_statement_keeps_to_r4_and_says_what_there_is(ask: Ask) -> None:
    told = ask("metadata")
    assert faults(told) == []
    [rest] = told["rest"]
    assert {r["type"]: {p["name"] for p in r["searchParam"]} for r in rest["resource"]} == {
        type: set(parameters_of(type)) for type in RESOURCE_TYPES
    }
    assert told["fhirVersion"] == "4.0.1"


def test_each_type_is_searched_and_read_with_its_version(published: Any, ask: Ask, reader: TestClient) -> None:
    for type in RESOURCE_TYPES:
        found = resources(ask(type))
        assert found, type
        for resource in found[:2]:
            address = f"{FHIR}/{type}/{resource['id']}"
            answer = reader.get(address)
            assert answer.json() == resource
            tag = answer.headers["etag"]
            assert tag == f'W/"{resource["meta"]["versionId"]}"'
            same = reader.get(address, headers={"If-None-Match": tag})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
            since = {"If-Modified-Since": answer.headers["last-modified"]}
            assert reader.get(address, headers=since).status_code == 304
            assert reader.get(address, headers={"If-None-Match": 'W/"other"', **since}).status_code == 200
            assert reader.get(address, headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_searches_find_exactly_what_fits(published: Any, ask: Ask) -> None:
    """Ana has the two groups and Monday's individual session; cora leads six bookings, dan three."""
    session = resources(ask("Appointment?date=2026-12-01T09:00:00-05:00"))[0]["identifier"][0]
    number = f"{session['system']}|{session['value']}"
    slot = resources(ask(f"Appointment?identifier={number}"))[0]["slot"][0]["reference"]
    asked = {
        "Appointment": 9,
        "Appointment?patient=ana": 3,
        "Appointment?patient=Patient/ana": 3,
        "Appointment?patient:Patient=ana": 3,
        "Appointment?patient=http://127.0.0.1:8000/v1/programs/north/fhir/Patient/ana": 3,
        "Appointment?patient=ana,ben": 6,
        "Appointment?patient=ana&practitioner=dan": 1,
        "Appointment?practitioner=Practitioner/cora": 6,
        "Appointment?actor=PractitionerRole/cora": 6,
        "Appointment?actor=Practitioner/cora": 0,
        "Appointment?location=Location/r-r2": 3,
        "Appointment?status=booked": 9,
        "Appointment?status:not=booked": 0,
        "Appointment?status=booked,cancelled": 9,
        "Appointment?service-type=individual": 3,
        "Appointment?service-type=stepdown:north:service|process": 6,
        "Appointment?service-type=http://snomed.info/sct|process": 0,
        f"Appointment?identifier={number}": 3,
        f"Appointment?slot={slot}": 3,
        "Appointment?date=2026-11-30": 4,
        "Appointment?date=ge2026-12-01": 5,
        "Appointment?date=gt2026-12-01": 1,
        "Appointment?date=lt2026-12-01": 4,
        "Appointment?date=le2026-12-01": 8,
        "Appointment?date=eb2026-12-01&date=sa2026-11-29": 4,
        "Appointment?date=ne2026-11-30": 5,
        "Appointment?date=2026-11": 4,
        "Appointment?date=ge2026-11-30T14:00:00Z&date=le2026-11-30T14:00:00Z": 3,
        "Appointment?date=ge2027-03-01": 0,
        "Appointment?_lastUpdated=ge2026-11-26": 9,
        "Appointment?_lastUpdated=gt2026-11-26T15:00:59Z": 0,
        "Appointment?_id=none": 0,
        "Slot": 10,
        "Slot?schedule=Schedule/c-cora": 2,
        "Slot?schedule=r-r1&start=2026-11-30": 1,
        "Slot?status=busy": 10,
        f"Slot?identifier={number}": 2,
        "Schedule?actor=PractitionerRole/cora": 1,
        "Schedule?actor=Location/r-r1,Location/r-r2": 2,
        "PractitionerRole?practitioner=cora": 1,
        "PractitionerRole?service=HealthcareService/medication": 0,
        "PractitionerRole?location=s-s1&active=true": 2,
        "Practitioner?identifier=stepdown:north:clinician|dan": 1,
        "Practitioner?active=false": 0,
        "Location?partof=s-s1": 3,
        "Location?status=active": 4,
        "HealthcareService?service-type=process": 1,
        "Patient?identifier=|ana": 0,
        "Patient?identifier=ana": 1,
        "Patient?_id=ana,cid": 2,
    }
    assert {path: ask(path)["total"] for path in asked} == asked


def test_what_the_statement_promises_can_be_searched_by(published: Any, ask: Ask) -> None:
    """Every parameter of every type, with a value that is well formed."""
    values = {"date": "2026-11-30", "instant": "ge2026-11-30", "reference": "x", "token": "x", "id": "x"}
    for type, parameters in SEARCHED.items():
        for parameter in parameters:
            assert ask(f"{type}?{parameter.name}={values[parameter.kind]}")["type"] == "searchset"


def test_pages_lead_from_one_to_the_next_and_show_everything_once(published: Any, ask: Ask, reader: TestClient) -> None:
    seen: list[str] = []
    bundle = ask("Appointment?_count=4&status=booked")
    for _ in range(5):
        assert faults(bundle) == []
        seen += [r["id"] for r in resources(bundle)]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert "status=booked" in links["self"]
        if "next" not in links:
            break
        bundle = reader.get(links["next"]).json()
    assert len(seen) == len(set(seen)) == bundle["total"] == 9
    assert ask("Appointment?_count=0") | {"meta": 0, "link": 0} == {
        "resourceType": "Bundle", "type": "searchset", "total": 9, "meta": 0, "link": 0,
    }  # fmt: skip


def test_the_self_link_says_which_days_were_assumed(published: Any, ask: Ask) -> None:
    """It is November 26: 30 days back, 180 ahead."""
    [link] = ask("Appointment")["link"]
    assert link["url"].endswith("/fhir/Appointment?date=ge2026-10-27&date=lt2027-05-25")


def test_a_copy_is_kept_by_asking_for_what_changed(published: Any, ask: Ask, coordinator: TestClient, clock: Any) -> None:
    """Everything; nothing new; cid leaves the groups: two cancelled, everything else untouched."""
    copy = {r["id"]: r for r in resources(ask("Appointment"))}
    clock(datetime(2026, 11, 27, 9, 30, tzinfo=UTC))
    first = ask("Appointment")["meta"]["lastUpdated"]
    assert ask(f"Appointment?_lastUpdated=ge{first}")["total"] == 0
    clock(datetime(2026, 11, 27, 10, 0, tzinfo=UTC))
    publish(coordinator, MOVED)
    news = {r["id"]: r for r in resources(ask(f"Appointment?_lastUpdated=ge{first}"))}
    assert sorted(r["status"] for r in news.values()) == ["cancelled"] * 3
    assert {p["actor"]["reference"] for r in news.values() for p in r["participant"] if "Patient" in str(p)} == {"Patient/cid"}
    assert news.keys() <= copy.keys()
    assert copy | news == {r["id"]: r for r in resources(ask("Appointment"))}
    for resource in news.values():
        assert faults(resource) == []
        assert resource["meta"]["lastUpdated"] == "2026-11-27T10:00:59Z"


def test_a_week_taken_back_is_cancelled_as_a_whole(published: Any, ask: Ask, coordinator: TestClient) -> None:
    before = {r["id"] for r in resources(ask("Appointment"))}
    week = coordinator.get(WEEK).headers["ETag"]
    assert coordinator.post(f"{WEEK}/unpublish", json={}, headers={"If-Match": week}).status_code == 200
    after = resources(ask("Appointment"))
    assert {r["id"] for r in after} == before
    assert {r["status"] for r in after} == {"cancelled"}
    assert {r["status"] for r in resources(ask("Slot"))} == {"entered-in-error"}


def test_attendance_is_told_and_so_is_that_it_was_taken_back(published: Any, ask: Ask, coordinator: TestClient, clock: Any) -> None:
    first = resources(ask("Appointment?patient=ana&date=2026-11-30T09:00"))[0]
    assert first["status"] == "booked"
    clock(datetime(2026, 11, 30, 18, 0, tzinfo=UTC))
    record(coordinator, "no_show")
    missed = ask(f"Appointment/{first['id']}")
    assert (missed["status"], missed["meta"]["lastUpdated"]) == ("noshow", "2026-11-30T18:00:59Z")
    clock(datetime(2026, 11, 30, 18, 5, tzinfo=UTC))
    address = f"{WEEK}/attendance/g.g1.{MONDAY}/ana"
    assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 204
    back = ask(f"Appointment/{first['id']}")
    assert (back["status"], back["meta"]["lastUpdated"]) == ("booked", "2026-11-30T18:05:59Z")
    assert back["meta"]["versionId"] not in (first["meta"]["versionId"], missed["meta"]["versionId"])


def test_absences_are_told_without_a_reason(published: Any, ask: Ask, coordinator: TestClient) -> None:
    away = {"clinician": "cora", "first": "2026-12-07", "last": "2026-12-11"}
    assert coordinator.post("/v1/programs/north/absences", json=away).status_code == 201
    role = ask("PractitionerRole/cora")
    assert role["notAvailable"] == [{"description": "Not available", "during": {"start": "2026-12-07", "end": "2026-12-11"}}]
    assert faults(role) == []


def test_archived_rooms_are_inactive_and_still_there(published: Any, ask: Ask, coordinator: TestClient) -> None:
    room = coordinator.get("/v1/programs/north/rooms/r3")
    assert coordinator.delete("/v1/programs/north/rooms/r3", headers={"If-Match": room.headers["etag"]}).status_code in (200, 204)
    assert ask("Location/r-r3")["status"] == "inactive"
    assert ask("Schedule/r-r3")["active"] is False


def test_reading_is_in_the_audit_trail_without_what_was_asked(published: Any, ask: Ask, store: Store) -> None:
    ask("Appointment?patient=ana")
    ask("Patient/ana")
    with store.reading() as session:
        rows = session.execute(select(AuditEntryRow.action, AuditEntryRow.target).where(AuditEntryRow.action.like("fhir.%"))).all()
    assert [tuple(row) for row in rows] == [("fhir.Appointment.search", ""), ("fhir.Patient.read", "patient_id=ana")]


def test_long_ago_can_be_asked_for_but_not_all_at_once(published: Any, ask: Ask, reader: TestClient) -> None:
    assert ask("Appointment?date=ge2020-01-01&date=lt2021-01-01")["total"] == 0
    answer = reader.get(f"{FHIR}/Appointment?date=ge2020-01-01&date=lt2027-01-01")
    assert answer.status_code == 400
    assert "400 days" in answer.json()["issue"][0]["diagnostics"]


def test_codes_that_are_changed_are_news(published: Any, ask: Ask, coordinator: TestClient) -> None:
    before = ask("Appointment?_count=1")["entry"][0]["resource"]
    settings = coordinator.get("/v1/programs/north/fhir-settings")
    assert (settings.headers["etag"], settings.json()["service_types"]) == ('"0"', {})
    body = {"service_types": {"process": [{"system": "http://snomed.info/sct", "code": "76168009", "display": "Group psychotherapy"}]}}
    address = "/v1/programs/north/fhir-settings"
    assert coordinator.put(address, json=body).status_code == 428
    assert coordinator.put(address, json=body, headers={"If-Match": '"0"'}).headers["etag"] == '"1"'
    assert coordinator.put(address, json=body, headers={"If-Match": '"0"'}).status_code == 412
    after = ask(f"Appointment/{before['id']}")
    assert after["serviceType"][0]["coding"][0]["code"] == "76168009"
    assert after["meta"]["versionId"] != before["meta"]["versionId"]
    assert ask("HealthcareService?service-type=http://snomed.info/sct|76168009")["total"] == 1
    assert faults(after) == []


def test_the_window_moves_with_the_clock(published: Any, ask: Ask, clock: Any) -> None:
    clock(datetime(2026, 11, 30, tzinfo=UTC) + timedelta(days=45))
    assert ask("Appointment")["total"] == 0
    assert ask("Appointment?date=ge2026-11-01")["total"] == 9
