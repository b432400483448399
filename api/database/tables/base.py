"""Shared by all tables: constraint names, time zone aware times, and who changed a row when."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 - SQLAlchemy reads it from the class


class UtcTime(TypeDecorator[datetime]):
    """A time zone aware time, stored in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC, and refuse a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Attach the zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ProcessClock:
    """The clock of this process; that of a demo can be ahead or behind.

    Attributes:
        ahead: How far ahead of the machine's clock it is.
    """

    ahead: ClassVar[timedelta] = timedelta()


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC) + ProcessClock.ahead


def new_id() -> str:
    """An opaque id."""
    return uuid.uuid4().hex


class VersionedRow:
    """The version of a row (its ETag), which rises with every change."""

    version: Mapped[int] = mapped_column(default=1)


class StampedRow(VersionedRow):
    """Who created and changed a row and when, and its version."""

    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    created_by: Mapped[str] = mapped_column(String(80), default="system")
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    changed_by: Mapped[str] = mapped_column(String(80), default="system")

    def touch(self, by: str, at: datetime | None = None) -> None:
        """Raise the version: someone has changed the row."""
        self.version += 1
        self.changed_by, self.changed_at = by, at or now()


def stamps(by: str, at: datetime) -> dict[str, Any]:
    """The columns of `StampedRow` in a new row."""
    return {"version": 1, "created_at": at, "created_by": by, "changed_at": at, "changed_by": by}
