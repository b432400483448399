"""Changes of a job's state, each with its condition, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.database import Store
from api.database.tables import JobRow
from api.database.tables.base import now
from api.jobs.job_runner import _columns
from api.jobs.states import Attempt, ask_to_stop, begin, fail, finish, give_up, is_told_to_stop, note, put_back
from api.kernel.settings import Settings
from scheduler.result import Progress
from tests.api.jobs.making import job_of, make_job, make_program


@pytest.fixture
def job(job_store: Store, job_settings: Settings) -> str:
    return make_job(job_store, job_settings)


def begun(store: Store, job: str) -> Attempt:
    with store.writing() as session:
        attempt = begin(session, job)
    assert attempt is not None
    return attempt


def test_every_attempt_has_a_number_and_the_first_a_time(job_store: Store, job: str) -> None:
    assert begun(job_store, job) == Attempt(job, 1)
    first = job_of(job_store, job)
    assert begun(job_store, job) == Attempt(job, 2)
    second = job_of(job_store, job)
    assert (second.state, second.attempts, second.started_at) == ("running", 2, first.started_at)
    assert second.revision == first.revision + 1 == 2


def test_nothing_an_old_attempt_says_is_heard(job_store: Store, job_settings: Settings, job: str) -> None:
    old, new = begun(job_store, job), begun(job_store, job)
    with job_store.writing() as session:
        assert not note(session, old, care=7)
        assert not put_back(session, old, None)
        assert not finish(session, job_settings, old, "completed")
        assert not fail(session, job_settings, old, "failed")
        assert not give_up(session, job_settings, old)
        assert is_told_to_stop(session, old) is None
        assert is_told_to_stop(session, new) is False
        assert note(session, new, care=8)
    row = job_of(job_store, job)
    assert (row.state, row.care, row.revision) == ("running", 8, 3)


@pytest.mark.parametrize("is_over", [False, True])
def test_what_a_job_does_at_the_moment_ends_with_it(job_store: Store, job_settings: Settings, job: str, is_over: bool) -> None:
    attempt = begun(job_store, job)
    with job_store.writing() as session:
        assert note(session, attempt, activity="trying", proving="proving", next_bound_at=now())
    assert job_of(job_store, job).proving == "proving"
    with job_store.writing() as session:
        assert finish(session, job_settings, attempt, "completed") if is_over else put_back(session, attempt, None)
    row = job_of(job_store, job)
    assert (row.activity, row.proving, row.next_bound_at) == ("", "", None)


def test_progress_is_kept_with_the_moment_of_the_next_bound() -> None:
    before = now()
    columns = _columns(Progress(seconds=3.5, phase="improving", care=7, activity="trying", proving="proving", next_bound_seconds=9.5))
    due = columns.pop("next_bound_at")
    assert before + timedelta(seconds=6) <= due <= now() + timedelta(seconds=6)
    assert {"phase", "care", "care_unavoidable", "activity", "proving"} <= columns.keys() <= set(JobRow.__table__.columns.keys())
    assert _columns(Progress(seconds=3.5, phase="improving"))["next_bound_at"] is None


def test_a_job_is_finished_once(job_store: Store, job_settings: Settings, job: str) -> None:
    attempt = begun(job_store, job)
    with job_store.writing() as session:
        assert finish(session, job_settings, attempt, "completed")
        assert not finish(session, job_settings, attempt, "stopped")
        assert not fail(session, job_settings, attempt, "failed")
        assert not give_up(session, job_settings, attempt)
        assert begin(session, job) is None
        ask_to_stop(session, job_settings, job)
    row = job_of(job_store, job)
    assert (row.state, row.is_stopping, row.error_code, row.attempts) == ("completed", False, None, 1)
    expires = row.expires_at
    assert expires is not None
    assert abs(expires - now() - timedelta(hours=job_settings.job_hours)) < timedelta(minutes=1)


def test_a_waiting_job_is_stopped_at_once(job_store: Store, job_settings: Settings, job: str) -> None:
    with job_store.writing() as session:
        ask_to_stop(session, job_settings, job)
        assert begin(session, job) is None
    row = job_of(job_store, job)
    assert (row.state, row.is_stopping, row.finished_at is None, row.expires_at is None) == ("stopped", True, False, False)


def test_a_running_job_is_told_once(job_store: Store, job_settings: Settings, job: str) -> None:
    attempt = begun(job_store, job)
    with job_store.writing() as session:
        ask_to_stop(session, job_settings, job)
        ask_to_stop(session, job_settings, job)
        assert is_told_to_stop(session, attempt) is True
    row = job_of(job_store, job)
    assert (row.state, row.revision) == ("running", 2)


def test_a_job_put_back_that_is_stopped_is_begun_to_keep_its_roster(job_store: Store, job_settings: Settings, job: str) -> None:
    attempt = begun(job_store, job)
    with job_store.writing() as session:
        assert put_back(session, attempt, None)
        ask_to_stop(session, job_settings, job)
    assert job_of(job_store, job).state == "queued"
    again = begun(job_store, job)
    with job_store.reading() as session:
        assert is_told_to_stop(session, again) is True


def test_giving_up_a_job_that_got_on_meanwhile_changes_nothing(job_store: Store, job_settings: Settings, job: str) -> None:
    begun(job_store, job)
    with job_store.writing() as session:
        assert not give_up(session, job_settings, Attempt(job, 0))
        assert give_up(session, job_settings, Attempt(job, 1))
    row = job_of(job_store, job)
    assert (row.state, row.error_code) == ("failed", "gave_up")


def test_jobs_of_a_program_do_not_expire(job_store: Store, job_settings: Settings) -> None:
    make_program(job_store)
    attempt = begun(job_store, make_job(job_store, job_settings, program="p1"))
    with job_store.writing() as session:
        finish(session, job_settings, attempt, "completed")
    assert job_of(job_store, attempt.job).expires_at is None


def test_an_unknown_job_cannot_be_begun(job_store: Store) -> None:
    with job_store.writing() as session:
        assert begin(session, "nothing") is None
