"""The pages of what happened: choose, say who and when, see whom it concerns, look for remedies."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.disruptions.solving import find_answers
from api.disruptions.store import enter, is_published, keep_answers, publish_remedy
from api.kernel.errors import Problem
from api.kernel.process_pool import ProcessPool
from api.pages.forms import Form, SentForm
from api.pages.happened.concerned import WhatHappened, what_happened
from api.pages.happened.happening import HAPPENINGS, What, choices
from api.pages.happened.happening_form import BUSY_MINUTES, LASTS, carried, typed
from api.pages.happened.remedy_cards import Advice, advice
from api.pages.published_week import program_now
from api.pages.staff import go, program_url, staff_page
from api.web.addresses import ProgramId
from api.web.bodies import in_lane
from api.web.dependencies import Now, Reading, SettingsOf, StoreOf, Writing, needs, transaction
from api.weeks.store.weeks import lock_week
from scheduler.fields import Id
from scheduler.repair.result import Repair

router = APIRouter(prefix="/programs/{program}/happened", include_in_schema=False)

WhatPath = Annotated[What, Path()]


@router.get("")
def show_choices(
    act: Annotated[Act, needs("roster:write", "page.happened", "own:read")], program: ProgramId, request: Request, session: Reading
) -> HTMLResponse:
    """Show what can happen; clinicians can only be out themselves."""
    may_publish = act.caller.may("roster:write", program)
    return staff_page(
        request, session, "happened/choices.html", happenings={k: h for k, h in HAPPENINGS.items() if may_publish or k == "clinician"}
    )


@router.get("/{what}")
def show_form(
    act: Annotated[Act, needs("roster:write", "page.happened", "own:read")],
    program: ProgramId,
    what: WhatPath,
    request: Request,
    session: Reading,
    at: Now,
    who: Annotated[Id | None, Query()] = None,
) -> HTMLResponse:
    """Show the form of one thing that can happen.

    Args:
        who: Chosen already.
    """
    return _show_form(request, session, act, program, what, Form(), at, who or "")


@router.post("/{what}")
def show_concerned(
    act: Annotated[Act, needs("roster:write", "page.happened.check", "own:read")],
    program: ProgramId,
    what: WhatPath,
    form: SentForm,
    request: Request,
    session: Reading,
    at: Now,
) -> HTMLResponse:
    """Show whom it concerns; nothing is entered yet."""
    names = _names(session, act, program, what)
    is_carried = bool(form.text("from"))
    disruption = carried(form, what, names) if is_carried else typed(session, program, form, what, names, program_now(session, program, at))
    if disruption is None:
        return _show_form(request, session, act, program, what, form, at)
    about = what_happened(session, program, act.caller, what, names[form.text("who")], disruption, _monday(form), at)
    return _show_concerned(request, session, act, program, about)


@router.post("/{what}/remedies")
async def show_remedies(
    act: Annotated[Act, needs("roster:write", "week.remedies")],
    program: ProgramId,
    what: WhatPath,
    form: SentForm,
    request: Request,
    store: StoreOf,
    at: Now,
) -> HTMLResponse:
    """Look for remedies in a child process, and show them; their rosters are stored until one is chosen."""

    def read() -> WhatHappened:
        with store.reading() as session:
            names = _names(session, act, program, what)
            disruption = carried(form, what, names)
            return what_happened(session, program, act.caller, what, names[form.text("who")], disruption, _monday(form), at)

    about = await run_in_threadpool(read)
    repaired = Repair()
    if about.week is not None:
        pool: ProcessPool = request.app.state.remedy_pool
        content = await in_lane(about.week.model_dump_json)
        repaired = await in_lane(Repair.model_validate_json, await pool.run(find_answers, content.encode(), ""))

    def render() -> HTMLResponse:
        with transaction(request) as session:
            hashes = keep_answers(session, repaired)
            offer = advice(session, program, about.disruption, about.monday, repaired, hashes, at)
            return _show_concerned(request, session, act, program, about, offer)

    return await run_in_threadpool(render)


@router.post("/{what}/publish")
def publish(
    act: Annotated[Act, needs("roster:write", "roster.publish")],
    program: ProgramId,
    what: WhatPath,
    form: SentForm,
    request: Request,
    session: Writing,
    settings: SettingsOf,
    at: Now,
) -> Response:
    """Enter what happened and publish the remedy that was chosen, unless the week has changed since."""
    names = _names(session, act, program, what)
    disruption, monday, remedy = carried(form, what, names), _monday(form), form.text("remedy")
    if monday is None:
        raise Problem("malformed", "The form was not complete. Begin again.")
    calls = program_url(program, f"happened/calls/{monday}")
    week = lock_week(session, program, monday, act.caller.name)
    if form.number("version") != week.version:
        if is_published(session, program, monday, remedy):
            return go(calls)
        about = what_happened(session, program, act.caller, what, names[form.text("who")], disruption, monday, at)
        return _show_concerned(request, session, act, program, about, is_changed=True)
    roster = publish_remedy(session, settings, week, remedy, disruption, act.caller.name, at)
    request.state.act = act.about(roster=roster, kind=disruption.kind, of=disruption.id or "")
    return go(calls)


@router.post("/{what}/enter")
def enter_only(
    act: Annotated[Act, needs("roster:write", "disruption.enter", "own:read")],
    program: ProgramId,
    what: WhatPath,
    form: SentForm,
    request: Request,
    session: Writing,
    at: Now,
) -> Response:
    """Enter what happened and leave the published week as it is; a clinician reports so that they are out."""
    disruption = carried(form, what, _names(session, act, program, what))
    enter(session, program, disruption, act.caller.name, at)
    request.state.act = act.about(kind=disruption.kind, of=disruption.id or "")
    return go(program_url(program, "today"))


def _names(session: Session, act: Act, program: str, what: What) -> dict[str, str]:
    """Who or what the caller may say is out; clinicians only themselves.

    Raises:
        Problem: The caller may not say so of anyone.
    """
    if act.caller.may("roster:write", program):
        return choices(session, program, what)
    own = act.caller.clinicians(program) or ()
    if what != "clinician" or not own:
        raise Problem("forbidden")
    return {id: name for id, name in choices(session, program, what).items() if id in own}


def _monday(form: Form) -> date | None:
    try:
        day = date.fromisoformat(form.text("monday"))
    except ValueError:
        return None
    return day if day.weekday() == 0 else None


def _show_form(
    request: Request, session: Session, act: Act, program: str, what: What, form: Form, at: Now, who: str = ""
) -> HTMLResponse:  # fmt: skip
    now = program_now(session, program, at)
    return staff_page(
        request, session, "happened/form.html", status=422 if form.errors else 200,
        what=what, happening=HAPPENINGS[what], names=_names(session, act, program, what), form=form, who=who,
        today=now.date().isoformat(), start="14:00" if what == "closed" else f"{now:%H:%M}", minutes=BUSY_MINUTES, lasts=LASTS,
    )  # fmt: skip


def _show_concerned(
    request: Request,
    session: Session,
    act: Act,
    program: str,
    about: WhatHappened,
    offer: Advice | None = None,
    *,
    is_changed: bool = False,
) -> HTMLResponse:
    return staff_page(
        request, session, "happened/concerned.html", status=412 if is_changed else 200,
        about=about, offer=offer, is_changed=is_changed, may_publish=act.caller.may("roster:write", program),
    )  # fmt: skip
