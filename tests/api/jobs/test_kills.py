"""Processes are killed at random moments: every job is finished once, and none is lost. `make proof` kills fifty times on each database."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from api.database import Store
from api.database.tables import DocumentRow
from api.jobs import recovery
from api.jobs.dbos_engine import DbosEngine
from api.jobs.models import BATCH, FINISHED, INTERACTIVE
from api.kernel.settings import Settings
from scheduler.instance import Instance
from scheduler.reading import dump_json
from scheduler.result import SolveLimits
from tests.api.conftest import MakeKey
from tests.api.jobs.conftest import MakeEngine, Solves
from tests.api.jobs.making import Process, drafts_of, job_of, jobs_of, make_job, make_program, wait_finished, wait_until
from tests.source_tree import ROOT
from tests.tiny import drawn

SHORT = SolveLimits(seconds=1.0, workers=1, fix_seconds=0)
StartProcess = Callable[..., Process]


UNREAD = re.compile(r"Traceback \(most recent call last\):\n(?:  .*\n)*EOFError: Ran out of input\n")
"""What a starting child prints when its parent is killed."""


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[StartProcess]:
    """Start processes of the service; none outlives its test, nor may it have printed a traceback."""
    made: list[Process] = []

    def process(settings: Settings, kind: str = "worker", solves: str = "here") -> Process:
        made.append(Process(settings, kind, tmp_path / f"{len(made)}.log", solves))
        return made[-1].start()

    yield process
    for one in made:
        one.kill()
    # A child whose parent is killed while it starts finds nothing to read; that is no fault.
    said = UNREAD.sub("", "".join(one.log.read_text() for one in made))
    assert "Traceback" not in said, said


def check_every_job_once(store: Store, jobs: list[str]) -> None:
    """Every job is there and has one result, and its draft if it has a program. One that was killed four times is given up and has none."""
    rows = {row.id: row for row in jobs_of(store)}
    assert set(jobs) <= set(rows), "a job was lost"
    given_up = [id for id, row in rows.items() if (row.state, row.error_code, row.attempts) == ("failed", "gave_up", 4)]
    for id in given_up:
        assert rows.pop(id).result_hash is None
    assert [(row.state, row.error_code, row.attempts, row.error) for row in rows.values() if row.state != "completed"] == []
    with store.reading() as session:
        assert {row.result_hash for row in rows.values()} <= set(session.scalars(select(DocumentRow.hash)))
    wanted = {id: 1 for id, row in rows.items() if row.program is not None}
    assert dict(Counter(drafts_of(store))) == wanted


def progress_of(store: Store) -> tuple[int, int]:
    """How often a job was begun so far, and how many are finished."""
    rows = jobs_of(store)
    return sum(row.attempts for row in rows), sum(row.state in FINISHED for row in rows)


def wait_for_a_moment(store: Store, kill: int, before: tuple[int, int]) -> None:
    """Wait until a job was begun since the last kill, or finished; every fourth time for nothing: perhaps the process still starts."""
    if kill % 4 == 0:
        wait_until(lambda: progress_of(store)[0] > before[0], 180)
    elif kill % 4 != 3:
        wait_until(lambda: progress_of(store)[1] > before[1], 180)


def kill_serving_process(
    settings: Settings, store: Store, start: StartProcess, headers: dict[str, str], kills: int, solves: str, seconds: float
) -> list[int]:
    """Kill a serving process again and again, each time within some seconds, while others post jobs; how often each job was begun."""
    make_program(store)
    random, accepted = Random(kills), []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = settings.model_copy(update={"port": free.getsockname()[1], "allowed_hosts": "127.0.0.1"})
    process, before = start(settings, "serve", solves), (0, 0)
    address = f"http://127.0.0.1:{settings.port}/v1/solve?seconds=1&fix_seconds=0"
    for kill in range(kills):
        # Nobody submits this one but the sweep; where it dies is anybody's guess.
        accepted.append(make_job(store, settings, drawn(5 + kill % 3), limits=SHORT, program="p1"))
        wait_for_a_moment(store, kill, before)
        until = time.monotonic() + random.uniform(0.0, seconds)
        while time.monotonic() < until:
            try:
                answer = httpx2.post(address, content=dump_json(drawn(4)), headers=headers)
                assert answer.status_code == 202
                accepted.append(answer.json()["id"])
                time.sleep(random.uniform(0.1 * seconds, 0.8 * seconds))
            except httpx2.TransportError:
                time.sleep(0.1)
        process.kill()
        before = progress_of(store)
        process.start()
    wait_until(lambda: all(row.state in FINISHED for row in jobs_of(store)), 120 + 20 * kills)
    process.stop()
    check_every_job_once(store, accepted)
    return [row.attempts for row in jobs_of(store)]


def kill_workers(settings: Settings, store: Store, start: StartProcess, kills: int, solves: str, seconds: float) -> list[int]:
    """Kill one of two workers again and again; now and then it comes back only after the next kill of the other."""
    make_program(store)
    random, jobs = Random(kills), []
    submitting = DbosEngine(settings.model_copy(update={"solves_here": False}), store)
    submitting.start()
    workers = [start(settings, "worker", solves) for _ in range(2)]
    away: Process | None = None
    before = (0, 0)
    for kill in range(kills):
        for n in range(2):
            jobs.append(make_job(store, settings, drawn(4 + (kill + n) % 4), limits=SHORT, program="p1" if n else None))
            submitting.submit(jobs[-1], BATCH if n else INTERACTIVE)
        wait_for_a_moment(store, kill, before)
        time.sleep(random.uniform(0.0, seconds))
        victim = workers[kill % 2]
        victim.kill()
        before = progress_of(store)
        if away is not None:
            away.start()
        away = victim if random.random() < 0.5 else None
        if away is None:
            victim.start()
    if away is not None:
        away.start()
    wait_finished(store, *jobs, seconds=120 + 20 * kills)
    submitting.stop(1.0)
    assert [worker.stop() for worker in workers] == [0, 0]
    check_every_job_once(store, jobs)
    return [row.attempts for row in jobs_of(store)]


def test_a_serving_process_is_killed(settings: Settings, store: Store, start: StartProcess, key: MakeKey) -> None:
    assert max(kill_serving_process(settings, store, start, key("solve") | {"Content-Type": "application/json"}, 1, "here", 1.5)) <= 4


def test_one_of_two_workers_is_killed(postgres_settings: Settings, postgres_store: Store, start: StartProcess) -> None:
    assert max(kill_workers(postgres_settings, postgres_store, start, 2, "here", 1.5)) <= 4


@pytest.mark.proof
def test_fifty_kills_of_a_serving_process(settings: Settings, store: Store, start: StartProcess, key: MakeKey) -> None:
    headers = key("solve") | {"Content-Type": "application/json"}
    record(
        "SQLite, one serving process with its jobs in it", store, kill_serving_process(settings, store, start, headers, 50, "apart", 5.0)
    )


@pytest.mark.proof
def test_fifty_kills_of_one_of_two_workers(postgres_settings: Settings, postgres_store: Store, start: StartProcess) -> None:
    record("PostgreSQL, two workers", postgres_store, kill_workers(postgres_settings, postgres_store, start, 50, "apart", 5.0))


def test_a_worker_that_never_returns_is_reaped_by_another(postgres_settings: Settings, postgres_store: Store, start: StartProcess) -> None:
    job = make_job(postgres_store, postgres_settings, limits=SolveLimits(seconds=60, workers=1))
    first = start(postgres_settings, solves="apart")
    wait_until(lambda: job_of(postgres_store, job).state == "running")
    second = start(postgres_settings)
    first.kill()
    (row,) = wait_finished(postgres_store, job)
    assert (row.state, row.attempts) == ("completed", 2)
    assert second.stop() == 0


@pytest.mark.proof
def test_a_job_that_kills_its_process_is_given_up_and_the_others_are_done(
    job_settings: Settings, job_store: Store, start: StartProcess
) -> None:
    """Begun four times: once, and three times again."""
    fatal = make_job(job_store, job_settings, drawn(4).model_copy(update={"id": "fatal"}))
    other = make_job(job_store, job_settings, priority=BATCH)
    worker = start(job_settings)
    deaths = 0
    ends = time.monotonic() + 300
    while not all(row.state in FINISHED for row in jobs_of(job_store)) and time.monotonic() < ends:
        assert worker.process is not None
        if worker.process.poll() is not None:
            deaths += 1
            worker.start()
        time.sleep(0.05)
    bad, good = job_of(job_store, fatal), job_of(job_store, other)
    assert (bad.state, bad.error_code, bad.attempts, deaths) == ("failed", "gave_up", 4, 4)
    assert (good.state, good.attempts <= 2) == ("completed", True)
    assert worker.stop() == 0


def test_a_job_whose_process_always_dies_is_begun_four_times(
    job_settings: Settings, job_store: Store, make_engine: MakeEngine, solves: Solves
) -> None:
    """The same without processes: each attempt sleeps, and its worker is said to be dead."""
    release = threading.Event()

    def sleep(instance: Instance, *_: Any) -> None:
        if instance.id == "fatal":
            release.wait(180)

    solves.meanwhile = sleep
    fatal = make_job(job_store, job_settings, drawn(4).model_copy(update={"id": "fatal"}))
    other = make_job(job_store, job_settings, priority=BATCH)
    engine = make_engine(parallel_solves=8, worker_name="dead")
    engine.submit(fatal, INTERACTIVE)
    for attempt in (1, 2, 3, 4):
        wait_until(lambda: job_of(job_store, fatal).attempts == attempt)  # noqa: B023 - it is called here
        recovery.recover("dead-1")
    engine.submit(other, BATCH)
    bad, good = wait_finished(job_store, fatal, other)
    release.set()
    assert (bad.state, bad.error_code, bad.attempts, good.state) == ("failed", "gave_up", 4, "completed")


def test_a_worker_told_to_end_puts_its_job_back(settings: Settings, store: Store, start: StartProcess) -> None:
    settings = settings.model_copy(update={"graceful_seconds": 20})
    job = make_job(store, settings, drawn(4), limits=SolveLimits(seconds=60, workers=1))
    worker = start(settings, solves="apart")
    wait_until(lambda: job_of(store, job).state == "running")
    assert worker.stop(60) == 0
    row = job_of(store, job)
    assert (row.state, row.attempts) in [("queued", 1), ("completed", 1)]


def record(what: str, store: Store, attempts: list[int]) -> None:
    """A line of the day's results."""
    completed = sum(row.state == "completed" for row in jobs_of(store))
    path = ROOT / "benchmarks" / "results" / f"{datetime.now(UTC):%Y-%m-%d}-kills.md"
    if not path.exists():
        path.write_text(HEAD)
    begun_again, given_up = sum(number > 1 for number in attempts), len(attempts) - completed
    with path.open("a") as file:
        file.write(f"| {what} | 50 | {len(attempts)} | {completed} | {given_up} | {begun_again} | {max(attempts)} | 0 | 0 |\n")


HEAD = """# kill -9 at random moments

Written by `make proof` (tests/api/jobs/test_kills.py). Real processes, solves in child processes; many of the jobs leave a draft in a
program. Of four kills one comes up to five seconds after a job was begun, two up to five seconds after one was finished, one up to five
seconds after the process was started. A job whose process died at each of its four attempts is given up, as it should be. A job is lost
when it is neither completed nor given up in the end, and done twice when it has two drafts; the test fails when there is one.

| database and processes | kills | jobs | completed | given up | begun more than once | most attempts | lost | done twice |
|---|---|---|---|---|---|---|---|---|
"""
