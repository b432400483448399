"""What is told of messages to Prometheus: how many of each state, and whether anybody sends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.database.tables.base import now
from api.outbox.store import Outcome
from tests.api.outbox.test_queue import attempt, fill, with_program


def test_messages_are_counted_by_state_and_the_latest_says_by_how_much(app, store):
    with_program(store)
    at = now() - timedelta(minutes=5)
    fill(store, 3, webhooks=3, at=at)
    attempt(store, at, Outcome("delivered", "2xx"))
    attempt(store, at, Outcome("dead", "4xx"))
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as local:
        families = {family.name: family for family in text_string_to_metric_families(local.get("/metrics").text)}
    counted = {sample.labels["state"]: sample.value for sample in families["stepdown_outbox_messages"].samples}
    assert counted == {"waiting": 1, "delivered": 1, "dead": 1, "dropped": 0}
    assert families["stepdown_outbox_overdue_seconds"].samples[0].value == pytest.approx(300, abs=20)
