"""The first start: one link, by which the first director is made, once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.database import Store
from api.database.tables import SetupLink, User
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import SYSTEM
from api.security.tokens import new_token, token_hash

VALID = timedelta(hours=24)


def setup_link(store: Store, settings: Settings) -> str | None:
    """A link by which the first director is made, to be shown to whoever started the service; None where there are users.

    It works for 24 hours and until there is a user; each start makes another. The token stands behind the #, which browsers send to nobody.
    """
    with store.reading() as session:
        if is_set_up(session):
            return None
    token = new_token()
    with store.writing() as session:
        session.add(SetupLink(token_hash=token_hash(token)))
    return f"{settings.base_url}/setup#{token}"


def create_first_director(session: Session, token: str, login: str, hashed: str) -> User:
    """Make the first user: a director of all programs.

    Args:
        hashed: From `passwords.hash_password`, made before the transaction.

    Raises:
        Problem: There are users, or the token is not one that was shown within a day.
    """
    # Two people with two links, at once: the second waits here, and finds the first one's user.
    links = session.scalars(select(SetupLink).order_by(SetupLink.token_hash).with_for_update()).all()
    check_setup(session, token)
    user = create_user(session, SYSTEM, login, hashed, (RoleIn(role="director"),))
    for link in links:
        link.used_at = now()
    return user


def check_setup(session: Session, token: str) -> None:
    """Go on only if the service waits to be set up by this token.

    Raises:
        Problem: It does not.
    """
    if is_set_up(session):
        raise Problem("wrong_state", "This service is set up; sign in, or ask a director for an account.")
    link = session.get(SetupLink, token_hash(token))
    if link is None or link.used_at is not None or link.created_at <= now() - VALID:
        raise Problem("not_found", "This set-up link is not valid, or older than a day; start the service again to get another one.")


def is_set_up(session: Session) -> bool:
    """Whether there is a user, who makes the others."""
    return session.scalar(select(exists().select_from(User))) or False
