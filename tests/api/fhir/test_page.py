"""The page for whoever connects a health record says what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from tests.exchange.fhir.checks import faults

PAGE = (Path(__file__).parents[3] / "docs" / "fhir.md").read_text(encoding="utf-8")


def test_every_address_of_the_page_answers_a_reader(published: Any, reader: TestClient) -> None:
    addresses = re.findall(r"GET (/v1/\S+?)`", PAGE)
    assert len(addresses) == 7
    for address in addresses:
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert faults(answer.json()) == []
    lines = reader.get(f"{addresses[5]}&_type=Appointment&_outputFormat=application/fhir%2Bndjson")
    assert len(lines.text.splitlines()) == 9


def test_the_settings_of_the_page_are_taken(published: Any, coordinator: TestClient) -> None:
    sent = re.search(r"If-Match: \"0\"\n(.*?)\n\s*```", PAGE, re.S)
    assert sent is not None
    headers = {"If-Match": '"0"', "Content-Type": "application/json"}
    answer = coordinator.put("/v1/programs/north/fhir-settings", content=sent[1], headers=headers)
    assert answer.status_code == 200, answer.text
    actor = coordinator.get("/v1/programs/north/fhir/Appointment?_count=1").json()["entry"][0]["resource"]["participant"][0]["actor"]
    assert actor["identifier"]["system"] == "urn:oid:2.999.1"
