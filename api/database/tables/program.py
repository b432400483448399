"""Programs, and the history they were imported with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime


class ProgramRow(StampedRow, Base):
    """A program: zone, calendar, policy and weights. Its sites, rooms, people and groups are in tables of their own."""

    __tablename__ = "programs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(comment="ProgramSettings.")
    archived_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ImportedHistoryRow(Base):
    """The history imported with a program, as of a Monday. The history of later weeks comes from their rosters."""

    __tablename__ = "brought_histories"

    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    monday: Mapped[date]
    document: Mapped[dict[str, Any]] = mapped_column(comment="scheduler.instance.History: past orders, last services, modules done.")
