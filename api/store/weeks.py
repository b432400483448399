"""Weeks as rows: made on first need, locked by whoever changes what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.errors import Problem
from api.models.weeks import WeekSettings
from api.store.tables import Program, Roster, Week, WeekPin
from api.store.tables.base import new_id, now
from scheduler.instance import Pin


def check_program(session: Session, program: str) -> Program:
    """The program of an address.

    Raises:
        Problem: There is none.
    """
    row = session.get(Program, program)
    if row is None:
        raise Problem("not_found", "There is no such program.")
    return row


def find_week(session: Session, program: str, monday: date) -> Week:
    """A week for reading: its row, or what the row would be on first need."""
    check_program(session, program)
    return session.get(Week, (program, monday)) or Week(program=program, monday=monday, version=1, document={}, desk_key="")


def lock_week(session: Session, program: str, monday: date, by: str = "system") -> Week:
    """A week's row, made if need be. Until the end of the transaction nobody else changes what belongs to the week."""
    check_program(session, program)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    at = now()
    stamps = {"version": 1, "created_at": at, "created_by": by, "changed_at": at, "changed_by": by}
    row = {"program": program, "monday": monday, "document": {}, "desk_key": new_id(), **stamps}
    session.execute(insert(Week).values(row).on_conflict_do_nothing())
    found = select(Week).where(Week.program == program, Week.monday == monday).with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one()


def touch_week(week: Week, by: str, at: datetime | None = None) -> None:
    """Raise the version of a week that is locked."""
    week.version += 1
    week.changed_by, week.changed_at = by, at or now()


def settings_of_week(week: Week) -> WeekSettings:
    """What is special in a week."""
    return WeekSettings.model_validate(week.document)


def pins_of(session: Session, program: str, monday: date) -> Sequence[WeekPin]:
    """The pins of a week, in the order in which they were made."""
    return session.scalars(
        select(WeekPin).where(WeekPin.program == program, WeekPin.monday == monday).order_by(WeekPin.created_at, WeekPin.id)
    ).all()


def pin_of(row: WeekPin) -> Pin:
    """A pin as the instance has it."""
    return Pin.model_validate(row.document)


def published_roster(session: Session, program: str, monday: date) -> Roster | None:
    """The published roster of a week."""
    return session.scalar(select(Roster).where(Roster.program == program, Roster.monday == monday, Roster.state == "published"))


def list_weeks(session: Session, program: str, before: date | None, limit: int) -> Sequence[tuple[Week, Roster | None, int]]:
    """Weeks with their published roster and the number of their drafts, the latest first; one more than the limit."""
    check_program(session, program)
    drafts = (
        select(func.count())
        .where(Roster.program == Week.program, Roster.monday == Week.monday, Roster.state == "draft")
        .correlate(Week)
        .scalar_subquery()
    )
    is_published = (Roster.program == Week.program) & (Roster.monday == Week.monday) & (Roster.state == "published")
    found = select(Week, Roster, drafts).outerjoin(Roster, is_published).where(Week.program == program)
    if before is not None:
        found = found.where(Week.monday < before)
    return [(week, roster, count) for week, roster, count in session.execute(found.order_by(Week.monday.desc()).limit(limit + 1))]
