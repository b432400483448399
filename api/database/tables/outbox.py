"""The call list, e-mail contacts, webhooks, and the outbox of messages to be sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, VersionedRow, new_id, now


class ContactRow(StampedRow, Base):
    """The e-mail address of a participant or clinician. It is stored only here: messages refer to the person, not the address."""

    __tablename__ = "contacts"

    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True, comment="participant or clinician.")
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))


class CallRow(StampedRow, Base):
    """A person to call about changes to a week, because their calendar may not show them in time."""

    __tablename__ = "calls"
    __table_args__ = (
        ForeignKeyConstraint(["program", "monday"], ["weeks.program", "weeks.monday"], ondelete="CASCADE"),
        Index(None, "program", "state", "first", "id"),
        Index(None, "program", "monday"),
        # The database enforces it: nobody is on a week's list twice.
        Index(
            "uq_calls_to_do", "program", "monday", "kind", "subject", unique=True,
            sqlite_where=text("state = 'to_do'"), postgresql_where=text("state = 'to_do'"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(String(64))
    monday: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16), comment="participant or clinician.")
    subject: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="to_do", comment="to_do, reached or not_needed.")
    document: Mapped[dict[str, Any]] = mapped_column(comment="What the person knows, may have seen, and what is true now.")
    first: Mapped[datetime] = mapped_column(UtcTime, comment="The first start that is affected: how urgent it is.")
    until: Mapped[datetime] = mapped_column(UtcTime, comment="The last end that is affected; afterwards no call is needed.")
    noted_at: Mapped[datetime] = mapped_column(UtcTime, comment="When the change was published.")
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    done_by: Mapped[str | None] = mapped_column(String(80))


class WebhookRow(StampedRow, Base):
    """An address that is notified of a program's events, without their content."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    events: Mapped[list[str]]
    secret: Mapped[str] = mapped_column(String(100), comment="Signing needs the secret itself.")
    former_secret: Mapped[str | None] = mapped_column(String(100), comment="Also signs, for a while after a rotation.")
    former_until: Mapped[datetime | None] = mapped_column(UtcTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcTime, comment="The first attempt since the last success.")
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    disabled_reason: Mapped[str | None] = mapped_column(String(32), comment="by_hand, gone (the receiver said so) or too_many_waiting.")


class MessageRow(VersionedRow, Base):
    """An outgoing message, written in the same transaction as its cause. Ids only: address and text are looked up when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "program", "created_at"), Index(None, "webhook", "created_at"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="The same in every attempt, so that receivers recognize it.")
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16), comment="mail or webhook.")
    event: Mapped[str] = mapped_column(String(48))
    call: Mapped[str | None] = mapped_column(
        ForeignKey("calls.id", ondelete="SET NULL"), index=True, comment="The call that a mail is about."
    )
    webhook: Mapped[str | None] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    payload: Mapped[dict[str, Any]] = mapped_column(comment="The data of an event: ids and times.")
    state: Mapped[str] = mapped_column(String(16), default="waiting", comment="waiting, delivered, dead or dropped.")
    reason: Mapped[str | None] = mapped_column(String(32), comment="Why it is dead or was dropped: a code.")
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32), comment="Of the thread that is sending it.")
    leased_until: Mapped[datetime | None] = mapped_column(UtcTime, comment="Afterwards others may send it, because its sender has died.")
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    log: Mapped[list[Any]] = mapped_column(JSON, default=list, comment="The last attempts: when, and a code.")
