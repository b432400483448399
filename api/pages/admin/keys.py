"""API keys of a program: create one, whose token is shown once, and revoke."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.accounts.models import NewKey
from api.accounts.store.keys import create_key, find_keys, get_key, revoke_key, show_key
from api.audit.acts import Act
from api.database.listing import Listing
from api.pages.admin.frame import admin_page
from api.pages.forms import Form, SentForm
from api.pages.published_week import program_now
from api.pages.staff import go, program_url
from api.security.access import Scope
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, Writing, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/admin/keys", include_in_schema=False)

MOST_KEYS: Final = 500
SCOPES: Final[dict[Scope, str]] = {
    "solve": "Solve weeks that are sent along",
    "roster:read": "Read the program, its weeks and rosters",
    "roster:write": "Change the program, generate and publish rosters",
    "feeds": "Calendar links",
    "admin": "Everything a director may do",
}
"""What a key of a program may do; `metrics` concerns no single program."""


@router.get("")
def show_keys(
    act: Annotated[Act, needs("admin", "page.keys")], program: ProgramId, request: Request, session: Reading, at: Now
) -> HTMLResponse:
    """Show the keys that are bound to the program."""
    return _show(request, session, program, Form(), at)


@router.post("")
def make_key(
    act: Annotated[Act, needs("admin", "key.create")], program: ProgramId, form: SentForm, session: Writing, request: Request, at: Now
) -> HTMLResponse:
    """Create a key for the program and show its token once, or show the form again with its errors."""
    new = _new_key(form, session, program, at)
    if new is None:
        return _show(request, session, program, form, at)
    row, token = create_key(session, act.caller, new.scopes, label=new.label, program=program, expires_at=new.expires_at)
    request.state.act = act.about(key=row.id)
    return _show(request, session, program, Form(), at, token)


@router.post("/{key}/revoke")
def end_key(
    act: Annotated[Act, needs("admin", "key.revoke")], program: ProgramId, key: Annotated[Id, Path()], session: Writing
) -> Response:
    """Revoke a key, from the next request on."""
    revoke_key(act.caller, get_key(session, key, program))
    return go(program_url(program, "admin/keys"))


def _new_key(form: Form, session: Session, program: str, at: datetime) -> NewKey | None:
    """The key in the form; None, with messages at the fields, if it is invalid."""
    scopes, expires_at = tuple(scope for scope in SCOPES if form.is_on(f"scope-{scope.replace(':', '-')}")), None
    if not scopes:
        form.wrong("scope-solve", "Choose at least one thing that the key may do.")
    if form.text("last") and (last := form.day("last", "Enter the last day as a date.")) is not None:
        expires_at = datetime.combine(last + timedelta(days=1), time(), program_now(session, program, at).tzinfo)
        if expires_at <= at:
            form.wrong("last", "Choose a day that is not over.")
    try:
        return None if form.errors else NewKey(label=form.text("label"), scopes=scopes, expires_at=expires_at)
    except ValidationError:
        form.wrong("label", "Enter a shorter name, without line breaks.")
        return None


def _show(request: Request, session: Session, program: str, form: Form, at: datetime, token: str = "") -> HTMLResponse:
    keys = [show_key(row) for row in find_keys(session, program, Listing(MOST_KEYS)).rows]
    return admin_page(
        request, session, "keys", status=422 if form.errors else 200, form=form, token=token, scopes=SCOPES, now=at,
        zone=program_now(session, program, at).tzinfo,
        keys=sorted(keys, key=lambda key: (key.revoked_at is not None, key.created_at)),
    )  # fmt: skip
