"""Participants' own pages: one-time links, the visits they start, and the absences announced there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, new_id, now


class PageLinkRow(StampedRow, Base):
    """A link that opens a participant's page once. Only the hash of its token is kept."""

    __tablename__ = "page_links"
    __table_args__ = (Index(None, "program", "participant"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    participant: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    used_by: Mapped[str | None] = mapped_column(
        String(64), comment="Hash of the page whose button was pressed; a second press is answered like the first."
    )
    replaced_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When a newer link replaced it, unused.")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="Revoked by staff; visits begun with it ended, too.")


class PageVisitRow(Base):
    """A participant signed in to their own page; the cookie holds a token, and only its hash is stored."""

    __tablename__ = "page_visits"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    link: Mapped[str] = mapped_column(ForeignKey("page_links.id", ondelete="CASCADE"), index=True)
    is_kept: Mapped[bool] = mapped_column(default=False, comment="On a device that no one else uses: it lasts longer.")
    shows_details: Mapped[bool] = mapped_column(default=False, comment="Groups, services and rooms are shown until the visit ends.")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class AnnouncementRow(StampedRow, Base):
    """An absence that a participant announced. It takes effect only when staff accept it; then it is an absence like any other."""

    __tablename__ = "announcements"
    __table_args__ = (Index(None, "program", "state"), Index(None, "program", "participant"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    participant: Mapped[str] = mapped_column(String(64))
    first: Mapped[date]
    last: Mapped[date] = mapped_column(comment="Last date, included.")
    start: Mapped[int] = mapped_column(default=0, comment="Minute of each day, wall time of the program.")
    end: Mapped[int] = mapped_column(default=1440)
    state: Mapped[str] = mapped_column(String(16), default="open", comment="open, accepted, declined or withdrawn.")
    reason: Mapped[str | None] = mapped_column(String(32), comment="Why it was declined: DeclineReason.")
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="When staff said that they have read it, or answered it.")
    absence: Mapped[str | None] = mapped_column(String(64), comment="The absence created by accepting it.")
