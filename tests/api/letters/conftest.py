"""The small program of the weeks, and consents recorded in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.weeks.conftest import clock, coordinator, database_file, draft, program, published, rows, signed_in  # noqa: F401 - of the small program

CONSENTS = "/v1/programs/north/participants/ana/consents"

Record = Callable[..., dict[str, Any]]


@pytest.fixture
def record(coordinator: TestClient) -> Record:  # noqa: F811
    """Record a consent of ana's; what is answered."""

    def make(kind: str = "attendance_letter", first: str = "2026-11-23", last: str | None = None, **more: Any) -> dict[str, Any]:
        answer = coordinator.post(CONSENTS, json={"kind": kind, "first": first, "last": last, **more})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return make
