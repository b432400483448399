"""Mails with links for a new password. They are sent after the answer, which is the same whether or not there is such a user."""

from __future__ import annotations

import logging
from datetime import datetime
from threading import BoundedSemaphore
from typing import Final

from api.accounts.store.password_links import VALID, new_link
from api.audit.acts import Act
from api.database import Store
from api.database.tables.base import new_id
from api.delivery.smtp import send_mail, write_mail
from api.kernel.settings import Settings
from api.security.access import Caller

log = logging.getLogger("stepdown.accounts")

SUBJECT: Final = "New password"
TEXT: Final = """\
Someone asked for a new password for this account. To choose one, open this link within {minutes} minutes:

{link}

If it was not you, ignore this message: nothing has changed."""
AT_ONCE: Final = 4
"""Mails that one process sends at the same time; the threads for requests send them."""
_sending = BoundedSemaphore(AT_ONCE)


def send_link(store: Store, settings: Settings, login: str, at: datetime, request_id: str) -> None:
    """Create a link for the user with a login, if there is one, and mail it to them. It is tried once: users can ask again."""
    server = settings.mail_server
    if server is None or not _sending.acquire(blocking=False):
        log.warning("a link for a new password was not sent", extra={"fields": {"code": "off" if server is None else "busy"}})
        return
    try:
        with store.writing() as session:
            link = new_link(session, login, at)
            if link is None:
                return
            user, token = link
            Act(Caller(), "session.forgotten", target=f"user={user.id}", request_id=request_id).record(session)
        text = TEXT.format(minutes=int(VALID.total_seconds()) // 60, link=f"{settings.base_url}/new-password#{token}")
        mail = write_mail(
            f"password_{new_id()}", settings.mail_from, user.login, text, at, is_reply_read=settings.mail_replies, subject=SUBJECT
        )
        outcome = send_mail(server, mail)
        log.info("sent a link for a new password", extra={"fields": {"user": user.id, "code": outcome.code}})
    finally:
        _sending.release()
