"""The pages of what is due."""

from __future__ import annotations

from typing import Annotated, Final, get_args

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from api.audit.acts import Act
from api.due.models import DueKind
from api.pages.due.lines import KIND_WORDS, due_lines
from api.pages.due.payer import payer_sheet
from api.pages.published_week import STATUS_WORDS, monday_of, program_now
from api.pages.staff import staff_page
from api.pages.words import AUTHORIZATION_STATES
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/due", include_in_schema=False)

KINDS: Final = get_args(DueKind)


@router.get("")
def show_due(
    act: Annotated[Act, needs("roster:read", "due.list")],
    program: ProgramId,
    request: Request,
    session: Reading,
    now: Now,
    kind: Annotated[DueKind | None, Query()] = None,
    responsible: Annotated[Id | None, Query()] = None,
) -> HTMLResponse:
    """Show everything that is due, by date, or only one kind of line, or those for which one clinician is responsible."""
    today = program_now(session, program, now).date()
    lines = [line for line in due_lines(session, program, now) if responsible in (None, line.item.responsible)]
    counts = {one: sum(line.item.kind == one for line in lines) for one in KINDS}
    return staff_page(
        request,
        session,
        "due/due.html",
        lines=[line for line in lines if kind in (None, line.item.kind)],
        counts={one: count for one, count in counts.items() if count},
        words=KIND_WORDS,
        kind=kind,
        responsible=responsible,
        total=len(lines),
        today=today,
        this_week=monday_of(today),
        may_change=act.caller.may("program:write", program),
    )


@router.get("/payer/{participant}")
def show_payer_sheet(
    act: Annotated[Act, needs("roster:read", "page.payer_sheet")],
    program: ProgramId,
    participant: Annotated[Id, Path()],
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show what to have at hand when a payer is called."""
    sheet = payer_sheet(session, program, participant, now)
    return staff_page(request, session, "due/payer.html", sheet=sheet, states=AUTHORIZATION_STATES, words=STATUS_WORDS)
