"""Programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables.base import Base, Stamped, UtcTime


class Program(Stamped, Base):
    """A program: zone, calendar, policy and weights. Its sites, rooms, people and groups are rows of their own."""

    __tablename__ = "programs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(comment="api.models.programs.ProgramSettings.")
    archived_at: Mapped[datetime | None] = mapped_column(UtcTime)
