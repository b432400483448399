"""What the publications of a week changed since a time, person by person, and whether each person knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.calls.changes import Change, PersonWeek, WeekKnowledge
from api.calls.store.calls import published_weeks, weeks_of
from api.calls.store.feed_delay import FeedDelay, feed_delays_of
from api.calls.store.views import labels_of
from api.database.tables import CallRow
from api.programs.person import Person
from api.programs.store.programs import zone_of
from api.weeks.store.rosters import roster_in_force, roster_of
from api.weeks.store.weeks import published_roster

Notice = Literal["reached", "not_needed", "to_call", "in_calendar", "by_calendar", "none"]
NOBODY_WEEK: PersonWeek = {}


@dataclass(frozen=True, slots=True)
class RecentChange:
    """What changed for one person.

    Attributes:
        notice: Whether they know: reached by a call or needing none, still to be called, seen in their calendar, soon shown by it, or
            nothing of these.
    """

    person: Person
    label: str
    changes: tuple[Change, ...]
    notice: Notice


def recent_changes(session: Session, program: str, monday: date, since: datetime, at: datetime) -> tuple[RecentChange, ...]:
    """The changes to what is not over, the earliest first; none if nothing was published yet at the time."""
    former, current = roster_in_force(session, program, monday, since), published_roster(session, program, monday)
    if former is None or current is None or former.id == current.id or current.published_at is None:
        return ()
    before, after, zone = weeks_of(roster_of(session, former)), published_weeks(session, program, monday), zone_of(session, program)
    weeks = {person: (before.get(person, NOBODY_WEEK), after.get(person, NOBODY_WEEK)) for person in before.keys() | after.keys()}
    changes = {person: WeekKnowledge(former_week, (), now).changes(zone, at) for person, (former_week, now) in weeks.items()}
    people = [person for person, some in changes.items() if some]
    labels, calls = labels_of(session, program, people), _calls_since(session, program, monday, since)
    lags, published_at = feed_delays_of(session, program, at), current.published_at
    notices = {person: _notice(calls.get(person), lags.get(person), published_at) for person in people}
    entries = (RecentChange(person, labels.get(person) or person.id, changes[person], notices[person]) for person in people)
    return tuple(sorted(entries, key=lambda one: (min(side.start for change in one.changes for side in change.sides), one.label)))


def _calls_since(session: Session, program: str, monday: date, since: datetime) -> Mapping[Person, str]:
    """The state of everyone's last call about changes published since a time."""
    query = select(CallRow).where(CallRow.program == program, CallRow.monday == monday, CallRow.noted_at >= since)
    return {Person.of(row.kind, row.subject): row.state for row in session.scalars(query.order_by(CallRow.noted_at, CallRow.id))}


def _notice(call: str | None, calendar: FeedDelay | None, published_at: datetime) -> Notice:
    if call in ("reached", "not_needed"):
        return "reached" if call == "reached" else "not_needed"
    if calendar is not None and calendar.seen_at > published_at:
        return "in_calendar"
    if call is not None:
        return "to_call"
    return "none" if calendar is None else "by_calendar"
