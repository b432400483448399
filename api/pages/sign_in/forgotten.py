"""Pages for users who forgot their password: ask for a link by mail, and choose another password with it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, BackgroundTasks, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from api.accounts.models import ForgottenPassword, NewPasswordByLink
from api.accounts.routes.password_links import ask_for_password_link, use_password_link
from api.kernel.errors import Problem
from api.pages.forms import Form, SentForm
from api.pages.rendering import page
from api.pages.sign_in.routes import TOO_MANY, WEAK
from api.pages.staff import SIGN_IN, go
from api.security.passwords import SHORTEST
from api.web.dependencies import Now, SettingsOf, StoreOf

router = APIRouter(include_in_schema=False)

LOGIN: Final = "Enter the e-mail address with which you sign in."
CODE: Final = "Paste the code: the part of the link after the #."
FIELDS: Final = {"not_found": "token", "weak_password": "new_password", "too_many": "token"}


@router.get("/forgotten")
def show_forgotten(request: Request, settings: SettingsOf) -> HTMLResponse:
    """Show the form for a link by mail, or whom to ask if the service sends no mail."""
    return _show_forgotten(request, Form(), has_mail=settings.mail_server is not None)


@router.post("/forgotten")
def send_forgotten(request: Request, form: SentForm, store: StoreOf, settings: SettingsOf, now: Now) -> Response:
    """Mail a link; the page says the same whether or not there is such a user."""
    tasks = BackgroundTasks()
    try:
        body = ForgottenPassword.model_validate({"login": form.text("login")})
        if settings.mail_server is not None:
            ask_for_password_link(body, request, tasks, store, settings, now)
    except ValidationError:
        form.wrong("login", LOGIN)
    except Problem as problem:
        if problem.code != "too_many":
            raise
        form.wrong("login", TOO_MANY)
    answer = _show_forgotten(request, form, has_mail=settings.mail_server is not None, is_sent=not form.errors)
    answer.background = tasks
    return answer


@router.get("/new-password")
def show_new_password(request: Request) -> HTMLResponse:
    """Show the form that the link of a mail opens; a script fills in the code after the #, which browsers do not send."""
    return _show_new_password(request, Form())


@router.post("/new-password")
def send_new_password(request: Request, form: SentForm, store: StoreOf, now: Now) -> Response:
    """Set the password and go to the sign-in page, or show the form again with its errors; passwords must be entered again."""
    if form.typed.get("new_password") != form.typed.get("again"):
        form.wrong("again", "The two passwords are different.")
    try:
        body = NewPasswordByLink.model_validate({"token": form.text("token"), "new_password": form.typed.get("new_password", "")})
        if not form.errors:
            use_password_link(body, request, store, now)
            return go(f"{SIGN_IN}?new=1")
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            form.wrong(str(wrong["loc"][0]), CODE if wrong["loc"][0] == "token" else WEAK)
    except Problem as problem:
        if problem.code not in FIELDS:
            raise
        form.wrong(FIELDS[problem.code], TOO_MANY if problem.code == "too_many" else problem.detail)
    return _show_new_password(request, form)


def _show_forgotten(request: Request, form: Form, *, has_mail: bool, is_sent: bool = False) -> HTMLResponse:
    status = 422 if form.errors else 200
    return page(request, "sign_in/forgotten.html", status=status, form=form, has_mail=has_mail, is_sent=is_sent and has_mail)


def _show_new_password(request: Request, form: Form) -> HTMLResponse:
    safe_form = Form({"token": form.text("token")}, form.errors)
    return page(request, "sign_in/new_password.html", status=422 if form.errors else 200, form=safe_form, shortest=SHORTEST)
