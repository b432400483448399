"""The entities of a program: one table per kind, all of the same shape.

``document`` is the entity in the form of the instance contract (`scheduler.instance`), or of `api.programs.models` for dated ones: orders,
phase decisions, absences, relations. The few other columns are copies to search by, written only by `api.programs.store.entities`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from api.database.tables.base import Base, StampedRow, UtcTime


class EntityRow(StampedRow):
    """The columns that all entities share."""

    @declared_attr
    def program(cls) -> Mapped[str]:  # noqa: N805 - SQLAlchemy calls it with the class
        """The program that the entity belongs to."""
        return mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[dict[str, Any]]
    archived_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="Archived entities are in no new week.")


class SiteRow(EntityRow, Base):
    """A building."""

    __tablename__ = "sites"


class RoomRow(EntityRow, Base):
    """A room."""

    __tablename__ = "rooms"


class ResourceRow(EntityRow, Base):
    """A limited resource."""

    __tablename__ = "resources"


class ServiceRow(EntityRow, Base):
    """A kind of session."""

    __tablename__ = "services"


class ClinicianRow(EntityRow, Base):
    """A clinician, who leads groups and sees participants."""

    __tablename__ = "clinicians"


class TrackRow(EntityRow, Base):
    """A recurring set of blocks."""

    __tablename__ = "tracks"


class CohortRow(EntityRow, Base):
    """Participants who stay together."""

    __tablename__ = "cohorts"


class CurriculumRow(EntityRow, Base):
    """Modules taught over the weeks."""

    __tablename__ = "curricula"


class GroupRow(EntityRow, Base):
    """A recurring group."""

    __tablename__ = "groups"


class PhaseRow(EntityRow, Base):
    """A phase of a step-down plan."""

    __tablename__ = "phases"


class PlanRow(EntityRow, Base):
    """A step-down plan."""

    __tablename__ = "plans"


class ParticipantRow(EntityRow, Base):
    """A participant in the program."""

    __tablename__ = "participants"
    __table_args__ = (Index(None, "program", "changed_at"),)

    status: Mapped[str] = mapped_column(String(16), index=True)


class _OfParticipant:
    """Columns of a participant's dated entities."""

    participant: Mapped[str] = mapped_column(String(64), index=True)
    first: Mapped[date] = mapped_column(comment="From this date on.")


class OrderRow(_OfParticipant, EntityRow, Base):
    """The care ordered for a participant from a date on, until the next order."""

    __tablename__ = "orders"
    __table_args__ = (Index(None, "program", "changed_at"),)


class PhaseDecisionRow(_OfParticipant, EntityRow, Base):
    """A clinician's decision to move a participant into a phase, or to step up care."""

    __tablename__ = "phase_decisions"
    __table_args__ = (Index(None, "program", "changed_at"),)


class AbsenceRow(EntityRow, Base):
    """An absence of a participant or clinician."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "program", "changed_at"),)

    participant: Mapped[str | None] = mapped_column(String(64), index=True)
    clinician: Mapped[str | None] = mapped_column(String(64), index=True)
    first: Mapped[date]
    last: Mapped[date]


class RelationRow(EntityRow, Base):
    """Two participants who are kept apart."""

    __tablename__ = "relations"

    a: Mapped[str] = mapped_column(String(64))
    b: Mapped[str] = mapped_column(String(64))


ENTITY_TABLES: dict[str, type[EntityRow]] = {
    "sites": SiteRow,
    "rooms": RoomRow,
    "resources": ResourceRow,
    "services": ServiceRow,
    "phases": PhaseRow,
    "plans": PlanRow,
    "curricula": CurriculumRow,
    "tracks": TrackRow,
    "cohorts": CohortRow,
    "groups": GroupRow,
    "clinicians": ClinicianRow,
    "participants": ParticipantRow,
    "relations": RelationRow,
    "orders": OrderRow,
    "phase_decisions": PhaseDecisionRow,
    "absences": AbsenceRow,
}
"""Entity tables by their name in paths and in the instance; each may refer to those before it."""
