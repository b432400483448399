"""Errors as FHIR tells them, whoever finds them, and what a caller may ask for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.fhir.outcomes import ISSUE_TYPES, outcome_of
from api.kernel.errors import PROBLEMS, Place, Problem
from tests.api.fhir.conftest import FHIR, Ask
from tests.api.weeks.small import keep_program, small_instance
from tests.exchange.fhir.checks import faults

NAME = "Quennell"


def check(answer: Any, status: int, type: str, code: str) -> dict[str, Any]:
    """An OperationOutcome that keeps to R4."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    outcome: dict[str, Any] = answer.json()
    assert faults(outcome) == []
    about = outcome["issue"][0]
    assert (about["code"], about["details"]["coding"][0]["code"]) == (type, code)
    assert NAME not in answer.text
    return outcome


def test_every_problem_has_an_outcome_that_keeps_to_r4() -> None:
    assert ISSUE_TYPES.keys() <= PROBLEMS.keys()
    for code in PROBLEMS:
        place = Place(code="shape", path="matches[0].value", message="write text in quotes")
        assert faults(json.loads(outcome_of(Problem(code, "Do this.", [place])).as_json())) == []


def test_strangers_keys_without_the_permission_and_other_programs(client: TestClient, key: Any, program: str, store: Any) -> None:
    keep_program(store, small_instance(), "south")
    check(client.get(f"{FHIR}/Appointment"), 401, "login", "not_signed_in")
    check(client.get(f"{FHIR}/Appointment", headers={"Authorization": "Bearer wrong"}), 401, "login", "not_signed_in")
    check(client.get(f"{FHIR}/Appointment", headers=key("feeds", program=program)), 403, "forbidden", "forbidden")
    check(client.get(f"{FHIR}/Appointment", headers=key("roster:read", program="south")), 404, "not-found", "not_found")


def test_what_is_not_there(reader: TestClient) -> None:
    for path in ("Appointment/none", "Encounter", "Patient/none", "Appointment/1/2", f"Slot/{NAME}%20Ada", "Schedule/x-1"):
        check(reader.get(f"{FHIR}/{path}"), 404, "not-found", "not_found")


def test_nothing_is_written_by_others(reader: TestClient) -> None:
    check(reader.post(f"{FHIR}/Appointment", json={}), 405, "not-supported", "method_not_allowed")
    check(reader.delete(f"{FHIR}/Appointment/1"), 405, "not-supported", "method_not_allowed")


WRONG = {
    "Appointment?name=Quennell": "parameter 1",
    "Appointment?status=booked&Quennell=1": "parameter 2",
    "Appointment?patient:identifier=Quennell": "patient",
    "Appointment?date:missing=true": "date",
    "Appointment?date=Quennell": "date",
    "Appointment?date=2026-13-01": "date",
    "Appointment?date=ap2026-12-01": "date",
    "Appointment?date=0001-01-01": "date",
    "Appointment?date=2026-12-01T25:00": "date",
    "Appointment?date=": "date",
    "Appointment?_lastUpdated=yesterday": "_lastUpdated",
    "Appointment?_count=Quennell": "_count",
    "Appointment?_count=-1": "_count",
    "Appointment?_after=Quennell": "_after",
    "Appointment?patient=" + ",".join(["x"] * 501): "patient",
    "Slot?patient=ana": "parameter 1",
    "Patient?family=Quennell": "parameter 1",
    "Patient?_revinclude=Appointment:patient": "parameter 1",
    "Appointment?_include:iterate=Appointment:patient": "parameter 1",
    "Patient?_include=Appointment:patient": "_include",
    "Appointment?_include=Appointment:status": "_include",
    "Appointment?_include=Appointment:patient:Practitioner": "_include",
    "Appointment?_sort=patient": "_sort",
    "Patient?_sort=date": "_sort",
    "Appointment?_sort=date,_lastUpdated": "_sort",
    "Appointment?_sort=": "_sort",
    "Appointment?_summary=true": "_summary",
    "Appointment?_total=some": "_total",
}


def test_a_search_that_is_not_understood_is_refused_at_its_place(reader: TestClient) -> None:
    """A filter that is passed over would show more people than were asked for."""
    for path, place in WRONG.items():
        outcome = check(reader.get(f"{FHIR}/{path}"), 400, "invalid", "malformed")
        assert [issue["expression"] for issue in outcome["issue"][1:]] == [[place]], path


def test_unknown_parameters_are_passed_over_at_the_callers_wish_and_told(published: Any, reader: TestClient) -> None:
    answer = reader.get(f"{FHIR}/Appointment?name={NAME}&patient=ana", headers={"Prefer": "handling=lenient"})
    bundle = answer.json()
    assert (answer.status_code, faults(bundle), bundle["total"]) == (200, [], 3)
    assert [entry["search"]["mode"] for entry in bundle["entry"]] == ["match", "match", "match", "outcome"]
    assert NAME not in answer.text


