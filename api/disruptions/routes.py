"""Routes that answer what happens in a published week: one sent along, or one of a program. Nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.disruptions.models import Disruptions, WeekToRepair
from api.disruptions.solving import find_answers
from api.kernel.errors import Place, Problem
from api.kernel.process_pool import ProcessPool
from api.web.addresses import ThatWeek
from api.web.bodies import BODY_CODES, in_lane, json_body
from api.web.dependencies import AuditWriterOf, Now, StoreOf, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.weeks.store.judging import week_now
from scheduler.errors import StepdownError
from scheduler.instance import Instance
from scheduler.repair.checks import check
from scheduler.repair.result import Repair

router = APIRouter(prefix="/v1", tags=["repair"])
program_router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["repair"], route_class=Repeatable)

REFUSALS = ("not_signed_in", "forbidden", "too_many", "bad_instance", "bad_reference", "wrong_state", "timed_out", *BODY_CODES)


@router.post("/repair", summary="Repair a week", response_model=Repair, responses=problems(*REFUSALS))
async def repair_week(
    request: Request,
    act: Annotated[Act, needs("solve", "tools.repair")],
    audit: AuditWriterOf,
    body: Annotated[WeekToRepair, json_body(WeekToRepair, is_sound=True)],
) -> Response:
    """Answer what happens in a published week: up to three rosters that are really different, the best first, each with its price.

    The instance has its roster in `published` and the time in `now`; what has happened stays, as do pins. The first answer loses the least
    care, then changes the fewest people, weighted by notice, then has the best preferences; the bound of each tier says what is proven.
    `instance` of the answer is the week with the disruptions entered. Takes a few seconds; if too many are running, the response is 429.
    """
    return await _answered(request, act, audit, body)


@program_router.post(
    "/repair",
    summary="Repair a week of a program",
    response_model=Repair,
    responses=problems("not_found", *REFUSALS),
)
async def repair_week_of_program(
    request: Request,
    act: Annotated[Act, needs("roster:write", "week.repair")],
    audit: AuditWriterOf,
    at: ThatWeek,
    store: StoreOf,
    now: Now,
    body: Annotated[Disruptions, json_body(Disruptions)],
) -> Response:
    """Answer what happens in a published week of a program, as `POST /v1/repair` does. Nothing is entered or published.

    To follow an answer, enter what happened (an absence, closed hours, a closure), store its roster as a draft, and publish that.
    """

    def read() -> Instance:
        with store.reading() as session:
            return week_now(session, at.program, at.monday, now).instance

    instance = await run_in_threadpool(read)
    return await _answered(request, act, audit, WeekToRepair(instance=instance, disruptions=body.disruptions))


async def _answered(request: Request, act: Act, audit: AuditWriterOf, week: WeekToRepair) -> Response:
    """The answers for a week, found in a child process.

    Raises:
        Problem: Nothing is published, or the disruptions contradict each other, are over, or name what does not exist.
    """
    if week.instance.published is None:
        raise Problem("wrong_state", "Nothing is published for this week, so nothing has to change.")
    try:
        await in_lane(check, week.instance, week.disruptions)
    except StepdownError as error:
        place = Place(code="bad_disruption", path="disruptions", message=str(error))
        raise Problem("bad_reference", "What happened cannot be entered in this week.", [place]) from error
    pool: ProcessPool = request.app.state.remedy_pool
    content = await pool.run(find_answers, (await in_lane(week.model_dump_json)).encode(), "")
    await audit.record(act)
    return Response(content, media_type="application/json")
