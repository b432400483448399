"""Begin with your own workbook: upload it, correct what is wrong, look at what would be imported, then import all of it or nothing."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.audit.acts import Act
from api.jobs.engine import JobEngine
from api.jobs.generating import begin_generating, limits_within
from api.jobs.routes.job_engine import EngineOf
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.pages.begin.book_check import QUESTIONS, BookCheck
from api.pages.begin.ids import free_id
from api.pages.file_forms import FileForm, SentFileForm
from api.pages.forms import Form
from api.pages.staff import go, program_url, staff_page
from api.spreadsheets.routes.workbook_pool import read_in_child
from api.spreadsheets.store.workbook_import import begin_program, counted, rehearsed
from api.spreadsheets.workbooks import UploadOptions
from api.web.dependencies import AuditWriterOf, Now, Reading, SettingsOf, StoreOf, after_commit, needs, transaction
from scheduler.exchange.workbook import Answers
from scheduler.instance import Instance

router = APIRouter(prefix="/begin/workbook", include_in_schema=False)

MOST_BYTES: Final = 7_000_000
"""The largest file: sent again with the next step, it is a third larger, and still a request that is read."""
NO_FILE: Final = "Choose the workbook: an Excel or OpenDocument file, or a zip with one CSV file for each sheet."
TOO_LARGE: Final = "Choose a smaller file: without pictures, a workbook has less than 7 MB."


@router.get("")
def show_workbook(act: Annotated[Act, needs("admin", "page.begin")], request: Request, session: Reading) -> HTMLResponse:
    """Show the form for the workbook."""
    return _show(request, session, Form(), None)


@router.post("")
async def send_workbook(
    act: Annotated[Act, needs("admin", "page.begin.workbook")],
    request: Request,
    form: SentFileForm,
    store: StoreOf,
    audit: AuditWriterOf,
    settings: SettingsOf,
    engine: EngineOf,
    now: Now,
) -> Response:
    """Check a workbook and show what is in it, or import the one that was shown; another file or answer is always shown first."""
    content, answers = _content(form), _answers(form)
    check, step = None, form.text("step")
    if content is not None:
        upload = await read_in_child(request, content, UploadOptions(answers=Answers(**answers)))
        check = BookCheck(upload, answers, b64encode(content).decode())
        was_shown = "file" not in form.files and form.text("answered") == check.answered
        if step in ("import", "generate") and was_shown and upload.instance is not None:
            after = (engine, settings) if step == "generate" else None
            return go(await run_in_threadpool(_import, request, act, upload.instance, now, after))
    await audit.record(act)

    def render() -> HTMLResponse:
        tried = check if check is None or check.upload.instance is None else _rehearse(store, check, check.upload.instance, act, now)
        with store.reading() as session:
            return _show(request, session, form, tried)

    return await run_in_threadpool(render)


def _content(form: FileForm) -> bytes | None:
    """The chosen file, or the one that was shown; None, with a message, if there is none."""
    if (chosen := form.files.get("file")) is not None:
        if len(chosen) <= MOST_BYTES:
            return chosen
        form.wrong("file", TOO_LARGE)
        return None
    try:
        content = b64decode(form.text("kept"), validate=True)
    except (Error, ValueError):
        content = b""
    if not content:
        form.wrong("file", NO_FILE)
    return content or None


def _answers(form: Form) -> dict[str, Any]:
    """The answers to questions about the workbook; anything else is no answer."""
    return {field: form.text(field) for field, (_, answers) in QUESTIONS.items() if form.text(field) in answers}


def _rehearse(store: StoreOf, check: BookCheck, week: Instance, act: Act, at: datetime) -> BookCheck:
    """The check, with what an import would do."""
    try:
        effects = rehearsed(store, lambda session: begin_program(session, free_id(session), week, act.caller.name, at))
    except Problem as problem:
        return replace(check, refusal=" ".join([problem.detail, *(f"{issue.path}: {issue.message}." for issue in problem.issues)]))
    return replace(check, changes=effects.changes)


def _import(request: Request, act: Act, week: Instance, at: datetime, after: tuple[JobEngine, Settings] | None) -> str:
    """Create the program, and begin to generate its first roster if asked to; the address to go to."""
    with transaction(request) as session:
        id = free_id(session)
        effects = begin_program(session, id, week, act.caller.name, at)
        request.state.act = act.about(program=id, monday=week.monday.isoformat(), **counted(effects.changes))
        if after is not None:
            _begin_generating(request, session, act, id, week, at, *after)
    return program_url(id, f"plan/{week.monday}")


def _begin_generating(
    request: Request, session: Session, act: Act, program: str, week: Instance, at: datetime, engine: JobEngine, settings: Settings
) -> None:
    """Begin to generate the week's roster; if that is not possible, the import stays, and the week's page says why."""
    try:
        with session.begin_nested():
            row = begin_generating(session, settings, act.caller, program, week.monday, limits_within(settings), at)
    except Problem:
        return
    id, priority = row.id, row.priority
    after_commit(request, lambda: engine.submit(id, priority))


def _show(request: Request, session: Session, form: Form, check: BookCheck | None) -> HTMLResponse:
    is_wrong = bool(form.errors) or (check is not None and check.changes is None)
    return staff_page(request, session, "begin/workbook.html", status=422 if is_wrong else 200, form=Form({}, form.errors), check=check)
