"""One day of a program as its front desk sees it: the sessions, who is booked in each, and who has come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.attendance.models import CAME, AttendanceStatus
from api.attendance.store.attendance import recorded
from api.programs.store.labels import labels_of_kind
from api.programs.store.programs import zone_of
from api.security.access import Caller
from api.weeks.models.published import PublishedBookingView, PublishedSessionView
from api.weeks.store.published import desk_number, published_view
from api.weeks.store.weeks import find_week

APPOINTMENT = "Appointment"


@dataclass(frozen=True, slots=True)
class ExpectedPerson:
    """A participant who is booked in a session.

    Attributes:
        status: The attendance recorded; None: none yet.
        version: The version of that record, 0 for none.
    """

    id: str
    name: str
    is_online: bool
    status: str | None
    version: int

    @property
    def has_come(self) -> bool:
        """Whether the participant attended at least a part."""
        return self.status in CAME


@dataclass(frozen=True, slots=True)
class DaySession:
    """A session of the day.

    Attributes:
        number: Its number at the front desk, which does not reveal the service.
        title: The group, or for an appointment what the caller may know of it.
        leaders: Names of the clinicians; empty for callers who do not see them.
    """

    number: str
    title: str
    start: datetime
    end: datetime
    place: str
    is_online: bool
    leaders: tuple[str, ...]
    people: tuple[ExpectedPerson, ...]
    now: datetime

    @property
    def is_begun(self) -> bool:
        """Whether it has begun."""
        return self.start <= self.now

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.end <= self.now

    @property
    def is_marked(self) -> bool:
        """Whether attendance is recorded for everyone in it."""
        return all(person.status is not None for person in self.people)

    @property
    def missing(self) -> tuple[ExpectedPerson, ...]:
        """Who should be here by now, and has no attendance recorded."""
        return tuple(person for person in self.people if person.status is None) if self.is_begun else ()


@dataclass(frozen=True)
class ProgramDay:
    """A program's day, as far as a caller may see it."""

    date: date
    now: datetime
    zone: ZoneInfo
    is_published: bool
    sessions: tuple[DaySession, ...]

    @cached_property
    def expected(self) -> int:
        """How many participants are booked."""
        return len({person.id for session in self.sessions for person in session.people})

    @cached_property
    def here(self) -> int:
        """How many of them have come."""
        return len({person.id for session in self.sessions for person in session.people if person.has_come})

    @cached_property
    def missing(self) -> tuple[tuple[DaySession, ExpectedPerson], ...]:
        """Participants of sessions that are on now who have not been marked."""
        return tuple((session, person) for session in self.sessions if not session.is_over for person in session.missing)

    @cached_property
    def unmarked(self) -> tuple[DaySession, ...]:
        """Sessions that are over with attendance still to be recorded."""
        return tuple(session for session in self.sessions if session.is_over and not session.is_marked)


def monday_of(day: date) -> date:
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def day_of(session: Session, program: str, caller: Caller, at: datetime) -> ProgramDay:
    """The day that it is now in a program; clinicians see their own sessions."""
    zone = zone_of(session, program)
    now = at.astimezone(zone)
    monday, mine = monday_of(now.date()), caller.clinicians(program)
    view = published_view(session, program, monday, mine)
    reader = _DayReader(session, program, now, monday, sees_services=caller.may("roster:read", program) or mine is not None)
    sessions = tuple(reader.session_of(one) for one in view.sessions if one.start.date() == now.date())
    return ProgramDay(now.date(), now, zone, view.roster is not None, sessions)


class _DayReader:
    """Reads what the sessions of a day refer to, once."""

    def __init__(self, session: Session, program: str, now: datetime, monday: date, *, sees_services: bool) -> None:
        self._session, self._program, self._now, self._sees_services = session, program, now, sees_services
        self._week = find_week(session, program, monday)
        rows = recorded(session, self._week, None)
        self._records: Mapping[tuple[str, str], tuple[str, int]] = {(r.session, r.participant): (r.status, r.version) for r in rows}

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return labels_of_kind(self._session, self._program, "participants")

    @cached_property
    def _rooms(self) -> Mapping[str, str]:
        return labels_of_kind(self._session, self._program, "rooms")

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return labels_of_kind(self._session, self._program, "groups")

    @cached_property
    def _services(self) -> Mapping[str, str]:
        return labels_of_kind(self._session, self._program, "services")

    @cached_property
    def _clinicians(self) -> Mapping[str, str]:
        return labels_of_kind(self._session, self._program, "clinicians")

    def session_of(self, view: PublishedSessionView) -> DaySession:
        """A published session as it is view."""
        is_online = view.room is None and view.mode == "telehealth"
        return DaySession(
            number=desk_number(self._week.desk_key, view.session),
            title=self._title(view),
            start=view.start,
            end=view.end,
            place="Online" if is_online else self._rooms.get(view.room or "", view.room or ""),
            is_online=is_online,
            leaders=tuple(self._clinicians.get(id, id) for id in view.clinicians) if self._sees_services else (),
            people=tuple(sorted(self._people_of(view.session, view.bookings), key=lambda person: person.name)),
            now=self._now,
        )

    def _title(self, view: PublishedSessionView) -> str:
        if view.group is not None:
            return self._groups.get(view.group, view.group)
        return self._services.get(view.service, view.service) if self._sees_services else APPOINTMENT

    def _people_of(self, session: str, bookings: Collection[PublishedBookingView]) -> Iterator[ExpectedPerson]:
        for booking in bookings:
            status, version = self._records.get((session, booking.participant), (None, 0))
            name = self._people.get(booking.participant, booking.participant)
            yield ExpectedPerson(booking.participant, name, booking.mode == "telehealth", status, version)


STATUS_WORDS: Mapping[AttendanceStatus, str] = {
    "attended": "Here",
    "late": "Came late",
    "left_early": "Left early",
    "excused": "Excused",
    "no_show": "Did not come",
    "cancelled": "Cancelled",
}
