"""The rows in which a participant has left traces, table by table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from api.database import rows_changed, tables
from api.database.tables.base import StampedRow
from api.deletions.store.documents import is_appointment_of, renamed, without_person
from api.programs.store.kinds import KINDS
from scheduler.exchange.events import opaque

SESSION_TABLES: Final = (
    tables.PublishedBookingRow, tables.PublishedLeadRow, tables.AttendanceRow, tables.FormerAttendanceRow, tables.RetractedAttendanceRow,
    tables.LateNoticeRow, tables.OutreachRow,
)  # fmt: skip
"""Tables that name published sessions."""


def own_rows(program: str, id: str) -> Iterator[tuple[type[tables.Base], ColumnElement[bool]]]:
    """The rows that are about one participant, in the order in which they can be deleted."""
    calls, message = tables.CallRow, tables.MessageRow
    of_calls = message.call.in_(select(calls.id).where(calls.program == program, calls.kind == "participant", calls.subject == id))
    yield message, and_(message.program == program, or_(of_calls, message.payload["participant"].as_string() == id))
    yield calls, and_(calls.program == program, calls.kind == "participant", calls.subject == id)
    for table in (tables.FeedRow, tables.CalendarEventRow):
        yield table, and_(table.program == program, table.subject_kind == "participant", table.subject == id)
    contact = tables.ContactRow
    yield contact, and_(contact.program == program, contact.kind == "participant", contact.subject == id)
    relation = tables.RelationRow
    yield relation, and_(relation.program == program, or_(relation.a == id, relation.b == id))
    pin = tables.PinRow
    yield pin, and_(pin.program == program, pin.document["participant"].as_string() == id)
    for owned in (
        tables.PageLinkRow, tables.AnnouncementRow, tables.ConsentRow, tables.HeldOfferRow, tables.OrderRow, tables.PhaseDecisionRow,
        tables.AbsenceRow, tables.RoleGrantRow, tables.PublishedBookingRow, tables.AttendanceRow, tables.FormerAttendanceRow,
        tables.RetractedAttendanceRow, tables.LateNoticeRow, tables.OutreachRow,
    ):  # fmt: skip
        yield owned, and_(owned.program == program, owned.participant == id)
    person = tables.ParticipantRow
    yield person, and_(person.program == program, person.id == id)


def delete_own_rows(session: Session, program: str, id: str) -> Counter[str]:
    """Delete what is about one participant; the number of rows by table."""
    counts: Counter[str] = Counter()
    for table, condition in own_rows(program, id):
        deleted = rows_changed(session.execute(delete(table).where(condition).execution_options(synchronize_session=False)))
        counts[table.__tablename__] += deleted
    return counts


def clean_sessions(session: Session, program: str, id: str, pseudonym: str) -> int:
    """Delete appointments without anyone, and give those that were shared another id; how many there were."""
    table, booking = tables.PublishedSessionRow, tables.PublishedBookingRow
    is_booked = exists().where(booking.program == table.program, booking.monday == table.monday, booking.session == table.session)
    appointments = select(table, is_booked).where(table.program == program, table.session.startswith(f"a.{id}.", autoescape=True))
    count = 0
    for row, is_shared in session.execute(appointments).all():
        if is_appointment_of(id, row.session, row.service):
            _clean_calls(session, row)
            if is_shared:
                _rename(session, row, renamed(row.session, id, pseudonym))
            else:
                session.delete(row)
            count += 1
    session.flush()
    return count


def _clean_calls(session: Session, row: tables.PublishedSessionRow) -> None:
    """Delete calls to clinicians and others about an appointment: they name it."""
    call = tables.CallRow
    about = cast(call.document, Text).contains(f'"{row.session}"', autoescape=True)
    of_week = (call.program == row.program, call.monday == row.monday)
    session.execute(delete(call).where(*of_week, about).execution_options(synchronize_session=False))


def clean_calendars(session: Session, program: str, appointments: Collection[str]) -> int:
    """Take the person's initials out of clinicians' calendars; how many events there were.

    Args:
        appointments: The ids of all sessions without a group in which the person was booked.
    """
    event, feed, link = tables.CalendarEventRow, tables.FeedRow, tables.FeedLinkRow
    secret = session.get(tables.CalendarSecretRow, program)
    if secret is None:
        return 0
    clinicians = session.scalars(select(tables.ClinicianRow.id).where(tables.ClinicianRow.program == program)).all()
    owners = {opaque(secret.secret, "clinician", owner, one): owner for owner in clinicians for one in appointments}
    events = session.scalars(select(event).where(event.program == program, event.subject_kind == "clinician")).all()
    concerned = [row for row in events if row.uid in owners]
    for row in concerned:
        row.summary = None
    of_owners = (feed.program == program, feed.subject_kind == "clinician", feed.subject.in_(sorted({row.subject for row in concerned})))
    feeds = session.scalars(select(feed.id).where(*of_owners)).all()
    # The files that are served hold the initials, too; they are made again when they are fetched.
    session.execute(update(feed).where(feed.id.in_(feeds)).values(revision=feed.revision + 1).execution_options(synchronize_session=False))
    session.execute(update(link).where(link.feed.in_(feeds)).values(body=None, etag=None).execution_options(synchronize_session=False))
    return len(concerned)


def _rename(session: Session, row: tables.PublishedSessionRow, name: str) -> None:
    """Give a published session another id, in every table that names it."""
    former = row.session
    columns = {column.key: getattr(row, column.key) for column in tables.PublishedSessionRow.__table__.columns}
    session.add(tables.PublishedSessionRow(**columns | {"session": name}))
    session.flush()
    for table in SESSION_TABLES:
        of_session = (table.program == row.program, table.monday == row.monday, table.session == former)
        session.execute(update(table).where(*of_session).values(session=name).execution_options(synchronize_session=False))
    session.delete(row)
    session.flush()


def clean_documents(session: Session, program: str, id: str, by: str) -> Counter[str]:
    """Take the participant out of the documents of other rows: weeks, imported history, archived entities; the number of rows by table."""
    counts: Counter[str] = Counter()
    with_documents: list[type[Any]] = [tables.WeekRow, tables.ImportedHistoryRow, *(kind.table for kind in KINDS.values())]
    for table in with_documents:
        for row in session.scalars(select(table).where(table.program == program).execution_options(populate_existing=True)):
            document: dict[str, Any] = without_person(row.document, id, {})
            if document != row.document:
                row.document = document
                counts[table.__tablename__] += 1
                if isinstance(row, StampedRow):
                    row.touch(by)
    return counts
