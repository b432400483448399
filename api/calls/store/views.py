"""The call list as staff see it: find, show and mark entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.calls.changes import AppointmentVersion, Change, WeekKnowledge, span_of
from api.calls.models import AppointmentView, CallState, CallView, ChangeView, MailState, PlannedCall, PlannedCalls
from api.calls.store.calls import Due, changes_of, due_calls, open_calls, published_weeks, weeks_of
from api.calls.store.feed_delay import FeedDelay, feed_delays_of
from api.calls.texts import sms_parts, text_of
from api.contacts.store import PEOPLE
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import CallRow, MessageRow
from api.events.store import notify
from api.kernel.errors import Problem
from api.programs.person import Person
from api.programs.store.programs import check_program, zone_of
from api.weeks.store.weeks import lock_week
from scheduler.exchange.words import apart
from scheduler.fields import Mode
from scheduler.roster import Roster as RosterDocument

MAILS: Mapping[str, MailState] = {"waiting": "waiting", "delivered": "sent", "dead": "failed", "dropped": "dropped"}


@dataclass(frozen=True, slots=True)
class CallContext:
    """Data read once for a list of entries."""

    zone: ZoneInfo
    at: datetime
    labels: Mapping[Person, str]
    lags: Mapping[Person, FeedDelay]
    mails: Mapping[str, MailState]


def list_calls(
    session: Session,
    program: str,
    monday: date | None,
    at: datetime,
    listing: Listing,
    *,
    state: CallState | None = None,
) -> ListedRows[CallRow]:
    """Entries of the call list.

    Args:
        monday: Only this week; None: all.
        state: `to_do`: open entries about changes that are not over.
    """
    check_program(session, program)
    query = select(CallRow).where(CallRow.program == program)
    if monday is not None:
        query = query.where(CallRow.monday == monday)
    if state is not None:
        query = query.where(CallRow.state == state)
    if state == "to_do":
        query = query.where(CallRow.until > at)
    return list_rows(session, query, listing, orders_of(CallRow, "first"), CallRow.id)


def find_call(session: Session, program: str, monday: date, id: str, *, to_change: bool = False) -> CallRow:
    """Find an entry; if it is to be changed, lock its week.

    Raises:
        Problem: The week has no entry with this id.
    """
    check_program(session, program)
    if to_change:
        lock_week(session, program, monday)
    missing = "This week has no such call; perhaps its change was undone."
    return find_row(session, CallRow, id, missing, to_change=to_change, program=program, monday=monday)


def mark_call(session: Session, row: CallRow, state: CallState, by: str, at: datetime) -> None:
    """Record the outcome of a call, or that it is still to be made.

    Raises:
        Problem: The call can no longer be made: a later one replaced it, or nothing is left to tell.
    """
    if state == "to_do" and row.state != "to_do":
        _take_up(session, row, at)
    row.state = state
    row.done_at, row.done_by = (None, None) if state == "to_do" else (at, by)
    row.touch(by, at)
    session.flush()
    data = {"monday": row.monday.isoformat(), "call": row.id, "version": row.version, "state": state}
    notify(session, "call.reopened" if state == "to_do" else "call.done", row.program, data, at)


def _take_up(session: Session, row: CallRow, at: datetime) -> None:
    """Reopen an entry that was marked by mistake, updated to the published week."""
    of_person = (CallRow.program == row.program, CallRow.monday == row.monday, CallRow.kind == row.kind, CallRow.subject == row.subject)
    if session.scalar(select(CallRow.id).where(*of_person, CallRow.id != row.id, CallRow.noted_at >= row.noted_at).limit(1)) is not None:
        raise Problem("wrong_state", "There is a later call to this person about this week; mark that one.")
    now = published_weeks(session, row.program, row.monday).get(_person(row), {})
    knowledge = WeekKnowledge.from_json(row.document).followed_by(now, is_seen=True)
    changes = knowledge.changes(zone_of(session, row.program), at)
    if not changes:
        raise Problem("wrong_state", "No call is needed any more: the change is over, or was undone.")
    row.document = knowledge.to_json()
    row.first, row.until = span_of(changes, at)


def plan_calls(session: Session, program: str, monday: date, document: RosterDocument, at: datetime) -> PlannedCalls:
    """The call list that publishing a roster now would create; changes nothing."""
    rows, before = open_calls(session, program, monday), published_weeks(session, program, monday)
    dues = list(due_calls(session, program, rows, before, weeks_of(document), at))
    zone, labels = zone_of(session, program), labels_of(session, program, [due.person for due in dues])
    people = {due.person for due in dues}
    calls = sorted((_planned(due, monday, zone, labels, at) for due in dues), key=lambda call: (call.first, call.kind, call.subject))
    return PlannedCalls(calls=tuple(calls), undone=tuple(row.id for person, row in rows.items() if person not in people))


def show_calls(session: Session, program: str, rows: Sequence[CallRow], at: datetime) -> list[CallView]:
    """Entries as staff see them."""
    people = [_person(row) for row in rows]
    context = CallContext(
        zone_of(session, program), at, labels_of(session, program, people), feed_delays_of(session, program, at), _mails(session, rows)
    )  # fmt: skip
    return [_view(row, context) for row in rows]


def labels_of(session: Session, program: str, people: Iterable[Person]) -> dict[Person, str]:
    """Labels that tell people apart, including archived ones."""
    labels: dict[Person, str] = {}
    for kind, table in PEOPLE.items():
        ids = sorted({p.id for p in people if p.kind == kind})
        rows = session.execute(select(table.id, table.document).where(table.program == program, table.id.in_(ids)))
        of_kind = apart({id: document.get("label", "") for id, document in rows})
        labels |= {Person.of(kind, id): label for id, label in of_kind.items()}
    return labels


def _mails(session: Session, rows: Collection[CallRow]) -> dict[str, MailState]:
    """The state of the last mail of each entry."""
    sent = (
        select(MessageRow.call, MessageRow.state)
        .where(MessageRow.call.in_([row.id for row in rows]))
        .order_by(MessageRow.created_at, MessageRow.id)
    )
    return {call: MAILS[state] for call, state in session.execute(sent) if call is not None}


def _person(row: CallRow) -> Person:
    return Person.of(row.kind, row.subject)


def _view(row: CallRow, context: CallContext) -> CallView:
    person = _person(row)
    lag = context.lags.get(person)
    changes = changes_of(row, context.zone, context.at)
    return CallView(
        **_basis(person, row.monday, changes, context.zone, context.labels),
        id=row.id,
        version=row.version,
        state=cast(CallState, row.state),
        first=row.first.astimezone(context.zone),
        until=row.until.astimezone(context.zone),
        has_calendar=lag is not None,
        # Times are stored to the minute: a fetch in the same minute may have been earlier.
        is_fetched=lag is not None and lag.seen_at > row.noted_at,
        mail=context.mails.get(row.id),
        noted_at=row.noted_at.astimezone(context.zone),
        done_at=None if row.done_at is None else row.done_at.astimezone(context.zone),
        done_by=row.done_by,
    )


def _planned(due: Due, monday: date, zone: ZoneInfo, labels: Mapping[Person, str], at: datetime) -> PlannedCall:
    first, until = span_of(due.changes, at)
    return PlannedCall(
        **_basis(due.person, monday, due.changes, zone, labels),
        first=first.astimezone(zone),
        until=until.astimezone(zone),
        has_calendar=due.has_calendar,
        call=None if due.row is None else due.row.id,
    )


def _basis(
    person: Person, monday: date, changes: Sequence[Change], zone: ZoneInfo, labels: Mapping[Person, str]
) -> dict[str, Any]:  # fmt: skip
    text = text_of(changes, zone) if changes else ""
    return {
        "monday": monday,
        "kind": person.kind,
        "subject": person.id,
        "label": labels.get(person, ""),
        "text": text,
        "sms": sms_parts(text) if text else 0,
        "changes": tuple(
            ChangeView(kind=c.kind, before=_appointment(c.before, zone), after=_appointment(c.after, zone)) for c in changes
        ),
    }  # fmt: skip


def _appointment(appointment: AppointmentVersion | None, zone: ZoneInfo) -> AppointmentView | None:
    if appointment is None:
        return None
    start, end = appointment.start.astimezone(zone), appointment.end.astimezone(zone)
    return AppointmentView(id=appointment.key, start=start, end=end, mode=cast(Mode, appointment.mode), site=appointment.site)
