"""The first start: a one-time link for creating the first director."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.database import Store
from api.database.tables import SetupLinkRow, UserRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import SYSTEM
from api.security.tokens import new_token, token_hash

VALID = timedelta(hours=24)


def setup_link(store: Store, settings: Settings) -> str | None:
    """A link for creating the first director, to be shown to the operator who started the service; None if there are users.

    It works for 24 hours or until there is a user; each start creates another. The token follows the #, which browsers do not send.
    """
    with store.reading() as session:
        if is_set_up(session):
            return None
    token = new_token()
    with store.writing() as session:
        session.add(SetupLinkRow(token_hash=token_hash(token)))
    return f"{settings.base_url}/setup#{token}"


def create_first_director(session: Session, token: str, login: str, hashed: str) -> UserRow:
    """Create the first user: a director of all programs.

    Args:
        hashed: From `passwords.hash_password`, computed before the transaction.

    Raises:
        Problem: There are users already, or the token was not issued within the last day.
    """
    # If two people use two links at once, the second waits here, then finds the first one's user.
    links = session.scalars(select(SetupLinkRow).order_by(SetupLinkRow.token_hash).with_for_update()).all()
    check_setup(session, token)
    user = create_user(session, SYSTEM, login, hashed, (RoleIn(role="director"),))
    for link in links:
        link.used_at = now()
    return user


def check_setup(session: Session, token: str) -> None:
    """Check that the service is waiting to be set up with this token.

    Raises:
        Problem: It does not.
    """
    if is_set_up(session):
        raise Problem("wrong_state", "This service is set up; sign in, or ask a director for an account.")
    link = session.get(SetupLinkRow, token_hash(token))
    if link is None or link.used_at is not None or link.created_at <= now() - VALID:
        raise Problem("not_found", "This set-up link is not valid, or older than a day; start the service again to get another one.")


def is_set_up(session: Session) -> bool:
    """Whether there is a user, who can create the others."""
    return session.scalar(select(exists().select_from(UserRow))) or False
