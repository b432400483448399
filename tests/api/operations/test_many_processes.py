"""Two processes that serve and two that solve, on one PostgreSQL: the commands of the production page, killed and restarted."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from uuid import uuid4

import httpx2
import psycopg
import pytest
from sqlalchemy import make_url, select

from api.database import Store
from api.database.tables import JobRow
from scheduler.generate import generate
from tests.api.operations.installation import GRACEFUL_SECONDS, events, installed, wait_until
from tests.tiny import drawn

SMALL = drawn(4).model_dump_json(exclude_defaults=True)
# More than can be proven in the time of a test: it is solved until it is stopped.
LARGE = generate(24, 3).model_dump_json(exclude_defaults=True)


@pytest.fixture(scope="module")
def database(postgres_server, postgres_template):
    """A database for all tests of this page."""
    name = f"many_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}".encode())
    yield make_url(postgres_server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def running(database, tmp_path_factory):
    """The installation."""
    with installed(database, tmp_path_factory.mktemp("logs")) as made:
        yield made


@pytest.fixture
def whole(running):
    """The installation with all of its processes at work, whatever tests before did to them."""
    running.start()
    return running


def post(client, body, **query):
    answer = client.post("/v1/solve", params={"fix_seconds": 0} | query, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def state(client, job):
    return client.get(f"/v1/jobs/{job}").json()["state"]


def wait_finished(client, *jobs, seconds=180):
    wait_until(lambda: all(state(client, job) in ("completed", "stopped", "failed") for job in jobs), seconds)
    return [client.get(f"/v1/jobs/{job}").json() for job in jobs]


def rows(database):
    store = Store(database)
    with store.reading() as session:
        found = {row.id: (row.state, row.attempts, row.result_hash is not None) for row in session.scalars(select(JobRow))}
    store.close()
    return found


def worker_of(database, job, workers):
    """Who solves a job, as the job engine has written it down."""
    address = make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        query = "SELECT executor_id FROM dbos.workflow_status WHERE workflow_uuid = %s AND status = 'PENDING'"
        (owner,) = connection.execute(query, (job,)).fetchone()
    return next(worker for worker in workers if owner.startswith(worker.name))


def test_a_job_posted_to_one_is_streamed_and_fetched_from_the_other(running):
    one, other = running.apis
    with one.client() as first, other.client() as second:
        job = post(first, SMALL, seconds=5)
        with second.stream("GET", f"/v1/jobs/{job}/events") as stream:
            seen = list(events(stream.iter_lines()))
        assert (seen[-1]["event"], json.loads(seen[-1]["data"])["state"]) == ("end", "completed")
        assert [event["event"] for event in seen[:-1]] == ["progress"] * (len(seen) - 1)
        assert second.get(f"/v1/jobs/{job}/result").json()["status"] == "optimal"


@pytest.mark.proof
def test_the_job_of_a_killed_worker_is_finished_by_the_other(running, database):
    with running.apis[0].client() as client:
        job = post(client, LARGE, seconds=300)
        wait_until(lambda: state(client, job) == "running")
        worker = worker_of(database, job, running.workers)
        worker.kill()
        wait_until(lambda: rows(database)[job][1] == 2, 60)
        assert worker_of(database, job, running.workers) is not worker
        wait_until(lambda: client.get(f"/v1/jobs/{job}").json()["care"] is not None)
        client.delete(f"/v1/jobs/{job}")
        assert [(j["state"], rows(database)[job]) for j in wait_finished(client, job)] == [("stopped", ("stopped", 2, True))]


def test_told_to_stop_with_an_open_stream_it_ends_at_once_and_the_reader_goes_on_at_the_other(running):
    one, other = running.apis
    with one.client() as client, other.client() as second:
        job = post(client, LARGE, seconds=300)
        with client.stream("GET", f"/v1/jobs/{job}/events") as stream:
            reading = events(stream.iter_lines())
            last = next(reading)
            one.terminate()
            # A broken stream would raise here; what still comes is read.
            for event in reading:
                last = event
        code, seconds = one.wait(120)
        assert code == 0
        assert seconds < GRACEFUL_SECONDS + 60
        second.delete(f"/v1/jobs/{job}")
        with second.stream("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": last["id"]}) as stream:
            seen = list(events(stream.iter_lines()))
        assert seen[-1]["event"] == "end"
        assert int(seen[0]["id"]) > int(last["id"])


def test_logs_are_json_lines_without_tokens(running):
    assert [line for line in running.logs() if not line.startswith(("{", "Stepdown listens", "There are no users yet"))] == []
    assert all(isinstance(json.loads(line), dict) for line in running.logs() if line.startswith("{"))
    assert running.apis[0].headers["Authorization"].partition(" ")[2] not in "".join(running.logs())


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(3))
def test_a_rolling_restart_under_load_loses_nothing(whole, database, seed):
    """Jobs are posted to whoever answers while every process is restarted in turn, every second one by force."""
    chance, over, posted = random.Random(seed), threading.Event(), []

    def post_on() -> None:
        for api in itertools.cycle(whole.apis):
            try:
                with api.client() as client:
                    posted.append(post(client, SMALL, seconds=5))
            except httpx2.TransportError:
                pass
            # Rather fewer than can be done: how long a queue takes is not the question.
            if over.wait(2.0):
                return

    load = threading.Thread(target=post_on)
    load.start()
    try:
        order = [*whole.apis, *whole.workers] * 2
        chance.shuffle(order)
        for n, process in enumerate(order):
            if n % 2:
                process.kill()
            else:
                process.terminate()
                assert process.wait(GRACEFUL_SECONDS * 2 + 10)[0] == 0
            process.start()
            process.wait_ready()
            time.sleep(chance.random())
    finally:
        over.set()
        load.join()
    with whole.apis[0].client() as client:
        wait_finished(client, *posted, seconds=180)
    found = rows(database)
    assert len(posted) > 10
    assert {found[job][0] for job in posted} == {"completed"}
    assert all(found[job][2] for job in posted)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10))
def test_workers_killed_at_any_moment_lose_nothing(whole, database, seed):
    chance = random.Random(seed)
    with whole.apis[seed % 2].client() as client:
        jobs = [post(client, SMALL, seconds=5) for _ in range(6)]
        for _ in range(2):
            time.sleep(chance.random() * 2)
            worker = chance.choice(whole.workers)
            worker.kill()
            worker.start()
        assert {j["state"] for j in wait_finished(client, *jobs, seconds=120)} == {"completed"}
