"""How the result of a search is told: order, number, what comes with it, and searches by a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from tests.api.fhir.conftest import FHIR, Ask, resources
from tests.exchange.fhir.checks import faults

FORM = "application/x-www-form-urlencoded"


def key(resource: dict[str, Any], name: str) -> tuple[str, str]:
    return {"date": resource.get("start", ""), "_lastUpdated": resource["meta"]["lastUpdated"], "_id": ""}[name], resource["id"]


@pytest.mark.parametrize("sort", ["date", "-date", "_lastUpdated", "-_lastUpdated", "_id", "-_id", "-date,_id"])
def test_pages_follow_the_order_asked_for(published: Any, ask: Ask, reader: TestClient, sort: str) -> None:
    """Page by page everything once, in that order."""
    found: list[dict[str, Any]] = []
    bundle = ask(f"Appointment?_sort={sort}&_count=4")
    for _ in range(3):
        found += resources(bundle)
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert urlencode({"_sort": sort}) in links["self"]
        bundle = reader.get(links["next"]).json() if "next" in links else bundle
    name = sort.partition(",")[0]
    expected = sorted(resources(ask("Appointment")), key=lambda r: key(r, name.lstrip("-")), reverse=name.startswith("-"))
    assert [r["id"] for r in found] == [r["id"] for r in expected]


def test_the_number_alone_and_none(published: Any, ask: Ask) -> None:
    counted = ask("Appointment?_summary=count&_count=2")
    assert (counted["total"], "entry" in counted, [link["relation"] for link in counted["link"]]) == (9, False, ["self"])
    assert faults(counted) == []
    assert "total" not in ask("Appointment?_total=none")
    assert ask("Appointment?_total=none&_summary=count")["total"] == 9
    assert ask("Appointment?_total=accurate&_summary=false")["total"] == 9


INCLUDED = {
    "Appointment?_include=Appointment:patient": {"Patient": 3},
    "Appointment?patient=ana&_include=Appointment:patient&_include=Appointment:location": {"Patient": 1, "Location": 2},
    "Appointment?_include=Appointment:actor:Location": {"Location": 2},
    "Appointment?_include=Appointment:practitioner": {"PractitionerRole": 2},
    "Appointment?_include=Appointment:slot": {"Slot": 10},
    "Appointment?_include=Appointment:*": {"Patient": 3, "PractitionerRole": 2, "Location": 2, "Slot": 10},
    "Slot?_include=Slot:schedule": {"Schedule": 4},
    "PractitionerRole?_include=PractitionerRole:practitioner&_include=PractitionerRole:location": {"Practitioner": 2, "Location": 1},
    "Location?_include=Location:partof": {},
    "Location?partof=s-s1&_include=Location:partof": {"Location": 1},
    "Patient?_include=*": {},
}


@pytest.mark.parametrize("path", INCLUDED)
def test_what_resources_refer_to_comes_with_them(published: Any, ask: Ask, path: str) -> None:
    """Once each, marked, not counted, and nothing that they do not refer to."""
    bundle = ask(path)
    extra = [e["resource"] for e in bundle["entry"] if e["search"]["mode"] == "include"]
    counts = {type: sum(r["resourceType"] == type for r in extra) for type in {r["resourceType"] for r in extra}}
    assert (counts, faults(bundle)) == (INCLUDED[path], [])
    assert bundle["total"] == len(bundle["entry"]) - len(extra)


def test_with_everything_included_nothing_of_an_appointment_is_missing(published: Any, ask: Ask) -> None:
    bundle = ask("Appointment?_include=Appointment:*")
    told = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]}
    appointments = [e["resource"] for e in bundle["entry"] if e["search"]["mode"] == "match"]
    referred = {p["actor"]["reference"] for a in appointments for p in a["participant"]} | {
        s["reference"] for a in appointments for s in a["slot"]
    }
    assert referred <= told


def test_a_search_by_form_is_the_same_search(published: Any, reader: TestClient, ask: Ask) -> None:
    """Parameters in a body stay out of the logs of proxies; those in the address count, too."""
    query = ("patient=ana", "status=booked", "_sort=-date")
    for cut in range(3):
        address, body = "&".join(query[:cut]), "&".join(query[cut:])
        answer = reader.post(f"{FHIR}/Appointment/_search?{address}", content=body, headers={"Content-Type": f"{FORM}; charset=utf-8"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["entry"] == ask("Appointment?patient=ana&status=booked&_sort=-date")["entry"]


def test_a_search_that_is_no_form_is_refused(reader: TestClient) -> None:
    address = f"{FHIR}/Patient/_search"
    form = {"Content-Type": FORM}
    wrong = (({"Content-Type": "application/json"}, "{}", 415), ({}, "", 415), (form, "a" * 100_001, 413), (form, "family=Quennell", 400))
    for headers, body, status in wrong:
        answer = reader.post(address, content=body, headers=headers)
        assert (answer.status_code, answer.json()["resourceType"], "Quennell" in answer.text) == (status, "OperationOutcome", False)
    assert reader.post(address, content="", headers={"Content-Type": FORM}).status_code == 200


def test_a_cursor_of_another_order_is_refused_or_harmless(published: Any, reader: TestClient, ask: Ask) -> None:
    assert reader.get(f"{FHIR}/Appointment?_after=soon").status_code == 400
    assert len(resources(ask("Appointment?_sort=_lastUpdated&_after=1.x"))) == 9
