"""Links for users who forgot their password: single use, short-lived, and only their hash is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.accounts.store.users import set_password, user_of_login
from api.database.tables import PasswordLinkRow, UserRow
from api.kernel.errors import Problem
from api.kernel.mail_addresses import as_email
from api.security.access import Caller
from api.security.tokens import new_token, token_hash

VALID: Final = timedelta(minutes=30)
MOST_PER_DAY: Final = 5
"""Links of one user; further requests within a day are ignored, so that strangers cannot fill a mailbox."""
NOT_VALID: Final = "This link is not valid any more. Ask for another one, and open the newest mail."


def new_link(session: Session, login: str, at: datetime) -> tuple[UserRow, str] | None:
    """A new link for a user: the user and the token.

    Returns:
        None if nothing can be sent: no such user, a disabled one, one whose login is not an e-mail address, or too many links already.
    """
    user = user_of_login(session, login)
    if user is None or user.disabled_at is not None or not is_address(login):
        return None
    # Two requests at once count one after the other.
    session.get_one(UserRow, user.id, with_for_update=True)
    session.execute(delete(PasswordLinkRow).where(PasswordLinkRow.created_at <= at - timedelta(days=1)))
    if (session.scalar(select(func.count()).select_from(PasswordLinkRow).where(PasswordLinkRow.user == user.id)) or 0) >= MOST_PER_DAY:
        return None
    token = new_token()
    session.add(PasswordLinkRow(token_hash=token_hash(token), user=user.id, created_at=at, expires_at=at + VALID))
    return user, token


def is_address(login: str) -> bool:
    """Whether a login is an e-mail address."""
    try:
        as_email(login)
    except ValueError:
        return False
    return True


def user_of_link(session: Session, token: str, at: datetime, *, to_change: bool = False) -> UserRow:
    """The user whose password a link may set.

    Raises:
        Problem: The link is unknown, used or expired, or the user is disabled.
    """
    link = session.get(PasswordLinkRow, token_hash(token), with_for_update=to_change or None, populate_existing=to_change)
    user = None if link is None or link.used_at is not None or link.expires_at <= at else session.get(UserRow, link.user)
    if user is None or user.disabled_at is not None:
        raise Problem("not_found", NOT_VALID)
    return user


def use_link(session: Session, token: str, hashed: str, at: datetime) -> UserRow:
    """Set a user's password by a link. All sessions of the user end, and all their links are used up.

    Args:
        hashed: From `passwords.hash_password`, computed before the transaction.

    Raises:
        Problem: The link is not valid.
    """
    user = user_of_link(session, token, at, to_change=True)
    set_password(session, Caller("user", user.id), user, hashed, is_temporary=False)
    for link in session.scalars(select(PasswordLinkRow).where(PasswordLinkRow.user == user.id)):
        link.used_at = link.used_at or at
    return user
