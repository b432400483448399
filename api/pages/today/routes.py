"""Today: who is expected now, who has not come, who is away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.audit.acts import Act
from api.pages.own.time_off import DECLINED
from api.pages.published_week import STATUS_WORDS
from api.pages.staff import staff_page
from api.pages.today.day import day_of
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs

router = APIRouter(prefix="/programs/{program}", include_in_schema=False)


@router.get("/today")
def show_today(
    act: Annotated[Act, needs("desk:read", "page.today", "own:read")], program: ProgramId, request: Request, session: Reading, now: Now
) -> HTMLResponse:
    """Show the day; clinicians see their own sessions, and the front desk no services."""
    day = day_of(session, program, act.caller, now)
    return staff_page(
        request, session, "today/today.html", day=day, now=day.now, words=STATUS_WORDS, reasons=DECLINED,
        may_report=act.caller.may("own:read", program),
        may_call=act.caller.may("roster:write", program), may_answer=act.caller.may("program:write", program),
    )  # fmt: skip
