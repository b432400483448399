"""The week board by room, by clinician, or of one room, clinician or participant, and what may be done with a session of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import NaiveDatetime
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.kernel.errors import Problem
from api.pages.published_week import monday_of, program_now
from api.pages.staff import go, program_url, staff_page, wants_part
from api.pages.week.drops import Drop
from api.pages.week.panel import GONE, Panel, PanelQuery, panel_of
from api.pages.week.places import Question
from api.pages.week.showing import Arranged, BoardPage
from api.web.addresses import ProgramId, ThatWeek
from api.web.dependencies import Now, Reading, needs
from api.weeks.routes.preparing import PreparedRostersOf
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/week", include_in_schema=False)


async def _panel_query(
    ask: Annotated[Question | Literal["there"] | None, Query()] = None,
    person: Annotated[Id, Query()] = "",
    day: Annotated[date | None, Query()] = None,
    at: Annotated[NaiveDatetime | None, Query()] = None,
    to: Annotated[str, Query(max_length=80)] = "",
    source: Annotated[str, Query(alias="from", max_length=80)] = "",
) -> PanelQuery:
    if ask == "there":
        return PanelQuery(person=person, drop=Drop(at, to, source))
    return PanelQuery(ask, person, day)


PanelQueryOf = Annotated[PanelQuery, Depends(_panel_query)]
SessionNumber = Annotated[str, Path(pattern="^[0-9a-f]{24}$")]


@router.get("")
def show_this_week(
    act: Annotated[Act, needs("roster:read", "page.week", "own:read")], program: ProgramId, session: Reading, at: Now
) -> Response:
    """Lead to the week that it is now."""
    return go(program_url(program, f"week/{monday_of(program_now(session, program, at).date())}"))


@router.get("/{monday}")
def show_week(
    act: Annotated[Act, needs("roster:read", "page.week", "own:read")],
    week: ThatWeek,
    request: Request,
    session: Reading,
    prepared: PreparedRostersOf,
    at: Now,
    arrangement: Arranged,
) -> HTMLResponse:
    """Show the published week or the draft that is being worked on; clinicians see their own published sessions."""
    return BoardPage(session, week, prepared.of_week(session, *week, at), act.caller, at, arrangement).show(request)


@router.get("/{monday}/session/{number}")
def show_session(
    act: Annotated[Act, needs("roster:read", "page.week", "own:read")],
    week: ThatWeek,
    number: SessionNumber,
    request: Request,
    session: Reading,
    prepared: PreparedRostersOf,
    at: Now,
    arrangement: Arranged,
    query: PanelQueryOf,
) -> HTMLResponse:
    """Show who is in a session and what may change about it: beside its board, or by itself if htmx asks."""
    board = BoardPage(session, week, prepared.of_week(session, *week, at), act.caller, at, arrangement)
    panel = panel_of(board.week, number, query, board.asker)
    status = 200
    if panel is None:
        if not board.week.sessions:
            raise Problem("not_found")
        panel, status = Panel(number, problem=GONE), 404
    if wants_part(request):
        return board.show_panel(request, panel, status)
    return board.show(request, panel=panel, status=status)


@router.get("/{monday}/appointments")
def show_unscheduled(
    act: Annotated[Act, needs("roster:write", "page.week")],
    week: ThatWeek,
    request: Request,
    session: Reading,
    prepared: PreparedRostersOf,
    at: Now,
    arrangement: Arranged,
) -> HTMLResponse:
    """List the appointments that are ordered and not in the roster, each leading to its possible places."""
    board = BoardPage(session, week, prepared.of_week(session, *week, at), act.caller, at, arrangement)
    asker = board.asker()
    return staff_page(request, session, "week/appointments.html", page=board, needs=() if asker is None else asker.needs())