def test_a_wrong_value_is_refused_even_so(reader: TestClient) -> None:
    answer = reader.get(f"{FHIR}/Appointment?date=never", headers={"Prefer": "handling=lenient"})
    check(answer, 400, "invalid", "malformed")


TAKEN = ["application/fhir+json", "application/json", "*/*", "application/*;q=0.5", "text/html, application/fhir+json; fhirVersion=4.0", ""]
NOT_TAKEN = [
    "application/fhir+xml", "text/html", "application/fhir+json; fhirVersion=5.0", "application/fhir+json;q=0", "application/fhir+turtle",
]  # fmt: skip


def test_only_json_is_told(reader: TestClient) -> None:
    """Of four kinds of answers, with eleven headers."""
    for path in ("metadata", "Patient", "Patient/ana", "$export-period?start=2026-11-30&end=2026-12-06"):
        for accept in TAKEN:
            assert reader.get(f"{FHIR}/{path}", headers={"Accept": accept}).status_code == 200, (path, accept)
        for accept in NOT_TAKEN:
            check(reader.get(f"{FHIR}/{path}", headers={"Accept": accept}), 406, "not-supported", "not_acceptable")


def test_the_format_of_the_address_counts_more_than_the_header(reader: TestClient) -> None:
    xml = {"Accept": "application/fhir+xml"}
    assert reader.get(f"{FHIR}/Patient?_format=json", headers=xml).status_code == 200
    assert reader.get(f"{FHIR}/Patient?_format=application/fhir%2Bjson", headers=xml).status_code == 200
    check(reader.get(f"{FHIR}/Patient?_format=xml"), 406, "not-supported", "not_acceptable")


EXPORTS = [
    ("", 422),
    ("start=2026-11-30", 422),
    ("start=Quennell&end=2026-12-06", 422),
    ("start=2026-12-06&end=2026-11-30", 400),
    ("start=2026-01-01&end=2027-12-31", 400),
    ("start=9999-12-31&end=9999-12-31", 400),
    ("start=0001-01-01&end=0001-01-01", 400),
    ("start=2026-11-30&end=2026-12-06&_type=Quennell", 400),
    ("start=2026-11-30&end=2026-12-06&_type=", 400),
    ("start=2026-11-30&end=2026-12-06&_outputFormat=application/fhir%2Bndjson", 400),
    ("start=2026-11-30&end=2026-12-06&_outputFormat=csv", 422),
]


def test_an_export_that_makes_no_sense(reader: TestClient) -> None:
    for query, status in EXPORTS:
        check(reader.get(f"{FHIR}/$export-period?{query}"), status, "invalid", "malformed" if status == 400 else "wrong_shape")


def test_too_many_requests_and_foreign_hosts(app: FastAPI, settings: Any, store: Any, engine: Any, key: Any, program: str) -> None:
    slow = create_app(settings.model_copy(update={"requests_per_minute": 2}), store, engine)
    with TestClient(slow, raise_server_exceptions=False, headers=key("roster:read", program=program)) as made:
        assert [made.get(f"{FHIR}/metadata").status_code for _ in range(2)] == [200, 200]
        check(made.get(f"{FHIR}/metadata"), 429, "throttled", "too_many")
    with TestClient(app, raise_server_exceptions=False) as made:
        check(made.get(f"{FHIR}/metadata", headers={"Host": "other.example"}), 421, "security", "wrong_host")


def test_a_defect_is_told_like_this_too(app: FastAPI, reader: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError(NAME)

    monkeypatch.setattr("api.fhir.routes.reading.Source", break_down)
    check(reader.get(f"{FHIR}/Patient"), 500, "exception", "defect")


BODIES = [
    (b"{", 400, "malformed"),
    (b'{"bundle": 7}', 422, "wrong_shape"),
    (b'{"bundle": {}, "days": 401}', 422, "wrong_shape"),
    (b'{"bundle": {}, "first": "9999-12-31"}', 422, "wrong_shape"),
    (b'{"bundle": {}, "Ada Quennell": 1}', 422, "wrong_shape"),
    (b'{"bundle": {}, "matches": [{"system": "x", "value": "Quennell"}]}', 422, "wrong_shape"),
]


def test_bodies_that_cannot_be_read(coordinator: TestClient) -> None:
    for operation in ("$preview-import", "$import"):
        for body, status, code in BODIES:
            answer = coordinator.post(f"{FHIR}/{operation}", content=body, headers={"Content-Type": "application/fhir+json"})
            check(answer, status, "invalid", code)
        plain = coordinator.post(f"{FHIR}/{operation}", content=b"x", headers={"Content-Type": "text/plain"})
        check(plain, 415, "not-supported", "wrong_media_type")


def test_other_routes_tell_problems_as_before(reader: TestClient) -> None:
    answer = reader.get("/v1/programs/north/fhirs")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_answers_are_kept_by_nobody(published: Any, reader: TestClient, ask: Ask) -> None:
    assert reader.get(f"{FHIR}/Appointment").headers["cache-control"] == "no-store"
