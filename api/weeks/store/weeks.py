"""Week rows: created when first needed, and locked for every change that belongs to the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import EntityRow, GroupRow, JobRow, ParticipantRow, PinRow, RosterRow, ServiceRow, WeekRow
from api.database.tables.base import new_id, now, stamps
from api.kernel.errors import Place
from api.programs.store.programs import check_program
from api.weeks.models.weeks import WeekSettings
from scheduler.instance import Pin
from scheduler.rules import RULES
from scheduler.validation.policy import LARGEST_WEIGHT

PREFERENCES = frozenset(rule.id for rule in RULES if rule.level == "preference")


def find_week(session: Session, program: str, monday: date) -> WeekRow:
    """A week for reading: its row, or an unsaved new row."""
    check_program(session, program)
    return session.get(WeekRow, (program, monday)) or WeekRow(program=program, monday=monday, version=1, document={}, desk_key="")


def lock_week(session: Session, program: str, monday: date, by: str = "system") -> WeekRow:
    """Lock a week's row, creating it if needed. Until the transaction ends, nobody else can change what belongs to the week."""
    check_program(session, program)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"program": program, "monday": monday, "document": {}, "desk_key": new_id(), **stamps(by, now())}
    session.execute(insert(WeekRow).values(row).on_conflict_do_nothing())
    query = (
        select(WeekRow)
        .where(WeekRow.program == program, WeekRow.monday == monday)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def settings_of_week(week: WeekRow) -> WeekSettings:
    """The special settings of a week."""
    return WeekSettings.model_validate(week.document)


def change_settings(week: WeekRow, settings: WeekSettings, by: str, at: datetime) -> None:
    """Change the settings of a locked week."""
    week.document = settings.model_dump(mode="json", exclude_defaults=True)
    week.touch(by, at)


def wrong_settings(session: Session, program: str, settings: WeekSettings) -> list[Place]:
    """Unknown ids and invalid weights in a week's settings."""
    there: dict[type[EntityRow], set[str]] = {
        table: set(session.scalars(select(table.id).where(table.program == program, table.archived_at.is_(None))))
        for table in (GroupRow, ParticipantRow, ServiceRow)
    }
    named: list[tuple[str, type[EntityRow], str | None]] = [(f"groups.{group}", GroupRow, group) for group in settings.groups]
    for n, place in enumerate(settings.released):
        named.append((f"released[{n}].participant", ParticipantRow, place.participant))
        named.append((f"released[{n}].group", GroupRow, place.group))
        named.append((f"released[{n}].service", ServiceRow, place.service))
    missing = [path for path, table, id in named if id is not None and id not in there[table]]
    wrong = [
        Place(code="unknown_id", path=path, message="name something that the program has and that is not archived") for path in missing
    ]
    return wrong + [
        Place(
            code="not_a_preference",
            path=f"weights.{rule}",
            message=f"name a preference rule, with a weight from 0 (off) to {LARGEST_WEIGHT}",
        )
        for rule, weight in settings.weights.items()
        if rule not in PREFERENCES or not 0 <= weight <= LARGEST_WEIGHT
    ]


def unfinished_jobs(session: Session, program: str, monday: date) -> Sequence[str]:
    """Unfinished jobs of a week, oldest first."""
    query = select(JobRow.id).where(JobRow.program == program, JobRow.monday == monday, JobRow.state.in_(("queued", "running")))
    return session.scalars(query.order_by(JobRow.created_at, JobRow.id)).all()


def count_drafts(session: Session, program: str, monday: date) -> int:
    """How many drafts a week has."""
    query = (
        select(func.count())
        .select_from(RosterRow)
        .where(RosterRow.program == program, RosterRow.monday == monday, RosterRow.state == "draft")
    )
    return session.scalar(query) or 0


def pins_of(session: Session, program: str, monday: date) -> Sequence[PinRow]:
    """The pins of a week, in order of creation."""
    return session.scalars(
        select(PinRow).where(PinRow.program == program, PinRow.monday == monday).order_by(PinRow.created_at, PinRow.id)
    ).all()


def list_pins(session: Session, program: str, monday: date, listing: Listing) -> ListedRows[PinRow]:
    """The pins of a week, as a caller asks for them."""
    query = select(PinRow).where(PinRow.program == program, PinRow.monday == monday)
    return list_rows(session, query, listing, orders_of(PinRow, "id"), PinRow.id)


def lock_pin(session: Session, program: str, monday: date, pin: str) -> PinRow:
    """A pin to be changed, with its week locked.

    Raises:
        Problem: The week has no pin with this id.
    """
    lock_week(session, program, monday)
    return find_row(session, PinRow, pin, "This week has no such pin.", program=program, monday=monday)


def pin_of(row: PinRow) -> Pin:
    """A pin as the instance contract defines it."""
    return Pin.model_validate(row.document)


def published_roster(session: Session, program: str, monday: date) -> RosterRow | None:
    """The published roster of a week."""
    return session.scalar(select(RosterRow).where(RosterRow.program == program, RosterRow.monday == monday, RosterRow.state == "published"))


def list_weeks(session: Session, program: str, listing: Listing) -> ListedRows[tuple[WeekRow, RosterRow | None, int]]:
    """The weeks of a program that have been worked on, each with its published roster and its number of drafts."""
    check_program(session, program)
    page = list_rows(session, select(WeekRow).where(WeekRow.program == program), listing, orders_of(WeekRow, "monday"), WeekRow.monday)
    of_page = (RosterRow.program == program, RosterRow.monday.in_([week.monday for week in page.rows]))
    rosters = session.scalars(select(RosterRow).where(*of_page, RosterRow.state == "published"))
    published = {roster.monday: roster for roster in rosters}
    counts = select(RosterRow.monday, func.count()).where(*of_page, RosterRow.state == "draft").group_by(RosterRow.monday)
    drafts = {week: int(count) for week, count in session.execute(counts)}
    weeks = [(week, published.get(week.monday), drafts.get(week.monday, 0)) for week in page.rows]
    return ListedRows(weeks, page.next, page.total)
