"""A published week to print, and to save as one file that needs no network."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.pages.assets import asset_text
from api.pages.paper.week_sheets import TITLES, By, week_sheets
from api.pages.published_week import program_now, read_week
from api.pages.rendering import page
from api.pages.staff import staff_page
from api.web.addresses import ThatWeek
from api.web.dependencies import Now, Reading, needs
from api.web.uploads import attachment

router = APIRouter(prefix="/programs/{program}/paper/{monday}", include_in_schema=False)


@router.get("")
def choose_paper(
    act: Annotated[Act, needs("roster:read", "page.paper", "own:read")], week: ThatWeek, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show what can be printed or saved of a week."""
    now = program_now(session, week.program, at)
    published = read_week(session, week.program, week.monday, act.caller, now)
    days = [week.monday + timedelta(days=n) for n in range(7)]
    used = {one.day for one in published.sessions}
    return staff_page(
        request, session, "paper/choose.html", week=published, now=now, kinds=_kinds(act, week.program),
        days=[day for day in days if day in used] if act.caller.may("desk:read", week.program) else [],
    )  # fmt: skip


@router.get("/by/{by}")
def print_week(
    act: Annotated[Act, needs("roster:read", "page.paper_week", "own:read")],
    week: ThatWeek,
    by: Annotated[By, Path()],
    request: Request,
    session: Reading,
    at: Now,
) -> HTMLResponse:
    """Show the week of each room, clinician or participant, each on a page of its own."""
    published = read_week(session, week.program, week.monday, act.caller, program_now(session, week.program, at))
    sheets = week_sheets(session, week.program, published, by) if by in _kinds(act, week.program) else ()
    return staff_page(request, session, "paper/week.html", week=published, sheets=sheets, by=by, title=TITLES[by])


@router.get("/file")
def save_week(
    act: Annotated[Act, needs("roster:read", "page.paper_file", "own:read")], week: ThatWeek, request: Request, session: Reading, at: Now
) -> Response:
    """Save the week as one file: what the caller sees of it, readable without a network."""
    published = read_week(session, week.program, week.monday, act.caller, program_now(session, week.program, at))
    parts = [(TITLES[by], by, week_sheets(session, week.program, published, by)) for by in _kinds(act, week.program)]
    answer = page(request, "paper/file.html", week=published, parts=parts, style=asset_text("paper.css"))
    answer.headers.update(attachment(f"week-{week.monday}-version-{published.number or 0}.html"))
    return answer


def _kinds(act: Act, program: str) -> dict[By, str]:
    """By what the caller may arrange a week: clinicians have their own sheet only."""
    return TITLES if act.caller.may("roster:read", program) else {"clinician": TITLES["clinician"]}
