"""Enter a clinician's leave, and see first which groups it leaves without a leader."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.due.store import LEAVE_WEEKS, leave_effects
from api.pages.due.lines import LineReader
from api.pages.forms import Form, SentForm
from api.pages.staff import go, program_url, staff_page
from api.programs.models import AbsenceEntry
from api.programs.store.absences import enter_absence
from api.programs.store.labels import labels_of_kind
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, Writing, needs

router = APIRouter(prefix="/programs/{program}/due/leave", include_in_schema=False)


@router.get("")
def show_leave(
    act: Annotated[Act, needs("program:write", "page.leave")],
    program: ProgramId,
    request: Request,
    session: Reading,
    is_entered: bool = False,
) -> HTMLResponse:
    """Show the form, and whether a leave was just entered."""
    return _show(request, session, program, Form(), is_entered=is_entered)


@router.post("")
def enter_leave(
    act: Annotated[Act, needs("program:write", "absence.create")],
    program: ProgramId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Check a leave, or enter it; entered at once only if it leaves no group alone, or the groups were shown before."""
    leave = _leave(form, labels_of_kind(session, program, "clinicians"))
    if leave is None:
        return _show(request, session, program, form)
    effects = leave_effects(session, program, leave, now)
    if effects and not form.is_on("is_known"):
        request.state.act = act.about(clinician=str(leave.clinician))
        reader = LineReader(session, program)
        return _show(request, session, program, form, tuple(reader.line(item).message for item in effects))
    request.state.act = act.about(absence=enter_absence(session, program, leave, act.caller.name))
    return go(program_url(program, "due?kind=leave" if effects else "due/leave?is_entered=1"))


def _leave(form: Form, clinicians: dict[str, str]) -> AbsenceEntry | None:
    """The leave as the form says it; None if something is wrong."""
    clinician = form.one_of("clinician", clinicians, "Choose who is away.")
    first, last = form.day("first", "Choose the first day."), form.day("last", "Choose the last day.")
    start = form.clock("start", "Write a time, e.g. 13:00.") if form.text("start") else 0
    end = form.clock("end", "Write a time, e.g. 17:00.") if form.text("end") else 1440
    if form.errors:
        return None
    try:
        return AbsenceEntry.model_validate({"clinician": clinician, "first": first, "last": last, "start": start, "end": end})
    except ValidationError:
        form.wrong("last", "The end is before the start.")
        return None


def _show(
    request: Request, session: Session, program: str, form: Form, effects: tuple[str, ...] = (), *, is_entered: bool = False
) -> HTMLResponse:
    return staff_page(
        request,
        session,
        "due/leave.html",
        status=422 if form.errors else 200,
        form=form,
        effects=effects,
        is_entered=is_entered,
        weeks=LEAVE_WEEKS,
        clinicians=labels_of_kind(session, program, "clinicians"),
    )
