"""POST /v1/solve: at once when it is quick, else a job."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.database import Store
from api.database.documents import document_text
from api.database.tables import AuditEntryRow, JobRow
from api.jobs.dbos_engine import DbosEngine
from api.kernel.settings import Settings
from scheduler.errors import NoRosterError
from scheduler.reading import dump_json, read_instance
from scheduler.result import SolveResult
from tests.api.conftest import MakeKey, WaitingEngine
from tests.api.jobs.conftest import Solves
from tests.api.jobs.making import job_of, jobs_of, wait_until
from tests.build import group, instance
from tests.source_tree import ROOT
from tests.tiny import drawn

JSON = {"Content-Type": "application/json"}
WEEK = dump_json(drawn(4))


@pytest.fixture
def solver(client: TestClient, key: MakeKey) -> TestClient:
    """A client with a key that may solve; its jobs wait until the test runs them."""
    client.headers.update(key("solve") | JSON)
    return client


@pytest.fixture
def settings_changes() -> dict[str, int]:
    """What is special about a service that does its jobs."""
    return {}


@pytest.fixture
def working(settings: Settings, settings_changes: dict[str, int], store: Store, key: MakeKey, solves: Solves) -> Iterator[TestClient]:
    """A client of a service that does its jobs."""
    settings = settings.model_copy(update=settings_changes)
    with TestClient(create_app(settings, store, DbosEngine(settings, store)), raise_server_exceptions=False) as made:
        made.headers.update(key("solve") | JSON)
        yield made


def test_without_waiting_the_answer_is_a_job(solver: TestClient, engine: WaitingEngine, store: Store) -> None:
    answer = solver.post("/v1/solve", content=WEEK)
    job = answer.json()
    assert answer.status_code == 202
    assert (job["state"], job["priority"], job["attempts"], job["program"]) == ("queued", "interactive", 0, None)
    assert (answer.headers["location"], answer.headers["retry-after"]) == (f"/v1/jobs/{job['id']}", "1")
    assert "preference-applied" not in answer.headers
    assert engine.jobs == [(job["id"], 1)]
    with store.reading() as session:
        kept = document_text(session, job_of(store, job["id"]).instance_hash or "")
        acts = [(e.action, e.target) for e in session.scalars(select(AuditEntryRow))]
    assert read_instance(kept) == drawn(4)
    assert acts == [("solve", f"job={job['id']}")]


def test_a_quick_solve_is_answered_at_once(working: TestClient) -> None:
    answer = working.post("/v1/solve", content=WEEK, headers={"Prefer": "wait=20"})
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait=20"
    result = SolveResult.model_validate_json(answer.content)
    assert result.status == "optimal"
    assert result.roster is not None
    job = working.get(answer.headers["location"]).json()
    assert job["state"] == "completed"
    tier = result.care
    assert tier is not None
    assert job["care"] == {"objective": tier.objective, "bound": tier.bound, "unavoidable": tier.unavoidable, "gap": 0.0}
    assert (job["activity"], job["proving"], job["next_bound_at"]) == ("", "", None)
    assert working.get(answer.headers["location"] + "/result").content == answer.content


def test_a_slow_solve_is_answered_with_its_job_when_the_wait_is_over(working: TestClient, solves: Solves) -> None:
    release = threading.Event()

    def wait(*_: Any) -> None:
        assert release.wait(60)

    solves.meanwhile = wait
    began = time.monotonic()
    answer = working.post("/v1/solve", content=WEEK, headers={"Prefer": "respond-async, wait=1"})
    assert 1.0 <= time.monotonic() - began < 30
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "wait=1")
    release.set()


def test_a_solve_that_fails_while_waited_for_is_a_job_that_says_why(working: TestClient, solves: Solves) -> None:
    def break_down(*_: Any) -> None:
        raise NoRosterError("exit code -11")

    solves.meanwhile = break_down
    answer = working.post("/v1/solve", content=WEEK, headers={"Prefer": "wait=20"})
    assert answer.status_code == 202
    assert answer.json()["state"] == "failed"
    assert answer.json()["error"]["code"] == "no_roster"
    result = working.get(answer.headers["location"] + "/result")
    assert (result.status_code, result.json()["code"]) == (409, "wrong_state")
    assert "solve again" in result.json()["detail"]


@pytest.mark.parametrize(("prefer", "applied"), [("wait=9999", "wait=30"), ('wait="20"', "wait=20"), ("wait=soon", None), ("", None)])
def test_what_is_preferred(prefer: str, applied: str | None, working: TestClient) -> None:
    answer = working.post("/v1/solve", content=WEEK, headers={"Prefer": prefer})
    assert answer.headers.get("preference-applied") == applied
    assert answer.status_code == (202 if applied is None else 200)


def test_the_limits_of_a_request(solver: TestClient, store: Store) -> None:
    query = {"seconds": 2.5, "gap": 0.1, "seed": 7, "fix_seconds": 0, "priority": "batch"}
    job = solver.post("/v1/solve", params=query, content=WEEK).json()  # type: ignore[arg-type]
    row = job_of(store, job["id"])
    assert row.limits == {"seconds": 2.5, "deterministic_time": None, "gap": 0.1, "workers": 2, "seed": 7, "fix_seconds": 0.0}
    assert (row.priority, job["priority"]) == (10, "batch")
    default = solver.post("/v1/solve", content=WEEK).json()
    assert job_of(store, default["id"]).limits["seconds"] == 30.0


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("seconds=601", ["query.seconds"]),
        ("seconds=1e9&fix_seconds=inf", ["query.seconds", "query.fix_seconds"]),
        ("seconds=-1", ["query.seconds"]),
        ("seconds=nan", ["query.seconds"]),
        ("gap=2", ["query.gap"]),
        ("priority=urgent", ["query.priority"]),
        ("seed=x", ["query.seed"]),
    ],
)
def test_limits_beyond_those_of_the_service_are_refused(query: str, paths: list[str], solver: TestClient, store: Store) -> None:
    answer = solver.post(f"/v1/solve?{query}", content=WEEK)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")
    assert [issue["path"] for issue in answer.json()["issues"]] == paths
    assert jobs_of(store) == []


def test_an_instance_that_makes_no_sense_is_told_all_that_is_wrong(solver: TestClient, engine: WaitingEngine) -> None:
    broken = instance(groups=[group("g", service="juggling"), group("h", site="moon")])
    answer = solver.post("/v1/solve", content=dump_json(broken))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_instance")
    paths = [issue["path"] for issue in answer.json()["issues"] if issue["severity"] == "error"]
    assert any(path.startswith("groups[0]") for path in paths)
    assert any(path.startswith("groups[1]") for path in paths)
    assert engine.jobs == []


@pytest.mark.parametrize(("body", "status"), [("[", 400), ('{"program": 3}', 422), ("", 400)])
def test_what_is_no_instance_is_refused(body: str, status: int, solver: TestClient) -> None:
    assert solver.post("/v1/solve", content=body).status_code == status


def test_more_jobs_than_may_wait_are_refused(settings: Settings, store: Store, key: MakeKey, engine: WaitingEngine) -> None:
    app = create_app(settings.model_copy(update={"queue_most": 2}), store, engine)
    with TestClient(app) as client:
        client.headers.update(key("solve") | JSON)
        first, second, third = (client.post("/v1/solve", content=WEEK) for _ in range(3))
        assert (first.status_code, second.status_code, third.status_code) == (202, 202, 429)
        assert (third.json()["code"], third.headers["retry-after"]) == ("queue_full", "60")
        assert client.delete(first.headers["location"]).json()["state"] == "stopped"
        assert client.post("/v1/solve", content=WEEK).status_code == 202
    assert len(engine.jobs) == 3


def test_a_solve_starts_from_the_roster_of_an_earlier_job(working: TestClient, solves: Solves) -> None:
    first = working.post("/v1/solve", content=WEEK, headers={"Prefer": "wait=20"})
    job = first.headers["location"].rpartition("/")[2]
    again = working.post(f"/v1/solve?hint={job}", content=WEEK, headers={"Prefer": "wait=20"})
    assert again.status_code == 200
    assert [hint is not None for hint in solves.hints] == [False, True]
    assert solves.hints[1] == SolveResult.model_validate_json(first.content).roster


def test_a_hint_that_is_not_the_callers_own_is_refused(solver: TestClient, key: MakeKey, store: Store) -> None:
    job = solver.post("/v1/solve", content=WEEK).json()["id"]
    for hint in (job, "unknown"):
        answer = solver.post(f"/v1/solve?hint={hint}", content=WEEK)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")
    assert len(jobs_of(store)) == 1


def test_the_same_key_makes_one_job(solver: TestClient, store: Store) -> None:
    first, second = (solver.post("/v1/solve", content=WEEK, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == second.json()
    assert len(jobs_of(store)) == 1


@pytest.mark.parametrize(("scopes", "status"), [((), 401), (("roster:read",), 403), (("solve",), 202), (("admin",), 202)])
def test_who_may_solve(scopes: tuple[str, ...], status: int, client: TestClient, key: MakeKey) -> None:
    headers = key(*scopes) if scopes else {}
    # Strangers may send little, so they get the answer to a small body.
    content = WEEK if scopes else b"{}"
    assert client.post("/v1/solve", content=content, headers=headers | JSON).status_code == status


def test_the_catalogue_can_be_posted_as_it_is(solver: TestClient, store: Store) -> None:
    answer = solver.post("/v1/solve", content=(ROOT / "instances" / "demo.json").read_bytes())
    assert answer.status_code == 202
    with store.reading() as session:
        assert session.scalar(select(JobRow.instance_hash)) is not None


@pytest.mark.parametrize("settings_changes", [{"parallel_solves": 64}])
def test_no_thread_is_held_while_a_caller_waits(working: TestClient, solves: Solves) -> None:
    """Sixty callers wait, more than there are threads; the service answers others meanwhile."""
    release = threading.Event()

    def wait(*_: Any) -> None:
        assert release.wait(30)

    solves.meanwhile = wait
    answers: list[int] = []
    callers = [
        threading.Thread(target=lambda: answers.append(working.post("/v1/solve", content=WEEK, headers={"Prefer": "wait=30"}).status_code))
        for _ in range(60)
    ]
    for caller in callers:
        caller.start()
    waiter = working.app.state.job_waiter  # type: ignore[attr-defined]
    wait_until(lambda: len(waiter._waiters) == 60)
    began = time.monotonic()
    assert working.get("/health").status_code == 200
    assert working.get("/v1/jobs?limit=1").status_code == 200
    assert time.monotonic() - began < 20
    release.set()
    for caller in callers:
        caller.join()
    assert answers == [200] * 60
