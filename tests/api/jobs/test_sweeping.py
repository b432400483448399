"""What is over is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.database import Store
from api.database.documents import keep_document
from api.database.tables import DocumentRow, IdempotentAnswerRow, JobRow
from api.database.tables.base import now
from api.jobs import recovery
from api.jobs.models import INTERACTIVE
from api.jobs.sweeping import expire
from api.kernel.settings import Settings
from tests.api.jobs.conftest import MakeEngine
from tests.api.jobs.making import drafts_of, job_of, jobs_of, make_job, make_program, wait_finished, wait_until
from tests.tiny import drawn


def age(store: Store, hours: float = 2.0) -> None:
    """All documents are older than they are."""
    with store.writing() as session:
        session.execute(update(DocumentRow).values(created_at=now() - timedelta(hours=hours)))


def documents_of(store: Store) -> set[str]:
    with store.reading() as session:
        return set(session.scalars(select(DocumentRow.hash)))


@pytest.mark.usefixtures("solves")
def test_an_expired_job_goes_with_its_documents(job_store: Store, job_settings: Settings, make_engine: MakeEngine) -> None:
    make_program(job_store)
    old, new, kept = (make_job(job_store, job_settings, drawn(n), program="p1" if n == 6 else None) for n in (4, 5, 6))
    engine = make_engine()
    for job in (old, new, kept):
        engine.submit(job, INTERACTIVE)
    wait_finished(job_store, old, new, kept)
    wait_until(lambda: set(recovery.states_of([old, new, kept]).values()) == {"SUCCESS"})
    gone = {job_of(job_store, old).instance_hash, job_of(job_store, old).result_hash}
    before = documents_of(job_store)
    with job_store.writing() as session:
        session.execute(update(JobRow).where(JobRow.id == old).values(expires_at=now() - timedelta(seconds=1)))
        expired = {"request_hash": "", "headers": {}, "body": b""}
        session.add(IdempotentAnswerRow(key_hash="a", expires_at=now() - timedelta(seconds=1), **expired))
        session.add(IdempotentAnswerRow(key_hash="b", expires_at=now() + timedelta(hours=1), **expired))
    assert expire(job_store, job_settings) == {"jobs": 1, "answers": 1, "documents": 0, "workflows": 0}
    age(job_store)
    assert expire(job_store, job_settings) == {"jobs": 0, "answers": 0, "documents": 2, "workflows": 0}
    assert documents_of(job_store) == before - gone
    assert {row.id for row in jobs_of(job_store)} == {new, kept}
    assert drafts_of(job_store) == [kept]


@pytest.mark.usefixtures("solves")
def test_the_engine_forgets_ended_jobs(
    job_store: Store, job_settings: Settings, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, other = make_job(job_store, job_settings), make_job(job_store, job_settings)
    engine = make_engine()
    engine.submit(job, INTERACTIVE)
    wait_until(lambda: recovery.states_of([job]) == {job: "SUCCESS"})
    assert recovery.forget_ended(now() - timedelta(minutes=1)) == 0
    assert recovery.forget_ended(now() + timedelta(minutes=1)) == 1
    assert recovery.states_of([job, other]) == {}


def test_a_document_put_away_again_is_young_again(job_store: Store, job_settings: Settings, make_engine: MakeEngine) -> None:
    make_engine(solves_here=False)
    with job_store.writing() as session:
        keep_document(session, "instance", "{}")
    age(job_store)
    with job_store.writing() as session:
        keep_document(session, "instance", "{}")
    assert expire(job_store, job_settings)["documents"] == 0
    age(job_store)
    assert expire(job_store, job_settings)["documents"] == 1
    assert documents_of(job_store) == set()
