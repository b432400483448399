"""Sessions of signed-in users, kept on the server: the cookie holds a token of which only the hash is stored.

A session ends at its time limit, after being idle for too long, on signing out, when the password changes and when the user is disabled.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.database.tables import LoginRow, UserRow
from api.database.tables.base import now
from api.kernel.settings import Settings


def begin_login(session: Session, settings: Settings, user: UserRow, hashed: str) -> None:
    """Begin a session, and delete expired ones.

    Args:
        hashed: `token_hash` of a new token, never of one from a request.
    """
    session.execute(delete(LoginRow).where(LoginRow.expires_at <= now()))
    session.add(LoginRow(token_hash=hashed, user=user.id, expires_at=now() + timedelta(hours=settings.session_hours)))


def find_login(session: Session, settings: Settings, hashed: str) -> LoginRow | None:
    """The session of a token, if it has not ended and its user is not disabled."""
    idle_since = now() - timedelta(minutes=settings.session_idle_minutes)
    return session.scalar(
        select(LoginRow)
        .join(UserRow, UserRow.id == LoginRow.user)
        .where(LoginRow.token_hash == hashed, LoginRow.expires_at > now(), LoginRow.seen_at > idle_since, UserRow.disabled_at.is_(None))
    )


def end_login(session: Session, hashed: str) -> None:
    """Sign out one session."""
    session.execute(delete(LoginRow).where(LoginRow.token_hash == hashed))


def end_logins(session: Session, user: str) -> None:
    """Sign a user out everywhere."""
    session.execute(delete(LoginRow).where(LoginRow.user == user))
