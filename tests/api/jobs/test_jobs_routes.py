"""Jobs over HTTP: look, follow, fetch, stop; one's own, and those of programs whose rosters one may read."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.database import Store
from api.database.documents import keep_document
from api.database.tables import ApiKeyRow, JobRow
from api.jobs.routes import jobs
from api.jobs.states import Attempt, begin, finish, note
from api.kernel.settings import Settings
from api.security.tokens import token_hash
from tests.api.conftest import MakeKey
from tests.api.jobs.making import job_of, make_job, make_program, wait_until

SEEN = {"phase": "care", "care": 100, "care_bound": 80, "care_unavoidable": 20, "preference": 10, "preference_bound": 0}


@pytest.fixture
def mine(client: TestClient, key: MakeKey, store: Store) -> TestClient:
    """A client that may solve."""
    client.headers.update(key("solve"))
    return client


@pytest.fixture
def make(store: Store, settings: Settings, mine: TestClient) -> Any:
    """Make a job of this client."""

    def job(**more: Any) -> str:
        me = _caller_of(mine)
        made = make_job(store, settings, **more)
        with store.writing() as session:
            session.execute(update(JobRow).where(JobRow.id == made).values(caller=me))
        return made

    return job


def _caller_of(client: TestClient) -> str:
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    with store.reading() as session:
        key = session.query(ApiKeyRow).filter_by(token_hash=token_hash(client.headers["authorization"].removeprefix("Bearer "))).one()
        return f"key:{key.id}"


def begun(store: Store, job: str) -> Attempt:
    with store.writing() as session:
        attempt = begin(session, job)
        assert attempt is not None
        note(session, attempt, **SEEN)
    return attempt


def end(store: Store, settings: Settings, attempt: Attempt, state: str = "completed", text: str = '{"status":"optimal"}') -> None:
    with store.writing() as session:
        finish(session, settings, attempt, state, result_hash=keep_document(session, "result", text))


def test_a_running_job(mine: TestClient, make: Any, store: Store) -> None:
    job = make()
    begun(store, job)
    answer = mine.get(f"/v1/jobs/{job}")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["state"], body["phase"], body["revision"], body["attempts"]) == ("running", "care", 2, 1)
    assert body["care"] == {"objective": 100, "bound": 80, "unavoidable": 20, "gap": 0.25}
    assert body["preference"] == {"objective": 10, "bound": 0, "unavoidable": 0, "gap": 1.0}
    assert [name for name in ("created_at", "started_at", "progress_at", "finished_at", "expires_at") if body[name] is not None] == [
        "created_at", "started_at", "progress_at",
    ]  # fmt: skip
    assert body["created_at"].endswith("Z")


def test_the_result_is_there_once_the_job_is_finished(mine: TestClient, make: Any, store: Store, settings: Settings) -> None:
    job = make()
    waiting = mine.get(f"/v1/jobs/{job}/result")
    assert (waiting.status_code, waiting.json()["code"], waiting.headers["retry-after"]) == (409, "wrong_state", "1")
    attempt = begun(store, job)
    assert mine.get(f"/v1/jobs/{job}/result").status_code == 409
    end(store, settings, attempt)
    answer = mine.get(f"/v1/jobs/{job}/result")
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, "application/json", '{"status":"optimal"}')


def test_a_job_stopped_while_it_waited_has_no_result(mine: TestClient, make: Any, store: Store) -> None:
    job = make()
    answer = mine.delete(f"/v1/jobs/{job}")
    assert (answer.status_code, answer.json()["state"]) == (202, "stopped")
    assert "before it started" in mine.get(f"/v1/jobs/{job}/result").json()["detail"]


def test_a_running_job_is_told_to_stop_and_a_finished_one_stays(mine: TestClient, make: Any, store: Store, settings: Settings) -> None:
    job = make()
    attempt = begun(store, job)
    answer = mine.delete(f"/v1/jobs/{job}").json()
    assert (answer["state"], answer["is_stopping"], answer["revision"]) == ("running", True, 3)
    end(store, settings, attempt, "completed")
    before = mine.get(f"/v1/jobs/{job}").json()
    after = mine.delete(f"/v1/jobs/{job}")
    assert (after.status_code, after.json()) == (202, before)


def test_jobs_are_listed_in_pages_the_newest_first(mine: TestClient, make: Any, store: Store) -> None:
    made = [make() for _ in range(5)]
    begun(store, made[1])
    make_job(store, mine.app.state.settings)  # type: ignore[attr-defined]
    found, after = [], None
    while True:
        page = mine.get("/v1/jobs", params={"limit": 2} | ({} if after is None else {"after": after})).json()
        found += [job["id"] for job in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == made[::-1]
    assert [job["id"] for job in mine.get("/v1/jobs?state=running&state=failed").json()["items"]] == [made[1]]
    assert mine.get("/v1/jobs?state=lost").status_code == 422
    assert mine.get("/v1/jobs?after=unknown").json()["issues"][0]["path"] == "query.after"


ADDRESSES = [("GET", ""), ("GET", "/result"), ("GET", "/events"), ("DELETE", "")]


@pytest.mark.parametrize(("method", "rest"), ADDRESSES)
def test_the_jobs_of_others_do_not_exist(method: str, rest: str, mine: TestClient, store: Store, settings: Settings) -> None:
    other = make_job(store, settings)
    for job in (other, "unknown"):
        answer = mine.request(method, f"/v1/jobs/{job}{rest}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert job_of(store, other).state == "queued"


@pytest.mark.parametrize(
    ("scope", "program", "statuses"),
    [
        ("roster:read", "p1", [200, 200, 200, 403]),
        ("roster:write", "p1", [200, 200, 200, 202]),
        ("roster:write", "p2", [404, 404, 404, 404]),
        ("solve", "p1", [404, 404, 404, 404]),
        ("feeds", "p1", [403, 403, 403, 403]),
        ("admin", None, [200, 200, 200, 202]),
    ],
)
def test_the_jobs_of_a_program_are_seen_by_whoever_may_read_its_rosters(
    scope: str, program: str | None, statuses: list[int], client: TestClient, key: MakeKey, store: Store, settings: Settings
) -> None:
    for name in ("p1", "p2"):
        make_program(store, name)
    job = make_job(store, settings, program="p1")
    end(store, settings, begun(store, job))
    headers = key(scope, program=program)
    assert [client.request(method, f"/v1/jobs/{job}{rest}", headers=headers).status_code for method, rest in ADDRESSES] == statuses


def test_nobody_sees_jobs(client: TestClient, store: Store, settings: Settings) -> None:
    job = make_job(store, settings)
    assert [client.request(method, f"/v1/jobs/{job}{rest}").status_code for method, rest in ADDRESSES] == [401] * 4
    assert client.get("/v1/jobs").status_code == 401


def events_in(text: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            yield fields["event"], int(fields["id"]), json.loads(fields["data"])


@pytest.fixture
def streamed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What streams have sent."""
    sent: list[str] = []
    inner = jobs.format_sse_event

    def event(**fields: Any) -> bytes:
        sent.append(f"{fields}")
        return inner(**fields)

    monkeypatch.setattr(jobs, "format_sse_event", event)
    return sent


