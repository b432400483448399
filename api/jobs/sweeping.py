"""Keep jobs and job engine in step, and delete expired entries. Every change is conditional: several processes may sweep at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Column, ColumnElement, Delete, Select, delete, select, union_all
from sqlalchemy.orm import Session

from api.database import Store, rows_changed
from api.database.tables import Base, DocumentRow, IdempotentAnswerRow, JobRow
from api.database.tables.base import now
from api.jobs import recovery
from api.jobs.states import UNFINISHED, Attempt, give_up
from api.kernel.settings import Settings

log = logging.getLogger("stepdown.jobs")

SUBMIT_SECONDS = 5.0
"""A request submits its job right after the commit; an older job unknown to the engine lost its process in between."""
DOCUMENT_HOURS = 1
"""A document is stored before the reference to it is committed; no commit takes this long."""


def settle(store: Store, settings: Settings, submit: Callable[[str, int], None]) -> None:
    """Submit jobs whose process died before submitting them; fail those that the engine no longer retries."""
    old = now() - timedelta(seconds=SUBMIT_SECONDS)
    with store.reading() as session:
        query = select(JobRow.id, JobRow.priority, JobRow.attempts).where(JobRow.state.in_(UNFINISHED), JobRow.created_at < old)
        jobs = {row.id: row for row in session.execute(query.order_by(JobRow.created_at))}
    # Read after the jobs: a job that ended in between is finished by now, which the condition of `give_up` detects.
    states = recovery.states_of(jobs)
    for id, job in jobs.items():
        state = states.get(id)
        if state in recovery.GAVE_UP:
            with store.writing() as session:
                is_over = give_up(session, settings, Attempt(id, job.attempts))
            if is_over:
                log.error("a job failed", extra={"fields": {"job": id, "code": "gave_up", "attempts": job.attempts}})
        elif state == "SUCCESS" and _is_unfinished(store, id):
            # The database was restored to a time before the job ended.
            recovery.forget([id])
            submit(id, job.priority)
        elif state is None:
            submit(id, job.priority)


def reap(owner_here: str | None, is_dead: Callable[[str], bool], give_back: Callable[[str], None]) -> list[str]:
    """Requeue the jobs of dead processes.

    Args:
        owner_here: The lease of this process, if it solves.
        is_dead: Tries to take the lease of a process; success shows that the process is dead.

    Returns:
        The leases of the dead processes.
    """
    owners = sorted({w.owner for w in recovery.running()} - {owner_here})
    dead = []
    for owner in owners:
        if not is_dead(owner):
            continue
        try:
            recovery.recover(owner)
            dead.append(owner)
        finally:
            give_back(owner)
    return dead


def expire(store: Store, settings: Settings) -> dict[str, int]:
    """Delete expired jobs and stored responses, unreferenced documents and the engine's ended workflows; return how many of each."""
    with store.writing() as session:
        at = now()
        counts = {
            "jobs": _deleted(session, delete(JobRow).where(JobRow.expires_at < at)),
            "answers": _deleted(session, delete(IdempotentAnswerRow).where(IdempotentAnswerRow.expires_at < at)),
        }
    with store.writing() as session:
        old = DocumentRow.created_at < at - timedelta(hours=DOCUMENT_HOURS)
        counts["documents"] = _deleted(session, delete(DocumentRow).where(old, is_unreferenced()))
    counts["workflows"] = recovery.forget_ended(at - timedelta(hours=settings.job_hours))
    return counts


def is_unreferenced() -> ColumnElement[bool]:
    """The condition for documents that nothing refers to."""
    return DocumentRow.hash.not_in(union_all(*_references()))


def _references() -> list[Select[str]]:
    """Queries over every column that refers to documents; columns added later are included automatically."""
    columns: list[Column[str]] = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "documents.hash" for key in column.foreign_keys)
    ]
    return [select(column).where(column.is_not(None)) for column in columns]


def _is_unfinished(store: Store, job: str) -> bool:
    with store.reading() as session:
        return session.scalar(select(JobRow.state).where(JobRow.id == job)) in UNFINISHED


def _deleted(session: Session, statement: Delete) -> int:
    return rows_changed(session.execute(statement))
