"""Record, list, withdraw and check participants' consents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.consents.models import ConsentKind, ConsentRecord, ConsentState
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import ConsentRow
from api.database.tables.base import stamps
from api.kernel.errors import Place, Problem
from api.programs.store.entities import find_participant, lock_program


def has_consent(session: Session, program: str, participant: str, kind: ConsentKind, on: date, guest: str | None = None) -> bool:
    """Whether a participant's consent of a kind, concerning this guest if any, is in force on a date. Withdrawn ones never are."""
    return consent_on(session, program, participant, kind, on, guest) is not None


def consent_on(
    session: Session, program: str, participant: str, kind: ConsentKind, on: date, guest: str | None = None
) -> ConsentRow | None:
    """The consent in force on a date; the latest if there are several."""
    query = (
        select(ConsentRow)
        .where(
            ConsentRow.program == program, ConsentRow.participant == participant, ConsentRow.kind == kind, ConsentRow.withdrawn_at.is_(None)
        )
        .where(ConsentRow.guest == guest)
        .where(ConsentRow.first <= on, or_(ConsentRow.last.is_(None), ConsentRow.last >= on))
    )
    return session.scalar(query.order_by(ConsentRow.first.desc(), ConsentRow.created_at.desc(), ConsentRow.id).limit(1))


def state_of(row: ConsentRow, on: date) -> ConsentState:
    """The state of a consent on a date."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if on < row.first:
        return "to_come"
    return "expired" if row.last is not None and row.last < on else "in_force"


def record_consent(session: Session, program: str, participant: str, record: ConsentRecord, by: str, at: datetime) -> ConsentRow:
    """Store a new consent; several of the same kind may exist.

    Raises:
        Problem: No such participant or guest exists, or the program is archived.
    """
    lock_program(session, program)
    person = find_participant(session, program, participant)
    if record.guest is not None and record.guest not in [guest["id"] for guest in person.document.get("guests", ())]:
        raise Problem("bad_reference", "", [Place(code="unknown_id", path="guest", message="name a guest of the participant")])
    row = ConsentRow(program=program, participant=participant, **record.model_dump(), **stamps(by, at))
    session.add(row)
    session.flush()
    return row


def list_consents(
    session: Session, program: str, participant: str, listing: Listing, *, kind: ConsentKind | None = None
) -> ListedRows[ConsentRow]:
    """A participant's consents.

    Raises:
        Problem: There is no such participant.
    """
    find_participant(session, program, participant)
    query = select(ConsentRow).where(ConsentRow.program == program, ConsentRow.participant == participant)
    if kind is not None:
        query = query.where(ConsentRow.kind == kind)
    return list_rows(session, query, listing, orders_of(ConsentRow, "id"), ConsentRow.id)


def find_consent(session: Session, program: str, participant: str, id: str) -> ConsentRow:
    """Find and lock a consent.

    Raises:
        Problem: The participant has no consent with this id.
    """
    missing = "This participant has no such consent."
    return find_row(session, ConsentRow, id, missing, to_change=True, program=program, participant=participant)


def withdraw_consent(row: ConsentRow, by: str, at: datetime) -> None:
    """Withdraw a consent now. Withdrawing twice has no further effect."""
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.touch(by, at)
