"""`stepdown users`. Anyone who can run it can reach the database, so no permissions are checked."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.cli.acts import acting, reading
from api.cli.command import ServiceError, print_table
from api.security.access import Role
from scheduler.cli.console import console, print_json
from scheduler.cli.options import AsJson

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.models import RoleIn
    from api.database.tables import UserRow

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="A short name or an e-mail address.", show_default=False)]
Own = Annotated[
    bool,
    typer.Option(
        "--own", help="Type or pipe in the password. Otherwise a temporary one is generated; it must be changed at first sign-in."
    ),
]
Program = Annotated[str | None, typer.Option(help="Id of a program; by default, the role applies to all programs.", show_default=False)]
Clinician = Annotated[str | None, typer.Option(help="The user's clinician id in the program.", show_default=False)]
Participant = Annotated[str | None, typer.Option(help="The user's participant id in the program.", show_default=False)]
RoleOption = Annotated[Role, typer.Option(help="Role of the user.", show_default=False)]
RoleArgument = Annotated[Role, typer.Argument(metavar="ROLE", help="director, coordinator, clinician, front_desk or participant.")]


def add(
    login: Login, role: RoleOption, program: Program = None, clinician: Clinician = None, participant: Participant = None, own: Own = False
) -> None:
    """Create a user with a role."""
    from api.accounts.store.users import create_user
    from api.security.passwords import hash_password

    name, new_role = _login(login), _role(role, program, clinician, participant)
    secret = _password(name, own)
    hashed = hash_password(secret)
    with acting("user.create") as (session, by, about):
        user = create_user(session, by, name, hashed, (new_role,), is_temporary=not own)
        about(user=user.id)
    _tell_password(name, secret, own)


def list_users(as_json: AsJson = False) -> None:
    """List users, their roles and ids."""
    from sqlalchemy import select

    from api.accounts.store.users import show_user
    from api.database.tables import UserRow

    with reading() as session:
        users = [show_user(session, user) for user in session.scalars(select(UserRow).order_by(UserRow.login))]
    if as_json:
        print_json(users)
        return
    table = Table("login", "roles", "state", "id", box=None, pad_edge=False, header_style="bold")
    for user in users:
        state = "disabled" if user.disabled_at else "temporary password" if user.must_change_password else ""
        table.add_row(user.login, "\n".join(_in_words(role) for role in user.roles), state, user.id)
    print_table(table, "There are no users yet: stepdown users add")


def disable(login: Login) -> None:
    """Disable a user, who is signed out and can no longer sign in."""
    from api.accounts.store.users import disable_user, keys_of

    with acting("user.disable") as (session, by, about):
        user = _user(session, login)
        disable_user(session, by, user)
        about(user=user.id)
        keys = keys_of(session, user.id)
    console().print("Disabled and signed out.")
    for key in keys:
        console().print(f"A key they made still works: revoke it with `stepdown keys revoke {key}`.")


def enable(login: Login) -> None:
    """Enable a disabled user, who can then sign in again."""
    from api.accounts.store.users import enable_user

    with acting("user.enable") as (session, by, about):
        user = _user(session, login)
        enable_user(session, by, user)
        about(user=user.id)
    console().print("Enabled.")


def password(login: Login, own: Own = False) -> None:
    """Set a new password for a user and sign them out everywhere."""
    from api.accounts.store.users import set_password
    from api.security.passwords import hash_password

    name = _login(login)
    with reading() as session:
        _user(session, name)
    secret = _password(name, own)
    hashed = hash_password(secret)
    with acting("user.password") as (session, by, about):
        user = _user(session, name)
        set_password(session, by, user, hashed, is_temporary=not own)
        about(user=user.id)
    _tell_password(name, secret, own)


def grant(login: Login, role: RoleArgument, program: Program = None, clinician: Clinician = None, participant: Participant = None) -> None:
    """Grant a user a role in one program or in all; it replaces their previous role there."""
    new_role = _role(role, program, clinician, participant)
    _change_roles(login, program, (new_role,))
    console().print(f"{_in_words(new_role)}: granted.")


def revoke(login: Login, program: Program = None) -> None:
    """Revoke a user's role in one program, or the one for all programs."""
    _change_roles(login, program, ())
    console().print("Role revoked.")


def _change_roles(login: str, program: str | None, new_roles: tuple[RoleIn, ...]) -> None:
    from api.accounts.store.users import roles_of, set_roles

    with acting("user.roles") as (session, by, about):
        user = _user(session, login)
        others = tuple(role for role in roles_of(session, user.id) if role.program != program)
        set_roles(session, by, user, (*others, *new_roles))
        about(user=user.id)


def _login(text: str) -> str:
    from api.accounts.models import as_login

    try:
        return as_login(text)
    except ValueError as error:
        raise ServiceError(str(error)) from None


def _user(session: Session, login: str) -> UserRow:
    from api.accounts.store.users import user_of_login

    user = user_of_login(session, _login(login))
    if user is None:
        raise ServiceError("no such user; `stepdown users list` lists all")
    return user


def _role(role: Role, program: str | None, clinician: str | None, participant: str | None) -> RoleIn:
    from pydantic import ValidationError

    from api.accounts.models import RoleIn

    try:
        return RoleIn(program=program, role=role, clinician=clinician, participant=participant)
    except ValidationError as error:
        message = "; ".join(place["msg"].removeprefix("Value error, ") for place in error.errors(include_input=False))
        raise ServiceError(f"{message} (--program, --clinician, --participant)") from None


def _in_words(role: RoleIn) -> str:
    who = role.clinician or role.participant
    return f"{role.role} in {role.program or 'all programs'}{f' as {who}' if who else ''}"


def _password(login: str, own: bool) -> str:
    """The user's own password, typed twice or piped in, or a generated one."""
    from api.security.passwords import check_password

    if not own:
        return secrets.token_urlsafe(12)
    typed = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    )
    return check_password(typed, login)


def _tell_password(login: str, secret: str, own: bool) -> None:
    if own:
        console().print(f"Password of {login} changed.")
    else:
        console().print(f"{login} signs in with {secret} and must then choose another password. This one is shown only once.")
