"""Register, change, rotate and test a program's webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import MessageRow, WebhookRow
from api.database.tables.base import stamps
from api.events.store import add_event
from api.kernel.errors import Problem
from api.programs.store.entities import lock_program
from api.programs.store.programs import check_program
from api.webhooks.signing import new_secret

WEBHOOKS_MOST = 20
OVERLAP = timedelta(hours=24)
"""How long both secrets are used for signing after a rotation."""
PING = "webhook.test"


def list_webhooks(session: Session, program: str, listing: Listing) -> ListedRows[WebhookRow]:
    """Webhooks of a program, disabled ones, too."""
    check_program(session, program)
    query = select(WebhookRow).where(WebhookRow.program == program)
    return list_rows(session, query, listing, orders_of(WebhookRow, "id"), WebhookRow.id)


def find_webhook(session: Session, program: str, id: str, *, to_change: bool = False) -> WebhookRow:
    """Find a webhook.

    Raises:
        Problem: The program has no webhook with this id.
    """
    return find_row(session, WebhookRow, id, "The program has no such webhook.", to_change=to_change, program=program)


def create_webhook(session: Session, program: str, url: str, events: Sequence[str], by: str, at: datetime) -> WebhookRow:
    """Register an address.

    Raises:
        Problem: The program already has the maximum number of webhooks.
    """
    lock_program(session, program)
    if (session.scalar(select(func.count()).select_from(WebhookRow).where(WebhookRow.program == program)) or 0) >= WEBHOOKS_MOST:
        raise Problem("wrong_state", f"A program has at most {WEBHOOKS_MOST} webhooks; delete one first.")
    row = WebhookRow(program=program, url=url, events=sorted(set(events)), secret=new_secret(), **stamps(by, at))
    session.add(row)
    session.flush()
    return row


def change_webhook(row: WebhookRow, url: str, events: Sequence[str], is_enabled: bool, by: str, at: datetime) -> None:
    """Change the address or events of a webhook; disable it or enable it again."""
    row.url, row.events = url, sorted(set(events))
    if not is_enabled and row.disabled_at is None:
        row.disabled_at, row.disabled_reason = at, "by_hand"
    elif is_enabled:
        row.disabled_at, row.disabled_reason, row.failing_since = None, None, None
    row.touch(by, at)


def rotate_secret(row: WebhookRow, by: str, at: datetime) -> str:
    """Give a webhook a new secret; the former one also signs for a day."""
    row.former_secret, row.former_until, row.secret = row.secret, at + OVERLAP, new_secret()
    row.touch(by, at)
    return row.secret


def ping(session: Session, row: WebhookRow, at: datetime) -> MessageRow:
    """Send a test to a webhook.

    Raises:
        Problem: The webhook is disabled.
    """
    message = None if row.disabled_at is not None else add_event(session, row, PING, {"program": row.program}, at)
    if message is None:
        raise Problem("wrong_state", "The webhook is disabled; enable it first.")
    session.flush()
    return message
