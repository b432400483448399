"""Attendance pages: a day's sessions, the sheet of a session, calls after missed sessions, and sheets to sign."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.attendance.models import OutreachRecord
from api.attendance.store.minutes import unmarked_sessions
from api.attendance.store.outreach import record_outreach
from api.audit.acts import Act
from api.kernel.errors import Problem
from api.kernel.mondays import FIRST_MONDAY, LAST_MONDAY
from api.pages.attendance.marking import record_sheet, record_walk_in, recorder_of
from api.pages.attendance.sheets import AttendanceSheet, sheet_of
from api.pages.forms import Form, SentForm
from api.pages.published_week import STATUS_WORDS, monday_of, program_now, read_week
from api.pages.staff import go, program_url, staff_page
from api.programs.store.labels import labels_of_kind
from api.programs.store.programs import zone_of
from api.web.addresses import Monday, ProgramId
from api.web.dependencies import Now, Reading, Writing, needs
from api.weeks.store.published import desk_view
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/attendance", include_in_schema=False)

Marking = Annotated[Act, needs("attendance", "page.attendance")]
Marked = Annotated[Act, needs("attendance", "attendance.record")]
Day = Annotated[date, Path(ge=FIRST_MONDAY, le=LAST_MONDAY)]
Number = Annotated[Id, Path()]
RESULTS: Final = {"reached": "Reached", "left_message": "Left a message", "not_reached": "Not reached"}


@router.get("")
def show_attendance(act: Marking, program: ProgramId, request: Request, session: Reading, now: Now) -> HTMLResponse:
    """Show today's sessions, and earlier ones that are not marked."""
    return _show_day(act, program, request, session, program_now(session, program, now).date(), now)


@router.get("/days/{day}")
def show_day(act: Marking, program: ProgramId, day: Day, request: Request, session: Reading, now: Now) -> HTMLResponse:
    """Show the sessions of a day."""
    return _show_day(act, program, request, session, day, now)


def _show_day(act: Act, program: str, request: Request, session: Session, day: date, now: Now) -> HTMLResponse:
    week = read_week(session, program, monday_of(day), act.caller, program_now(session, program, now))
    sessions = [one for one in week.sessions if one.day == day]
    earlier = [one for one in unmarked_sessions(session, program, now, act.caller.clinicians(program)) if one.day < day]
    mondays = {one.monday for one in earlier}
    past = [read_week(session, program, monday, act.caller, program_now(session, program, now)) for monday in mondays]
    return staff_page(
        request, session, "attendance/day.html", day=day, week=week, sessions=sessions, earlier=earlier,
        titles={one.number: one.title for week in past for one in week.sessions}, before=day - timedelta(days=1),
        after=day + timedelta(days=1), may_print=act.caller.may("desk:read", program),
    )  # fmt: skip


@router.get("/sign-in/{day}")
def print_sign_in_sheets(
    act: Annotated[Act, needs("desk:read", "page.sign_in_sheets")],
    program: ProgramId,
    day: Day,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show the sign-in sheets of all sessions of a day, to print in one go: initials, and no services."""
    view = desk_view(session, program, monday_of(day), now)
    sessions = [one for one in view.sessions if one.start.date() == day]
    names, rooms = labels_of_kind(session, program, "participants"), labels_of_kind(session, program, "rooms")
    bookings = {one.id: sorted(one.bookings, key=lambda b: names.get(b.participant, b.participant)) for one in sessions}
    return staff_page(
        request, session, "attendance/sign_in.html", view=view, day=day, sessions=sessions, names=names, rooms=rooms, bookings=bookings
    )  # fmt: skip


@router.get("/{monday}/{number}")
def show_sheet(
    act: Marking, program: ProgramId, monday: Monday, number: Number, request: Request, session: Reading, now: Now
) -> HTMLResponse:  # fmt: skip
    """Show the sheet of a session."""
    return _show_sheet(request, session, sheet_of(session, program, monday, number, act.caller, now), Form())


@router.post("/{monday}/{number}")
def mark_sheet(
    act: Marked, program: ProgramId, monday: Monday, number: Number, form: SentForm, request: Request, session: Writing, now: Now
) -> Response:
    """Record the marks of a sheet, or show it again with what is wrong."""
    recorder = recorder_of(session, program, monday, act.caller, now)
    sheet = sheet_of(session, program, monday, number, act.caller, now)
    if not record_sheet(recorder, sheet, form, zone_of(session, program)):
        return _show_sheet(request, session, sheet, form)
    return go(program_url(program, f"attendance/days/{sheet.session.day}"))


@router.post("/{monday}/{number}/walk-in")
def add_walk_in(
    act: Marked, program: ProgramId, monday: Monday, number: Number, form: SentForm, request: Request, session: Writing, now: Now
) -> Response:
    """Record someone who came without being booked."""
    recorder = recorder_of(session, program, monday, act.caller, now)
    sheet = sheet_of(session, program, monday, number, act.caller, now)
    if not record_walk_in(recorder, sheet, form):
        return _show_sheet(request, session, sheet, form)
    return go(program_url(program, f"attendance/{monday}/{number}"))


@router.post("/{monday}/{number}/calls")
def add_call(
    act: Annotated[Act, needs("attendance", "outreach.record")],
    program: ProgramId,
    monday: Monday,
    number: Number,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Record an attempt to reach someone who missed the session; who was reached may be offered a make-up at once."""
    recorder = recorder_of(session, program, monday, act.caller, now)
    sheet = sheet_of(session, program, monday, number, act.caller, now)
    try:
        attempt = OutreachRecord.model_validate({"result": form.text("result"), "reason": form.text("reason") or None})
        record_outreach(recorder, recorder.find_session(number), form.text("who"), attempt)
    except ValidationError:
        form.wrong("reason", "Choose a result, and write the reason as one word without spaces, e.g. transport.")
    except Problem as problem:
        form.wrong("who", problem.detail)
    if form.errors:
        return _show_sheet(request, session, sheet, form)
    is_made_up = form.is_on("make_up") and attempt.result == "reached"
    where = f"phone/make-up/{monday}/{number}/{form.text('who')}" if is_made_up else f"attendance/{monday}/{number}"
    return go(program_url(program, where))


def _show_sheet(request: Request, session: Session, sheet: AttendanceSheet, form: Form) -> HTMLResponse:
    return staff_page(
        request, session, "attendance/sheet.html", status=422 if form.errors else 200, sheet=sheet, form=form, words=STATUS_WORDS,
        results=RESULTS,
    )  # fmt: skip
