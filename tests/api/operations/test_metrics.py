"""The figures for Prometheus: what they count, who may see them, and what they may not hold."""

import asyncio
import re
import time
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.database.tables import JobRow
from api.database.tables.base import now
from api.web import event_loop_delay


@pytest.fixture
def local(app):
    """A client on the machine of the service."""
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def figures(local):
    """All samples by name and labels."""

    def read():
        families = text_string_to_metric_families(local.get("/metrics").text)
        return {(sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples}

    return read


class TestWho:
    def test_this_machine_needs_no_key(self, local):
        answer = local.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"])
    def test_who_comes_through_a_proxy_is_not_this_machine(self, local, header):
        assert local.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401

    def test_a_page_that_names_this_machine_its_own_is_not_this_machine(self, local):
        """The hosts' check refuses it first; where the name is allowed, the key is asked for."""
        assert local.get("/metrics", headers={"Host": "rebound.example"}).status_code == 421
        assert local.get("/metrics", headers={"Host": "testserver"}).status_code == 401

    def test_another_machine_needs_a_key_of_its_scope(self, client, key):
        assert (client.get("/metrics").status_code, client.get("/metrics", headers=key("roster:write")).status_code) == (401, 403)
        assert client.get("/metrics", headers=key("metrics")).status_code == 200
        assert client.get("/metrics", headers=key("admin")).status_code == 200

    def test_a_key_bound_to_a_program_is_not_enough(self, client, key, store, program):
        for scope in ("metrics", "admin"):
            assert client.get("/metrics", headers=key(scope, program=program)).status_code == 403

    def test_a_key_of_its_scope_can_do_nothing_else(self, client, key):
        for path in ("/v1/programs", "/v1/jobs", "/v1/audit", "/v1/keys"):
            assert client.get(path, headers=key("metrics")).status_code == 403


@pytest.fixture
def program(store):
    """The id of a program."""
    from api.database.tables import ProgramRow

    with store.writing() as session:
        session.add(ProgramRow(id="north", document={}))
    return "north"


class TestRequests:
    def test_are_counted_by_template_method_and_status(self, local, figures):
        for _ in range(3):
            local.get("/health")
        local.get("/nowhere/Wilhelmina")
        local.request("BREW", "/health")
        told = figures()
        assert told["stepdown_requests_total", ("method", "GET"), ("route", "/health"), ("status", "200")] == 3
        assert told["stepdown_requests_total", ("method", "GET"), ("route", "none"), ("status", "404")] == 1
        assert [name for name in told if ("method", "other") in name] != []
        assert told["stepdown_request_seconds_count", ("method", "GET"), ("route", "/health")] == 3

    def test_labels_hold_no_id(self, admin, local, figures, openapi_document):
        for route in openapi_document["paths"]:
            admin.get(re.sub(r"\{\w+\}", "Wilhelmina", route))
        assert "Wilhelmina" not in local.get("/metrics").text
        routes = {dict(labels).get("route") for name, *labels in figures()}
        assert routes - {None, "none"} <= set(openapi_document["paths"]) | {"/metrics"}


class TestJobs:
    @pytest.fixture(autouse=True)
    def jobs(self, store):
        """Two that wait, the older for 90 s; three that ended after 10, 20, 30 s of waiting and 1, 2, 9 s of solving; one long ago."""
        at = now()

        def job(state, age, wait=None, solve=None):
            started = None if wait is None else at - timedelta(seconds=age - wait)
            finished = None if solve is None else started + timedelta(seconds=solve)
            return JobRow(
                caller="key:k", state=state, limits={}, created_at=at - timedelta(seconds=age), started_at=started, finished_at=finished
            )

        with store.writing() as session:
            session.add_all([job("queued", 90), job("queued", 5)])
            session.add_all([job("completed", 100, 10, 1), job("completed", 100, 20, 2), job("failed", 100, 30, 9)])
            session.add(job("completed", 7200, 1000, 1000))

    def test_are_counted_by_state(self, figures):
        told = figures()
        counted = {state: told["stepdown_jobs", ("state", state)] for state in ("queued", "running", "completed", "stopped", "failed")}
        assert counted == {"queued": 2, "running": 0, "completed": 3, "stopped": 0, "failed": 1}

    def test_waiting_and_solving_are_those_of_the_last_quarter_of_an_hour(self, figures):
        told = figures()
        assert told["stepdown_job_wait_seconds", ("quantile", "0.5")] == pytest.approx(20)
        assert told["stepdown_job_wait_seconds", ("quantile", "1")] == pytest.approx(30)
        assert told["stepdown_job_solve_seconds", ("quantile", "0.5")] == pytest.approx(2)
        assert told["stepdown_job_solve_seconds", ("quantile", "1")] == pytest.approx(9)

    def test_the_oldest_wait_grows(self, figures):
        assert figures()[("stepdown_job_oldest_wait_seconds",)] == pytest.approx(90, abs=5)


class TestInstallation:
    def test_says_what_it_is_and_has_open(self, figures):
        told = figures()
        assert [value for (name, *_), value in told.items() if name == "stepdown_build_info"] == [1]
        assert told[("stepdown_event_streams",)] == 0
        assert told[("stepdown_database_up",)] == 1
        assert told["stepdown_database_connections", ("state", "in_use")] == 0
        assert told[("process_resident_memory_bytes",)] > 1_000_000

    def test_is_told_while_the_database_is_down(self, figures, store, monkeypatch):
        monkeypatch.setattr(store, "reading", lambda: (_ for _ in ()).throw(OSError("gone")))
        assert figures()[("stepdown_database_up",)] == 0


def test_what_blocks_the_event_loop_is_measured(app, figures, monkeypatch):
    """A tenth of a second in which nothing else is answered."""
    monkeypatch.setattr(event_loop_delay, "EVERY_SECONDS", 0.01)
    before = figures()[("stepdown_event_loop_delay_seconds_sum",)]

    async def blocked() -> None:
        watching = asyncio.ensure_future(event_loop_delay.watch_event_loop(app.state.metrics))
        await asyncio.sleep(0)
        time.sleep(0.1)
        await asyncio.sleep(0.01)
        watching.cancel()

    asyncio.run(blocked())
    assert figures()[("stepdown_event_loop_delay_seconds_sum",)] - before >= 0.05
