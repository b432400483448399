"""A name in every label of a program, and in every element of a bundle, is in no answer, no error, no log and no row."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.database import Store
from api.database.tables import AuditEntryRow, ClinicianRow
from api.fhir.parameters import RESOURCE_TYPES
from api.kernel import logs
from tests.api.fhir.conftest import FHIR
from tests.api.security.test_names import plant
from tests.api.weeks.small import WEEK, as_json, good_roster, keep_program, small_instance
from tests.exchange.fhir.test_incoming import MRN, booked, patient, practitioner, role

NAME = "Quennell"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything the service logs at its most talkative."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    logs.set_up_logging("debug")
    yield stream
    root.handlers[:], root.level = before


@pytest.fixture
def named(client: TestClient, store: Store, clock: Any, key: Any, log: io.StringIO) -> TestClient:
    """A coordinator of a published program with the name in every label."""
    planted: set[str] = set()
    keep_program(store, plant(small_instance(), planted))
    assert {"Participant", "Clinician", "Group", "Service", "Site", "Room"} <= planted
    client.headers.update(key("roster:write", program="north"))
    made = client.post(f"{WEEK}/rosters", json=as_json(good_roster())).json()
    week = client.get(WEEK).headers["etag"]
    assert client.post(f"{WEEK}/rosters/{made['id']}/publish", json={}, headers={"If-Match": week}).status_code == 200
    return client


def test_no_label_leaves(named: TestClient, log: io.StringIO, store: Store) -> None:
    paths = ["metadata", *RESOURCE_TYPES, "$export-period?start=2026-11-30&end=2026-12-06"]
    paths += [f"$export-period?start=2026-11-30&end=2026-12-06&_outputFormat=application/fhir%2Bndjson&_type={t}" for t in RESOURCE_TYPES]
    paths += [f"{type}?_id={NAME}" for type in RESOURCE_TYPES]
    answers = [named.get(f"{FHIR}/{path}") for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    told = "".join(f"{dict(answer.headers)} {json.dumps(strip_links(answer.text))}" for answer in answers)
    assert len(told) > 50_000
    assert NAME.lower() not in told.lower()
    wrong = [named.get(f"{FHIR}/{type}?{NAME}={NAME}") for type in RESOURCE_TYPES]
    wrong += [named.get(f"{FHIR}/{type}/{NAME}") for type in RESOURCE_TYPES]
    assert {answer.status_code for answer in wrong} == {400, 404}
    assert not any(NAME.lower() in f"{dict(answer.headers)} {answer.text}".lower() for answer in wrong)
    check_rows(store, log)


def strip_links(text: str) -> Any:
    """An answer without the links that repeat the address that was asked."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return {name: value for name, value in found.items() if name != "link"}


def check_rows(store: Store, log: io.StringIO) -> None:
    assert log.getvalue().count('"message": "request"') > 5
    assert NAME.lower() not in log.getvalue().lower()
    with store.reading() as session:
        rows = session.execute(select(AuditEntryRow.action, AuditEntryRow.target, AuditEntryRow.caller)).all()
    assert any(row.action.startswith("fhir.") for row in rows)
    shown = [row for row in rows if NAME.lower() in str(row).lower()]
    assert {row.target for row in shown} <= {f"{type.lower()}_id={NAME}" for type in RESOURCE_TYPES}, "only what was asked for as an id"


def test_no_name_of_a_bundle_is_told_or_kept(named: TestClient, log: io.StringIO, store: Store) -> None:
    noisy = {"name": [{"family": NAME}], "text": {"status": "generated", "div": f"<div>{NAME}</div>"}, "comment": NAME}
    away = {"description": NAME, "during": {"start": NAME, "end": NAME}}
    entries = [
        patient(**noisy),
        practitioner(**noisy),
        role(availableTime=[{"daysOfWeek": [NAME], "availableStartTime": NAME}], notAvailable=[away]),
        booked("Patient/1", "Practitioner/77", description=NAME, **noisy),
        booked("Patient/1", start=NAME),
        booked({"actor": {"reference": "Patient/1", "display": NAME}, "status": NAME}, status=NAME),
        {"resourceType": NAME, "id": NAME},
        {"resourceType": "Slot", "status": "busy", "schedule": {"reference": f"Schedule/{NAME}"}},
    ]
    matches = [{"system": MRN, "value": "0815", "participant": "ana"}, {"system": MRN, "value": NAME, "participant": "nobody"}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": NAME, "resource": e} for e in entries]}
    sent = {"bundle": bundle, "matches": matches}
    told = named.post(f"{FHIR}/$preview-import", json=sent)
    assert (told.status_code, told.json()["is_importable"]) == (200, False)
    refused = named.post(f"{FHIR}/$import", json=sent, headers={"If-Match": told.headers["etag"]})
    assert refused.status_code == 400
    good = {"bundle": bundle | {"entry": bundle["entry"][:2] + bundle["entry"][3:4]}, "matches": matches[:1]}
    token = named.post(f"{FHIR}/$preview-import", json=good)
    taken = named.post(f"{FHIR}/$import", json=good, headers={"If-Match": token.headers["etag"], "Idempotency-Key": "k-1"})
    assert taken.json() == {"changed": 1, "created": 0}
    for answer in (told, refused, token, taken):
        assert NAME.lower() not in f"{dict(answer.headers)} {answer.text}".lower()
    check_rows(store, log)
    with store.reading() as session:
        assert session.get(ClinicianRow, {"program": "north", "id": "cora"}) is not None
