"""The events of everyone's calendar, stored as rows and revised in the transaction that changes a published week.

A session is one row for each person in it, with its UID, SEQUENCE and time of change (`scheduler.exchange.stamps`). Rows are never
deleted: an unpublished session is cancelled, and returns under the same UID.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.tables import CalendarEventRow, CalendarSecretRow, FeedRow
from api.programs.person import Person
from scheduler.exchange.events import Event, clinician_events, guest_events, participant_events
from scheduler.exchange.stamps import VersionedEvent, revise
from scheduler.timegrid import Week
from scheduler.view import View

SECRET_BYTES = 32


def calendar_secret(session: Session, program: str) -> bytes:
    """The key from which a program's UIDs are derived; created when first needed."""
    row = session.get(CalendarSecretRow, program)
    if row is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        insertion = dialect.insert(CalendarSecretRow).values(program=program, secret=secrets.token_bytes(SECRET_BYTES))
        session.execute(insertion.on_conflict_do_nothing())
        row = session.get_one(CalendarSecretRow, program)
    return row.secret


def revise_calendars(session: Session, program: str, view: View, at: datetime) -> None:
    """Update everyone's calendar to a roster. The week is locked.

    Args:
        view: The roster now published.
        at: When it was published.
    """
    secret = calendar_secret(session, program)
    now: dict[Person, tuple[Event, ...]] = {Person("participant", p): participant_events(view, p, secret) for p in view.visits}
    guests = [Person("participant", p.id, guest.id) for p in view.case.participants.values() for guest in p.guests]
    now |= {guest: guest_events(view, guest.id, guest.guest, secret) for guest in guests}
    now |= {Person("clinician", c): clinician_events(view, c, secret) for c in view.by_clinician}
    _revise(session, program, view.case.week, now, at)


def clear_calendars(session: Session, program: str, monday: date, zone: ZoneInfo, at: datetime) -> None:
    """Cancel a week in everyone's calendar: none of it is published any longer."""
    _revise(session, program, Week(monday, zone), {}, at)


def events_around(session: Session, program: str, person: Person, at: datetime, back: timedelta, ahead: timedelta) -> list[VersionedEvent]:
    """The events of a calendar around a time, by start; more than it shows, so that the next ones are known.

    If none of them is past, the last past one comes first: a calendar that has shown something is never empty.
    """
    table = CalendarEventRow
    of_person = (table.program == program, table.subject_kind == person.kind, table.subject == person.id, table.guest == person.guest)
    query = select(*_COLUMNS).where(*of_person, table.end.between(at - back, at + ahead)).order_by(table.start, table.uid)
    events = [_stamped(row, person) for row in session.execute(query)]
    if not any(event.end <= at for event in events):
        past = select(*_COLUMNS).where(*of_person, table.end < at - back).order_by(table.end.desc(), table.uid.desc()).limit(1)
        events[:0] = [_stamped(row, person) for row in session.execute(past)]
    return events


_COLUMNS = tuple(getattr(CalendarEventRow, name) for name in VersionedEvent.model_fields if name != "calendar")


def _stamped(row: Any, person: Person) -> VersionedEvent:
    return VersionedEvent.model_construct(**row._mapping, calendar=_name(person))


def _name(person: Person) -> str:
    return f"{person.kind}/{person.id}/{person.guest}" if person.guest else f"{person.kind}/{person.id}"


def _revise(session: Session, program: str, week: Week, now: Mapping[Person, Iterable[Event]], at: datetime) -> None:
    """Write the changed rows of a week, and mark the feeds of these people as changed."""
    table = CalendarEventRow
    before: dict[Person, dict[str, VersionedEvent]] = {}
    of_week = select(table.subject_kind, table.subject, table.guest, *_COLUMNS).where(table.program == program, table.monday == week.monday)
    for row in session.execute(of_week):
        person = Person.of(row.subject_kind, row.subject, row.guest)
        values = {name: value for name, value in row._mapping.items() if name not in ("subject_kind", "subject", "guest")}
        before.setdefault(person, {})[row.uid] = VersionedEvent.model_construct(**values, calendar=_name(person))
    added: list[dict[str, Any]] = []
    altered: list[dict[str, Any]] = []
    changed: set[Person] = set()
    for person in before.keys() | now.keys():
        mine = before.get(person, {})
        for event in revise(mine, _name(person), now.get(person, ()), week, at):
            old = mine.get(event.uid)
            if event is not old:
                changed.add(person)
                (added if old is None else altered).append(_values(event, program, week, person))
    if added:
        session.execute(insert(table), added)
    if altered:
        session.execute(update(table), altered)
    _tell_feeds(session, program, changed)


def _values(event: VersionedEvent, program: str, week: Week, person: Person) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in VersionedEvent.model_fields if name != "calendar"}
    return values | {"program": program, "monday": week.monday, "subject_kind": person.kind, "subject": person.id, "guest": person.guest}


def _tell_feeds(session: Session, program: str, people: set[Person]) -> None:
    """Raise the revision of these people's feeds."""
    columns = (FeedRow.id, FeedRow.subject_kind, FeedRow.subject, FeedRow.guest)
    query = select(*columns).where(FeedRow.program == program, FeedRow.revoked_at.is_(None))
    feeds = [id for id, kind, subject, guest in session.execute(query) if Person.of(kind, subject, guest) in people]
    if feeds:
        # Always in the same order, so that two people who publish different weeks do not block each other.
        session.execute(select(FeedRow.id).where(FeedRow.id.in_(feeds)).order_by(FeedRow.id).with_for_update())
        raised = update(FeedRow).where(FeedRow.id.in_(feeds)).values(revision=FeedRow.revision + 1)
        session.execute(raised, execution_options={"synchronize_session": False})
