"""Create a job: its row, and after the commit its place in the queue."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.database.documents import keep_document
from api.database.tables import JobRow
from api.jobs.models import INTERACTIVE
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import Caller
from scheduler.instance import Instance
from scheduler.result import SolveLimits
from scheduler.roster import Roster


def create_job(
    session: Session,
    settings: Settings,
    caller: Caller,
    instance: Instance,
    limits: SolveLimits,
    *,
    priority: int = INTERACTIVE,
    program: str | None = None,
    monday: date | None = None,
    hint: Roster | None = None,
) -> JobRow:
    """Add the row of a new job; the calling code submits its id to the engine once the transaction is committed.

    Args:
        instance: A validated instance without errors.
        program: Given together with `monday`: the finished job leaves a draft roster in that week.

    Raises:
        Problem: Too many jobs are already waiting.
    """
    waiting = session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state == "queued")) or 0
    if waiting >= settings.queue_most:
        raise Problem("queue_full", "Try again in a minute.", headers={"Retry-After": "60"})
    job = JobRow(
        caller=caller.name,
        program=program,
        monday=monday,
        priority=priority,
        limits=limits.model_dump(mode="json"),
        instance_hash=keep_document(session, "instance", instance.model_dump_json(exclude_defaults=True)),
        hint_hash=None if hint is None else keep_document(session, "roster", hint.model_dump_json()),
    )
    session.add(job)
    session.flush()
    return job
