"""Identify the caller of a request: the bearer of an API key, a signed-in user, or nobody."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.database import Store
from api.database.tables import ApiKeyRow, LoginRow, RoleGrantRow, UserRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import NOBODY, SCOPES, Caller, Grant, Permission, grant_of
from api.security.logins import find_login
from api.security.tokens import token_hash

SEEN_EVERY = timedelta(minutes=1)

KEY = select(ApiKeyRow.id, ApiKeyRow.scopes, ApiKeyRow.program, ApiKeyRow.seen_at, ApiKeyRow.expires_at, ApiKeyRow.revoked_at).where(
    ApiKeyRow.token_hash == bindparam("token_hash")
)


def authenticate(store: Store, settings: Settings, authorization: str | None, cookie: str) -> Caller:
    """The caller of a request. A key takes precedence over a cookie; the cookie of an ended session identifies nobody.

    Args:
        authorization: The Authorization header.
        cookie: The session token, used if there is no such header.

    Raises:
        Problem: The key is invalid; the request is refused rather than treated as another caller's, or as anonymous.
    """
    if authorization is None:
        return _by_session(store, settings, cookie)
    kind, _, token = authorization.partition(" ")
    caller = _by_key(store, token.strip()) if kind.lower() == "bearer" else None
    if caller is None:
        raise Problem("not_signed_in", "The API key is unknown, expired or revoked.", headers={"WWW-Authenticate": "Bearer"})
    return caller


def _by_key(store: Store, token: str) -> Caller | None:
    for key in store.ask(KEY, token_hash=token_hash(token)):
        if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now()):
            return None
        if key.seen_at is None or key.seen_at < now() - SEEN_EVERY:
            _note(store, update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(seen_at=now()))
        permissions: frozenset[Permission] = frozenset().union(*(SCOPES[scope] for scope in key.scopes if scope in SCOPES))
        return Caller("key", key.id, (Grant(key.program, permissions),))
    return None


def _by_session(store: Store, settings: Settings, token: str) -> Caller:
    hashed = token_hash(token)
    with store.reading() as session:
        login = find_login(session, settings, hashed)
        if login is None:
            return NOBODY
        caller, seen_at = caller_of_user(session, session.get_one(UserRow, login.user)), login.seen_at
    if seen_at < now() - SEEN_EVERY:
        _note(store, update(LoginRow).where(LoginRow.token_hash == hashed).values(seen_at=now()))
    return caller


def caller_of_user(session: Session, user: UserRow) -> Caller:
    """The caller for a user; without permissions while their password is temporary."""
    if user.disabled_at is not None:
        return NOBODY
    if user.is_password_temporary:
        return Caller("user", user.id)
    roles = session.scalars(select(RoleGrantRow).where(RoleGrantRow.user == user.id).order_by(RoleGrantRow.id))
    return Caller("user", user.id, tuple(grant_of(role.role, role.program, role.clinician) for role in roles))


def _note(store: Store, change: Update) -> None:
    """Record when a key or session was last used; a busy database fails no request."""
    with suppress(OperationalError), store.writing() as session:
        session.execute(change)
