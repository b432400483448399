"""The page of a week's plan, and what is done on it: generate, stop, publish."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.jobs.engine import JobEngine
from api.jobs.generating import begin_generating, latest_job, limits_within
from api.jobs.routes.job_engine import EngineOf
from api.jobs.states import ask_to_stop
from api.kernel.settings import Settings
from api.pages.forms import SentForm
from api.pages.plan.plan import WeekPlan
from api.pages.published_week import WEEK, monday_of, program_now
from api.pages.staff import go, program_url, staff_page
from api.publishing.drafts import publish_draft
from api.web.addresses import Monday, ProgramId
from api.web.dependencies import Now, Reading, SettingsOf, Writing, after_commit, needs
from api.weeks.store.exceptions import accept_fix, take_back
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import add_draft, lock_roster, newest_roster, result_of, roster_of
from api.weeks.store.weeks import lock_week
from scheduler.verify import JudgedWeek

router = APIRouter(prefix="/programs/{program}/plan", include_in_schema=False)


@router.get("")
def go_to_next_week(act: Annotated[Act, needs("roster:read", "page.plan")], program: ProgramId, session: Reading, at: Now) -> Response:
    """Go to the plan of next week."""
    return go(_url(program, monday_of(program_now(session, program, at).date()) + WEEK))


@router.get("/{monday}")
def show_plan(
    act: Annotated[Act, needs("roster:read", "page.plan")],
    program: ProgramId,
    monday: Monday,
    request: Request,
    session: Reading,
    settings: SettingsOf,
    at: Now,
) -> HTMLResponse:
    """Show a week's plan."""
    return staff_page(
        request,
        session,
        "plan/plan.html",
        plan=WeekPlan(session, program, monday, at),
        zone=program_now(session, program, at).tzinfo,
        seconds=limits_within(settings).seconds,
        may_write=act.caller.may("roster:write", program),
        before=monday - WEEK,
        after=monday + WEEK,
    )


@router.post("/{monday}/generate")
def generate(
    act: Annotated[Act, needs("roster:write", "week.generate")],
    program: ProgramId,
    monday: Monday,
    session: Writing,
    settings: SettingsOf,
    engine: EngineOf,
    request: Request,
    at: Now,
) -> Response:
    """Begin to generate a roster; pressed twice, the first one goes on."""
    _generate(session, settings, engine, act, program, monday, request, at)
    return go(_url(program, monday))


@router.post("/{monday}/fix")
def use_fix(
    act: Annotated[Act, needs("roster:write", "week.change")],
    program: ProgramId,
    monday: Monday,
    form: SentForm,
    session: Writing,
    settings: SettingsOf,
    engine: EngineOf,
    request: Request,
    at: Now,
) -> Response:
    """Accept a tested fix for this week, and generate the roster with it."""
    week, row = lock_roster(session, program, monday, form.text("roster"))
    form.check_version(week.version)
    accept_fix(session, week, row, form.text("participant"), form.text("fix"), act.caller.name, at)
    _generate(session, settings, engine, act, program, monday, request, at)
    return go(_url(program, monday))


@router.post("/{monday}/take-back")
def take_back_exception(
    act: Annotated[Act, needs("roster:write", "week.change")], program: ProgramId, monday: Monday, form: SentForm, session: Writing, at: Now
) -> Response:
    """Take back an exception of this week; the next roster is generated without it."""
    week = lock_week(session, program, monday)
    form.check_version(week.version)
    number = form.number("number")
    take_back(week, -1 if number is None else number, act.caller.name, at)
    return go(_url(program, monday))


@router.post("/{monday}/back")
def go_back(
    act: Annotated[Act, needs("roster:write", "roster.edit")], program: ProgramId, monday: Monday, form: SentForm, session: Writing, at: Now
) -> Response:
    """Go back to an earlier draft: it becomes the newest one, and the other is kept."""
    week, row = lock_roster(session, program, monday, form.text("roster"))
    form.check_version(week.version)
    judged = JudgedWeek.of(week_now(session, program, monday, at), roster_of(session, row))
    add_draft(session, program, monday, judged, "edited", act.caller.name, parent=row.id, result=result_of(session, row))
    return go(_url(program, monday))


@router.post("/{monday}/stop")
def stop(
    act: Annotated[Act, needs("roster:write", "job.stop")], program: ProgramId, monday: Monday, session: Writing, settings: SettingsOf
) -> Response:
    """Stop generating, and keep the best roster so far."""
    job = latest_job(session, program, monday)
    if job is not None:
        ask_to_stop(session, settings, job.id)
    return go(_url(program, monday))


@router.post("/{monday}/publish")
def publish(
    act: Annotated[Act, needs("roster:write", "roster.publish")],
    program: ProgramId,
    monday: Monday,
    form: SentForm,
    session: Writing,
    settings: SettingsOf,
    request: Request,
    at: Now,
) -> Response:
    """Publish the draft that was shown, unless the week has changed since, and show whom to call."""
    week, row = lock_roster(session, program, monday, form.text("roster"))
    form.check_version(week.version)
    publish_draft(session, settings, week, row, act.caller.name, at)
    request.state.act = act.about(roster=row.id)
    return go(program_url(program, f"happened/calls/{monday}"))


def _generate(
    session: Session, settings: Settings, engine: JobEngine, act: Act, program: str, monday: date, request: Request, at: datetime
) -> None:
    """Begin a job that starts from the draft, unless one is running."""
    job = latest_job(session, program, monday)
    if job is not None and not job.is_finished:
        return
    newest = newest_roster(session, program, monday)
    start = newest.id if newest is not None and newest.state == "draft" else None
    row = begin_generating(session, settings, act.caller, program, monday, limits_within(settings), at, from_roster=start)
    id, priority = row.id, row.priority
    after_commit(request, lambda: engine.submit(id, priority))
    request.state.act = act.about(job=id)


def _url(program: str, monday: date) -> str:
    return program_url(program, f"plan/{monday}")
