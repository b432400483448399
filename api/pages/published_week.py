"""The sessions of a published week as staff pages show them: with names, places, and who has come, as far as the caller may see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from api.attendance.models import CAME, AttendanceStatus
from api.attendance.store.attendance import recorded
from api.attendance.store.late_notices import late_notices
from api.programs.store.labels import ProgramLabels
from api.programs.store.programs import zone_of
from api.security.access import Caller
from api.weeks.store.published import desk_number
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import find_week, published_roster
from scheduler.roster import Booking, Roster
from scheduler.roster import Session as RosterSession

APPOINTMENT: Final = "Appointment"
WEEK: Final = timedelta(weeks=1)

STATUS_WORDS: Final[Mapping[AttendanceStatus, str]] = {
    "attended": "Here",
    "late": "Came late",
    "left_early": "Left early",
    "excused": "Excused",
    "no_show": "Did not come",
    "cancelled": "Cancelled",
}


@dataclass(frozen=True, slots=True)
class BookedPerson:
    """A participant who is booked in a session.

    Attributes:
        status: The attendance recorded; None: none yet.
        version: The version of that record, 0 for none.
        late_by: By how many minutes they said they would be late; None: they did not.
        late_version: The version of that notice, 0 for none.
    """

    id: str
    name: str
    is_online: bool
    status: str | None
    version: int
    late_by: int | None = None
    late_version: int = 0

    @property
    def has_come(self) -> bool:
        """Whether the participant attended at least a part."""
        return self.status in CAME


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A published session.

    Attributes:
        id: Its id, which may reveal the service; never part of a page's address.
        number: Its number at the front desk, which does not reveal the service.
        group: The id of the group; None: an appointment.
        title: The group, or for an appointment what the caller may know of it.
        room: The id of the room; None: no room.
        clinicians: Ids of the clinicians; empty for callers who do not see them.
        leaders: Their names.
    """

    id: str
    number: str
    group: str | None
    title: str
    start: datetime
    end: datetime
    room: str | None
    place: str
    is_online: bool
    clinicians: tuple[str, ...]
    leaders: tuple[str, ...]
    people: tuple[BookedPerson, ...]
    now: datetime

    @property
    def day(self) -> date:
        """The date on which it begins."""
        return self.start.date()

    @property
    def is_begun(self) -> bool:
        """Whether it has begun."""
        return self.start <= self.now

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.end <= self.now

    @property
    def is_cancelled(self) -> bool:
        """Whether it was marked as cancelled for everyone in it."""
        return bool(self.people) and all(person.status == "cancelled" for person in self.people)

    @property
    def missing(self) -> tuple[BookedPerson, ...]:
        """Who should be here by now, and has no attendance recorded."""
        return tuple(person for person in self.people if person.status is None) if self.is_begun else ()

    def booking_of(self, participant: str) -> BookedPerson | None:
        """The booking of a participant, if they have one."""
        return next((person for person in self.people if person.id == participant), None)


@dataclass(frozen=True, slots=True)
class StaffWeek:
    """A published week.

    Attributes:
        number: The number of the published roster in its week; None: nothing is published.
        sessions: Sorted by start.
    """

    monday: date
    now: datetime
    number: int | None
    published_at: datetime | None
    sessions: tuple[StaffSession, ...]

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)


def monday_of(day: date) -> date:
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def program_now(session: Session, program: str, at: datetime) -> datetime:
    """The current time of a program's wall clock."""
    return at.astimezone(zone_of(session, program))


def read_week(session: Session, program: str, monday: date, caller: Caller, now: datetime, participant: str | None = None) -> StaffWeek:
    """The published week; clinicians see their own sessions, and callers without `roster:read` no services of others.

    It is read from its roster, which is parsed once, and not from the rows made of it.

    Args:
        now: From `program_now`.
        participant: Only the sessions of this participant; None: all.
    """
    row, mine = published_roster(session, program, monday), caller.clinicians(program)
    if row is None:
        return StaffWeek(monday, now, None, None, ())
    reader = SessionReader(session, program, now, monday, sees_services=caller.may("roster:read", program) or mine is not None)
    sessions = sorted(_visible_sessions(roster_of(session, row), mine, participant), key=lambda one: (one.start, one.id))
    published_at = None if row.published_at is None else row.published_at.astimezone(now.tzinfo)
    return StaffWeek(monday, now, row.number, published_at, tuple(map(reader.session_of, sessions)))


def _visible_sessions(roster: Roster, clinicians: Collection[str] | None, participant: str | None) -> Iterator[RosterSession]:
    """The sessions that one of these clinicians leads and this participant is booked in; None: all."""
    for one in roster.sessions:
        is_led = clinicians is None or not set(one.facilitators).isdisjoint(clinicians)
        if is_led and (participant is None or any(booking.participant == participant for booking in one.bookings)):
            yield one


class SessionReader:
    """Reads what the sessions of a week refer to, once."""

    def __init__(
        self, session: Session, program: str, now: datetime, monday: date, labels: ProgramLabels | None = None, *, sees_services: bool
    ) -> None:  # fmt: skip
        """Read what a week refers to, with the names that a page has read, or those of its own."""
        self._labels, self._now, self._sees_services = labels or ProgramLabels(session, program), now, sees_services
        self._week = find_week(session, program, monday)
        rows = recorded(session, self._week, None)
        self._records: Mapping[tuple[str, str], tuple[str, int]] = {(r.session, r.participant): (r.status, r.version) for r in rows}
        self._late = late_notices(session, self._week)

    def session_of(self, view: RosterSession) -> StaffSession:
        """A session as staff see it."""
        is_online = view.room is None and view.mode == "telehealth"
        clinicians = view.facilitators if self._sees_services else ()
        return StaffSession(
            id=view.id,
            number=desk_number(self._week.desk_key, view.id),
            group=view.group,
            title=self._title(view),
            start=view.start,
            end=view.end,
            room=view.room,
            place="Online" if is_online else self._labels.name("rooms", view.room),
            is_online=is_online,
            clinicians=clinicians,
            leaders=tuple(self._labels.name("clinicians", id) for id in clinicians),
            people=tuple(sorted(self._people_of(view.id, view.bookings), key=lambda person: person.name)),
            now=self._now,
        )

    def _title(self, view: RosterSession) -> str:
        if view.group is not None:
            return self._labels.name("groups", view.group)
        return self._labels.name("services", view.service) if self._sees_services else APPOINTMENT

    def _people_of(self, session: str, bookings: Collection[Booking]) -> Iterator[BookedPerson]:
        for booking in bookings:
            status, version = self._records.get((session, booking.participant), (None, 0))
            name = self._labels.name("participants", booking.participant)
            late = self._late.get((session, booking.participant))
            late_by, late_version = (None, 0) if late is None else (late.minutes, late.version)
            yield BookedPerson(booking.participant, name, booking.mode == "telehealth", status, version, late_by, late_version)
