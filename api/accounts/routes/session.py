"""Routes to sign in and out, change your own password, and set up a new installation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.accounts.models import FirstDirector, GrantOut, PasswordChange, SessionOut, SignIn
from api.accounts.store import setup
from api.accounts.store import users as accounts
from api.audit.acts import Act
from api.database import Store
from api.database.tables import UserRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import Caller
from api.security.callers import caller_of_user
from api.security.logins import begin_login, end_login, end_logins
from api.security.passwords import check_password, hash_password, is_outdated, is_password
from api.security.rates import stranger
from api.security.tokens import new_token, token_hash
from api.web.bodies import BODY_CODES, json_body
from api.web.callers import address_of, caller_of, rates_of
from api.web.dependencies import SettingsOf, StoreOf
from api.web.problems import problems
from api.web.session_cookie import COOKIE, give_cookie, take_cookie

router = APIRouter(prefix="/v1", tags=["session"])


async def _signed_in(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
    """Any signed-in caller: these routes concern only the caller."""
    if caller.kind == "nobody":
        raise Problem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
    return caller


SignedIn = Annotated[Caller, Depends(_signed_in)]


@router.post("/session", status_code=201, summary="Sign in", responses=problems("wrong_login", "cross_site", "too_many", *BODY_CODES))
def sign_in(
    body: Annotated[SignIn, json_body(SignIn)], request: Request, response: Response, store: StoreOf, settings: SettingsOf
) -> SessionOut:
    """Begin a session: its token is set in the cookie `stepdown_session`, which scripts cannot read.

    A wrong password and an unknown login get the same response, after the same time. Attempts are limited by address and by account.
    A session that the request already had ends.
    """
    rates_of(request).charge_login(address_of(request), body.login)
    with store.reading() as session:
        user = accounts.user_of_login(session, body.login)
    password = body.password.get_secret_value()
    is_right = is_password(password, None if user is None else user.password_hash)
    if user is None or not is_right or user.disabled_at is not None:
        target = "" if user is None else f"user={user.id}"
        _record_denied(store, Act(Caller(), "session.start", target=target, request_id=_request_id(request)))
        raise Problem("wrong_login")
    rates_of(request).remember_login(address_of(request), body.login)
    renewed = hash_password(password) if is_outdated(user.password_hash) else None
    return _begin(request, response, store, settings, user, renewed)


@router.get("/session", summary="Get the current caller", responses=problems("not_signed_in"))
def get_session(caller: SignedIn, store: StoreOf) -> SessionOut:
    """Get the caller, a signed-in user or an API key, with its permissions by program."""
    with store.reading() as session:
        return _show(caller, session.get(UserRow, caller.id) if caller.kind == "user" else None)


@router.delete("/session", status_code=204, summary="Sign out", responses=problems("not_signed_in", "cross_site"))
def sign_out(
    request: Request,
    caller: SignedIn,
    store: StoreOf,
    settings: SettingsOf,
    everywhere: Annotated[bool, Query(description="End all sessions of this user, on every device.")] = False,
) -> Response:
    """End this session, or all of the user's sessions. The cookie is invalid afterwards."""
    user = _user_of(caller)
    with store.writing() as session:
        if everywhere:
            end_logins(session, user)
        else:
            end_login(session, token_hash(request.cookies.get(COOKIE, "")))
        _act(request, caller, "session.end_all" if everywhere else "session.end").record(session)
    response = Response(status_code=204)
    take_cookie(response, settings)
    return response


@router.post(
    "/session/password",
    status_code=204,
    summary="Change your password",
    responses=problems("weak_password", "wrong_login", "cross_site", "forbidden", "too_many", *BODY_CODES),
)
def change_password(
    caller: SignedIn, body: Annotated[PasswordChange, json_body(PasswordChange)], request: Request, store: StoreOf, settings: SettingsOf
) -> Response:
    """Change the password of the signed-in user. All other sessions of the user end; this one continues with a new cookie."""
    id = _user_of(caller)
    with store.reading() as session:
        user = session.get_one(UserRow, id)
    rates_of(request).charge_login(address_of(request), user.login)
    if not is_password(body.password.get_secret_value(), user.password_hash):
        _record_denied(store, _act(request, caller, "session.password"))
        raise Problem("wrong_login", "This is not your current password.")
    hashed = hash_password(check_password(body.new_password.get_secret_value(), user.login))
    token = new_token()
    with store.writing() as session:
        user = session.get_one(UserRow, id)
        accounts.set_password(session, caller, user, hashed, is_temporary=False)
        begin_login(session, settings, user, token_hash(token))
        _act(request, caller, "session.password").record(session)
    response = Response(status_code=204)
    give_cookie(response, settings, token)
    return response


@router.post(
    "/setup",
    status_code=201,
    summary="Create the first director",
    responses=problems("weak_password", "cross_site", "not_found", "wrong_state", "too_many", *BODY_CODES),
)
def set_up(
    body: Annotated[FirstDirector, json_body(FirstDirector)], request: Request, response: Response, store: StoreOf, settings: SettingsOf
) -> SessionOut:
    """Create the first user, a director of all programs, with the token from the link that `stepdown serve` printed, and sign in.

    It works once; later calls are told that the service is set up.
    """
    rates_of(request).charge("logins", stranger(address_of(request)))
    token = body.token.get_secret_value()
    with store.reading() as session:
        setup.check_setup(session, token)
    hashed = hash_password(check_password(body.password.get_secret_value(), body.login))
    with store.writing() as session:
        user = setup.create_first_director(session, token, body.login, hashed)
        Act(Caller("user", user.id), "setup", request_id=_request_id(request)).record(session)
    return _begin(request, response, store, settings, user)


def _begin(request: Request, response: Response, store: Store, settings: Settings, user: UserRow, renewed: str | None = None) -> SessionOut:
    """Begin a session under a new token; a token from the request is never reused."""
    token = new_token()
    with store.writing() as session:
        end_login(session, token_hash(request.cookies.get(COOKIE, "")))
        current = session.get_one(UserRow, user.id, with_for_update=True)
        if current.password_hash != user.password_hash or current.disabled_at is not None:
            # The password was changed while this one was checked.
            raise Problem("wrong_login")
        if renewed is not None:
            current.password_hash = renewed
        begin_login(session, settings, current, token_hash(token))
        caller = caller_of_user(session, current)
        Act(caller, "session.start", request_id=_request_id(request)).record(session)
    give_cookie(response, settings, token)
    return _show(caller, current)


def _show(caller: Caller, user: UserRow | None) -> SessionOut:
    assert caller.kind in ("user", "key")
    return SessionOut(
        kind=caller.kind,
        id=caller.id,
        login=None if user is None else user.login,
        grants=tuple(GrantOut(program=g.program, permissions=tuple(sorted(g.permissions)), clinician=g.clinician) for g in caller.grants),
        must_change_password=user is not None and user.is_password_temporary,
    )


def _user_of(caller: Caller) -> str:
    if caller.kind != "user":
        raise Problem("forbidden", "An API key has no session and no password; revoke it instead.")
    return caller.id


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _act(request: Request, caller: Caller, action: str) -> Act:
    return Act(caller, action, request_id=_request_id(request))


def _record_denied(store: Store, act: Act) -> None:
    with store.writing() as session:
        act.record(session, "denied")
