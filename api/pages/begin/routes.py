"""Begin with a program: open the demo, or create an empty program."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.demo import DEMO, fill_demo
from api.kernel.errors import Problem
from api.pages.begin.ids import free_id
from api.pages.begin.zones import COMMON, is_zone, other_zones
from api.pages.forms import Form, SentForm
from api.pages.staff import go, program_url, staff_page
from api.programs.models import ProgramSettings
from api.programs.store.programs import create_program
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from scheduler.policies import new_policy

router = APIRouter(prefix="/begin", include_in_schema=False)


@router.get("")
def show_begin(act: Annotated[Act, needs("admin", "page.begin")], request: Request, session: Reading) -> HTMLResponse:
    """Show the ways to begin."""
    return _show(request, session, Form())


@router.post("/demo")
def open_demo(
    act: Annotated[Act, needs("admin", "page.begin.demo")], request: Request, session: Writing, settings: SettingsOf, now: Now
) -> Response:
    """Create the demo program in this installation, unless it is there, and go to it."""
    try:
        fill_demo(session, settings, now)
        request.state.act = act.about(program=DEMO)
    except Problem as problem:
        if problem.code != "exists":
            raise
    return go(program_url(DEMO, "today"))


@router.post("/empty")
def begin_empty(act: Annotated[Act, needs("admin", "page.begin.empty")], request: Request, form: SentForm, session: Writing) -> Response:
    """Create an empty program and go to it, or show the form again with its errors."""
    settings = _settings(form)
    if settings is None:
        return _show(request, session, form)
    row = create_program(session, free_id(session), settings, act.caller.name)
    request.state.act = act.about(program=row.id)
    return go(program_url(row.id, "today"))


def _settings(form: Form) -> ProgramSettings | None:
    """The settings in the form; None, with messages at the fields, if they are invalid."""
    if not form.text("label"):
        form.wrong("label", "Enter a name that staff recognize.")
    if not is_zone(form.text("zone")):
        form.wrong("zone", "Choose the time zone of the program.")
    if form.errors:
        return None
    try:
        return ProgramSettings(label=form.text("label"), zone=form.text("zone"), policy=new_policy())
    except ValidationError:
        form.wrong("label", "Enter a shorter name, without line breaks.")
        return None


def _show(request: Request, session: Session, form: Form) -> HTMLResponse:
    status = 422 if form.errors else 200
    return staff_page(request, session, "begin/begin.html", status=status, form=form, common=COMMON, others=other_zones())
