"""What FHIR needs besides everything else: a program's codes, and which attendance was taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, Stamped, UtcTime


class FhirProgram(Stamped, Base):
    """How a program's services and people are called in other systems."""

    __tablename__ = "fhir_programs"

    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(comment="scheduler.exchange.fhir.settings.FhirSettings.")


class AttendanceTakenBack(Base):
    """When attendance was last taken back: its row is gone then, and whoever has a copy has to be told."""

    __tablename__ = "attendance_taken_back"
    __table_args__ = (ForeignKeyConstraint(["program", "monday"], ["weeks.program", "weeks.monday"], ondelete="CASCADE"),)

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
