"""Routes to read, follow and stop jobs, and to get their results."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.documents import document_text
from api.database.listing import Listing, list_rows
from api.database.tables import JobRow
from api.jobs.job_waiter import JobWaiter
from api.jobs.models import Job, JobState
from api.jobs.states import ask_to_stop
from api.kernel.errors import Problem
from api.security.access import Caller
from api.web.dependencies import Reading, SettingsOf, Writing, needs
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from scheduler.result import SolveResult

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

HEARTBEAT_SECONDS = 15.0
"""How often an idle stream sends a sign of life; proxies close streams that are silent for a minute."""
REFUSALS = ("not_signed_in", "forbidden", "not_found", "wrong_shape")
JobId = Annotated[str, Path(description="The id of the job.", max_length=64)]


def find_job(session: Session, caller: Caller, job: str) -> JobRow:
    """A job that the caller may see: their own, or one of a program whose rosters they may read.

    Raises:
        Problem: No such job exists, or the caller may not see it.
    """
    row = session.get(JobRow, job)
    is_visible = row is not None and (row.caller == caller.name or (row.program is not None and caller.may("roster:read", row.program)))
    if row is None or not is_visible:
        raise Problem("not_found", "There is no such job, or it has been deleted.")
    return row


@router.get("", summary="List jobs", responses=problems("not_signed_in", "forbidden", "wrong_shape"))
def list_jobs(
    act: Annotated[Act, needs("solve", "job.list")],
    session: Reading,
    listing: Annotated[Listing, listing_by(default="-created_at")],
    state: Annotated[list[JobState] | None, Query(description="Only those in one of these states.")] = None,
) -> Page[Job]:
    """List the caller's own jobs, newest first, unless `sort` says."""
    query = select(JobRow).where(JobRow.caller == act.caller.name)
    if state:
        query = query.where(JobRow.state.in_(state))
    orders = {"created_at": JobRow.created_at, "changed_at": JobRow.changed_at}
    return listed(list_rows(session, query, listing, orders, JobRow.id), Job.of)


@router.get("/{job}", summary="Get a job", response_model=Job, responses=problems(*REFUSALS))
def get_job(act: Annotated[Act, needs("solve", "job.view", also="roster:read")], session: Reading, job: JobId) -> Response:
    """Get a job's state and times, and the objective and bounds of its best roster so far."""
    # Serialized here: FastAPI would use another thread for it, and this route is polled often.
    return Response(Job.of(find_job(session, act.caller, job)).model_dump_json(), media_type="application/json")


@router.get("/{job}/result", summary="Get the result of a job", response_model=SolveResult, responses=problems(*REFUSALS, "wrong_state"))
def get_result(act: Annotated[Act, needs("solve", "job.result", also="roster:read")], session: Reading, job: JobId) -> Response:
    """Get the verified roster with its objective and bounds, and unmet care with causes. For a stopped job: the best roster it had."""
    row = find_job(session, act.caller, job)
    if row.result_hash is not None:
        return Response(document_text(session, row.result_hash), media_type="application/json")
    if row.state == "failed":
        raise Problem("wrong_state", f"The job failed. {row.error}")
    if row.state == "stopped":
        raise Problem("wrong_state", "The job was stopped before it started; there is no result.")
    raise Problem("wrong_state", "The job is not finished yet; try again later, or follow its events.", headers={"Retry-After": "1"})


def _job_to_watch(act: Annotated[Act, needs("solve", "job.watch", also="roster:read")], session: Reading, job: JobId) -> Job:
    return Job.of(find_job(session, act.caller, job))


STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events `progress` and finally `end`; the data is a Job."},
    204: {"description": "The job is finished and its `end` event has already been sent."},
}


@router.get("/{job}/events", summary="Follow a job", response_class=StreamingResponse, responses=STREAM | problems(*REFUSALS))
async def watch_job(
    request: Request,
    current: Annotated[Job, Depends(_job_to_watch)],
    last_event_id: Annotated[str | None, Header(description="The id of the last event received; the stream continues after it.")] = None,
) -> Response:
    """Stream server-sent events: the job at once, on every change, and at its end. The id of an event is the job's revision.

    After a broken connection, browsers reconnect by themselves with `Last-Event-ID`; once `end` has been sent, a 204 stops them.
    """
    revision = int(last_event_id) if last_event_id is not None and last_event_id.isascii() and last_event_id.isdecimal() else -1
    if current.is_finished and revision >= current.revision:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(request.app.state.job_waiter, current, revision), media_type="text/event-stream", headers=headers)


@router.delete("/{job}", status_code=202, summary="Stop a job", responses=problems(*REFUSALS))
def stop_job(act: Annotated[Act, needs("solve", "job.stop")], session: Writing, settings: SettingsOf, job: JobId) -> Job:
    """Stop a job. A waiting job ends at once; a running one stops within seconds and keeps its best roster; a finished one stays as it is.

    A program's job can be stopped by the user who created it, and by anyone who may write the program's rosters.
    """
    row = find_job(session, act.caller, job)
    if row.caller != act.caller.name and not act.caller.may("roster:write", row.program):
        raise Problem("forbidden", "Only users who may write the program's rosters can stop other users' jobs.")
    ask_to_stop(session, settings, row.id)
    session.refresh(row)
    return Job.of(row)


async def _events(waiter: JobWaiter, job: Job, revision: int) -> AsyncIterator[bytes]:
    yield format_sse_event(comment="the jobs events", retry=2000)
    current: Job | None = job if job.revision > revision else None
    while True:
        if current is None:
            yield format_sse_event(comment="still here")
        else:
            revision = current.revision
            kind = "end" if current.is_finished else "progress"
            yield format_sse_event(data_str=current.model_dump_json(), event=kind, id=str(revision))
            if current.is_finished:
                return
        try:
            current = await waiter.until(job.id, partial(_is_after, revision), HEARTBEAT_SECONDS)
        except KeyError:
            return


def _is_after(revision: int, job: Job) -> bool:
    return job.revision > revision
