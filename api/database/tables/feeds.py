"""Calendars: the events of each person's calendar, the feeds that deliver it, and their links."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, new_id, now


class CalendarSecretRow(Base):
    """The key from which the UIDs of a program's calendars are derived: created once, kept for ever, never in a response."""

    __tablename__ = "calendar_secrets"

    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes]


class CalendarEventRow(Base):
    """A session in one person's calendar, with its history. Publishing a week updates its rows; they are never deleted."""

    __tablename__ = "calendar_events"
    __table_args__ = (Index(None, "program", "monday"), Index(None, "program", "subject_kind", "subject", "end"))

    uid: Mapped[str] = mapped_column(String(64), primary_key=True, comment="Opaque: an HMAC over person and session.")
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    monday: Mapped[date]
    subject_kind: Mapped[str] = mapped_column(String(16), comment="participant or clinician.")
    subject: Mapped[str] = mapped_column(String(64))
    guest: Mapped[str] = mapped_column(
        String(64), default="", server_default=text("''"), comment="The participant's guest whose calendar it is; empty: the person's own."
    )
    start: Mapped[datetime] = mapped_column(UtcTime)
    end: Mapped[datetime] = mapped_column(UtcTime)
    summary: Mapped[str | None] = mapped_column(Text, comment="None: by the label of the feed.")
    place: Mapped[str] = mapped_column(Text, comment="Compared for changes, never shown.")
    location: Mapped[str | None] = mapped_column(Text, comment="Shown by feeds that show places.")
    status: Mapped[str] = mapped_column(String(16), comment="CONFIRMED or CANCELLED.")
    sequence: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class FeedRow(StampedRow, Base):
    """A subscribed calendar: whose it is, for whom, and how it looks. Its version rises when its label or switches change."""

    __tablename__ = "feeds"
    __table_args__ = (
        Index(None, "program", "subject_kind", "subject"),
        # The database enforces it: a person has at most one active feed for each purpose.
        Index(
            "uq_feeds_live", "program", "subject_kind", "subject", "guest", "purpose", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    subject_kind: Mapped[str] = mapped_column(String(16), comment="participant or clinician.")
    subject: Mapped[str] = mapped_column(String(64))
    guest: Mapped[str] = mapped_column(
        String(64), default="", server_default=text("''"), comment="The participant's guest whose calendar it is; empty: the person's own."
    )
    purpose: Mapped[str] = mapped_column(String(16), comment="self, guardian or clinician.")
    document: Mapped[dict[str, Any]] = mapped_column(comment="scheduler.exchange.options.FeedOptions: label and switches.")
    looks_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When label or switches last changed.")
    acknowledged: Mapped[int] = mapped_column(comment="The version of the warning that was read.")
    acknowledged_at: Mapped[datetime] = mapped_column(UtcTime)
    days_after: Mapped[int] = mapped_column(comment="Days after discharge on which it still works.")
    revision: Mapped[int] = mapped_column(default=1, comment="Raised whenever its bytes may change.")
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="Last fetched; noted once a minute at most.")
    seen_client: Mapped[str | None] = mapped_column(
        String(16), comment="The kind of client that last fetched it: apple, google, outlook, ..."
    )
    seen_count: Mapped[int] = mapped_column(default=0, comment="Minutes in which it was fetched.")
    clients: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="The same for each kind of client.")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="As last computed; api.feeds computes it again.")


class FeedLinkRow(Base):
    """A link of a feed, identified by the hash of its token, and the bytes it serves, shared by all processes."""

    __tablename__ = "feed_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    feed: Mapped[str] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    retired_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When another link took its place, or the feed was revoked.")
    revision: Mapped[int] = mapped_column(default=0, comment="The feed's revision when the bytes were created.")
    is_ended: Mapped[bool] = mapped_column(default=False, comment="The bytes say that the link is no longer active.")
    etag: Mapped[str | None] = mapped_column(String(80))
    modified_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When the bytes last changed; only ever later.")
    fresh_until: Mapped[datetime | None] = mapped_column(UtcTime, comment="When time alone may change the bytes.")
    body: Mapped[bytes | None]
