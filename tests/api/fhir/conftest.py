"""The small program of the weeks' tests, published, and a reader of its FHIR resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.weeks.conftest import clock, coordinator, database_file, draft, program, published, signed_in  # noqa: F401 - fixtures for everybody here
from tests.api.weeks.small import PROGRAM

FHIR = f"/v1/programs/{PROGRAM}/fhir"

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def reader(app: FastAPI, key: Any, program: str) -> Iterator[TestClient]:  # noqa: F811
    """A client with the key of another system: it reads rosters, and nothing else."""
    with TestClient(app, raise_server_exceptions=False, headers=key("roster:read", program=program)) as made:
        yield made


@pytest.fixture
def ask(reader: TestClient) -> Ask:
    """Get something of FHIR that is there."""

    def get(path: str, **sent: Any) -> dict[str, Any]:
        answer = reader.get(f"{FHIR}/{path}", **sent)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/fhir+json"
        found: dict[str, Any] = answer.json()
        return found

    return get


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources of a bundle."""
    return [entry["resource"] for entry in bundle.get("entry", [])]
