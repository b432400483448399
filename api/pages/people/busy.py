"""A participant's calendar file: a preview of the times in it, then saved; the file itself is never kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.busy.models import BusyPreview, BusySave
from api.busy.routes import owner_in, read_calendar
from api.busy.store import clear_busy, owner_of, preview_busy, save_busy
from api.database import Store
from api.kernel.errors import Problem
from api.pages.file_forms import FileForm, SentFileForm
from api.pages.forms import Form, SentForm
from api.pages.people.subject import PageSubject, subject_of
from api.pages.published_week import monday_of
from api.pages.staff import go, staff_page
from api.programs.store.entities import find_kept
from api.programs.store.kinds import KINDS
from api.web.addresses import ProgramId
from api.web.dependencies import AuditWriterOf, Now, Reading, StoreOf, Writing, needs
from scheduler.exchange.busy import BusyOptions
from scheduler.exchange.busy.models import USUAL_DAYS
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/people/{participant}/busy", include_in_schema=False)

ParticipantId = Annotated[Id, Path()]

MOST_SHOWN: Final = 8
NO_FILE: Final = "Choose a calendar file (.ics)."


@dataclass(frozen=True, slots=True)
class BusyQuestion:
    """The preview of a calendar, as the page asks whether to save it.

    Attributes:
        body: What is saved, as the form sends it back.
        times: The first few times that are new, in the program's zone.
        version: The version of the participant's document that it was compared with.
    """

    preview: BusyPreview
    body: str
    times: tuple[tuple[datetime, datetime], ...]
    version: int


@router.get("")
def show_busy(
    act: Annotated[Act, needs("program:read", "page.busy")],
    program: ProgramId,
    participant: ParticipantId,
    request: Request,
    session: Reading,
    now: Now,
) -> HTMLResponse:
    """Show what was imported, and the form for a file."""
    return _show(request, session, act, subject_of(session, program, participant, act.caller, now), Form())


@router.post("/preview")
async def preview_file(
    request: Request,
    act: Annotated[Act, needs("program:write", "participant.busy_preview")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentFileForm,
    store: StoreOf,
    audit: AuditWriterOf,
    now: Now,
) -> Response:
    """Show the times in a calendar file; nothing is changed yet."""
    owner = await run_in_threadpool(owner_in, store, program, KINDS["participants"], participant)
    first = monday_of(now.astimezone(owner.zone).date())
    options = BusyOptions(
        all_day="busy" if form.is_on("all_day") else "ignore", tentative="busy" if form.is_on("tentative") else "ignore"
    )  # fmt: skip
    question = None
    if content := form.files.get("file"):
        try:
            busy = await read_calendar(request, owner, content, first, USUAL_DAYS, options)
            preview = preview_busy(owner, busy)
            body = BusySave(first=preview.first, days=preview.days, spans=preview.spans).model_dump_json()
            times = tuple((span.start.astimezone(owner.zone), span.end.astimezone(owner.zone)) for span in preview.new[:MOST_SHOWN])
            question = BusyQuestion(preview, body, times, owner.row.version)
        except Problem as problem:
            if problem.code != "bad_calendar":
                raise
            form.wrong("file", problem.detail)
    else:
        form.wrong("file", NO_FILE)
    await audit.record(act)
    return await run_in_threadpool(_show_preview, store, request, act, program, participant, form, now, question)


def _show_preview(
    store: Store, request: Request, act: Act, program: str, participant: str, form: FileForm, now: datetime, question: BusyQuestion | None
) -> HTMLResponse:  # fmt: skip
    with store.reading() as session:
        return _show(request, session, act, subject_of(session, program, participant, act.caller, now), form, question)


@router.post("")
def save_file(
    act: Annotated[Act, needs("program:write", "participant.busy_save")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Save the times of a preview, as they are or as free hours that repeat."""
    row = find_kept(session, program, KINDS["participants"], participant, to_change=True)
    try:
        body = BusySave.model_validate_json(form.text("body"))
    except ValidationError:
        raise Problem("malformed", "Choose the file again.") from None
    if form.number("version") != row.version:
        request.state.act = replace(act, action="page.busy")
        return _show(request, session, act, subject_of(session, program, participant, act.caller, now), Form(), mine=body)
    body = body.model_copy(update={"takes_suggestion": form.text("do") == "pattern"})
    save_busy(session, owner_of(session, KINDS["participants"], row), body, act.caller.name)
    return go(f"{subject_of(session, program, participant, act.caller, now).url('availability')}?saved=1")


@router.post("/clear")
def clear_file(
    act: Annotated[Act, needs("program:write", "participant.busy_clear")],
    program: ProgramId,
    participant: ParticipantId,
    form: SentForm,
    request: Request,
    session: Writing,
    now: Now,
) -> Response:
    """Remove all imported times, unless someone has changed the participant since the page showed them."""
    row = find_kept(session, program, KINDS["participants"], participant, to_change=True)
    if form.number("version") != row.version:
        request.state.act = replace(act, action="page.busy")
        return _show(request, session, act, subject_of(session, program, participant, act.caller, now), Form(), is_outdated=True)
    clear_busy(session, owner_of(session, KINDS["participants"], row), act.caller.name)
    return go(f"{subject_of(session, program, participant, act.caller, now).url('availability')}?saved=1")


def _show(
    request: Request, session: Session, act: Act, who: PageSubject, form: Form, question: BusyQuestion | None = None,
    mine: BusySave | None = None, *, is_outdated: bool = False,
) -> HTMLResponse:  # fmt: skip
    return staff_page(
        request,
        session,
        "people/busy.html",
        status=412 if mine or is_outdated else 422 if form.errors else 200,
        mine=mine,
        is_outdated=is_outdated,
        who=who,
        form=form,
        question=question,
        busy=who.person.availability.busy,
        may_change=act.caller.may("program:write", who.program) and not who.is_archived,
    )
