"""Offers to people who are not in the program yet, held until a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime, new_id


class HeldOfferRow(StampedRow, Base):
    """A weekly schedule offered to a waiting participant. Until it ends, nobody else is given its seats and times."""

    __tablename__ = "held_offers"
    __table_args__ = (Index(None, "program", "until"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    participant: Mapped[str] = mapped_column(String(64))
    first: Mapped[date] = mapped_column(comment="The first day of the schedule.")
    until: Mapped[datetime] = mapped_column(UtcTime, comment="When it ends by itself.")
    document: Mapped[dict[str, Any]] = mapped_column(comment="Its places: groups, and appointments with their clinician and room.")
