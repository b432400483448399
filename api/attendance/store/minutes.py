"""Ordered, scheduled, delivered and billable minutes: four different numbers per participant and week.

Ordered and scheduled minutes are the scheduler's counts (`Case`, `View`) for the published roster. Delivered minutes come from attendance,
in the scheduler's care minutes. The scheduler also decides which days are billable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.attendance.models import CAME, AttendedDay, Billable, Counted, Notice, Ordered, ParticipantMinutes
from api.database.tables import AttendanceRow, PublishedBookingRow, PublishedLeadRow, PublishedSessionRow, WeekRow
from api.programs.store.programs import zone_of
from api.weeks.store.judging import week_now
from api.weeks.store.published import desk_number
from api.weeks.store.rosters import judged_by, roster_of
from api.weeks.store.weeks import published_roster
from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.view import View

SESSION = ("program", "monday", "session")
LOOK_BACK = timedelta(weeks=4)
"""How far back to look for the session before this week's first."""


@dataclass(frozen=True, slots=True)
class BookingAttendance:
    """A booking of a published session, with its attendance."""

    monday: date
    session: str
    start: datetime
    is_counted: bool
    status: str | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Bookings:
    """All participants' bookings in a range of weeks, sorted by start."""

    by_participant: dict[str, list[BookingAttendance]] = field(default_factory=dict)

    def of(self, participant: str) -> Sequence[BookingAttendance]:
        """One participant's bookings."""
        return self.by_participant.get(participant, [])


def week_minutes(
    session: Session, program: str, monday: date, now: datetime, participants: Collection[str] | None = None
) -> list[ParticipantMinutes]:
    """The four kinds of minutes of a week, by participant.

    Args:
        participants: Only these; None: everyone who is served, is booked or has attendance.

    Raises:
        Problem: No such program exists; or nothing is published yet, and the program's data is inconsistent.
    """
    row = published_roster(session, program, monday)
    case = week_now(session, program, monday, now) if row is None else Case(judged_by(session, row))
    document = Roster(monday=monday, zone=case.instance.program.zone) if row is None else roster_of(session, row)
    view, past = View(case, document), _past(session, program, monday)
    people = [p for p in case.participants if participants is None or p in participants]
    return [
        _of(case, view, past.of(p), p, row is not None, now)
        for p in people
        if participants is not None or case.care.is_served(p) or view.visits[p] or any(c.monday == monday for c in past.of(p))
    ]


def attended_days(
    session: Session, program: str, participant: str, first: date, last: date, now: datetime
) -> tuple[list[AttendedDay], int]:
    """The dates on which a participant attended, and the number of sessions that have begun without attendance recorded.

    Args:
        first: The first date, in the program's zone.
        last: The last date, included.
    """
    zone = zone_of(session, program)
    bookings = bookings_between(session, program, first - timedelta(days=7), last, participant).of(participant)
    here = [(c.start.astimezone(zone).date(), c) for c in bookings]
    days: dict[date, list[BookingAttendance]] = {}
    for day, c in here:
        if first <= day <= last and c.status in CAME:
            days.setdefault(day, []).append(c)
    summaries = [AttendedDay(date=day, sessions=len(came), minutes=sum(c.minutes for c in came)) for day, came in sorted(days.items())]
    return summaries, sum(first <= day <= last and c.status is None and c.start <= now for day, c in here)


def missed_dates(session: Session, program: str, participant: str, first: date, last: date) -> list[tuple[date, str]]:
    """The dates of sessions that a participant missed, each with its mark (excused, no_show or cancelled), in order."""
    zone = zone_of(session, program)
    bookings = bookings_between(session, program, first - timedelta(days=7), last, participant).of(participant)
    days = [(c.start.astimezone(zone).date(), c.status) for c in bookings if c.status is not None and c.status not in CAME]
    return [(day, status) for day, status in days if first <= day <= last]


def _past(session: Session, program: str, monday: date) -> Bookings:
    """Published bookings of the week and some earlier weeks, with attendance, sorted by start."""
    return bookings_between(session, program, monday - LOOK_BACK, monday)


def bookings_between(session: Session, program: str, first: date, last: date, participant: str | None = None) -> Bookings:
    """Published bookings of the weeks from one Monday to another, and walk-ins, with attendance, sorted by start.

    Args:
        participant: Only this participant's; None: everyone's.
    """
    sessions, booking, came = PublishedSessionRow, PublishedBookingRow, AttendanceRow
    in_session = [getattr(booking, name) == getattr(sessions, name) for name in SESSION]
    attended = [getattr(booking, name) == getattr(came, name) for name in (*SESSION, "participant")]
    of_session = (sessions.monday, sessions.session, sessions.start, sessions.is_counted, came.status, came.minutes)
    booked = select(booking.participant, *of_session).join(sessions, and_(*in_session)).outerjoin(came, and_(*attended))
    walked_in = select(came.participant, *of_session).join(sessions, and_(*(getattr(came, n) == getattr(sessions, n) for n in SESSION)))
    walked_in = walked_in.outerjoin(booking, and_(*attended)).where(came.is_walk_in, booking.participant.is_(None))
    rows: list[Any] = []
    for query, table in ((booked, booking), (walked_in, came)):
        in_weeks = query.where(table.program == program, table.monday <= last, table.monday >= first)
        rows += session.execute(in_weeks if participant is None else in_weeks.where(table.participant == participant))
    bookings = Bookings()
    rows.sort(key=lambda r: (r.start, r.session))
    for who, week, id, start, is_counted, status, minutes in rows:
        bookings.by_participant.setdefault(who, []).append(BookingAttendance(week, id, start, is_counted, status, minutes or 0))
    return bookings


