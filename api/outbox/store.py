"""The outbox as a queue: messages are written in the transaction that causes them, claimed by lease, and end as delivered, dead or dropped.

A claim is a separate short transaction before sending. Its lease is longer than sending can take, so an expired lease means that the
process died; the message is then sent again under the same id. Times come from the database's clock, if it has one, because processes on
several machines share it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from api.database.engine import rows_changed
from api.database.rows import find_row, page_of
from api.database.tables import CallRow, MessageRow, WebhookRow
from api.database.tables.base import now
from api.events.store import MessageKind, new_message
from api.kernel.errors import Problem

Verdict = Literal["delivered", "again", "dead", "dropped"]

LEASE = timedelta(minutes=3)
"""Longer than `senders` can take for one message."""
ATTEMPTS_MOST = 10
FIRST_DELAY, FACTOR, LONGEST_DELAY, JITTER = timedelta(seconds=30), 3, timedelta(hours=6), 0.2
LOG_MOST = 10
KEPT_DAYS: dict[Verdict, int] = {"delivered": 30, "dropped": 30, "dead": 90}


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that this process alone may send until the lease ends."""

    id: str
    lease: str
    kind: MessageKind
    webhook: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an attempt.

    Attributes:
        code: The result in the log of attempts: a class of status codes (2xx), or a word. Never an address or a response.
        wait: The delay that the receiver asks for.
        is_gone: The receiver wants no further messages.
    """

    verdict: Verdict
    code: str
    wait: timedelta | None = None
    is_gone: bool = False


def database_time(session: Session) -> datetime:
    """The current time for all processes that share the database."""
    if session.get_bind().dialect.name == "postgresql":
        time: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return time
    return now()


def delay_after(attempts: int, chance: float) -> timedelta:
    """The delay after a number of attempts: 30 s, tripled each time, at most 6 h; varied by up to a fifth.

    Args:
        chance: 0 to 1; spreads the retries of messages that failed at the same time.
    """
    delay: timedelta = min(FIRST_DELAY * FACTOR ** min(attempts - 1, 20), LONGEST_DELAY)
    return delay * (1 - JITTER + 2 * JITTER * chance)


def lock_mails(session: Session, calls: Collection[str]) -> None:
    """Prevent mails about these entries from being claimed until the transaction ends; those being sent are known by then."""
    waiting = select(MessageRow.id).where(MessageRow.call.in_(sorted(calls)), MessageRow.state == "waiting")
    session.execute(waiting.with_for_update()).all()


def add_mail(session: Session, call: CallRow, at: datetime) -> None:
    """Queue a mail to a person on the call list.

    A mail not yet attempted stays as it is, because its text is written when it is sent. One that was attempted may have arrived, and
    a second mail with its id would look like the first; so it is dropped and replaced by a new one.
    """
    waiting = select(MessageRow).where(MessageRow.call == call.id, MessageRow.state == "waiting").with_for_update()
    for row in session.scalars(waiting.execution_options(populate_existing=True)):
        if row.attempts == 0:
            return
        _finish(row, "dropped", "replaced", at)
    session.add(new_message("mail", call.program, "appointment.changed", at, call=call.id))


def is_any_due(session: Session, at: datetime, kinds: Collection[MessageKind]) -> bool:
    """Whether there is something to send; takes no locks."""
    return session.scalar(select(MessageRow.id).where(_is_due(at, kinds)).limit(1)) is not None


def claim(session: Session, at: datetime, kinds: Collection[MessageKind], busy: Collection[str] = ()) -> ClaimedMessage | None:
    """Claim the most overdue message, in a separate transaction.

    Args:
        kinds: The kinds that this process can send.
        busy: Webhooks to which this process is already sending, so that a slow one occupies one thread, not all.
    """
    free = or_(MessageRow.webhook.is_(None), MessageRow.webhook.not_in(sorted(busy)))
    query = select(MessageRow).where(_is_due(at, kinds), free).order_by(MessageRow.due_at, MessageRow.id).limit(1)
    while (row := session.scalar(query.with_for_update(skip_locked=True))) is not None:
        if row.attempts < ATTEMPTS_MOST:
            row.attempts, row.version = row.attempts + 1, row.version + 1
            row.lease, row.leased_until = secrets.token_hex(16), at + LEASE
            return ClaimedMessage(row.id, row.lease, "mail" if row.kind == "mail" else "webhook", row.webhook)
        # Every process that tried to send it died.
        _finish(row, "dead", "gave_up", at)
        session.flush()
    return None


def _is_due(at: datetime, kinds: Collection[MessageKind]) -> ColumnElement[bool]:
    is_free = or_(MessageRow.leased_until.is_(None), MessageRow.leased_until <= at)
    return and_(MessageRow.state == "waiting", MessageRow.due_at <= at, is_free, MessageRow.kind.in_(sorted(kinds)))


def settle(session: Session, claimed: ClaimedMessage, outcome: Outcome, at: datetime, chance: float) -> Verdict | None:
    """Record the outcome of an attempt.

    Returns:
        The verdict on the message; None if another process has claimed it and will record the outcome.
    """
    # Lock the webhook first, as its deletion does; in the other order, the two could deadlock.
    webhook = None if claimed.webhook is None else session.get(WebhookRow, claimed.webhook, with_for_update=True)
    row = session.get(MessageRow, claimed.id, with_for_update=True, populate_existing=True)
    if row is None or row.lease != claimed.lease:
        return None
    row.log = [*row.log, {"at": at.isoformat(timespec="seconds"), "code": outcome.code}][-LOG_MOST:]
    verdict = outcome.verdict
    if verdict == "again" and row.attempts < ATTEMPTS_MOST:
        row.lease, row.leased_until, row.version = None, None, row.version + 1
        row.due_at = at + max(delay_after(row.attempts, chance), min(outcome.wait or timedelta(0), LONGEST_DELAY))
    else:
        verdict = "dead" if verdict == "again" else verdict
        _finish(row, verdict, outcome.code, at)
    if webhook is not None and verdict != "dropped":
        webhook.failing_since = None if verdict == "delivered" else webhook.failing_since or at
        if outcome.is_gone:
            webhook.disabled_at, webhook.disabled_reason = at, "gone"
    return verdict


def _finish(row: MessageRow, verdict: Verdict, code: str, at: datetime) -> None:
    row.state, row.reason, row.finished_at, row.version = verdict, code if verdict != "delivered" else None, at, row.version + 1
    row.lease, row.leased_until = None, None


def messages_of(
    session: Session, program: str, *, state: str | None, webhook: str | None = None, after: str | None, limit: int
) -> Sequence[MessageRow]:
    """The messages of a program, latest first; one more than the limit if there are more.

    Raises:
        Problem: No message has the id in `after`.
    """
    query = select(MessageRow).where(MessageRow.program == program)
    if state is not None:
        query = query.where(MessageRow.state == state)
    if webhook is not None:
        query = query.where(MessageRow.webhook == webhook)
    last = None if after is None else find_message(session, program, after)
    place = None if last is None else (last.created_at, last.id)
    return session.scalars(page_of(query, MessageRow.created_at, MessageRow.id, after=place, limit=limit, is_latest_first=True)).all()


def find_message(session: Session, program: str, id: str, *, to_change: bool = False) -> MessageRow:
    """One message.

    Raises:
        Problem: The program has no message with this id.
    """
    return find_row(session, MessageRow, id, "No such message exists.", to_change=to_change, program=program)


def retry(row: MessageRow, at: datetime) -> None:
    """Retry a dead message, counting attempts from the start.

    Raises:
        Problem: The message is not dead.
    """
    if row.state != "dead":
        raise Problem("wrong_state", "Only dead messages can be retried; waiting ones are retried automatically.")
    row.state, row.reason, row.finished_at, row.attempts, row.due_at, row.version = "waiting", None, None, 0, at, row.version + 1


def expire(session: Session, at: datetime) -> int:
    """Drop mails that are no longer needed, delete old finished messages, and return how many were deleted."""
    timely_calls = select(CallRow.id).where(CallRow.state == "to_do", CallRow.until > at)
    is_moot = or_(MessageRow.call.is_(None), MessageRow.call.not_in(timely_calls))
    is_free = or_(MessageRow.leased_until.is_(None), MessageRow.leased_until <= at)
    session.execute(
        update(MessageRow)
        .where(MessageRow.kind == "mail", MessageRow.state == "waiting", is_moot, is_free)
        .values(state="dropped", reason="over", finished_at=at)
    )
    count = 0
    for verdict, days in KEPT_DAYS.items():
        old = delete(MessageRow).where(MessageRow.state == verdict, MessageRow.finished_at < at - timedelta(days=days))
        count += rows_changed(session.execute(old))
    return count
