"""The stateless solve: takes an instance and returns a verified roster, directly if it is quick."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.database import Store
from api.database.documents import document_text
from api.database.tables import JobRow
from api.jobs.engine import JobEngine
from api.jobs.generating import limits_within
from api.jobs.job_waiter import JobWaiter
from api.jobs.models import PRIORITIES, Job, Priority
from api.jobs.routes.job_engine import EngineOf
from api.jobs.submit import create_job
from api.kernel.errors import Place, Problem
from api.kernel.settings import Settings
from api.web.bodies import BODY_CODES, SoundInstance
from api.web.dependencies import SettingsOf, StoreOf, after_commit, needs, transaction
from api.web.event_streams import Streams
from api.web.idempotency import Repeatable
from api.web.problems import problems
from scheduler.instance import Instance
from scheduler.result import SolveLimits, SolveResult
from scheduler.roster import Roster

router = APIRouter(prefix="/v1", tags=["solve"], route_class=Repeatable)

WAIT_SECONDS_MOST = 30
WAIT = re.compile(r"wait=\"?(\d{1,9})\"?", re.IGNORECASE)
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": SolveResult, "description": "The job finished within the wait time (`Prefer: wait`)."},
    202: {"model": Job, "description": "The job; `Location` holds its URL, where you can poll it, follow its events and get its result."},
}


def limits_of(
    settings: SettingsOf,
    seconds: Annotated[float | None, Query(ge=0, description="Search time in seconds; unset: the service's default.")] = None,
    gap: Annotated[float, Query(ge=0, le=1, description="Stop when the preference gap is this small and care is proven.")] = 0.0,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 1,
    fix_seconds: Annotated[float | None, Query(ge=0, description="Time in seconds to test fixes for unmet care; 0 tests none.")] = None,
) -> SolveLimits:
    """The limits of a request, within the limits of the service.

    Raises:
        Problem: The request asks for more time than the service allows.
    """
    most = settings.solve_seconds_most
    too_long = [n for n, value in (("seconds", seconds), ("fix_seconds", fix_seconds)) if value is not None and not value <= most]
    if too_long:
        message = f"ask for at most {most:g} seconds; the operator of this service sets the limit"
        raise Problem("wrong_shape", issues=[Place(code="less_than_equal", path=f"query.{name}", message=message) for name in too_long])
    return limits_within(settings, seconds, fix_seconds).model_copy(update={"gap": gap, "seed": seed})


@router.post(
    "/solve",
    summary="Solve an instance",
    response_model=SolveResult,
    responses=ANSWERS | problems("not_signed_in", "forbidden", "bad_instance", "bad_reference", "too_many", "queue_full", *BODY_CODES),
)
async def solve(
    request: Request,
    act: Annotated[Act, needs("solve", "solve")],
    limits: Annotated[SolveLimits, Depends(limits_of)],
    instance: SoundInstance,
    store: StoreOf,
    settings: SettingsOf,
    engine: EngineOf,
    priority: Annotated[Priority, Query(description="Interactive jobs start before batch jobs.")] = "interactive",
    hint: Annotated[
        str | None, Query(max_length=64, description="One of your earlier jobs for this week, whose roster to start from.")
    ] = None,
    prefer: Annotated[str | None, Header(description="`wait=N`: wait up to N seconds (at most 30) for the result.")] = None,
) -> Response:
    """Make a week's roster: ordered care first, then preferences, each with a proven bound.

    The body is an instance; `GET /v1/examples/{name}` returns examples. With `Prefer: wait=N` the response is the result (200) if it is
    ready within N seconds; otherwise it is a job (202), even if the job has failed by then. The instance and its result are deleted at the
    job's `expires_at`.
    """
    job = await run_in_threadpool(_accept, request, act, settings, engine, instance, limits, priority, hint)
    wait = _wait_of(prefer)
    applied = {} if wait is None else {"Preference-Applied": f"wait={wait}"}
    if wait:
        job = await _finished(request, job, wait)
    headers = {"Location": f"/v1/jobs/{job.id}"} | applied
    if job.state in ("completed", "stopped") and (text := await run_in_threadpool(_result_text, store, job.id)) is not None:
        return Response(text, media_type="application/json", headers=headers)
    if not job.is_finished:
        headers["Retry-After"] = "1"
    return Response(job.model_dump_json(), 202, media_type="application/json", headers=headers)


def _accept(
    request: Request,
    act: Act,
    settings: Settings,
    engine: JobEngine,
    instance: Instance,
    limits: SolveLimits,
    priority: Priority,
    hint: str | None,
) -> Job:
    """Create the job and submit it after the commit."""
    with transaction(request) as session:
        start = None if hint is None else _roster_of(session, act, hint)
        row = create_job(session, settings, act.caller, instance, limits, priority=PRIORITIES[priority], hint=start)
        request.state.act = act.about(job=row.id)
        after_commit(request, lambda: engine.submit(row.id, row.priority))
        return Job.of(row)


def _roster_of(session: Session, act: Act, job: str) -> Roster:
    row = session.get(JobRow, job)
    text = document_text(session, row.result_hash) if row is not None and row.caller == act.caller.name and row.result_hash else None
    roster = None if text is None else SolveResult.model_validate_json(text).roster
    if roster is None:
        raise Problem("bad_reference", "The job in `hint` is not yours, has been deleted, or has no roster.")
    return roster


async def _finished(request: Request, job: Job, seconds: int) -> Job:
    """Wait for a job to finish, until the time is up or the service stops, and return its last state."""
    waiter: JobWaiter = request.app.state.job_waiter
    streams: Streams = request.app.state.streams
    try:
        return await waiter.until(job.id, lambda state: state.is_finished or streams.is_closing, seconds) or job
    except KeyError:
        return job


def _result_text(store: Store, job: str) -> str | None:
    with store.reading() as session:
        row = session.get(JobRow, job)
        return None if row is None or row.result_hash is None else document_text(session, row.result_hash)


def _wait_of(prefer: str | None) -> int | None:
    """The wait time of a Prefer header in seconds; other or invalid preferences are ignored (RFC 7240)."""
    for preference in (prefer or "").split(","):
        if match := WAIT.fullmatch(preference.partition(";")[0].strip()):
            return min(int(match[1]), WAIT_SECONDS_MOST)
    return None