@dataclass(frozen=True, slots=True)
class UnmarkedSession:
    """A session that has begun, with bookings without attendance.

    Attributes:
        number: The session's number at the front desk, which does not reveal the service.
        start: In the program's zone.
        leader: The clinician who leads it, if any.
        unmarked: The number of bookings without attendance.
    """

    monday: date
    session: str
    number: str
    start: datetime
    leader: str | None
    unmarked: int

    @property
    def day(self) -> date:
        """Its date."""
        return self.start.date()


def unmarked_sessions(
    session: Session, program: str, now: datetime, clinicians: Collection[str] | None = None, bookings: Bookings | None = None
) -> list[UnmarkedSession]:  # fmt: skip
    """The sessions of the last weeks whose attendance is not recorded, by start.

    Args:
        clinicians: Only sessions that one of these leads; None: all.
        bookings: Those of the last weeks, if they have been read.
    """
    zone = zone_of(session, program)
    day = now.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    bookings = bookings or bookings_between(session, program, monday - LOOK_BACK, monday)
    begun = [b for of_person in bookings.by_participant.values() for b in of_person if b.status is None and b.start <= now]
    if not begun:
        return []
    leads: dict[tuple[date, str], list[str]] = {}
    of_weeks = (PublishedLeadRow.program == program, PublishedLeadRow.monday >= monday - LOOK_BACK)
    for row in session.scalars(select(PublishedLeadRow).where(*of_weeks).order_by(PublishedLeadRow.position)):
        leads.setdefault((row.monday, row.session), []).append(row.clinician)
    keys = {row.monday: row.desk_key for row in session.scalars(select(WeekRow).where(WeekRow.program == program))}
    counts, by_session = Counter((b.monday, b.session) for b in begun), {(b.monday, b.session): b for b in begun}
    unmarked = []
    for key, booking in by_session.items():
        leaders = leads.get(key, [])
        if clinicians is None or any(clinician in clinicians for clinician in leaders):
            number, start = desk_number(keys[key[0]], key[1]), booking.start.astimezone(zone)
            unmarked.append(UnmarkedSession(*key, number, start, leaders[0] if leaders else None, counts[key]))
    return sorted(unmarked, key=lambda one: (one.start, one.session))


def _of(
    case: Case, view: View, past: Sequence[BookingAttendance], participant: str, is_published: bool, now: datetime
) -> ParticipantMinutes:
    here = [c for c in past if c.monday == case.week.monday]
    return ParticipantMinutes(
        participant=participant,
        monday=case.week.monday,
        is_published=is_published,
        is_served=case.care.is_served(participant),
        phase=case.participants[participant].phase,
        ordered=_ordered(case, participant),
        scheduled=Counted(
            minutes=view.care_minutes(participant),
            sessions=sum(case.care.is_counted(v.service, v.group) for v in view.visits[participant]),
            service_days=view.service_days(participant).bit_count(),
        ),
        delivered=_delivered(case, here),
        billable=_billable(case, participant, here),
        unrecorded=sum(c.status is None and c.start <= now for c in here),
        notices=tuple(_no_shows(case, past)),
    )


def _ordered(case: Case, participant: str) -> Ordered:
    order = case.care.order(participant)
    return Ordered(**{name: getattr(order, name) for name in Ordered.model_fields})


def _delivered(case: Case, came: Iterable[BookingAttendance]) -> Counted:
    there = [c for c in came if c.status in CAME]
    counted = [c for c in there if c.is_counted]
    return Counted(
        minutes=sum(c.minutes for c in there),
        sessions=len(counted),
        service_days=len({_date(case, c) for c in counted}),
    )


def _billable(case: Case, participant: str, came: Iterable[BookingAttendance]) -> Billable:
    by_day: dict[date, int] = {}
    for c in came:
        if c.status in CAME:
            by_day[_date(case, c)] = by_day.get(_date(case, c), 0) + c.minutes
    reached = {day: minutes for day, minutes in by_day.items() if case.care.is_billable(participant, minutes)}
    return Billable(days=len(reached), minutes=sum(reached.values()), dates=tuple(sorted(reached)))


def _date(case: Case, came: BookingAttendance) -> date:
    return came.start.astimezone(case.week.zone).date()


def _no_shows(case: Case, past: Sequence[BookingAttendance]) -> Iterator[Notice]:
    """Consecutive no-shows, the last of them this week; excused and cancelled sessions in between are ignored."""
    decisive = [c for c in past if c.status == "no_show" or c.status in CAME]
    for before, after in pairwise(decisive):
        if before.status == after.status == "no_show" and after.monday == case.week.monday:
            message = "Two sessions in a row were missed without excuse: get in touch."
            yield Notice(code="no_shows_in_a_row", sessions=(before.session, after.session), message=message)


def participant_minutes(
    session: Session, program: str, participant: str, mondays: Iterable[date], now: datetime
) -> list[ParticipantMinutes]:
    """A participant's four kinds of minutes, week by week; weeks outside the participant's time in the program are left out."""
    return [minutes for monday in mondays for minutes in week_minutes(session, program, monday, now, [participant])]
