"""Whom to call after a remedy was published: people with texts to copy and tick off, and interpreters, drivers and others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.calls.models import CallMark
from api.calls.store.routine import routine_calls
from api.calls.store.views import find_call, list_calls, mark_call, show_calls
from api.database.listing import Listing
from api.disruptions.store import former_roster, undo_remedy, undoable
from api.kernel.errors import Problem
from api.offers.room_made import last_moves, undo_moves
from api.pages.forms import SentForm
from api.pages.published_week import program_now
from api.pages.staff import go, program_url, staff_page
from api.pages.words import DASH, clock
from api.programs.store.labels import ProgramLabels
from api.web.addresses import Monday, ProgramId
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from api.weeks.store.judging import week_now
from api.weeks.store.weeks import find_week, lock_week
from scheduler.case import Case
from scheduler.fields import Id
from scheduler.repair.notices import ResourceNotice, resource_notices
from scheduler.timegrid import Span
from scheduler.view import View
from scheduler.words import short_weekday_date

router = APIRouter(prefix="/programs/{program}/happened/calls", include_in_schema=False)

MOST_CALLS: Final = 200


class NoticeLine(NamedTuple):
    """What to tell an interpreter, a driver or another resource about one participant."""

    resource: str
    person: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@router.get("/{monday}")
def show_call_list(
    act: Annotated[Act, needs("roster:read", "page.calls")], program: ProgramId, monday: Monday, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show whom to call about a week, those reached at the end."""
    rows = list_calls(session, program, monday, at, Listing(MOST_CALLS, sort="first")).rows
    routine = {row.id for row in routine_calls(session, program, monday, rows)}
    week = find_week(session, program, monday)
    calls = sorted(show_calls(session, program, rows, at), key=lambda call: (call.state != "to_do", call.first))
    return staff_page(
        request, session, "happened/calls.html", monday=monday,
        calls=[call for call in calls if call.id not in routine], routine=[call for call in calls if call.id in routine],
        left=sum(call.state == "to_do" for call in calls), notices=tuple(_notices(session, program, monday, at)),
        may_write=act.caller.may("roster:write", program), zone=program_now(session, program, at).tzinfo,
        last=undoable(session, week), moves=last_moves(session, week), version=week.version,
    )  # fmt: skip


@router.post("/{monday}")
def tick_routine(
    act: Annotated[Act, needs("roster:write", "call.mark")], program: ProgramId, monday: Monday, session: Writing, at: Now
) -> Response:
    """Tick off the calls to all who have the times and places of the week before."""
    lock_week(session, program, monday)
    rows = list_calls(session, program, monday, at, Listing(MOST_CALLS, sort="first"), state="to_do").rows
    for row in routine_calls(session, program, monday, rows):
        mark_call(session, row, "not_needed", act.caller.name, at)
    return go(program_url(program, f"happened/calls/{monday}"))


@router.post("/{monday}/undo")
def undo(
    act: Annotated[Act, needs("roster:write", "roster.publish")],
    program: ProgramId,
    monday: Monday,
    form: SentForm,
    request: Request,
    session: Writing,
    settings: SettingsOf,
    at: Now,
) -> Response:
    """Publish the week as it was before a remedy, or before others moved for an offer; refused if it was published since."""
    week = lock_week(session, program, monday, act.caller.name)
    form.check_version(week.version)
    take_back = undo_remedy if last_moves(session, week) is None else undo_moves
    roster = take_back(session, settings, week, act.caller.name, at)
    request.state.act = act.about(roster=roster)
    return go(program_url(program, f"happened/calls/{monday}"))


@router.post("/{monday}/{call}")
def tick(
    act: Annotated[Act, needs("roster:write", "call.mark")],
    program: ProgramId,
    monday: Monday,
    call: Annotated[Id, Path()],
    form: SentForm,
    session: Writing,
    at: Now,
) -> Response:
    """Tick off a call, or take the tick back; refused if the text has changed since it was read out."""
    row = find_call(session, program, monday, call, to_change=True)
    form.check_version(row.version)
    try:
        mark = CallMark.model_validate({"state": form.text("state")})
    except ValidationError:
        raise Problem("wrong_shape", "The form was not complete; reload the page and try again.") from None
    mark_call(session, row, mark.state, act.caller.name, at)
    return go(program_url(program, f"happened/calls/{monday}"))


def _notices(session: Session, program: str, monday: date, at: datetime) -> Iterator[NoticeLine]:
    former = former_roster(session, program, monday)
    case = None if former is None else week_now(session, program, monday, at)
    if former is None or case is None or case.published is None or not case.instance.resources:
        return
    labels = ProgramLabels(session, program)
    for notice in resource_notices(View(case, former), View(case, case.published)):
        yield _notice(case, labels, notice)


def _notice(case: Case, labels: ProgramLabels, notice: ResourceNotice) -> NoticeLine:
    return NoticeLine(
        labels.name("resources", notice.resource),
        notice.participant,
        labels.name("participants", notice.participant),
        tuple(_time(case, span) for span in notice.before),
        tuple(_time(case, span) for span in notice.after),
    )


def _time(case: Case, span: Span) -> str:
    return f"{short_weekday_date(case.week.date_of(span.day))}, {clock(span.start % 1440)}{DASH}{clock(span.end % 1440)}"
