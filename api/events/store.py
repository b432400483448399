"""Write events for webhooks into the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.database.tables import MessageRow, WebhookRow
from api.database.tables.base import new_id
from api.events.kinds import WebhookEvent

MessageKind = Literal["mail", "webhook"]

WAITING_MOST = 1000
"""Maximum number of waiting messages for one webhook; beyond it, the webhook is disabled."""


def notify(session: Session, event: WebhookEvent, program: str, data: dict[str, Any], at: datetime) -> None:
    """Notify every webhook of a program that is subscribed to an event.

    Args:
        data: Ids, versions and states only; the program's id is added.
    """
    for row in session.scalars(
        select(WebhookRow).where(WebhookRow.program == program, WebhookRow.disabled_at.is_(None)).order_by(WebhookRow.id)
    ):
        if event in row.events:
            add_event(session, row, event, {"program": program} | data, at)


def add_event(session: Session, webhook: WebhookRow, event: str, data: dict[str, Any], at: datetime) -> MessageRow | None:
    """Queue an event for a webhook, unless it has stopped responding.

    Returns:
        The message; None if too many were waiting and the webhook was disabled.
    """
    count = select(func.count()).select_from(MessageRow).where(MessageRow.webhook == webhook.id, MessageRow.state == "waiting")
    if (session.scalar(count) or 0) >= WAITING_MOST:
        webhook.disabled_at, webhook.disabled_reason = at, "too_many_waiting"
        return None
    message = new_message("webhook", webhook.program, event, at, webhook=webhook.id, payload=data)
    session.add(message)
    return message


def new_message(kind: MessageKind, program: str, event: str, at: datetime, **more: Any) -> MessageRow:
    """The row of a message to be sent, not yet added to the session."""
    fields = {"payload": {}, "attempts": 0, "version": 1, "log": [], "state": "waiting", "due_at": at, "created_at": at} | more
    return MessageRow(id=f"msg_{new_id()}", kind=kind, program=program, event=event, **fields)
