"""Create, change, archive and restore the entities of a program.

Every change locks the program first, so that no entity is archived while another change begins to refer to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.database import tables
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables.base import now, stamps
from api.events.kinds import PersonChange
from api.events.store import notify
from api.kernel.errors import Problem
from api.programs.store.filter_columns import filter_column
from api.programs.store.kinds import Kind
from api.programs.store.programs import check_program, lock_any
from api.programs.store.reference_checks import require_references, require_unused
from scheduler.fields import Model

DISCHARGED = "discharged"


def lock_program(session: Session, program: str) -> tables.ProgramRow:
    """Lock a program's row; until the transaction ends, nobody else can change the program's entities.

    Raises:
        Problem: No such program exists, or it is archived.
    """
    row = lock_any(session, program)
    if row.archived_at is not None:
        raise Problem("wrong_state", "The program is archived; restore it first.")
    return row


def list_kept(
    session: Session,
    program: str,
    kind: Kind,
    listing: Listing,
    *,
    include_archived: bool = False,
    where: Sequence[Mapping[str, Sequence[str]]] = (),
    monday: date | None = None,
) -> ListedRows[tables.EntityRow]:
    """Entities of one kind, also archived ones if that is asked or if they were changed since a time.

    Args:
        where: Conditions that all must hold, each as values by field: one of its fields has one of its values.
        monday: The week for which the phase of participants is meant.
    """
    table = kind.table
    query = select(table).where(table.program == program)
    if not include_archived and listing.changed_since is None:
        query = query.where(table.archived_at.is_(None))
    for condition in where:
        query = query.where(or_(*(filter_column(table, field, monday).in_(values) for field, values in condition.items())))
    return list_rows(session, query, listing, orders_of(table, "id"), table.id)


def find_kept(session: Session, program: str, kind: Kind, id: str, *, to_change: bool = False) -> tables.EntityRow:
    """Find one entity.

    Args:
        to_change: Lock the program, and refuse changes if it is archived.

    Raises:
        Problem: No such entity exists.
    """
    if to_change:
        lock_program(session, program)
    row = session.get(kind.table, {"program": program, "id": id}, populate_existing=True)
    if row is None:
        raise Problem("not_found", f"The program has no {kind.one.replace('_', ' ')} with this id.")
    return row


def find_participant(session: Session, program: str, id: str) -> tables.ParticipantRow:
    """Find a participant, archived or not.

    Raises:
        Problem: No such program or participant exists.
    """
    check_program(session, program)
    return find_row(session, tables.ParticipantRow, {"program": program, "id": id}, "The program has no such participant.")


def create_kept(session: Session, program: str, kind: Kind, thing: Model, by: str) -> tables.EntityRow:
    """Store a new entity.

    Raises:
        Problem: The id is taken (`exists`), or the entity names unknown ids (`bad_reference`).
    """
    lock_program(session, program)
    id: str = getattr(thing, "id")  # noqa: B009 - every kind has an id, but their common base does not declare it
    if session.get(kind.table, {"program": program, "id": id}) is not None:
        raise Problem("exists", "This id is taken, perhaps by an archived entry: change or restore that one, or choose another id.")
    row = new_row(program, kind, thing, by)
    require_references(session, program, kind.name, row.document)
    session.add(row)
    session.flush()
    notify_of_person(session, row, "created")
    return row


def new_row(program: str, kind: Kind, thing: Model, by: str) -> tables.EntityRow:
    """The row of a new entity, not yet added to the session."""
    document = thing.model_dump(mode="json")
    columns = {name: getattr(thing, name) for name in kind.columns}
    table: Any = kind.table
    row: tables.EntityRow = table(program=program, id=document["id"], document=document, **columns, **stamps(by, now()))
    return row


def replace_kept(session: Session, row: tables.EntityRow, kind: Kind, thing: Model, by: str) -> None:
    """Replace the document of an entity.

    Raises:
        Problem: The entity is archived (`wrong_state`), or names unknown ids (`bad_reference`).
    """
    if row.archived_at is not None:
        raise Problem("wrong_state", "It is archived; restore it first.")
    require_references(session, row.program, kind.name, thing.model_dump(mode="json"))
    write_kept(session, row, kind, thing, by)


def write_kept(session: Session, row: tables.EntityRow, kind: Kind, thing: Model, by: str) -> None:
    """Write another document into the row of an entity whose references were checked; an archived one is restored."""
    document: dict[str, Any] = thing.model_dump(mode="json")
    is_leaving = document.get("status") == DISCHARGED != row.document.get("status")
    change: PersonChange = "restored" if row.archived_at is not None else "discharged" if is_leaving else "changed"
    row.document, row.archived_at = document, None
    for name in kind.columns:
        setattr(row, name, getattr(thing, name))
    row.touch(by)
    notify_of_person(session, row, change)


def archive_kept(session: Session, row: tables.EntityRow, kind: Kind, by: str, at: datetime) -> None:
    """Archive an entity: it is left out of new weeks, but published weeks keep it. Archiving twice has no further effect.

    Raises:
        Problem: Other entities refer to it (`in_use`).
    """
    if row.archived_at is None:
        require_unused(session, row.program, kind.name, row.id, at)
        row.archived_at = at
        row.touch(by)
        notify_of_person(session, row, "archived")


def restore_kept(session: Session, row: tables.EntityRow, kind: Kind, by: str) -> None:
    """Restore an archived entity. Restoring twice has no further effect.

    Raises:
        Problem: It refers to entities that no longer exist (`bad_reference`).
    """
    if row.archived_at is not None:
        require_references(session, row.program, kind.name, row.document)
        row.archived_at = None
        row.touch(by)
        notify_of_person(session, row, "restored")


def notify_of_person(session: Session, row: tables.EntityRow, change: PersonChange) -> None:
    """Notify webhooks of a participant; of other entities, nobody is."""
    if isinstance(row, tables.ParticipantRow):
        data = {"participant": row.id, "version": row.version, "change": change}
        notify(session, "participant.changed", row.program, data, row.changed_at)
