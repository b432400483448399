"""The entities of a program: one table per kind, all of the same shape.

``document`` is the entity in the form of the instance contract (`scheduler.instance`), or of `api.programs.models` for dated ones: orders,
phase decisions, absences, relations. The few other columns are copies to search by, written only by `api.programs.store.entities`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from api.database.tables.base import Base, Stamped, UtcTime


class Kept(Stamped):
    """The columns that all entities share."""

    @declared_attr
    def program(cls) -> Mapped[str]:  # noqa: N805 - SQLAlchemy calls it with the class
        """The program that the entity belongs to."""
        return mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[dict[str, Any]]
    archived_at: Mapped[datetime | None] = mapped_column(UtcTime, comment="Archived things are in no new week.")


class Site(Kept, Base):
    """A building."""

    __tablename__ = "sites"


class Room(Kept, Base):
    """A room."""

    __tablename__ = "rooms"


class Resource(Kept, Base):
    """A limited resource."""

    __tablename__ = "resources"


class Service(Kept, Base):
    """A kind of session."""

    __tablename__ = "services"


class Clinician(Kept, Base):
    """A clinician, who leads groups and sees participants."""

    __tablename__ = "clinicians"


class Track(Kept, Base):
    """A recurring set of blocks."""

    __tablename__ = "tracks"


class Cohort(Kept, Base):
    """Participants who stay together."""

    __tablename__ = "cohorts"


class Curriculum(Kept, Base):
    """Modules taught over the weeks."""

    __tablename__ = "curricula"


class Group(Kept, Base):
    """A recurring group."""

    __tablename__ = "groups"


class Phase(Kept, Base):
    """A phase of a step-down plan."""

    __tablename__ = "phases"


class Plan(Kept, Base):
    """A step-down plan."""

    __tablename__ = "plans"


class Participant(Kept, Base):
    """A participant in the program."""

    __tablename__ = "participants"

    status: Mapped[str] = mapped_column(String(16), index=True)


class _OfParticipant:
    """Columns of a participant's dated entities."""

    participant: Mapped[str] = mapped_column(String(64), index=True)
    first: Mapped[date] = mapped_column(comment="From this date on.")


class Order(_OfParticipant, Kept, Base):
    """The care ordered for a participant from a date on, until the next order."""

    __tablename__ = "orders"


class PhaseDecision(_OfParticipant, Kept, Base):
    """A clinician's decision to move a participant into a phase, or to step up care."""

    __tablename__ = "phase_decisions"


class Absence(Kept, Base):
    """An absence of a participant or clinician."""

    __tablename__ = "absences"

    participant: Mapped[str | None] = mapped_column(String(64), index=True)
    clinician: Mapped[str | None] = mapped_column(String(64), index=True)
    first: Mapped[date]
    last: Mapped[date]


class Relation(Kept, Base):
    """Two participants who are kept apart."""

    __tablename__ = "relations"

    a: Mapped[str] = mapped_column(String(64))
    b: Mapped[str] = mapped_column(String(64))


KEPT: dict[str, type[Kept]] = {
    "sites": Site,
    "rooms": Room,
    "resources": Resource,
    "services": Service,
    "phases": Phase,
    "plans": Plan,
    "curricula": Curriculum,
    "tracks": Track,
    "cohorts": Cohort,
    "groups": Group,
    "clinicians": Clinician,
    "participants": Participant,
    "relations": Relation,
    "orders": Order,
    "phase_decisions": PhaseDecision,
    "absences": Absence,
}
"""Entity tables by their name in paths and in the instance; each may refer to those before it."""
