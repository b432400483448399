"""The start page, which leads to the caller's program; sign in, sign out, change your password."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from api.accounts.models import PasswordChange, SignIn
from api.accounts.routes import session as accounts
from api.accounts.store.setup import is_set_up
from api.accounts.store.users import get_user
from api.database import Store
from api.database.listing import Listing
from api.kernel.errors import Problem
from api.pages.forms import Form, SentForm
from api.pages.rendering import page
from api.pages.sign_in.demo_entry import enter_demo, is_demo_visitor
from api.pages.staff import HOME, SIGN_IN, go, is_safe, places_for, program_url
from api.programs.store.programs import list_programs
from api.security.access import Caller
from api.security.passwords import SHORTEST
from api.web.callers import caller_of
from api.web.dependencies import SettingsOf, StoreOf

router = APIRouter(include_in_schema=False)

MOST_PROGRAMS: Final = 100
WRONG_LOGIN: Final = "The login or the password is wrong. Capital letters count in the password."
TOO_MANY: Final = "Too many attempts. Wait a minute, then try again."
WEAK: Final = f"Choose a password of at least {SHORTEST} characters; a few random words are easy to remember."
REFUSED: Final = {"wrong_login": WRONG_LOGIN, "too_many": TOO_MANY}


async def _user(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """A signed-in user, also one whose password is temporary."""
    if caller.kind != "user":
        raise Problem("not_signed_in")
    return caller


CallerOf = Annotated[Caller, Depends(caller_of)]
UserOf = Annotated[Caller, Depends(_user)]
Next = Annotated[str, Query(alias="next", max_length=300)]


@router.get(HOME)
def show_home(caller: CallerOf, request: Request, store: StoreOf) -> Response:
    """Lead to the sign-in page, to the caller's only program, or show the programs to choose from."""
    with store.reading() as session:
        if caller.kind != "user":
            return go(SIGN_IN) if is_set_up(session) else page(request, "sign_in/not_set_up.html")
        if get_user(session, caller.id).is_password_temporary:
            return go("/password")
        ids = None if any(grant.program is None for grant in caller.grants) else [g.program for g in caller.grants if g.program]
        rows = list_programs(session, ids, Listing(limit=MOST_PROGRAMS), include_archived=False).rows
        starts = [(row.document.get("label") or row.id, _start_of(caller, row.id)) for row in rows]
    programs = [(label, start) for label, start in starts if start is not None]
    if not programs and caller.may("admin"):
        return go("/begin")
    if len(programs) == 1:
        return go(programs[0][1])
    return page(request, "sign_in/programs.html", programs=programs, may_begin=caller.may("admin"))


def _start_of(caller: Caller, program: str) -> str | None:
    """The first place of a program that the caller may open."""
    return next((program_url(program, place.path) for place in places_for(caller, program)), None)


@router.get(SIGN_IN)
def show_sign_in(request: Request, store: StoreOf, settings: SettingsOf, path: Next = "") -> Response:
    """Show the form for signing in; in a demo, sign in its director at once."""
    if is_demo_visitor(request) and request.query_params.get("out") != "1":
        return enter_demo(request, store, settings, path if is_safe(path) else HOME)
    return _show_sign_in(request, Form({"next": path}))


@router.post(SIGN_IN)
def send_sign_in(request: Request, form: SentForm, store: StoreOf, settings: SettingsOf) -> Response:
    """Begin a session and go to the page that was asked for, or show the form again; the password must be entered again."""
    try:
        body = SignIn.model_validate({name: form.typed.get(name, "") for name in ("login", "password")})
    except ValidationError:
        form.wrong("login", WRONG_LOGIN)
        return _show_sign_in(request, form)
    cookies = Response()
    try:
        signed_in = accounts.sign_in(body, request, cookies, store, settings)
    except Problem as problem:
        if problem.code not in REFUSED:
            raise
        form.wrong("login", REFUSED[problem.code])
        return _show_sign_in(request, form)
    path = form.text("next")
    return _with_cookies(go("/password" if signed_in.must_change_password else path if is_safe(path) else HOME), cookies)


@router.post("/sign-out")
def send_sign_out(caller: CallerOf, request: Request, store: StoreOf, settings: SettingsOf) -> Response:
    """End the session; its cookie is invalid afterwards."""
    answer = go(f"{SIGN_IN}?out=1")
    return _with_cookies(answer, accounts.sign_out(request, caller, store, settings)) if caller.kind == "user" else answer


@router.get("/password")
def show_password(caller: UserOf, request: Request, store: StoreOf) -> HTMLResponse:
    """Show the form for a new password."""
    return _show_password(request, store, caller, Form())


@router.post("/password")
def send_password(caller: UserOf, request: Request, form: SentForm, store: StoreOf, settings: SettingsOf) -> Response:
    """Change the caller's password and go to the start page, or show the form again with its errors."""
    change = _password_change(form)
    if change is None or form.errors:
        return _show_password(request, store, caller, form)
    try:
        return _with_cookies(go(HOME), accounts.change_password(caller, change, request, store, settings))
    except Problem as problem:
        messages = {"wrong_login": ("password", "This is not your current password."), "too_many": ("password", TOO_MANY)}
        if problem.code not in (*messages, "weak_password"):
            raise
        form.wrong(*messages.get(problem.code, ("new_password", problem.detail)))
        return _show_password(request, store, caller, form)


def _password_change(form: Form) -> PasswordChange | None:
    """The passwords in the form; None, with messages at the fields, if they are invalid."""
    if form.typed.get("new_password") != form.typed.get("again"):
        form.wrong("again", "The two passwords are different.")
    try:
        return PasswordChange.model_validate({name: form.typed.get(name, "") for name in PasswordChange.model_fields})
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            form.wrong(str(wrong["loc"][0]), WEAK if wrong["loc"][0] == "new_password" else "Enter your current password.")
        return None


def _show_sign_in(request: Request, form: Form) -> HTMLResponse:
    path = form.text("next")
    safe_form = Form({"login": form.text("login"), "next": path if is_safe(path) else ""}, form.errors)
    is_out = request.query_params.get("out") == "1"
    return page(
        request, "sign_in/sign_in.html", status=422 if form.errors else 200, form=safe_form, is_out=is_out,
        is_new=request.query_params.get("new") == "1", is_demo=is_demo_visitor(request),
    )  # fmt: skip


def _show_password(request: Request, store: Store, caller: Caller, form: Form) -> HTMLResponse:
    with store.reading() as session:
        user = get_user(session, caller.id)
        safe_form = Form({}, form.errors)
        return page(
            request, "sign_in/password.html", status=422 if form.errors else 200, form=safe_form, login=user.login,
            is_temporary=user.is_password_temporary, shortest=SHORTEST,
        )  # fmt: skip


def _with_cookies(answer: Response, source: Response) -> Response:
    answer.raw_headers.extend(pair for pair in source.raw_headers if pair[0] == b"set-cookie")
    return answer
