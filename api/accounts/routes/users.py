"""Routes of users and their roles: directors of all programs manage all users, a program's directors those of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request, Response
from sqlalchemy.orm import Session

from api.accounts.models import NewUser, PasswordReset, Roles, UserOut
from api.accounts.routes.scoped_routes import Twofold, Within
from api.accounts.store import users as accounts
from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import UserRow
from api.security.passwords import check_password, hash_password
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Reading, Writing, needs
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from scheduler.fields import Id

users = Twofold("users")

UserId = Annotated[Id, Path(description="The user.")]


async def _user_to_change(user: UserId, within: Within) -> Find[UserRow]:
    return lambda session: accounts.get_user(session, user, within)


@dataclass(frozen=True, slots=True)
class _NewAccount:
    """A user to be created, with the password hashed before the transaction begins, because hashing is slow."""

    body: NewUser
    hash: str


def _hashed_user(body: Annotated[NewUser, json_body(NewUser)]) -> _NewAccount:
    return _NewAccount(body, hash_password(check_password(body.password.get_secret_value(), body.login)))


def _hashed_password(body: Annotated[PasswordReset, json_body(PasswordReset)]) -> str:
    return hash_password(check_password(body.password.get_secret_value()))


@users.route("GET", "/users", summary="List users", responses=problems("not_signed_in", "forbidden", "not_found", "wrong_shape"))
def list_users(
    act: Annotated[Act, needs("admin", "user.list")],
    session: Reading,
    within: Within,
    listing: Annotated[Listing, listing_by("id", default="id")],
) -> Page[UserOut]:
    """List users with their roles; within a program, those with a role in it."""
    return listed(accounts.find_users(session, within, listing), lambda user: accounts.show_user(session, user, within))


@users.route(
    "POST",
    "/users",
    summary="Create a user",
    status_code=201,
    responses=problems("weak_password", "bad_reference", "not_signed_in", "forbidden", "not_found", "exists", "too_many", *BODY_CODES),
)
def create_user(
    act: Annotated[Act, needs("admin", "user.create")],
    hashed: Annotated[_NewAccount, Depends(_hashed_user)],
    request: Request,
    response: Response,
    session: Writing,
    within: Within,
) -> UserOut:
    """Create a user with roles; nobody can grant more than they may do themselves.

    The password is for the first sign-in and only allows the user to choose another one.
    """
    body = hashed.body
    user = accounts.create_user(session, act.caller, body.login, hashed.hash, body.roles, within=within, is_temporary=True)
    request.state.act = act.about(user=user.id)
    return _user_view(session, user, within, response)


@users.route("GET", "/users/{user}", summary="Get a user", responses=problems("not_signed_in", "forbidden", "not_found", "wrong_shape"))
def get_user(
    act: Annotated[Act, needs("admin", "user.view")], session: Reading, user: UserId, within: Within, response: Response
) -> UserOut:
    """Get a user with their roles. Send the ETag as `If-Match` to change them."""
    return _user_view(session, accounts.get_user(session, user, within), within, response)


@users.route(
    "PUT",
    "/users/{user}/roles",
    summary="Replace a user's roles",
    responses=problems(
        "bad_reference", "not_signed_in", "forbidden", "not_found", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES
    ),
)
def set_roles(
    act: Annotated[Act, needs("admin", "user.roles")],
    body: Annotated[Roles, json_body(Roles)],
    within: Within,
    changing: Annotated[Changing[UserRow], changing(_user_to_change)],
) -> UserOut:
    """Replace all roles of a user; within a program, those in it. They apply from the user's next request on.

    Nobody can grant or revoke more than they may do themselves, and one director of all programs must remain.
    """
    accounts.set_roles(changing.session, act.caller, changing.row, body.roles, within)
    return changing.answer(accounts.show_user(changing.session, changing.row, within))


@users.route(
    "POST",
    "/users/{user}/disable",
    summary="Disable a user",
    responses=problems("not_signed_in", "forbidden", "not_found", "wrong_state", "wrong_shape"),
)
def disable_user(
    act: Annotated[Act, needs("admin", "user.disable")], session: Writing, user: UserId, within: Within, response: Response
) -> UserOut:
    """Disable a user and end all their sessions now. The last director of all programs cannot be disabled."""
    row = accounts.get_user(session, user, within)
    accounts.disable_user(session, act.caller, row)
    return _user_view(session, row, within, response)


@users.route(
    "POST",
    "/users/{user}/enable",
    summary="Enable a user",
    responses=problems("not_signed_in", "forbidden", "not_found", "wrong_shape"),
)
def enable_user(
    act: Annotated[Act, needs("admin", "user.enable")], session: Writing, user: UserId, within: Within, response: Response
) -> UserOut:
    """Enable a disabled user, with their previous password and roles."""
    row = accounts.get_user(session, user, within)
    accounts.enable_user(session, act.caller, row)
    return _user_view(session, row, within, response)


@users.route(
    "POST",
    "/users/{user}/password",
    summary="Reset a user's password",
    responses=problems("weak_password", "not_signed_in", "forbidden", "not_found", "too_many", *BODY_CODES),
)
def reset_password(
    act: Annotated[Act, needs("admin", "user.password")],
    hashed: Annotated[str, Depends(_hashed_password)],
    session: Writing,
    user: UserId,
    within: Within,
    response: Response,
) -> UserOut:
    """Reset a forgotten password. All sessions of the user end; the new password only allows them to choose another one."""
    row = accounts.get_user(session, user, within)
    accounts.set_password(session, act.caller, row, hashed, is_temporary=True)
    return _user_view(session, row, within, response)


def _user_view(session: Session, user: UserRow, within: str | None, response: Response) -> UserOut:
    response.headers["ETag"] = etag(user.version)
    return accounts.show_user(session, user, within)
