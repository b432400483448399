"""Who sends a request: the bearer of an API key, a signed-in user, or nobody."""

from __future__ import annotations

import hashlib

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import Problem
from api.security.access import NOBODY, SCOPES, Caller, Grant, Permission
from api.store.tables import ApiKey
from api.store.tables.base import now


def token_hash(token: str) -> str:
    """The hash under which a token of 256 random bits is kept; such a token needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def caller_of(request: Request) -> Caller:
    """The caller of a request.

    Raises:
        Problem: A key was sent that is not valid; nobody is taken for somebody else, or for nobody, by mistake.
    """
    header = request.headers.get("authorization", "")
    if not header:
        return NOBODY
    kind, _, token = header.partition(" ")
    with request.app.state.store.reading() as session:
        caller = _by_key(session, token.strip()) if kind.lower() == "bearer" else None
    if caller is None:
        raise Problem("not_signed_in", "The API key is unknown, expired or revoked.", headers={"WWW-Authenticate": "Bearer"})
    return caller


def _by_key(session: Session, token: str) -> Caller | None:
    key = session.scalar(select(ApiKey).where(ApiKey.token_hash == token_hash(token)))
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now()):
        return None
    permissions: frozenset[Permission] = frozenset().union(*(SCOPES[scope] for scope in key.scopes if scope in SCOPES))
    return Caller("key", key.id, (Grant(key.program, permissions),))
