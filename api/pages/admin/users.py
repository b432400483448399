"""Users of a program: invite, change role, reset password, deactivate. Each through the store that the API and the command line use."""

from __future__ import annotations

import secrets
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Path, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from api.accounts.models import RoleIn, UserOut, as_login
from api.accounts.store.users import create_user, disable_user, enable_user, find_users, get_user, set_password, set_roles, show_user
from api.audit.acts import Act
from api.database.listing import Listing
from api.kernel.errors import Problem
from api.pages.admin.frame import ROLES, admin_page, within_of
from api.pages.forms import Form, SentForm
from api.pages.staff import go, program_url
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from api.security.passwords import hash_password
from api.web.addresses import ProgramId
from api.web.dependencies import Reading, Writing, needs
from scheduler.fields import Id

router = APIRouter(prefix="/programs/{program}/admin", include_in_schema=False)

MOST_USERS: Final = 500
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for each other when read out."""
NO_ROLE: Final = "none"
UserId = Annotated[Id, Path()]


class TemporaryPassword(NamedTuple):
    """A password for the first sign-in, which allows only to choose another one."""

    text: str
    hash: str


def _temporary_password() -> TemporaryPassword:
    text = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    return TemporaryPassword(text, hash_password(text))


# Hashing is slow: it is done before the transaction begins.
NewPassword = Annotated[TemporaryPassword, Depends(_temporary_password)]


class UserLine(NamedTuple):
    """A user as listed.

    Attributes:
        role: Their role in the program; empty: none.
        role_words: The role as shown, with the clinician they are.
        is_wide: Whether a role in all programs applies, which is not changed here.
    """

    user: UserOut
    role: str
    clinician: str
    role_words: str
    is_wide: bool
    is_own: bool


@router.get("")
def go_to_users(act: Annotated[Act, needs("admin", "page.admin")], program: ProgramId) -> Response:
    """Go to the first tab."""
    return go(_url(program))


@router.get("/users")
def show_users(act: Annotated[Act, needs("admin", "page.users")], program: ProgramId, request: Request, session: Reading) -> HTMLResponse:
    """Show everyone who may sign in to the program."""
    return _show(request, session, act.caller, program, Form())


@router.post("/users")
def invite(
    act: Annotated[Act, needs("admin", "user.create")],
    program: ProgramId,
    form: SentForm,
    password: NewPassword,
    session: Writing,
    request: Request,
) -> HTMLResponse:
    """Create a user with a role, and show their first password once; or show the form again with its errors."""
    login, role = _login(form), _role(form, program)
    if login is None or role is None:
        return _show(request, session, act.caller, program, form)
    try:
        user = create_user(session, act.caller, login, password.hash, [role], within=within_of(act.caller, program), is_temporary=True)
    except Problem as problem:
        if problem.code not in ("exists", "bad_reference"):
            raise
        form.wrong("login" if problem.code == "exists" else "clinician", problem.detail)
        return _show(request, session, act.caller, program, form)
    request.state.act = act.about(user=user.id)
    return _show(request, session, act.caller, program, Form(), (user.login, password.text))


@router.post("/users/{user}/role")
def change_role(
    act: Annotated[Act, needs("admin", "user.roles")], program: ProgramId, user: UserId, form: SentForm, session: Writing, request: Request
) -> Response:
    """Change a user's role in the program, or take it away."""
    role = None if form.text("role") == NO_ROLE else _role(form, program)
    if form.errors:
        return _show(request, session, act.caller, program, Form({}, form.errors))
    row = get_user(session, user, within_of(act.caller, program), to_change=True)
    form.check_version(row.version)
    set_roles(session, act.caller, row, [] if role is None else [role], program)
    return go(_url(program))


@router.post("/users/{user}/deactivate")
def deactivate(
    act: Annotated[Act, needs("admin", "user.disable")], program: ProgramId, user: UserId, form: SentForm, session: Writing
) -> Response:
    """Deactivate a user; their sessions end at once."""
    row = get_user(session, user, within_of(act.caller, program), to_change=True)
    form.check_version(row.version)
    disable_user(session, act.caller, row)
    return go(_url(program))


@router.post("/users/{user}/activate")
def activate(
    act: Annotated[Act, needs("admin", "user.enable")], program: ProgramId, user: UserId, form: SentForm, session: Writing
) -> Response:
    """Activate a user again, with their former password and role."""
    row = get_user(session, user, within_of(act.caller, program), to_change=True)
    form.check_version(row.version)
    enable_user(session, act.caller, row)
    return go(_url(program))


@router.post("/users/{user}/password")
def reset_password(
    act: Annotated[Act, needs("admin", "user.password")],
    program: ProgramId,
    user: UserId,
    password: NewPassword,
    session: Writing,
    request: Request,
) -> HTMLResponse:
    """Give a user who forgot theirs a new first password, and show it once."""
    row = get_user(session, user, within_of(act.caller, program))
    if act.caller.name == f"user:{row.id}":
        raise Problem("wrong_state", "Change your own password on the page for it.")
    set_password(session, act.caller, row, password.hash, is_temporary=True)
    session.flush()
    return _show(request, session, act.caller, program, Form(), (row.login, password.text))


def _login(form: Form) -> str | None:
    try:
        return as_login(form.text("login")[:200])
    except ValueError:
        form.wrong("login", "Enter a short name or an e-mail address, without spaces.")
        return None


def _role(form: Form, program: str) -> RoleIn | None:
    """The role in the form; None, with a message at the field, if it is incomplete."""
    role = form.one_of("role", [role for role in ROLES if role != "participant"], "Choose a role.")
    if role is None:
        return None
    try:
        return RoleIn.model_validate(
            {"program": program, "role": role, "clinician": form.text("clinician") or None if role == "clinician" else None}
        )
    except ValidationError:
        form.wrong("clinician", "Choose the clinician that this person is.")
        return None


def _show(
    request: Request, session: Session, caller: Caller, program: str, form: Form, secret: tuple[str, str] | None = None
) -> HTMLResponse:  # fmt: skip
    within, clinicians = within_of(caller, program), labels_of_kind(session, program, "clinicians")
    users = (show_user(session, row) for row in find_users(session, within, Listing(MOST_USERS)).rows)
    lines = [line for user in users if (line := _line(user, program, clinicians, caller)) is not None]
    return admin_page(
        request, session, "users", status=422 if form.errors else 200, form=form, secret=secret,
        lines=sorted(lines, key=lambda line: (line.user.disabled_at is not None, line.user.login)),
        roles=[(role, text) for role, text in ROLES.items() if role != "participant"],
        clinicians=sorted(clinicians.items(), key=lambda pair: pair[1]),
    )  # fmt: skip


def _line(user: UserOut, program: str, clinicians: dict[str, str], caller: Caller) -> UserLine | None:
    """A user as listed; None: a user of other programs only."""
    wide = next((role for role in user.roles if role.program is None), None)
    role = next((role for role in user.roles if role.program == program), wide)
    if role is None:
        return None
    who = clinicians.get(role.clinician or "", role.clinician or "")
    words = ROLES[role.role] + (f", {who}" if who else "") + (", all programs" if role is wide else "")
    return UserLine(user, role.role, role.clinician or "", words, role is wide, caller.name == f"user:{user.id}")


def _url(program: str) -> str:
    return program_url(program, "admin/users")
