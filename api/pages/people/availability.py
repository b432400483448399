"""When a participant is free: the hours of each weekday, dates that differ, and time away, typed and drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.kernel.errors import Problem
from api.pages.forms import Conflict, Form, SentForm, conflicts
from api.pages.people.availability_form import FIELDS, MORE_DATES, PATTERNS, availability_in, minutes_in, num_dates, typed_of
from api.pages.people.subject import PageSubject, subject_of
from api.pages.people.week_grid import WeekGrid, week_grid
from api.pages.published_week import monday_of
from api.pages.staff import go, staff_page
from api.programs.models import AbsenceEntry, ProgramSettings
from api.programs.store.absences import enter_absence
from api.programs.store.entities import archive_kept, find_kept, replace_kept
from api.programs.store.kinds import KINDS, Rows
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, Writing, needs
from scheduler.fields import Id
from scheduler.instance import Absence, Participant, Site
from scheduler.timegrid import Week

router = APIRouter(prefix="/programs/{program}/people/{participant}", include_in_schema=False)

ParticipantId = Annotated[Id, Path()]


@router.get("/availability")
def show_availability(
    act: Annotated[Act, needs("program:read", "page.availability")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show when a participant is free, to be changed."""
    who = subject_of(session, program, participant, act.caller, now)
    return _show(request, session, who, act, Form(typed_of(who.person.availability, monday_of(who.today))))


@router.post("/availability")
def change_availability(
    act: Annotated[Act, needs("program:write", "participant.change")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Save the hours. If someone else changed the participant meanwhile, both are shown, and nothing is saved yet."""
    row = find_kept(session, program, KINDS["participants"], participant, to_change=True)
    who = subject_of(session, program, participant, act.caller, now)
    monday = monday_of(who.today)
    availability = availability_in(form, who.person.availability, monday, Rows(session, program).all(Site))
    if availability is None:
        return _refused(request, session, who, act, form)
    if form.number("version") != row.version:
        both = conflicts(form, typed_of(who.person.availability, monday), _labels(form))
        return _refused(request, session, who, act, form, both, status=412)
    changed = who.person.model_copy(update={"availability": availability})
    replace_kept(session, row, KINDS["participants"], changed, act.caller.name)
    return go(f"{who.url('availability')}?saved=1")


@router.post("/away")
def add_absence(
    act: Annotated[Act, needs("program:write", "absence.create")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Enter time away."""
    who = subject_of(session, program, participant, act.caller, now)
    first, last = form.day("first", "Choose the first day."), form.day("last", "Choose the last day.")
    start = form.clock("start", "Write a time, e.g. 13:00.") if form.text("start") else 0
    end = form.clock("end", "Write a time, e.g. 17:00.") if form.text("end") else 1440
    try:
        fields = {"participant": participant, "first": first, "last": last, "start": start, "end": end}
        entry = None if form.errors else AbsenceEntry.model_validate(fields)
    except ValidationError:
        form.wrong("last", "The end is before the start.")
        entry = None
    if entry is None:
        typed = {**typed_of(who.person.availability, monday_of(who.today)), **form.typed}
        return _refused(request, session, who, act, replace(form, typed=typed))
    request.state.act = act.about(absence=enter_absence(session, program, entry, act.caller.name))
    return go(f"{who.url('availability')}?saved=1")


@router.post("/away/{absence}/remove")
def remove_absence(
    act: Annotated[Act, needs("program:write", "absence.archive")],
    program: ProgramId,
    participant: ParticipantId,
    absence: Annotated[Id, Path()],
    session: Writing,
    now: Now,
) -> Response:
    """Take time away back; if it has been, nothing changes."""
    row = find_kept(session, program, KINDS["absences"], absence, to_change=True)
    if row.document.get("participant") != participant:
        raise Problem("not_found")
    archive_kept(session, row, KINDS["absences"], act.caller.name, now)
    return go(f"{subject_of(session, program, participant, act.caller, now).url('availability')}?saved=1")


def _labels(form: Form) -> dict[str, str]:
    """What the fields are called where two versions are compared."""
    dates = range(num_dates(form))
    of_dates = {f"date-{n}": f"Date {n + 1}" for n in dates} | {f"hours-{n}": f"Hours of date {n + 1}" for n in dates}
    return {field.name: field.label for field in FIELDS} | of_dates


def _refused(
    request: Request, session: Session, who: PageSubject, act: Act, form: Form, both: tuple[Conflict, ...] | None = None, status: int = 422
) -> HTMLResponse:  # fmt: skip
    """Show the form again; nothing was changed, and the trail records that the page was viewed."""
    request.state.act = replace(act, action="page.availability")
    return _show(request, session, who, act, form, both, status)


def _show(
    request: Request, session: Session, who: PageSubject, act: Act, form: Form, both: tuple[Conflict, ...] | None = None, status: int = 200
) -> HTMLResponse:  # fmt: skip
    absences = [one for one in Rows(session, who.program).all(AbsenceEntry) if one.participant == who.id and one.last >= who.today]
    lines = num_dates(form)
    return staff_page(
        request,
        session,
        "people/availability.html",
        status=status,
        who=who,
        form=form,
        both=both,
        fields=FIELDS,
        minutes=minutes_in(form, Rows(session, who.program).all(Site)),
        patterns=PATTERNS,
        alternates=any(form.text(field.name) for field in FIELDS if field.weeks != "every"),
        lines=range(max(lines, sum(bool(form.text(f"date-{n}")) for n in range(lines)) + MORE_DATES)),
        absences=sorted(absences, key=lambda one: (one.first, one.last, one.id)),
        busy=[span for span in who.person.availability.busy if span.end >= who.now],
        drawings=_drawings(session, who, absences),
        is_saved=request.query_params.get("saved") == "1",
        may_change=act.caller.may("program:write", who.program) and not who.is_archived,
    )


def _drawings(session: Session, who: PageSubject, entries: Iterable[AbsenceEntry]) -> tuple[tuple[date, WeekGrid], ...]:
    """This week and the next as drawings of the stored hours: an A and a B week, if they alternate."""
    settings = ProgramSettings.model_validate(check_program(session, who.program).document)
    away = tuple(Absence(first=one.first, last=one.last, start=one.start, end=one.end) for one in entries)
    person: Participant = who.person
    availability = person.availability.model_copy(update={"absences": (*person.availability.absences, *away)})
    mondays = [monday_of(who.today) + timedelta(weeks=n) for n in range(2)]
    return tuple((monday, week_grid(Week(monday, who.zone), availability, settings.week_a, ())) for monday in mondays)
