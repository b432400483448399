"""The states of a job and every change between them: ``queued -> running -> completed | stopped | failed``.

Each change is one UPDATE with a condition, so whoever comes second changes nothing. A job that is begun gets the number of its attempt;
what an earlier attempt still has to say is not heard any more, however long its process slept. That, and not the job engine, is why
every job is finished once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Result, select, update
from sqlalchemy.orm import Session

from api.database import rows_changed
from api.database.tables import Job
from api.database.tables.base import now
from api.kernel.settings import Settings

UNFINISHED = ("queued", "running")

ERRORS: Mapping[str, str] = {
    "no_roster": "The solver ended before it had a roster; solve again, with more time.",
    "defect": "A roster failed its own verification and was thrown away: a defect of this software, please report it with the job's id.",
    "false_proof": "The roster costs less than what was called proven: a defect of this software, please report it with the job's id. The "
    "roster keeps every rule and is a draft, where the job is of a program; nothing is proven about it.",
    "bad_instance": "The instance cannot be solved by this version; POST /v1/validate says why.",
    "lost_input": "What the job works on cannot be read any more; send it again.",
    "gave_up": "Its process died each time it was tried; solve again, with less time or a smaller instance.",
    "failed": "Something went wrong on our side; the log has more under the job's id.",
}
"""What a caller is told of a failed job, by its code."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of the times a job was begun; only the newest may say anything about it.

    Attributes:
        number: 1, 2, 3, ...
    """

    job: str
    number: int


def begin(session: Session, job: str) -> Attempt | None:
    """Begin a job, also one that was begun before by a process that is gone.

    Returns:
        None when there is nothing to do: it is finished, was stopped before it began, or was deleted.
    """
    changed = session.execute(
        update(Job)
        .where(Job.id == job, Job.state.in_(UNFINISHED))
        .values(state="running", attempts=Job.attempts + 1, revision=Job.revision + 1, progress_at=now())
    )
    if not _happened(changed):
        return None
    row = session.get_one(Job, job, populate_existing=True)
    row.started_at = row.started_at or now()
    return Attempt(job, row.attempts)


def note(session: Session, attempt: Attempt, **values: Any) -> bool:
    """Write down how a running job gets on; whether it was still this attempt's to say."""
    return _change(session, attempt, progress_at=now(), **values)


def put_back(session: Session, attempt: Attempt, hint_hash: str | None) -> bool:
    """Queue a running job again because its process ends; the next attempt starts from its best roster."""
    return _change(session, attempt, state="queued", phase="", **({} if hint_hash is None else {"hint_hash": hint_hash}))


def finish(session: Session, settings: Settings, attempt: Attempt, state: str, **values: Any) -> bool:
    """End a running job; whether this attempt was the one to do so."""
    changed = _change(session, attempt, state=state, finished_at=now(), **values)
    if changed:
        _let_expire(session, settings, attempt.job)
    return changed


def fail(session: Session, settings: Settings, attempt: Attempt, code: str) -> bool:
    """End a running job without a result; what is false is not shown as proven any longer."""
    unproven: dict[str, object] = {"care_bound": None, "preference_bound": None} if code == "false_proof" else {}
    return finish(session, settings, attempt, "failed", error_code=code, error=ERRORS[code], **unproven)


def give_up(session: Session, settings: Settings, attempt: Attempt) -> bool:
    """End a job that its job engine tries no more; not if it got on meanwhile."""
    changed = session.execute(
        update(Job)
        .where(Job.id == attempt.job, Job.attempts == attempt.number, Job.state.in_(UNFINISHED))
        .values(state="failed", finished_at=now(), revision=Job.revision + 1, error_code="gave_up", error=ERRORS["gave_up"])
    )
    if _happened(changed):
        _let_expire(session, settings, attempt.job)
    return _happened(changed)


def ask_to_stop(session: Session, settings: Settings, job: str) -> None:
    """Stop a job. A waiting one ends here and now; a running one soon, with the best roster it has; a finished one stays as it is."""
    waiting = session.execute(
        update(Job)
        .where(Job.id == job, Job.state == "queued", Job.attempts == 0)
        .values(state="stopped", is_stopping=True, finished_at=now(), revision=Job.revision + 1)
    )
    if _happened(waiting):
        _let_expire(session, settings, job)
        return
    # A job that waits to be begun again has a roster already: its next attempt ends at once and keeps it.
    running = update(Job).where(Job.id == job, Job.state.in_(UNFINISHED), Job.is_stopping.is_(False))
    session.execute(running.values(is_stopping=True, revision=Job.revision + 1))


def is_told_to_stop(session: Session, attempt: Attempt) -> bool | None:
    """Whether somebody asked a running job to stop; None when it is not this attempt's any more."""
    mine = (Job.id == attempt.job, Job.attempts == attempt.number, Job.state == "running")
    return session.scalar(select(Job.is_stopping).where(*mine))


def _change(session: Session, attempt: Attempt, **values: Any) -> bool:
    mine = (Job.id == attempt.job, Job.attempts == attempt.number, Job.state == "running")
    return _happened(session.execute(update(Job).where(*mine).values(revision=Job.revision + 1, **values)))


def _let_expire(session: Session, settings: Settings, job: str) -> None:
    """Jobs of a program are part of its history; what other tools posted is kept for a while only."""
    expiry = now() + timedelta(hours=settings.job_hours)
    session.execute(update(Job).where(Job.id == job, Job.program.is_(None)).values(expires_at=expiry))


def _happened(result: Result[Any]) -> bool:
    return rows_changed(result) == 1
