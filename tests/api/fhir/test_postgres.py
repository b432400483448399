"""The same on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.database import Store
from api.database.tables import ApiKeyRow
from api.kernel.settings import Settings
from api.security.tokens import token_hash
from tests.api.fhir.conftest import FHIR, resources
from tests.api.fhir.test_importing import BOTH, busy_of, take
from tests.api.fhir.test_reading import MOVED, publish, record
from tests.api.weeks.small import BEFORE, WEEK, good_roster, keep_program, small_instance
from tests.build import MONDAY
from tests.exchange.fhir.checks import dangling, faults


def test_a_week_is_told_changed_and_searched_on_postgresql(postgres_settings: Settings, postgres_store: Store, engine: Any) -> None:
    keep_program(postgres_store, small_instance())
    with postgres_store.writing() as session:
        session.add(ApiKeyRow(token_hash=token_hash("x" * 43), scopes=["roster:write"], program="north"))
    settings = postgres_settings.model_copy(update={"allowed_hosts": "testserver"})
    app = create_app(settings, postgres_store, engine)
    app.state.clock = lambda: BEFORE
    with TestClient(app, raise_server_exceptions=False, headers={"Authorization": "Bearer " + "x" * 43}) as client:
        publish(client, good_roster())
        first = {r["id"]: r for r in resources(client.get(f"{FHIR}/Appointment").json())}
        app.state.clock = lambda: datetime(2026, 11, 27, 10, tzinfo=UTC)
        publish(client, MOVED)
        news = resources(client.get(f"{FHIR}/Appointment?_lastUpdated=ge2026-11-27T10:00:00Z").json())
        assert [r["status"] for r in news] == ["cancelled"] * 3
        assert {r["id"] for r in news} < first.keys()
        app.state.clock = lambda: datetime(2026, 11, 30, 18, tzinfo=UTC)
        record(client, "no_show")
        assert client.delete(f"{WEEK}/attendance/g.g1.{MONDAY}/ana", headers={"If-Match": '"1"'}).status_code == 204
        whole = client.get(f"{FHIR}/$export-period?start={MONDAY}&end=2026-12-06").json()
        assert (faults(whole), dangling(resources(whole))) == ([], [])
        assert take(client, BOTH) == {"changed": 2, "created": 0}
        assert len(busy_of(client, "clinicians/cora")) == 1
