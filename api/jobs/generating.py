"""Begin a job that generates a week's roster, and find the last one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import JobRow
from api.jobs.models import INTERACTIVE, Job
from api.jobs.submit import create_job
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import Caller
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import find_roster, roster_of
from api.weeks.store.weeks import lock_week, unfinished_jobs
from scheduler.result import SolveLimits
from scheduler.roster import Roster


def limits_within(settings: Settings, seconds: float | None = None, fix_seconds: float | None = None) -> SolveLimits:
    """The limits of a solve; what is not given is the service's default.

    Args:
        seconds: Search time.
        fix_seconds: Time to test fixes for unmet care.
    """
    most = settings.solve_seconds_most
    return SolveLimits(
        seconds=min(settings.solve_seconds_default, most) if seconds is None else seconds,
        workers=settings.solve_workers,
        fix_seconds=min(SolveLimits().fix_seconds, most) if fix_seconds is None else fix_seconds,
    )


def begin_generating(
    session: Session,
    settings: Settings,
    caller: Caller,
    program: str,
    monday: date,
    limits: SolveLimits,
    now: datetime,
    *,
    priority: int = INTERACTIVE,
    mode: Literal["hold", "rebuild"] | None = None,
    from_roster: str | None = None,
    again: bool = False,
) -> JobRow:
    """Add the job that generates a week as it is now; the calling code submits it to the engine once the transaction is committed.

    Args:
        mode: Overrides the week's setting.
        from_roster: A roster of this week to start from.
        again: Allow a second job while another one for this week is unfinished.

    Raises:
        Problem: The week's data is inconsistent, another job of the week is unfinished, there is no such roster, or too many jobs wait.
    """
    lock_week(session, program, monday, caller.name)
    _check_idle(session, program, monday, again)
    instance = week_now(session, program, monday, now).instance
    if mode is not None:
        instance = instance.model_copy(update={"mode": mode})
    hint = None if from_roster is None else _start(session, program, monday, from_roster)
    return create_job(session, settings, caller, instance, limits, priority=priority, program=program, monday=monday, hint=hint)


def latest_job(session: Session, program: str, monday: date) -> Job | None:
    """The job of a week that was created last."""
    query = select(JobRow).where(JobRow.program == program, JobRow.monday == monday)
    row = session.scalars(query.order_by(JobRow.created_at.desc(), JobRow.id.desc()).limit(1)).first()
    return None if row is None else Job.of(row)


def _check_idle(session: Session, program: str, monday: date, again: bool) -> None:
    jobs = unfinished_jobs(session, program, monday)
    if jobs and not again:
        detail = f"Job {jobs[0]} of this week has not finished: wait for it, stop it, or send again=true."
        raise Problem("wrong_state", detail, headers={"Location": f"/v1/jobs/{jobs[0]}"})


def _start(session: Session, program: str, monday: date, roster: str) -> Roster:
    """The roster to start from.

    Raises:
        Problem: The week has no roster with this id.
    """
    try:
        return roster_of(session, find_roster(session, program, monday, roster))
    except Problem:
        raise Problem("bad_reference", "`from_roster` is not a roster of this week.") from None
