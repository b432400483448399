"""The sheet of a session: everyone booked in it, and walk-ins, with what is recorded of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.attendance.store.attendance import Recorder, former_marks, recorded
from api.attendance.store.outreach import MISSED, attempts_of_week
from api.pages.published_week import StaffSession, monday_of, program_now, read_week
from api.programs.store.labels import labels_of_kind
from api.programs.store.programs import zone_of
from api.security.access import Caller
from api.weeks.store.published import desk_number
from api.weeks.store.weeks import find_week


class SheetMark(Protocol):
    """What a sheet shows of a mark."""

    status: str
    minutes_late: int | None
    minutes_early: int | None
    joined_at: datetime | None
    left_at: datetime | None
    is_walk_in: bool
    version: int


@dataclass(frozen=True, slots=True)
class SheetPerson:
    """A participant on the sheet of a session.

    Attributes:
        missed: Minutes late and left early together; None if nothing is recorded of it.
        joined: When the participant joined by telehealth, as a form shows it.
        left: When the participant left it.
        version: The version of the mark, 0 for none.
    """

    id: str
    name: str
    is_online: bool
    is_walk_in: bool
    status: str
    missed: int | None
    joined: str
    left: str
    version: int

    @property
    def is_to_be_called(self) -> bool:
        """Whether the participant missed the session."""
        return self.status in MISSED


@dataclass(frozen=True, slots=True)
class SheetCall:
    """An attempt to reach someone who missed the session."""

    name: str
    at: datetime
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class FormerMark:
    """A mark that was corrected or deleted."""

    name: str
    status: str
    marked_at: datetime
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class AttendanceSheet:
    """The sheet of a session.

    Attributes:
        is_this_week: Whether it can still be made up in its week.
    """

    monday: date
    is_this_week: bool
    session: StaffSession
    people: tuple[SheetPerson, ...]
    calls: tuple[SheetCall, ...]
    former: tuple[FormerMark, ...]

    @property
    def is_marked(self) -> bool:
        """Whether something is recorded of everyone."""
        return all(person.status for person in self.people)


def sheet_of(session: Session, program: str, monday: date, number: str, caller: Caller, now: datetime) -> AttendanceSheet:
    """The sheet of a published session by its number.

    Raises:
        Problem: No such session is published, or it is not the caller's.
    """
    local = program_now(session, program, now)
    zone, week, mine = zone_of(session, program), find_week(session, program, monday), caller.clinicians(program)
    row = Recorder.of(session, week, caller.name, now, mine).find_session(number)
    sessions = read_week(session, program, monday, caller, local).sessions
    entry = next(one for one in sessions if one.number == desk_number(week.desk_key, row.session))
    names = labels_of_kind(session, program, "participants")
    marks = {mark.participant: mark for mark in recorded(session, week, mine) if mark.session == row.session}
    calls = [call for call in attempts_of_week(session, week, mine) if call.session == row.session]
    return AttendanceSheet(
        monday,
        monday == monday_of(local.date()),
        entry,
        tuple(_people(entry, marks, names, zone)),
        tuple(SheetCall(names.get(c.participant, c.participant), c.at.astimezone(zone), c.result, c.reason or "") for c in calls),
        tuple(
            FormerMark(names.get(m.participant, m.participant), m.status, m.marked_at.astimezone(zone), m.replaced_at.astimezone(zone))
            for m in former_marks(session, row)
        ),
    )


def _people(entry: StaffSession, marks: Mapping[str, SheetMark], names: Mapping[str, str], zone: ZoneInfo) -> Iterator[SheetPerson]:
    """Those booked in a session by name, then walk-ins."""
    for person in entry.people:
        yield _person(person.id, person.name, person.is_online, marks.get(person.id), zone)
    booked = {person.id for person in entry.people}
    for id in sorted(marks.keys() - booked):
        if marks[id].is_walk_in:
            yield _person(id, names.get(id, id), False, marks[id], zone)


def _person(id: str, name: str, is_online: bool, mark: SheetMark | None, zone: ZoneInfo) -> SheetPerson:
    if mark is None:
        return SheetPerson(id, name, is_online, False, "", None, "", "", 0)
    parts = [minutes for minutes in (mark.minutes_late, mark.minutes_early) if minutes is not None]
    joined, left = (_clock(time, zone) for time in (mark.joined_at, mark.left_at))
    missed = sum(parts) if parts else None
    return SheetPerson(id, name, is_online, mark.is_walk_in, mark.status, missed, joined, left, mark.version)


def _clock(time: datetime | None, zone: ZoneInfo) -> str:
    return "" if time is None else f"{time.astimezone(zone):%H:%M}"
