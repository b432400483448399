"""What a published week of a program leaves open: who waits for a place in it, and what to open next. Nothing is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.database.engine import Store
from api.kernel.errors import Problem
from api.kernel.process_pool import Work
from api.tools.answering import reply_of
from api.tools.models import RosterOfInstance
from api.tools.offering import openings_of, waiting_list_of
from api.web.addresses import ThatWeek, WeekAddress
from api.web.dependencies import AuditWriterOf, Now, StoreOf, needs
from api.web.problems import problems
from api.weeks.store.building import build_instance
from api.weeks.store.held_offers import without_held
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import find_week, published_roster
from scheduler.offers import Openings, WaitingList

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["offers"])
REFUSALS = ("not_found", "wrong_state", "bad_instance", "bad_reference", "timed_out")


@router.get("/waiting", summary="List who waits for a week", response_model=WaitingList, responses=problems(*REFUSALS))
async def list_waiting_of_week(
    request: Request,
    act: Annotated[Act, needs("program:read", "week.waiting")],
    audit: AuditWriterOf,
    at: ThatWeek,
    store: StoreOf,
    now: Now,
) -> Response:
    """List who waits, in order of need: when each could begin with what a published week has free, and what they wait for.

    The same answer as `POST /v1/waiting`. Places that are held for an offer are not free.
    """
    return await _answered(request, waiting_list_of, act, audit, at, store, now)


@router.get("/openings", summary="Find what to open next to a week", response_model=Openings, responses=problems(*REFUSALS))
async def find_openings_of_week(
    request: Request,
    act: Annotated[Act, needs("roster:write", "week.openings")],
    audit: AuditWriterOf,
    at: ThatWeek,
    store: StoreOf,
    now: Now,
) -> Response:
    """Find what to open next so that more participants get the care they are ordered in a published week, or can begin.

    The same answer as `POST /v1/openings`. Takes some seconds; if too many are running, the response is 429.
    """
    return await _answered(request, openings_of, act, audit, at, store, now)


async def _answered(request: Request, work: Work, act: Act, audit: AuditWriterOf, at: WeekAddress, store: Store, now: datetime) -> Response:
    """The answer of a child process about a published week.

    Raises:
        Problem: Nothing is published, the question cannot be answered, or there was no answer in time.
    """
    content = await run_in_threadpool(_read, store, at, now)
    answer = await reply_of(request.app.state.explanation_pool, work, content, "roster")
    await audit.record(act)
    return Response(answer.model_dump_json(), media_type="application/json")


def _read(store: Store, at: WeekAddress, now: datetime) -> bytes:
    """The published week with its roster, for the child process."""
    with store.reading() as session:
        find_week(session, *at)
        row = published_roster(session, *at)
        if row is None:
            raise Problem("wrong_state", "Nothing is published for this week: publish a roster, then ask again.")
        instance = without_held(session, at.program, build_instance(session, at.program, at.monday, now), now)
        return RosterOfInstance(instance=instance, roster=roster_of(session, row)).model_dump_json(exclude_defaults=True).encode()
