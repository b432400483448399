"""The stateless solve: an instance in, a verified roster out, at once when it is quick."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.database import Store
from api.database.documents import document_text
from api.database.tables import Job as JobRow
from api.jobs.engine import JobEngine
from api.jobs.job_waiter import Watch
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
    200: {"model": SolveResult, "description": "It was completed while the caller waited (`Prefer: wait`)."},
    202: {"model": Job, "description": "A job: look at it, follow its events, or fetch its result at the address in `Location`."},
}


def limits_of(
    settings: SettingsOf,
    seconds: Annotated[float | None, Query(ge=0, description="Wall time of the search; unset: the service's default.")] = None,
    gap: Annotated[float, Query(ge=0, le=1, description="Stop when the preference gap is this small and care is proven.")] = 0.0,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 1,
    fix_seconds: Annotated[float | None, Query(ge=0, description="Wall time for trying fixes of unmet care; 0 tries none.")] = None,
) -> SolveLimits:
    """The limits of a request, within those of the service.

    Raises:
        Problem: More time is asked for than the service gives.
    """
    most = settings.solve_seconds_most
    too_long = [n for n, value in (("seconds", seconds), ("fix_seconds", fix_seconds)) if value is not None and not value <= most]
    if too_long:
        message = f"ask for at most {most:g} seconds; the operator of this service sets the limit"
        raise Problem("wrong_shape", issues=[Place(code="less_than_equal", path=f"query.{name}", message=message) for name in too_long])
    return SolveLimits(
        seconds=min(settings.solve_seconds_default, most) if seconds is None else seconds,
        gap=gap,
        seed=seed,
        workers=settings.solve_workers,
        fix_seconds=min(SolveLimits().fix_seconds, most) if fix_seconds is None else fix_seconds,
    )


@router.post(
    "/solve",
    summary="Make a roster",
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
    hint: Annotated[str | None, Query(max_length=64, description="An earlier job of yours for this week: start from its roster.")] = None,
    prefer: Annotated[str | None, Header(description="`wait=N`: wait up to N seconds (at most 30) for the result.")] = None,
) -> Response:
    """Make the week's roster: ordered care first, then preferences, each with a proven bound.

    The body is an instance, as `GET /v1/examples/{name}` answers one. With `Prefer: wait=N` the answer is the result (200) when it is there
    within N seconds. Else it is a job (202), also when the job failed meanwhile. The instance and its result are deleted at the job's
    `expires_at`.
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
    """Make the job and, after the commit, submit it."""
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
    """The job once it is finished, or as it was when nobody waits any more: the time is over, or the service is."""
    watch: Watch = request.app.state.watch
    streams: Streams = request.app.state.streams
    try:
        return await watch.until(job.id, lambda seen: seen.is_finished or streams.is_closing, seconds) or job
    except KeyError:
        return job


def _result_text(store: Store, job: str) -> str | None:
    with store.reading() as session:
        row = session.get(JobRow, job)
        return None if row is None or row.result_hash is None else document_text(session, row.result_hash)


def _wait_of(prefer: str | None) -> int | None:
    """The seconds of a Prefer header; what it says besides, or says wrongly, is left aside (RFC 7240)."""
    for preference in (prefer or "").split(","):
        if found := WAIT.fullmatch(preference.partition(";")[0].strip()):
            return min(int(found[1]), WAIT_SECONDS_MOST)
    return None
