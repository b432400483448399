"""Who is short of the ordered minutes this week because of what they missed or will miss, and how many places there are for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.attendance.store.make_up import short_weeks_now
from api.audit.acts import Act
from api.pages.published_week import StaffSession, monday_of, program_now, read_week
from api.pages.staff import staff_page
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, needs
from api.weeks.routes.preparing import PreparedRostersOf
from api.weeks.store.prepared import PreparedRosters
from api.weeks.store.weeks import published_roster

router = APIRouter(prefix="/programs/{program}/phone/make-up", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class MissedLine:
    """A missed session.

    Attributes:
        places: How many sessions or times of this week could make up for it.
    """

    session: StaffSession
    places: int


@dataclass(frozen=True, slots=True)
class ShortPerson:
    """Someone who is short of minutes, with the sessions missed."""

    id: str
    name: str
    floor: int
    minutes: int
    missed: tuple[MissedLine, ...]


@router.get("")
def show_short_weeks(
    act: Annotated[Act, needs("roster:write", "page.make_up")],
    program: ProgramId,
    request: Request,
    session: Reading,
    rosters: PreparedRostersOf,
    at: Now,
) -> HTMLResponse:
    """Show who is short of minutes this week, those short of the most first."""
    return staff_page(request, session, "phone/short_weeks.html", people=_people(session, program, act.caller, rosters, at))


def _people(session: Session, program: str, caller: Caller, rosters: PreparedRosters, at: datetime) -> tuple[ShortPerson, ...] | None:
    """Everyone who is short of minutes; None if this week is not published."""
    now = program_now(session, program, at)
    monday, names = monday_of(now.date()), labels_of_kind(session, program, "participants")
    row = published_roster(session, program, monday)
    if row is None:
        return None
    sessions = {one.id: one for one in read_week(session, program, monday, caller, now).sessions}
    return tuple(
        ShortPerson(
            id=one.participant,
            name=names.get(one.participant, one.participant),
            floor=one.floor,
            minutes=one.minutes,
            missed=tuple(MissedLine(sessions[m.missed], len(m.places)) for m in one.make_ups if m.missed in sessions),
        )
        for one in short_weeks_now(session, row, rosters, at).people
        if one.short
    )
