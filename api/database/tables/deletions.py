"""The record that a participant's data was deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, UtcTime, new_id


class DeletionRow(Base):
    """A participant's data was deleted: who did it, when, and what kinds. Nothing of what it was."""

    __tablename__ = "deletions"
    __table_args__ = (Index(None, "program", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    participant: Mapped[str] = mapped_column(String(64), comment="The id that the participant had.")
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(80))
    last_service: Mapped[date | None] = mapped_column(comment="Date of the last session or attendance, or of the discharge.")
    kept_until: Mapped[date] = mapped_column(comment="Last date for which the policy kept the records.")
    reason: Mapped[str | None] = mapped_column(String(64), comment="Code of why it was deleted before its time.")
    rows: Mapped[dict[str, Any]] = mapped_column(comment="Number of rows deleted or rewritten, by table.")
