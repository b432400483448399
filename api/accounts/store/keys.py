"""Manage API keys, for the API and the command line. A key never allows more than its creator may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.models import KeyOut
from api.accounts.store.users import check_program
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import ApiKeyRow, ProgramRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.security.access import SCOPES, Caller, Permission, Scope
from api.security.tokens import new_token, token_hash

PREFIX = "stepdown_"
HINT = len(PREFIX) + 4


def create_key(
    session: Session,
    by: Caller,
    scopes: Sequence[Scope],
    *,
    label: str = "",
    program: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKeyRow, str]:
    """Create a key.

    Args:
        program: None: it works in every program.

    Returns:
        The row, and the token, which cannot be recovered later.

    Raises:
        Problem: The key would allow more than the caller may do, has already expired, or its program does not exist.
    """
    if program is not None and "metrics" in scopes:
        raise Problem("bad_reference", "The scope metrics concerns no single program: create a key without a program for it.")
    permissions: frozenset[Permission] = frozenset().union(*(SCOPES[scope] for scope in scopes))
    if not by.may_grant(permissions | {"admin"}, program):
        raise Problem("forbidden", "You cannot grant more than you may do yourself, or beyond your program.")
    if program is not None and session.get(ProgramRow, program) is None:
        raise Problem("bad_reference", "program: there is no such program; name one that exists.")
    if expires_at is not None and expires_at <= now():
        raise Problem("wrong_state", "expires_at: give a time in the future.")
    token = PREFIX + new_token()
    key = ApiKeyRow(
        label=label,
        token_hash=token_hash(token),
        hint=token[:HINT],
        scopes=sorted(set(scopes)),
        program=program,
        expires_at=expires_at,
        created_by=by.name,
        changed_by=by.name,
    )
    session.add(key)
    session.flush()
    return key, token


def find_keys(session: Session, within: str | None, listing: Listing) -> ListedRows[ApiKeyRow]:
    """Keys, revoked ones, too; within a program, those bound to it."""
    check_program(session, within)
    query = select(ApiKeyRow)
    if within is not None:
        query = query.where(ApiKeyRow.program == within)
    return list_rows(session, query, listing, orders_of(ApiKeyRow, "id"), ApiKeyRow.id)


def get_key(session: Session, key: str, within: str | None = None) -> ApiKeyRow:
    """Find a key that is visible to the caller.

    Raises:
        Problem: No such entry is visible to the caller.
    """
    return find_row(session, ApiKeyRow, key, "There is no such key.", program=within)


def revoke_key(by: Caller, key: ApiKeyRow) -> None:
    """Revoke a key, from the next request on."""
    if key.revoked_at is None:
        key.revoked_at = now()
        key.touch(by.name, key.revoked_at)


def show_key(key: ApiKeyRow) -> KeyOut:
    """A key as shown by the API and the command line."""
    return KeyOut(
        id=key.id,
        label=key.label,
        hint=key.hint,
        scopes=tuple(key.scopes),
        program=key.program,
        created_at=key.created_at,
        created_by=key.created_by,
        last_used_at=key.seen_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