def test_a_job_is_followed_to_its_end(mine: TestClient, make: Any, store: Store, settings: Settings, streamed: list[str]) -> None:
    job = make()

    def work() -> None:
        wait_until(lambda: any('"state":"queued"' in sent for sent in streamed))
        attempt = begun(store, job)
        wait_until(lambda: any('"state":"running"' in sent for sent in streamed))
        end(store, settings, attempt)

    worker = threading.Thread(target=work)
    worker.start()
    answer = mine.get(f"/v1/jobs/{job}/events")
    worker.join()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    found = list(events_in(answer.text))
    assert [(kind, data["state"]) for kind, _, data in found] == [("progress", "queued"), ("progress", "running"), ("end", "completed")]
    assert [id for _, id, _ in found] == [data["revision"] for _, _, data in found] == [0, 2, 3]
    assert found[1][2]["care"]["objective"] == 100


def test_a_stream_goes_on_after_the_last_event_seen(mine: TestClient, make: Any, store: Store, settings: Settings) -> None:
    job = make()
    end(store, settings, begun(store, job))
    address = f"/v1/jobs/{job}/events"
    assert [kind for kind, _, _ in events_in(mine.get(address, headers={"Last-Event-ID": "2"}).text)] == ["end"]
    assert [kind for kind, _, _ in events_in(mine.get(address, headers={"Last-Event-ID": "nonsense"}).text)] == ["end"]
    over = mine.get(address, headers={"Last-Event-ID": "3"})
    assert (over.status_code, over.content) == (204, b"")


def test_a_silent_stream_says_that_it_is_there_and_ends_with_its_job(
    mine: TestClient, make: Any, store: Store, streamed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.2)
    job = make()

    def delete() -> None:
        wait_until(lambda: sum("still here" in sent for sent in streamed) >= 2)
        with store.writing() as session:
            session.delete(session.get_one(JobRow, job))

    worker = threading.Thread(target=delete)
    worker.start()
    text = mine.get(f"/v1/jobs/{job}/events").text
    worker.join()
    assert text.count(": still here\n") >= 2
    assert [kind for kind, _, _ in events_in(text)] == ["progress"]


def test_streams_end_when_the_service_is_told_to_stop(app: FastAPI, mine: TestClient, make: Any) -> None:
    job = make()
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(mine.get(f"/v1/jobs/{job}/events").text))
    reader.start()
    wait_until(lambda: len(app.state.streams) == 1)
    assert mine.portal is not None
    mine.portal.call(app.state.streams.close)
    reader.join(60)
    assert not reader.is_alive()
    assert [kind for kind, _, _ in events_in(found[0])] == ["progress"]


def test_one_look_serves_everybody_who_waits(app: FastAPI, mine: TestClient, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job, looks = make(), 0
    waiter = app.state.job_waiter
    read = waiter._read

    def counted(ids: set[str]) -> Any:
        nonlocal looks
        looks += 1
        return read(ids)

    monkeypatch.setattr(waiter, "_read", counted)

    async def wait_all() -> list[Any]:
        return await asyncio.gather(*(waiter.until(job, lambda job: False, 1.0) for _ in range(50)))

    assert mine.portal is not None
    assert mine.portal.call(wait_all) == [None] * 50
    assert 2 <= looks <= 25
