"""The page of the setup link, where the first director is created, once."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from api.accounts.models import FirstDirector
from api.accounts.routes.session import set_up
from api.accounts.store.setup import is_set_up
from api.kernel.errors import Problem
from api.pages.forms import Form, SentForm
from api.pages.rendering import page
from api.security.passwords import SHORTEST
from api.web.dependencies import SettingsOf, StoreOf

router = APIRouter(prefix="/setup", include_in_schema=False)

SECRET = ("password", "again")
FIELDS = {"not_found": "token", "weak_password": "password", "too_many": "token"}
WRONG = {
    "token": "Paste the setup code: the part of the link after the #.",
    "login": "Choose a login: a short name or an e-mail address, without spaces.",
    "password": f"Choose a password of at least {SHORTEST} characters.",
}
DONE = "Sign in with an account, or ask a director for one."


@router.get("")
def show_setup(request: Request, store: StoreOf) -> HTMLResponse:
    """Show the form, or that the service is already set up."""
    with store.reading() as session:
        if is_set_up(session):
            return _over(request)
    return _show(request, Form())


@router.post("")
def send_setup(request: Request, form: SentForm, store: StoreOf, settings: SettingsOf) -> HTMLResponse:
    """Create the first director and sign in, or show the form again with its errors; passwords must be entered again."""
    director, answer = _director(form), Response()
    if director is None:
        return _show(request, form)
    try:
        user = set_up(director, request, answer, store, settings)
    except Problem as problem:
        if problem.code not in FIELDS:
            return _over(request)
        form.wrong(FIELDS[problem.code], problem.detail or problem.title)
        return _show(request, form)
    done = page(request, "setup_done.html", login=user.login)
    done.raw_headers.extend(pair for pair in answer.raw_headers if pair[0] == b"set-cookie")
    return done


def _director(form: Form) -> FirstDirector | None:
    """The input of the form; None, with messages at the fields, if it is invalid."""
    if form.typed.get("password") != form.typed.get("again"):
        form.wrong("again", "The two passwords are different.")
    fields = {name: form.typed.get(name, "") if name in SECRET else form.text(name) for name in WRONG}
    try:
        director = FirstDirector.model_validate(fields)
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            name = str(wrong["loc"][0])
            form.wrong(name, WRONG[name])
        return None
    return None if form.errors else director


def _show(request: Request, form: Form) -> HTMLResponse:
    safe_form = Form({name: text for name, text in form.typed.items() if name not in SECRET}, form.errors)
    return page(request, "setup.html", status=422 if form.errors else 200, form=safe_form, shortest=SHORTEST)


def _over(request: Request) -> HTMLResponse:
    return page(request, "message.html", status=409, title="This service is set up", text=DONE, is_way_back=False)
