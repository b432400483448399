"""Generate a week: a job that leaves a draft."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.jobs.models import PRIORITIES, Job, Priority
from api.jobs.routes.job_engine import EngineOf
from api.jobs.routes.solve import limits_of
from api.jobs.submit import create_job
from api.kernel.errors import Problem
from api.web.addresses import ThatWeek, WeekAddress
from api.web.dependencies import Now, SettingsOf, Writing, after_commit, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import find_roster, roster_of
from api.weeks.store.weeks import lock_week, unfinished_jobs
from scheduler.fields import Id
from scheduler.result import SolveLimits
from scheduler.roster import Roster

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["weeks"], route_class=Repeatable)


@router.post(
    "/generate",
    status_code=202,
    summary="Generate a roster",
    responses=problems("not_found", "bad_instance", "bad_reference", "wrong_state", "queue_full"),
)
def generate_roster(
    act: Annotated[Act, needs("roster:write", "week.generate")],
    at: ThatWeek,
    limits: Annotated[SolveLimits, Depends(limits_of)],
    settings: SettingsOf,
    engine: EngineOf,
    session: Writing,
    request: Request,
    response: Response,
    now: Now,
    mode: Annotated[Literal["hold", "rebuild"] | None, Query(description="Overrides the week's setting.")] = None,
    priority: Annotated[Priority, Query(description="Interactive jobs start before batch jobs.")] = "interactive",
    from_roster: Annotated[Id | None, Query(description="A roster of this week to start from.")] = None,
    again: Annotated[bool, Query(description="Allow a second job while another one for this week is unfinished.")] = False,
) -> Job:
    """Generate a roster for the week as it is now: its people, orders, absences, pins and settings. The finished job leaves a draft.

    A second job for the same week is refused while one is unfinished, unless `again` is true.
    """
    lock_week(session, *at, act.caller.name)
    _check_idle(session, at, again)
    instance = week_now(session, *at, now).instance
    if mode is not None:
        instance = instance.model_copy(update={"mode": mode})
    hint = None if from_roster is None else _start(session, at, from_roster)
    row = create_job(
        session, settings, act.caller, instance, limits, priority=PRIORITIES[priority], program=at.program, monday=at.monday, hint=hint
    )
    job, place = row.id, row.priority
    after_commit(request, lambda: engine.submit(job, place))
    request.state.act = act.about(job=job)
    response.headers["Location"] = f"/v1/jobs/{job}"
    return Job.of(row)


def _check_idle(session: Session, at: WeekAddress, again: bool) -> None:
    jobs = unfinished_jobs(session, *at)
    if jobs and not again:
        detail = f"Job {jobs[0]} of this week has not finished: wait for it, stop it, or send again=true."
        raise Problem("wrong_state", detail, headers={"Location": f"/v1/jobs/{jobs[0]}"})


def _start(session: Session, at: WeekAddress, roster: str) -> Roster:
    """The roster to start from.

    Raises:
        Problem: The week has no roster with this id.
    """
    try:
        return roster_of(session, find_roster(session, *at, roster))
    except Problem:
        raise Problem("bad_reference", "`from_roster` is not a roster of this week.") from None
