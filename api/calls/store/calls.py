"""The call list: who must be told about changes to a week before their calendar shows them. Written together with the change.

An entry holds what the person knows and what is published. Another publication replaces the latter; if nothing differs any longer, the
entry is deleted. So the text always leads from what the person knows to what is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.calls.changes import AppointmentVersion, Change, WeekKnowledge, is_soon, span_of
from api.calls.changes import PersonWeek as Appointments
from api.calls.store.feed_delay import FeedDelay, feed_delays_of
from api.contacts.store import mailable
from api.database.tables import CallRow, MessageRow, PublishedBookingRow, PublishedLeadRow, RosterRow, WeekRow
from api.database.tables.base import new_id, stamps
from api.events.store import notify
from api.outbox.store import add_mail, lock_mails
from api.programs.person import Person
from api.programs.store.programs import zone_of
from api.weeks.store.published import sessions_of
from api.weeks.store.weeks import published_roster
from scheduler.roster import Roster as RosterDocument

CallState = Literal["to_do", "reached", "not_needed"]
Weeks = Mapping[Person, Appointments]
NOTHING: Appointments = {}


@dataclass(frozen=True, slots=True)
class Due:
    """A person to be called.

    Attributes:
        row: The open entry of an earlier publication, if any.
        has_calendar: Whether they have a calendar that is fetched.
    """

    person: Person
    knowledge: WeekKnowledge
    changes: tuple[Change, ...]
    row: CallRow | None
    has_calendar: bool


@contextmanager
def noting_changes(session: Session, week: WeekRow, at: datetime, by: str, *, is_mailing: bool) -> Iterator[None]:
    """Wrap a change to a locked, published week: write calls, mails and webhooks in the same transaction.

    Args:
        is_mailing: Whether this installation sends mails.
    """
    before = published_weeks(session, week.program, week.monday)
    yield
    session.flush()
    _note_calls(session, week, before, published_weeks(session, week.program, week.monday), at, by, is_mailing=is_mailing)
    row: RosterRow | None = published_roster(session, week.program, week.monday)
    data = {"monday": week.monday.isoformat(), "roster": None if row is None else row.id}
    notify(session, "roster.unpublished" if row is None else "roster.published", week.program, data, at)


def _note_calls(session: Session, week: WeekRow, before: Weeks, after: Weeks, at: datetime, by: str, *, is_mailing: bool) -> None:
    open_rows = open_calls(session, week.program, week.monday, to_change=True)
    lock_mails(session, [row.id for row in open_rows.values()])
    due_of = {due.person: due for due in due_calls(session, week.program, open_rows, before, after, at)}
    for person, row in open_rows.items():
        if person not in due_of:
            session.delete(row)
    session.flush()
    zone = zone_of(session, week.program)
    mailed = mailable(session, week.program, due_of, at.astimezone(zone).date()) if is_mailing else set()
    for person, due in sorted(due_of.items()):
        if due.row is None or WeekKnowledge.from_json(due.row.document).now != due.knowledge.now:
            row = _store_call(session, week, due, at, by)
            if person in mailed:
                add_mail(session, row, at)


def due_calls(
    session: Session, program: str, open_rows: Mapping[Person, CallRow], before: Weeks, after: Weeks, at: datetime
) -> Iterator[Due]:  # fmt: skip
    """Who must be called once a week is as in `after`; changes nothing.

    Args:
        open_rows: Open entries.
        before: The week as published until then.
    """
    zone, lags = zone_of(session, program), feed_delays_of(session, program, at)
    mailed = _mailed(session, open_rows)
    for person in sorted({*before, *after, *open_rows}):
        row, lag, now = open_rows.get(person), lags.get(person), after.get(person, NOTHING)
        if row is None:
            knowledge = WeekKnowledge(before.get(person, NOTHING), (), now)
        else:
            knowledge = WeekKnowledge.from_json(row.document).followed_by(now, is_seen=_is_seen(row, lag, mailed))
        changes = knowledge.changes(zone, at)
        if changes and (row is not None or is_soon(changes, at, None if lag is None else lag.delay)):
            yield Due(person, knowledge, changes, row, lag is not None)


def _is_seen(row: CallRow, lag: FeedDelay | None, mailed: set[str]) -> bool:
    """Whether a person may have seen the version published so far: their calendar was fetched since, or a mail was sent."""
    return row.id in mailed or (lag is not None and lag.seen_at >= row.noted_at)


def _mailed(session: Session, rows: Mapping[Person, CallRow]) -> set[str]:
    """Entries about which a mail was sent, or may have been."""
    ids = [row.id for row in rows.values()]
    tried = select(MessageRow.call).where(MessageRow.call.in_(ids), MessageRow.attempts > 0)
    return {id for id in session.scalars(tried) if id is not None} if ids else set()


def _store_call(session: Session, week: WeekRow, due: Due, at: datetime, by: str) -> CallRow:
    """Store the new state of an entry."""
    first, until = span_of(due.changes, at)
    row = due.row
    if row is None:
        key = {"program": week.program, "monday": week.monday, "kind": due.person.kind, "subject": due.person.id}
        row = CallRow(id=new_id(), **key, state="to_do", **stamps(by, at))
        session.add(row)
    else:
        row.touch(by, at)
    row.document, row.first, row.until, row.noted_at = due.knowledge.to_json(), first, until, at
    return row


def count_to_call(session: Session, program: str, monday: date, at: datetime) -> int:
    """How many people are still to be called about a week."""
    query = select(func.count()).where(CallRow.program == program, CallRow.monday == monday, CallRow.state == "to_do", CallRow.until > at)
    return session.scalar(query) or 0


def open_calls(session: Session, program: str, monday: date, *, to_change: bool = False) -> dict[Person, CallRow]:
    """Open entries of a week, by person."""
    query = select(CallRow).where(CallRow.program == program, CallRow.monday == monday, CallRow.state == "to_do").order_by(CallRow.id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {Person.of(row.kind, row.subject): row for row in session.scalars(query)}


def published_weeks(session: Session, program: str, monday: date) -> Weeks:
    """Everyone's published appointments."""
    sessions = {row.session: row for row in sessions_of(session, program, monday)}
    weeks: dict[Person, dict[str, AppointmentVersion]] = {}

    def add(person: Person, key: str, mode: str) -> None:
        row = sessions[key]
        weeks.setdefault(person, {})[key] = AppointmentVersion(key, row.start, row.end, mode, row.site)

    bookings = select(PublishedBookingRow.participant, PublishedBookingRow.session, PublishedBookingRow.mode)
    of_bookings = (PublishedBookingRow.program == program, PublishedBookingRow.monday == monday)
    for participant, key, mode in session.execute(bookings.where(*of_bookings)):
        add(Person("participant", participant), key, mode)
    leads = select(PublishedLeadRow.clinician, PublishedLeadRow.session)
    for clinician, key in session.execute(leads.where(PublishedLeadRow.program == program, PublishedLeadRow.monday == monday)):
        add(Person("clinician", clinician), key, sessions[key].mode)
    return weeks


def weeks_of(document: RosterDocument) -> Weeks:
    """Everyone's appointments in a roster, as they would be published."""
    weeks: dict[Person, dict[str, AppointmentVersion]] = {}
    for s in document.sessions:
        people = [(Person("participant", b.participant), str(b.mode)) for b in s.bookings]
        people += [(Person("clinician", clinician), str(s.mode)) for clinician in s.facilitators]
        for person, mode in people:
            weeks.setdefault(person, {})[s.id] = AppointmentVersion(s.id, s.start, s.end, mode, s.site)
    return weeks


def changes_of(row: CallRow, zone: ZoneInfo, at: datetime) -> tuple[Change, ...]:
    """The changes that an entry still has to tell at a given time."""
    return WeekKnowledge.from_json(row.document).changes(zone, at)
