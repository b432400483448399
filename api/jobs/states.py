"""The states of a job and every change between them: ``queued -> running -> completed | stopped | failed``.

Each change is one conditional UPDATE, so a second, conflicting one changes nothing. Every start of a job gets an attempt number; writes of
an earlier attempt are ignored, however long its process was suspended. This, not the job engine, guarantees that every job finishes once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Result, select, update
from sqlalchemy.orm import Session

from api.database import rows_changed
from api.database.tables import JobRow
from api.database.tables.base import now
from api.events.store import notify
from api.kernel.settings import Settings

IDLE: Mapping[str, object] = {"activity": "", "proving": "", "next_bound_at": None}
"""The columns of what a job does at the moment, while it does nothing."""
UNFINISHED = ("queued", "running")

ERRORS: Mapping[str, str] = {
    "no_roster": "The solver ended before it found a roster; solve again with more time.",
    "defect": "The roster failed verification and was discarded: this is a bug in Stepdown; please report it with the job's id.",
    "false_proof": "The roster costs less than the proven bound: this is a bug in Stepdown; please report it with the job's id. The "
    "roster keeps every rule, and for a program's job it is a draft; nothing is proven about it.",
    "bad_instance": "The instance cannot be solved by this version; POST /v1/validate says why.",
    "lost_input": "The input of the job can no longer be read; send it again.",
    "gave_up": "Its process died on every attempt; solve again with less time or a smaller instance.",
    "failed": "Something went wrong on our side; the log has details under the job's id.",
}
"""The message for a failed job, by error code."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a job; only the latest may change the job.

    Attributes:
        number: 1, 2, 3, ...
    """

    job: str
    number: int


def begin(session: Session, job: str) -> Attempt | None:
    """Start a job, including one started earlier by a process that has ended.

    Returns:
        The attempt; None if there is nothing to do: the job is finished, was stopped before it started, or was deleted.
    """
    changed = session.execute(
        update(JobRow)
        .where(JobRow.id == job, JobRow.state.in_(UNFINISHED))
        .values(state="running", attempts=JobRow.attempts + 1, revision=JobRow.revision + 1, progress_at=now())
    )
    if not _happened(changed):
        return None
    row = session.get_one(JobRow, job, populate_existing=True)
    row.started_at = row.started_at or now()
    return Attempt(job, row.attempts)


def note(session: Session, attempt: Attempt, **values: Any) -> bool:
    """Record the progress of a running job; False if this attempt is no longer the latest."""
    return _change(session, attempt, progress_at=now(), **values)


def put_back(session: Session, attempt: Attempt, hint_hash: str | None) -> bool:
    """Requeue a running job because its process is ending; the next attempt starts from its best roster."""
    return _change(session, attempt, state="queued", phase="", **IDLE, **({} if hint_hash is None else {"hint_hash": hint_hash}))


def finish(session: Session, settings: Settings, attempt: Attempt, state: str, **values: Any) -> bool:
    """Finish a running job; False if this attempt is no longer the latest."""
    changed = _change(session, attempt, state=state, finished_at=now(), **IDLE, **values)
    if changed:
        _let_expire(session, settings, attempt.job)
    return changed


def fail(session: Session, settings: Settings, attempt: Attempt, code: str) -> bool:
    """Finish a running job without a result; false bounds are no longer shown as proven."""
    unproven: dict[str, object] = {"care_bound": None, "care_unavoidable": None, "preference_bound": None} if code == "false_proof" else {}
    return finish(session, settings, attempt, "failed", error_code=code, error=ERRORS[code], **unproven)


def give_up(session: Session, settings: Settings, attempt: Attempt) -> bool:
    """Fail a job that the job engine no longer retries, unless it has progressed since."""
    changed = session.execute(
        update(JobRow)
        .where(JobRow.id == attempt.job, JobRow.attempts == attempt.number, JobRow.state.in_(UNFINISHED))
        .values(state="failed", finished_at=now(), revision=JobRow.revision + 1, error_code="gave_up", error=ERRORS["gave_up"])
    )
    if _happened(changed):
        _let_expire(session, settings, attempt.job)
        notify_finished(session, attempt.job)
    return _happened(changed)


def ask_to_stop(session: Session, settings: Settings, job: str) -> None:
    """Stop a job. A waiting job ends at once; a running one soon, with its best roster; a finished one stays as it is."""
    waiting = session.execute(
        update(JobRow)
        .where(JobRow.id == job, JobRow.state == "queued", JobRow.attempts == 0)
        .values(state="stopped", is_stopping=True, finished_at=now(), revision=JobRow.revision + 1)
    )
    if _happened(waiting):
        _let_expire(session, settings, job)
        notify_finished(session, job)
        return
    # A requeued job already has a roster: its next attempt ends at once and keeps it.
    running = update(JobRow).where(JobRow.id == job, JobRow.state.in_(UNFINISHED), JobRow.is_stopping.is_(False))
    session.execute(running.values(is_stopping=True, revision=JobRow.revision + 1))


def is_told_to_stop(session: Session, attempt: Attempt) -> bool | None:
    """Whether a running job has been asked to stop; None if this attempt is no longer the latest."""
    mine = (JobRow.id == attempt.job, JobRow.attempts == attempt.number, JobRow.state == "running")
    return session.scalar(select(JobRow.is_stopping).where(*mine))


def notify_finished(session: Session, job: str) -> None:
    """Notify webhooks of a program's job that has finished; its draft is stored by then."""
    row = session.get_one(JobRow, job, populate_existing=True)
    if row.program is not None:
        data = {"monday": row.monday and row.monday.isoformat(), "job": job, "version": row.revision, "state": row.state}
        notify(session, "job.finished", row.program, data | {"roster": row.roster}, row.finished_at or now())


def _change(session: Session, attempt: Attempt, **values: Any) -> bool:
    mine = (JobRow.id == attempt.job, JobRow.attempts == attempt.number, JobRow.state == "running")
    return _happened(session.execute(update(JobRow).where(*mine).values(revision=JobRow.revision + 1, **values)))


def _let_expire(session: Session, settings: Settings, job: str) -> None:
    """Set the expiry of a stateless job; a program's jobs are part of its history and are kept."""
    expiry = now() + timedelta(hours=settings.job_hours)
    session.execute(update(JobRow).where(JobRow.id == job, JobRow.program.is_(None)).values(expires_at=expiry))


def _happened(result: Result[Any]) -> bool:
    return rows_changed(result) == 1
