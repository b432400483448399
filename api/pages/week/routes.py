"""The week board: a published week by room, by clinician, or of one room, clinician or participant."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.kernel.errors import Problem
from api.pages.published_week import STATUS_WORDS, StaffSession, StaffWeek, monday_of, program_now, read_week
from api.pages.staff import go, program_url, staff_page
from api.pages.week.views import By, DayBoard, days_by_clinician, days_by_room, week_of_one
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from api.web.addresses import ProgramId, ThatWeek
from api.web.dependencies import Now, Reading, needs
from api.weeks.store.seats import group_maximums
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/week", include_in_schema=False)

KINDS: dict[By, str] = {"room": "rooms", "clinician": "clinicians", "participant": "participants"}


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
    at: Now,
    by: Annotated[By, Query()] = "room",
    one: Annotated[Id | None, Query(alias="id")] = None,
) -> HTMLResponse:
    """Show a published week; clinicians see their own sessions."""
    program, now = week.program, program_now(session, week.program, at)
    shown_week = read_week(session, program, week.monday, act.caller, now)
    boards = _boards(session, program, shown_week, by, one)
    seats = group_maximums(session, program, week.monday) if act.caller.may("roster:read", program) else {}
    return staff_page(
        request, session, "week/week.html", week=shown_week, boards=boards, by=by, one=one, seats=seats, words=STATUS_WORDS, now=now,
        people=_people(session, program, act.caller) if by == "participant" and one is None else {},
        before=week.monday - timedelta(weeks=1), after=week.monday + timedelta(weeks=1), this=monday_of(now.date()),
    )  # fmt: skip


def _boards(session: Session, program: str, week: StaffWeek, by: By, one: str | None) -> list[DayBoard]:
    def url(id: str) -> str:
        return program_url(program, f"week/{week.monday}?by={by}&id={id}")

    if one is not None:
        name = labels_of_kind(session, program, KINDS[by]).get(one)
        if name is None:
            raise Problem("not_found")
        return [week_of_one(week, name, lambda s: _belongs(s, by, one))]
    if by == "participant" or week.number is None:
        return []
    days = days_by_room if by == "room" else days_by_clinician
    return list(days(session, program, week, url))


def _belongs(one: StaffSession, by: By, id: str) -> bool:
    """Whether a session is of a room, a clinician or a participant."""
    match by:
        case "room":
            return one.room == id
        case "clinician":
            return id in one.clinicians
        case "participant":
            return one.booking_of(id) is not None


def _people(session: Session, program: str, caller: Caller) -> dict[str, str]:
    """The participants to choose from."""
    if not caller.may("roster:read", program):
        return {}
    return dict(sorted(labels_of_kind(session, program, "participants").items(), key=lambda pair: pair[1]))
