"""Send claimed messages: their content is looked up when sent, so that nothing outdated, withdrawn or no longer allowed goes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy.orm import Session

from api.calls.changes import WeekKnowledge
from api.calls.texts import text_of
from api.contacts.store import mail_address
from api.database import Store
from api.database.tables import CallRow, MessageRow, WebhookRow
from api.delivery.smtp import send_mail, write_mail
from api.kernel.settings import Settings
from api.outbound import Network, OutboundError, limits_of, send
from api.outbox.store import ClaimedMessage, Outcome
from api.programs.person import Person
from api.programs.store.programs import zone_of
from api.webhooks.signing import headers_of

WEBHOOK_SECONDS, WEBHOOK_BYTES = 20.0, 100_000
GONE = 410
ASKS_TO_WAIT = (429, 503)


def send_claimed(settings: Settings, store: Store, claimed: ClaimedMessage, at: datetime, network: Network | None = None) -> Outcome:
    """Send a message in this thread; the database is only read, before anything is sent."""
    with store.reading() as session:
        message = session.get(MessageRow, claimed.id)
        if message is None:
            return Outcome("dropped", "deleted")
        content = _mail(session, settings, message, at) if claimed.kind == "mail" else _webhook(session, message, at)
    if isinstance(content, Outcome):
        return content
    if isinstance(content, EmailMessage):
        server = settings.mail_server
        return Outcome("again", "off") if server is None else send_mail(server, content)
    return _post(settings, *content, network)


def _mail(session: Session, settings: Settings, message: MessageRow, at: datetime) -> EmailMessage | Outcome:
    """A mail with the changes that are still current."""
    call = None if message.call is None else session.get(CallRow, message.call)
    if call is None or call.until <= at:
        return Outcome("dropped", "over")
    if call.state != "to_do":
        return Outcome("dropped", "told")
    zone = zone_of(session, call.program)
    to = mail_address(session, call.program, Person.of(call.kind, call.subject), at.astimezone(zone).date())
    if to is None:
        return Outcome("dropped", "not_allowed")
    changes = WeekKnowledge.from_json(call.document).changes(zone, at)
    if not changes:
        return Outcome("dropped", "over")
    return write_mail(message.id, settings.mail_from, to, text_of(changes, zone), at, is_reply_read=settings.mail_replies)


def _webhook(session: Session, message: MessageRow, at: datetime) -> tuple[str, bytes, dict[str, str]] | Outcome:
    """Address, body and headers of an event, signed now, because receivers refuse old signatures."""
    webhook = None if message.webhook is None else session.get(WebhookRow, message.webhook)
    if webhook is None or webhook.disabled_at is not None:
        return Outcome("dropped", "disabled")
    body = body_of(message.event, message.created_at, message.payload)
    is_former_valid = webhook.former_secret is not None and webhook.former_until is not None and at < webhook.former_until
    keys = [webhook.secret, *([webhook.former_secret] if is_former_valid and webhook.former_secret else [])]
    return webhook.url, body, headers_of(keys, message.id, int(at.timestamp()), body)


def body_of(event: str, at: datetime, data: Mapping[str, object]) -> bytes:
    """The posted form of an event: the same bytes in every attempt."""
    time = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"type": event, "timestamp": time, "data": dict(sorted(data.items()))}, separators=(",", ":")).encode()


def _post(settings: Settings, url: str, body: bytes, headers: dict[str, str], network: Network | None) -> Outcome:
    limits = limits_of(settings, seconds=WEBHOOK_SECONDS, bytes_most=WEBHOOK_BYTES)
    try:
        sent = {"Content-Type": "application/json", **headers}
        answer = send(url, method="POST", headers=sent, body=body, limits=limits, network=network)
    except OutboundError as error:
        return Outcome("again", error.code)
    code = f"{answer.status // 100}xx"
    if code == "2xx":
        return Outcome("delivered", code)
    if answer.status == GONE:
        return Outcome("dead", code, is_gone=True)
    return Outcome("again", code, wait=_wait(answer.headers) if answer.status in ASKS_TO_WAIT else None)


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """The wait that a receiver asks for, if given in seconds."""
    text = headers.get("retry-after", "")
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() and len(text) < 8 else None
