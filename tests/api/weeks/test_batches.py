"""Many people added or changed at once: all of them or nobody, and the same batch again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow, ParticipantRow
from tests.api.weeks.small import PROGRAM, person

PEOPLE = f"/v1/programs/{PROGRAM}/participants"
BATCH = f"{PEOPLE}/batch"
FIELDS = {name: value for name, value in person("zoe").items() if name != "id"}


def item(id: str, version: int | None = None, /, **fields: Any) -> dict[str, Any]:
    return {"id": id, "fields": fields} | ({} if version is None else {"version": version})


def put(client: Any, *items: dict[str, Any], **params: Any) -> Any:
    return client.post(BATCH, json={"items": items}, params=params)


def versions(store: Any) -> dict[str, int]:
    with store.reading() as session:
        return {row.id: row.version for row in session.scalars(select(ParticipantRow))}


def test_a_batch_adds_changes_and_leaves_alone_and_a_second_time_changes_nothing(coordinator, store):
    items = (item("ana", gender="f"), item("ben", 1, label="B. X."), item("zoe", 0, **FIELDS))
    answer = put(coordinator, *items)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "is_dry_run": False,
        "created": 1,
        "changed": 1,
        "unchanged": 1,
        "items": [
            {"id": "ana", "outcome": "changed", "version": 2},
            {"id": "ben", "outcome": "unchanged", "version": 1},
            {"id": "zoe", "outcome": "created", "version": 1},
        ],
    }
    again = put(coordinator, items[0], items[1], item("zoe", 1, **FIELDS)).json()
    assert (again["unchanged"], versions(store)) == (3, {"ana": 2, "ben": 1, "cid": 1, "zoe": 1})
    with store.reading() as session:
        trail = session.scalars(select(AuditEntryRow.target).where(AuditEntryRow.action == "participant.batch")).all()
    assert "created=1 changed=1 unchanged=1 dry_run=false" in trail


def test_what_an_item_does_not_mention_stays(coordinator):
    before = coordinator.get(f"{PEOPLE}/ana").json()
    put(coordinator, item("ana", primary_therapist="cora", gender="f"))
    after = coordinator.get(f"{PEOPLE}/ana").json()
    assert after == before | {"primary_therapist": "cora", "gender": "f"}
    put(coordinator, item("ana", gender=None))
    assert coordinator.get(f"{PEOPLE}/ana").json()["gender"] is None


def test_every_mistake_has_its_path_and_nothing_is_stored(coordinator, store):
    coordinator.delete(f"{PEOPLE}/cid", headers={"If-Match": '"1"'})
    answer = put(
        coordinator,
        item("ana", gender="f"),
        item("ben", 7, gender="f"),
        item("cid", gender="f"),
        item("ana", gender="m"),
        item("zoe", label="Z."),
        item("yan", **FIELDS | {"primary_therapist": "nobody"}),
        item("xia", 2, **FIELDS),
        item("ben", 0),
        item("wim", **FIELDS | {"id": "other"}),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")
    assert sorted((issue["path"], issue["code"]) for issue in answer.json()["issues"]) == [
        ("items[1].version", "changed_meanwhile"),
        ("items[2].id", "archived"),
        ("items[3]", "duplicate"),
        ("items[4].fields.availability", "shape"),
        ("items[5].fields.primary_therapist", "unknown_id"),
        ("items[6].version", "changed_meanwhile"),
        ("items[7]", "duplicate"),
        ("items[8].fields.id", "id_differs"),
    ]
    assert versions(store) == {"ana": 1, "ben": 1, "cid": 2}


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        (item("ana", 3), 412, "changed_meanwhile"),
        (item("ana", 0), 409, "exists"),
        (item("ana", home_track="none"), 400, "bad_reference"),
        (item("ana", status="gone"), 422, "wrong_shape"),
        ({"fields": {}}, 422, "wrong_shape"),
        ({"id": "ana", "identifier": {"system": "urn:x", "value": "ana"}, "fields": {}}, 422, "wrong_shape"),
        (item("ana", nickname="Quennell"), 422, "wrong_shape"),
        ({"identifier": {"system": "urn:x", "value": "ana"}, "fields": {}}, 400, "bad_reference"),
    ],
)
def test_one_mistake_has_its_own_status(coordinator, wrong, status, code):
    answer = put(coordinator, item("ben", gender="f"), wrong)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert all(issue["path"].startswith("items[1]") for issue in answer.json()["issues"])
    assert "Quennell" not in answer.text


def test_a_dry_run_says_the_same_and_stores_nothing(coordinator, store):
    items = (item("ana", gender="f"), item("zoe", **FIELDS))
    tried = put(coordinator, *items, dry_run=True).json()
    assert versions(store) == {"ana": 1, "ben": 1, "cid": 1}
    assert put(coordinator, *items).json() == tried | {"is_dry_run": False}
    assert put(coordinator, item("ana", 1), dry_run=True).status_code == 412


def test_people_are_found_by_their_number_in_the_record_system(coordinator, admin):
    settings = f"/v1/programs/{PROGRAM}/fhir-settings"
    etag = admin.get(settings).headers["ETag"]
    body = {"patient_system": "urn:oid:2.999.1"}
    assert admin.put(settings, json=body, headers={"If-Match": etag}).status_code == 200
    identifier = {"system": "urn:oid:2.999.1", "value": "ana"}
    answer = put(coordinator, {"identifier": identifier, "fields": {"gender": "f"}})
    assert answer.json()["items"] == [{"id": "ana", "outcome": "changed", "version": 2}]
    assert put(coordinator, {"identifier": identifier | {"system": "urn:other"}, "fields": {}}).status_code == 400


def test_five_hundred_at_once_and_no_more(coordinator):
    many = [item(f"n{n}", **FIELDS) for n in range(500)]
    assert put(coordinator, *many, dry_run=True).json()["created"] == 500
    assert put(coordinator, *many, item("one.more", **FIELDS)).json()["issues"][0]["path"] == "items"


def test_clinicians_too(coordinator):
    answer = coordinator.post(f"/v1/programs/{PROGRAM}/clinicians/batch", json={"items": [item("cora", gender="f")]})
    assert (answer.status_code, answer.json()["items"][0]["outcome"]) == (200, "changed")
