"""Generate a week: a job that leaves a draft."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.audit.acts import Act
from api.jobs.generating import begin_generating
from api.jobs.models import PRIORITIES, Job, Priority
from api.jobs.routes.job_engine import EngineOf
from api.jobs.routes.solve import limits_of
from api.web.addresses import ThatWeek
from api.web.dependencies import Now, SettingsOf, Writing, after_commit, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from scheduler.fields import Id
from scheduler.result import SolveLimits

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
    row = begin_generating(
        session,
        settings,
        act.caller,
        *at,
        limits,
        now,
        priority=PRIORITIES[priority],
        mode=mode,
        from_roster=from_roster,
        again=again,
    )
    job, place = row.id, row.priority
    after_commit(request, lambda: engine.submit(job, place))
    request.state.act = act.about(job=job)
    response.headers["Location"] = f"/v1/jobs/{job}"
    return Job.of(row)
