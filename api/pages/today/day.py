"""One day of a program as its front desk sees it: who is expected, who has come, who is away, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.announcements.models import AnnouncementView
from api.announcements.store import list_announcements, show_announcement
from api.calls.models import CallView
from api.calls.store.views import list_calls, show_calls
from api.database.listing import Listing
from api.pages.published_week import BookedPerson, StaffSession, monday_of, program_now, read_week
from api.pages.today.recent_lines import RecentLine, recent_lines
from api.pages.today.rooms import RoomNow, rooms_now
from api.programs.models import AbsenceEntry
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from api.security.access import Caller
from scheduler.instance import Participant
from scheduler.timegrid import DAY

MOST_LISTED: Final = 20
NEW: Final = timedelta(weeks=2)


class AwayPerson(NamedTuple):
    """A participant or a clinician who is away today.

    Attributes:
        start: Minutes after midnight, None for the whole day.
    """

    id: str
    name: str
    is_clinician: bool
    start: int | None
    end: int


@dataclass(frozen=True)
class ProgramDay:
    """A program's day, as far as a caller may see it.

    Attributes:
        announcements: Time away that participants reported and nobody has answered, with their names.
        calls: Who is to be called about a change.
        recent: What was changed since yesterday.
        rooms: The rooms as they are now.
        newcomers: Ids of participants admitted in the last two weeks; read for clinicians.
    """

    now: datetime
    is_published: bool
    sessions: tuple[StaffSession, ...]
    away: tuple[AwayPerson, ...] = ()
    announcements: tuple[tuple[AnnouncementView, str], ...] = ()
    calls: tuple[CallView, ...] = ()
    recent: tuple[RecentLine, ...] = ()
    rooms: tuple[RoomNow, ...] = ()
    newcomers: frozenset[str] = frozenset()

    @property
    def date(self) -> date:
        """The date, in the program's zone."""
        return self.now.date()

    @cached_property
    def expected(self) -> int:
        """How many participants are booked."""
        return len({person.id for session in self.sessions for person in session.people})

    @cached_property
    def here(self) -> int:
        """How many of them have come."""
        return len({person.id for session in self.sessions for person in session.people if person.has_come})

    @cached_property
    def missing(self) -> tuple[tuple[StaffSession, BookedPerson], ...]:
        """Participants of sessions that are on now who have not been marked."""
        return tuple((session, person) for session in self.sessions if not session.is_over for person in session.missing)

    @cached_property
    def late(self) -> int:
        """How many participants said they would be late for a session that is not over, and have not come."""
        return len({person.id for session in self.sessions if not session.is_over for person in session.people if person.late_by})

    @cached_property
    def unmarked(self) -> tuple[StaffSession, ...]:
        """Sessions that are over with attendance still to be recorded."""
        return tuple(session for session in self.sessions if session.is_over and session.missing)


def day_of(session: Session, program: str, caller: Caller, at: datetime) -> ProgramDay:
    """The day that it is now in a program; clinicians see their own sessions."""
    now = program_now(session, program, at)
    week = read_week(session, program, monday_of(now.date()), caller, now)
    sessions = tuple(one for one in week.sessions if one.day == now.date())
    is_manager, is_desk = caller.may("roster:read", program), caller.may("desk:read", program)
    return ProgramDay(
        now=now,
        is_published=week.number is not None,
        sessions=sessions,
        away=tuple(sorted(_away(session, program, now.date()), key=lambda who: who.name)) if is_desk else (),
        announcements=tuple(_announcements(session, program)) if is_manager else (),
        calls=tuple(_calls(session, program, at)) if is_manager else (),
        recent=recent_lines(session, program, week.monday, now) if is_manager else (),
        newcomers=frozenset() if is_desk else frozenset(_newcomers(session, program, now.date())),
        rooms=rooms_now(labels_of_kind(session, program, "rooms"), sessions) if is_desk else (),
    )


def _newcomers(session: Session, program: str, today: date) -> Iterator[str]:
    for one in Rows(session, program).all(Participant):
        if one.admitted is not None and timedelta() <= today - one.admitted < NEW:
            yield one.id


def _away(session: Session, program: str, today: date) -> Iterator[AwayPerson]:
    names = {kind: labels_of_kind(session, program, kind) for kind in ("participants", "clinicians")}
    for absence in Rows(session, program).all(AbsenceEntry):
        if absence.first <= today <= absence.last:
            id, is_clinician = absence.participant or absence.clinician or "", absence.clinician is not None
            name = names["clinicians" if is_clinician else "participants"].get(id, id)
            is_whole = (absence.start, absence.end) == (0, DAY)
            yield AwayPerson(id, name, is_clinician, None if is_whole else absence.start, absence.end)


def _announcements(session: Session, program: str) -> Iterator[tuple[AnnouncementView, str]]:
    names = labels_of_kind(session, program, "participants")
    rows = list_announcements(session, program, Listing(MOST_LISTED), state="open").rows
    for view in sorted(map(show_announcement, rows), key=lambda view: (view.first, view.id)):
        yield view, names.get(view.participant, view.participant)


def _calls(session: Session, program: str, at: datetime) -> list[CallView]:
    rows = list_calls(session, program, None, at, Listing(MOST_LISTED, sort="first"), state="to_do").rows
    return show_calls(session, program, rows, at)
