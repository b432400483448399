"""Jobs from submission to end, on both databases."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from api.database import Store
from api.database.documents import document_text
from api.jobs import recovery
from api.jobs.models import BATCH, INTERACTIVE
from api.jobs.states import ask_to_stop
from api.kernel.settings import Settings
from scheduler.errors import DefectError, NoRosterError
from scheduler.instance import Instance
from scheduler.result import Progress, SolveLimits, SolveResult, SolveStatus
from tests.api.jobs.conftest import MakeEngine, Solves
from tests.api.jobs.making import drafts_of, job_of, jobs_of, make_job, make_program, wait_finished, wait_until
from tests.tiny import drawn

on_sqlite = pytest.mark.parametrize("job_settings", ["sqlite"], indirect=True)


def result_of(store: Store, job: str) -> SolveResult:
    with store.reading() as session:
        return SolveResult.model_validate_json(document_text(session, job_of(store, job).result_hash or ""))


def test_a_job_is_done_in_a_child_process(job_store: Store, job_settings: Settings, make_engine: MakeEngine) -> None:
    job = make_job(job_store, job_settings)
    make_engine().submit(job, INTERACTIVE)
    (row,) = wait_finished(job_store, job)
    result = result_of(job_store, job)
    assert (row.state, row.attempts, row.phase, row.error_code) == ("completed", 1, "done", None)
    assert result.status == SolveStatus.OPTIMAL
    assert result.care is not None
    assert (row.care, row.care_bound) == (result.care.objective, result.care.bound)
    assert row.created_at <= row.started_at <= row.finished_at < row.expires_at  # type: ignore[operator]


def test_a_job_of_a_program_leaves_one_draft_and_is_kept(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    make_program(job_store)
    job = make_job(job_store, job_settings, program="p1")
    engine = make_engine()
    engine.submit(job, INTERACTIVE)
    engine.submit(job, INTERACTIVE)
    (row,) = wait_finished(job_store, job)
    assert drafts_of(job_store) == [job]
    assert row.roster is not None
    assert row.expires_at is None


@on_sqlite
def test_an_engine_starts_and_stops_several_times(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    for _ in range(3):
        engine = make_engine()
        assert engine.is_ready()
        job = make_job(job_store, job_settings)
        engine.submit(job, INTERACTIVE)
        wait_finished(job_store, job)
        engine.stop(1.0)
        assert not engine.is_ready()


@on_sqlite
def test_only_one_engine_runs_in_a_process(make_engine: MakeEngine) -> None:
    make_engine()
    with pytest.raises(RuntimeError, match="already runs"):
        make_engine()


def test_an_engine_that_only_submits_solves_nothing(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    job = make_job(job_store, job_settings)
    first = make_engine(solves_here=False)
    first.submit(job, INTERACTIVE)
    time.sleep(0.6)
    assert job_of(job_store, job).state == "queued"
    first.stop(0.0)
    make_engine()
    assert wait_finished(job_store, job)[0].state == "completed"


def test_interactive_jobs_are_begun_before_batch_jobs(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    submitting = make_engine(solves_here=False)
    priorities = [BATCH, BATCH, INTERACTIVE, BATCH, INTERACTIVE]
    jobs = [make_job(job_store, job_settings, drawn(n), priority=p) for n, p in enumerate(priorities)]
    for job, priority in zip(jobs, priorities, strict=True):
        submitting.submit(job, priority)
    submitting.stop(0.0)
    make_engine()
    rows = wait_finished(job_store, *jobs)
    assert sorted(range(5), key=lambda n: rows[n].started_at) == [2, 4, 0, 1, 3]  # type: ignore[arg-type, return-value]


@on_sqlite
def test_no_more_jobs_run_at_once_than_there_are_places(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    lock, at_once, most = threading.Lock(), 0, 0

    def count(*_: Any) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.3)
        with lock:
            at_once -= 1

    solves.meanwhile = count
    engine = make_engine(parallel_solves=2)
    jobs = [make_job(job_store, job_settings) for _ in range(5)]
    for job in jobs:
        engine.submit(job, INTERACTIVE)
    wait_finished(job_store, *jobs)
    assert most == 2


def test_a_stopped_job_keeps_its_best_roster(job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves) -> None:
    def until_stopped(instance: Instance, on_progress: Any, is_cancelled: Any) -> SolveResult:
        on_progress(Progress(seconds=0.1, phase="care", care=120, care_bound=60))
        while not is_cancelled():
            time.sleep(0.02)
        return solves(instance, SolveLimits(), on_progress=None, is_cancelled=None, hint=None).model_copy(
            update={"status": SolveStatus.STOPPED}
        )

    solves.meanwhile = lambda *given: until_stopped(*given) if given[1] is not None else None
    job = make_job(job_store, job_settings)
    make_engine().submit(job, INTERACTIVE)
    wait_until(lambda: job_of(job_store, job).care == 120)
    running = job_of(job_store, job)
    assert (running.state, running.phase, running.care_bound) == ("running", "care", 60)
    _ask_to_stop(job_store, job_settings, job)
    asked = time.monotonic()
    (row,) = wait_finished(job_store, job)
    assert time.monotonic() - asked < 30
    assert (row.state, row.is_stopping) == ("stopped", True)
    assert row.revision > running.revision
    assert result_of(job_store, job).roster is not None


@on_sqlite
def test_a_job_stopped_before_it_began_is_never_begun(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    job, other = make_job(job_store, job_settings), make_job(job_store, job_settings)
    _ask_to_stop(job_store, job_settings, job)
    engine = make_engine()
    engine.submit(job, INTERACTIVE)
    engine.submit(other, INTERACTIVE)
    wait_finished(job_store, other)
    row = job_of(job_store, job)
    assert (row.state, row.attempts, row.result_hash) == ("stopped", 0, None)
    assert len(solves.asked) == 1


def _ask_to_stop(store: Store, settings: Settings, job: str) -> None:
    with store.writing() as session:
        ask_to_stop(session, settings, job)


@on_sqlite
@pytest.mark.parametrize(
    ("error", "code"),
    [(NoRosterError("exit code -11"), "no_roster"), (DefectError("weekly_ceiling"), "defect"), (KeyError("Ana Alvarez"), "failed")],
)
def test_a_failed_job_says_why_without_names(
    error: Exception,
    code: str,
    job_store: Store,
    job_settings: Settings,
    make_engine: MakeEngine,
    solves: Solves,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def break_down(*_: Any) -> None:
        raise error

    solves.meanwhile = break_down
    job = make_job(job_store, job_settings)
    make_engine().submit(job, INTERACTIVE)
    (row,) = wait_finished(job_store, job)
    assert (row.state, row.error_code, row.result_hash) == ("failed", code, None)
    assert row.error
    assert "Alvarez" not in row.error + "".join(repr(record.__dict__) for record in caplog.records)


@on_sqlite
def test_a_roster_below_what_was_called_proven_is_a_draft_and_no_result(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    """The job fails and says why; the roster is there to go on with, without a bound."""
    found = solves(drawn(4), SolveLimits(), on_progress=None, is_cancelled=None, hint=None).roster

    def break_down(_: Instance, on_progress: Any, is_cancelled: Any) -> None:
        on_progress(Progress(seconds=1.0, phase="care", care=120, care_bound=240, preference=0, preference_bound=0))
        is_cancelled()
        raise DefectError("its care objective 120 is below the proven bound 240", found)

    solves.meanwhile = break_down
    make_program(job_store)
    job = make_job(job_store, job_settings, program="p1")
    make_engine().submit(job, INTERACTIVE)
    (row,) = wait_finished(job_store, job)
    assert (row.state, row.error_code, row.result_hash) == ("failed", "false_proof", None)
    assert (row.care, row.care_bound, row.preference_bound) == (120, None, None)
    assert drafts_of(job_store) == [job]
    assert row.roster is not None


def test_an_engine_that_stops_puts_its_job_back_with_the_best_roster(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    def until_stopped(instance: Instance, on_progress: Any, is_cancelled: Any) -> SolveResult:
        while not is_cancelled():
            time.sleep(0.02)
        return solves(instance, SolveLimits(), on_progress=None, is_cancelled=None, hint=None).model_copy(
            update={"status": SolveStatus.STOPPED}
        )

    solves.meanwhile = lambda *given: until_stopped(*given) if given[2] is not None else None
    job = make_job(job_store, job_settings)
    engine = make_engine()
    engine.submit(job, INTERACTIVE)
    wait_until(lambda: job_of(job_store, job).state == "running")
    engine.stop(5.0)
    row = job_of(job_store, job)
    assert (row.state, row.attempts, row.hint_hash is None) == ("queued", 1, False)
    solves.meanwhile = lambda *_: None
    make_engine()
    (row,) = wait_finished(job_store, job)
    assert (row.state, row.attempts) == ("completed", 2)
    assert solves.hints[-1] is not None


@on_sqlite
def test_an_engine_that_stops_does_not_wait_for_a_solve_that_hears_nothing(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine
) -> None:
    job = make_job(job_store, job_settings, limits=SolveLimits(seconds=60, workers=1))
    engine = make_engine()
    engine.submit(job, INTERACTIVE)
    wait_until(lambda: job_of(job_store, job).state == "running")
    began = time.monotonic()
    engine.stop(0.0)
    assert time.monotonic() - began < 30
    assert job_of(job_store, job).state in ("running", "queued")
    make_engine()
    assert wait_finished(job_store, job)[0].attempts == 2


@on_sqlite
@pytest.mark.usefixtures("quick_chores")
def test_a_job_that_never_reached_the_engine_is_submitted(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    job = make_job(job_store, job_settings)
    make_engine()
    assert wait_finished(job_store, job)[0].state == "completed"


@pytest.mark.usefixtures("quick_chores")
def test_a_job_that_the_engine_gave_up_is_failed(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any) -> None:
        raise OSError("Ana Alvarez")

    engine = make_engine()
    monkeypatch.setattr(engine, "run", break_down)
    job = make_job(job_store, job_settings)
    engine.submit(job, INTERACTIVE)
    (row,) = wait_finished(job_store, job)
    assert (row.state, row.error_code, row.attempts) == ("failed", "gave_up", 0)


@on_sqlite
@pytest.mark.usefixtures("quick_chores")
def test_a_job_that_was_finished_before_its_database_was_restored_is_done_again(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    job = make_job(job_store, job_settings)
    make_engine().submit(job, INTERACTIVE)
    wait_finished(job_store, job)
    wait_until(lambda: recovery.states_of([job]) == {job: "SUCCESS"})
    with job_store.writing() as session:
        session.execute(text("UPDATE jobs SET state = 'queued', attempts = 0, result_hash = NULL, finished_at = NULL"))
    assert wait_finished(job_store, job)[0].state == "completed"
    assert len(solves.asked) == 2


def test_the_contract_of_recovery(job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves) -> None:
    """What `recovery.recover` relies on: only running workflows of the named owner go back into their queue, once, counted."""
    release = threading.Event()

    def wait(*_: Any) -> None:
        assert release.wait(120)

    solves.meanwhile = wait
    engine = make_engine(worker_name="left")
    job = make_job(job_store, job_settings)
    engine.submit(job, INTERACTIVE)
    wait_until(lambda: job_of(job_store, job).state == "running")
    assert [(w.job, w.owner) for w in recovery.running()] == [(job, "left-1")]
    recovery.recover("somebody-else")
    assert recovery.states_of([job]) == {job: "PENDING"}
    release.set()
    wait_finished(job_store, job)
    wait_until(lambda: recovery.states_of([job]) == {job: "SUCCESS"})
    recovery.recover("left-1")
    assert recovery.states_of([job]) == {job: "SUCCESS"}
    assert recovery.states_of(["unknown"]) == {}


def test_a_job_taken_over_is_finished_by_the_newer_attempt_alone(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, solves: Solves
) -> None:
    """A worker that slept through its own replacement: the first attempt hears that it is not its job any more."""
    make_program(job_store)
    went_on, woke_up = threading.Event(), threading.Event()

    def sleep_through(instance: Instance, on_progress: Any, is_cancelled: Any) -> None:
        if len(solves.asked) == 1:
            went_on.wait(120)
            woke_up.set()

    solves.meanwhile = sleep_through
    engine = make_engine(parallel_solves=2, worker_name="left")
    job = make_job(job_store, job_settings, program="p1")
    engine.submit(job, INTERACTIVE)
    wait_until(lambda: len(solves.asked) == 1)
    recovery.recover("left-1")
    (row,) = wait_finished(job_store, job)
    went_on.set()
    assert woke_up.wait(120)
    time.sleep(0.3)
    assert (row.state, row.attempts, len(solves.asked)) == ("completed", 2, 2)
    assert drafts_of(job_store) == [job]
    assert job_of(job_store, job).revision == row.revision


def test_names_reach_neither_job_tables_nor_logs(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Names planted wherever a label may stand; the job is solved for real, in its child process."""
    caplog.set_level(logging.DEBUG)
    planted = "Zebulon Quackenbush"
    week = drawn(4)
    people = tuple(p.model_copy(update={"label": planted}) for p in week.participants)
    staff = tuple(c.model_copy(update={"label": planted}) for c in week.clinicians)
    groups = tuple(g.model_copy(update={"label": planted}) for g in week.groups)
    named = week.model_copy(update={"participants": people, "clinicians": staff, "groups": groups})
    assert planted in named.model_dump_json()
    job = make_job(job_store, job_settings, named)
    engine = make_engine()
    engine.submit(job, INTERACTIVE)
    assert wait_finished(job_store, job)[0].state == "completed"
    wait_until(lambda: recovery.states_of([job]) == {job: "SUCCESS"})
    engine.stop(1.0)
    assert planted.split()[1] not in _dump(job_settings.jobs_url, "dbos" if job_settings.database else None)
    assert planted.split()[1] not in repr([vars(row) for row in jobs_of(job_store)])
    assert planted.split()[1] not in "".join(repr(record.__dict__) for record in caplog.records) + "".join(capfd.readouterr())


def _dump(url: str, schema: str | None) -> str:
    """Everything in the job engine's tables."""
    driver = "sqlite" if schema is None else "postgresql+psycopg"
    engine = create_engine(make_url(url).set(drivername=driver))
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names(schema)
        assert "workflow_status" in tables
        found = [str(connection.execute(text(f'SELECT * FROM {schema + "." if schema else ""}"{t}"')).all()) for t in tables]
    engine.dispose()
    return "".join(found)
