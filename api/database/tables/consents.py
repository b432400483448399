"""Consents: what a participant allowed, until when, and the reference of the signed form."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, new_id


class ConsentRow(StampedRow, Base):
    """A consent as recorded. It is never changed or deleted, only withdrawn."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "program", "participant", "kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    participant: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32), comment="ConsentKind.")
    guest: Mapped[str | None] = mapped_column(String(64), comment="The guest whom it allows a calendar; None for other kinds.")
    first: Mapped[date] = mapped_column(comment="In force from this date on.")
    last: Mapped[date | None] = mapped_column(comment="Last date, included; None: until it is withdrawn.")
    reference: Mapped[str | None] = mapped_column(String(64), comment="Code of the signed paper; no text.")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
