"""Tables that only FHIR needs: a program's codes, and retracted attendance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime


class FhirProgramRow(StampedRow, Base):
    """The codes and identifiers of a program's services and people in other systems."""

    __tablename__ = "fhir_programs"

    program: Mapped[str] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(comment="scheduler.exchange.fhir.settings.FhirSettings.")


class RetractedAttendanceRow(Base):
    """When attendance was last retracted: its row no longer exists, and systems that hold a copy must learn of it."""

    __tablename__ = "attendance_taken_back"
    __table_args__ = (ForeignKeyConstraint(["program", "monday"], ["weeks.program", "weeks.monday"], ondelete="CASCADE"),)

    program: Mapped[str] = mapped_column(String(64), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(String(220), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
