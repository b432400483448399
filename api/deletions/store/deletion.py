"""Delete the data of one participant, once the time has passed for which records are kept, and record that it was done."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows
from api.database.rows import find_row
from api.database.tables import AttendanceRow, DeletionRow, ParticipantRow, PublishedBookingRow, PublishedSessionRow
from api.database.tables.base import new_id
from api.deletions.models import DeletionView, NewDeletion
from api.deletions.store.rosters import Rewriter
from api.deletions.store.traces import clean_calendars, clean_documents, clean_sessions, delete_own_rows
from api.events.store import notify
from api.kernel.errors import Problem
from api.programs.models import ProgramSettings
from api.programs.store.entities import find_participant, lock_program
from api.programs.store.programs import check_program, zone_of
from api.programs.store.reference_checks import require_unused
from scheduler.policies import resolve


class Keeping(NamedTuple):
    """How long a participant's records are kept.

    Attributes:
        last_service: Date of the last session or attendance, or of the discharge; None: there was none.
        until: The last date.
    """

    last_service: date | None
    until: date


def delete_or_rehearse(session: Session, program: str, new: NewDeletion, by: str, at: datetime, *, is_dry_run: bool) -> DeletionView:
    """Delete the data of a participant, or say what would be deleted; raises what `delete_person` raises."""
    with session.begin_nested() as savepoint:
        view = show_deletion(delete_person(session, program, new, by, at), is_dry_run=is_dry_run)
        if is_dry_run:
            savepoint.rollback()
    return view


def delete_person(session: Session, program: str, new: NewDeletion, by: str, at: datetime) -> DeletionRow:
    """Delete the data of a participant, as one transaction.

    Raises:
        Problem: The participant is not archived, or is in use; or their records must still be kept and no reason is given.
    """
    lock_program(session, program)
    person = find_participant(session, program, new.participant)
    if person.archived_at is None:
        raise Problem("wrong_state", "Archive the participant first; only the data of archived participants can be deleted.")
    require_unused(session, program, "participants", person.id, at)
    keeping = keeping_of(session, person)
    if new.reason is None and at.astimezone(zone_of(session, program)).date() <= keeping.until:
        raise Problem("wrong_state", f"The records are to be kept until {keeping.until}; to delete them before, give a reason.")
    rows = _delete(session, program, person.id, by)
    row = DeletionRow(
        id=new_id(), program=program, participant=new.participant, at=at, by=by, reason=new.reason, rows=dict(sorted((+rows).items())),
        last_service=keeping.last_service, kept_until=keeping.until,
    )  # fmt: skip
    session.add(row)
    session.flush()
    notify(session, "participant.changed", program, {"participant": new.participant, "version": None, "change": "deleted"}, at)
    return row


def _delete(session: Session, program: str, id: str, by: str) -> Counter[str]:
    pseudonym = f"deleted-{new_id()[:12]}"
    rewriter = Rewriter(session, program, id, pseudonym)
    rows = rewriter.rewrite() + delete_own_rows(session, program, id)
    rows["published_sessions"] = clean_sessions(session, program, id, pseudonym)
    rows["calendar_events"] += clean_calendars(session, program, rewriter.appointments)
    return rows + clean_documents(session, program, id, by)


def keeping_of(session: Session, person: ParticipantRow) -> Keeping:
    """How long the records of a participant are kept, by the policy of their program."""
    zone = zone_of(session, person.program)
    booking, published, attendance = PublishedBookingRow, PublishedSessionRow, AttendanceRow
    of_booking = (booking.program == published.program) & (booking.monday == published.monday) & (booking.session == published.session)
    whose = (booking.program == person.program, booking.participant == person.id)
    last = session.scalar(select(func.max(published.start)).join(booking, of_booking).where(*whose))
    marked = select(func.max(attendance.monday)).where(attendance.program == person.program, attendance.participant == person.id)
    discharge = person.document.get("discharge")
    dates = [
        None if last is None else last.astimezone(zone).date(),
        session.scalar(marked),
        None if discharge is None else date.fromisoformat(discharge),
    ]
    last_service = max((day for day in dates if day is not None), default=None)
    settings = ProgramSettings.model_validate(check_program(session, person.program).document)
    since = last_service or (person.archived_at or person.changed_at).astimezone(zone).date()
    return Keeping(last_service, _years_after(since, resolve(settings.policy).record_years))


def _years_after(day: date, years: int) -> date:
    year = min(day.year + years, date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def list_deletions(session: Session, program: str, listing: Listing) -> ListedRows[DeletionRow]:
    """The deletions of a program."""
    check_program(session, program)
    orders = dict.fromkeys(("changed_at", "created_at"), DeletionRow.at)
    return list_rows(session, select(DeletionRow).where(DeletionRow.program == program), listing, orders, DeletionRow.id)


def find_deletion(session: Session, program: str, id: str) -> DeletionRow:
    """One deletion.

    Raises:
        Problem: The program has no deletion with this id.
    """
    return find_row(session, DeletionRow, id, "The program has no such deletion.", program=program)


def show_deletion(row: DeletionRow, *, is_dry_run: bool = False) -> DeletionView:
    """A deletion as shown to staff."""
    names = (name for name in DeletionView.model_fields if name != "is_dry_run")
    return DeletionView(**{name: getattr(row, name) for name in names}, is_dry_run=is_dry_run)
