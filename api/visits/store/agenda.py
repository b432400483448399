"""A participant's published appointments, week by week and day by day, as their own page shows them.

Neutral by default: time, length, and building or online. The purpose and the room are shown only on request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.database.tables import (
    AttendanceRow,
    EntityRow,
    GroupRow,
    PublishedBookingRow,
    PublishedSessionRow,
    RoomRow,
    RosterRow,
    ServiceRow,
    SiteRow,
)
from api.visits.store.visits import Visitor

WEEK: Final = timedelta(weeks=1)
WEEKS_AHEAD: Final = 12
"""How many weeks after this one are shown; weeks published further ahead are mistakes or unreliable."""

CAME: Final = {
    "attended": "Attended",
    "late": "Attended in part",
    "left_early": "Attended in part",
    "excused": "Excused",
    "no_show": "Missed",
    "cancelled": "Cancelled",
}


@dataclass(frozen=True, slots=True)
class OwnAppointment:
    """One of a participant's appointments.

    Attributes:
        place: The label of the building; empty if online, or if the building has no label.
        details: Purpose and room; empty unless requested.
        came: The recorded attendance, in words.
        minutes: Care minutes, as hours are counted.
    """

    start: datetime
    end: datetime
    is_online: bool
    place: str
    details: str
    came: str | None
    minutes: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The appointments of a date."""

    date: date
    appointments: tuple[OwnAppointment, ...]
    is_today: bool

    @property
    def is_over(self) -> bool:
        """Whether all appointments of the day are over."""
        return all(a.is_over for a in self.appointments)


@dataclass(frozen=True, slots=True)
class WeekOfDays:
    """A week with its days that have appointments."""

    monday: date
    is_published: bool
    days: tuple[Day, ...]

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)

    @property
    def appointments(self) -> tuple[OwnAppointment, ...]:
        """All appointments of the week, sorted by start."""
        return tuple(a for day in self.days for a in day.appointments)


def monday_of(visitor: Visitor) -> date:
    """The Monday of this week, in the program's zone."""
    today = visitor.now.date()
    return today - timedelta(days=today.weekday())


def agenda_of(session: Session, visitor: Visitor) -> list[WeekOfDays]:
    """This week, the next, and every later week with appointments of the participant."""
    monday = monday_of(visitor)
    published = _published(session, visitor.program, monday)
    by_week = {week: tuple(of_week) for week, of_week in groupby(_appointments(session, visitor, monday), lambda pair: pair[0])}
    weeks = sorted({monday, monday + WEEK, *by_week})
    today = visitor.now.date()
    return [WeekOfDays(week, week in published, _days((a for _, a in by_week.get(week, ())), today)) for week in weeks]


def next_of(weeks: Iterable[WeekOfDays]) -> OwnAppointment | None:
    """The current or next appointment that is not cancelled or excused."""
    ahead = (a for week in weeks for a in week.appointments if not a.is_over and a.came is None)
    return next(ahead, None)


def _published(session: Session, program: str, monday: date) -> set[date]:
    in_time = (RosterRow.monday >= monday, RosterRow.monday <= monday + WEEK * WEEKS_AHEAD)
    return set(session.scalars(select(RosterRow.monday).where(RosterRow.program == program, RosterRow.state == "published", *in_time)))


def _appointments(session: Session, visitor: Visitor, monday: date) -> list[tuple[date, OwnAppointment]]:
    """Appointments with the Monday of their week, sorted by start."""
    sessions, booking, came = PublishedSessionRow, PublishedBookingRow, AttendanceRow
    in_session = [getattr(booking, name) == getattr(sessions, name) for name in ("program", "monday", "session")]
    attended = [getattr(booking, name) == getattr(came, name) for name in ("program", "monday", "session", "participant")]
    query = (
        select(sessions, booking.mode, came.status)
        .join(booking, and_(*in_session))
        .outerjoin(came, and_(*attended))
        .where(booking.program == visitor.program, booking.participant == visitor.participant)
        .where(booking.monday >= monday, booking.monday <= monday + WEEK * WEEKS_AHEAD)
    )
    rows = sorted(session.execute(query), key=lambda row: (row[0].start, row[0].session))
    labels = _Labels.read(session, visitor)
    return [(sessions.monday, _appointment(sessions, mode, status, labels, visitor)) for sessions, mode, status in rows]


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels by id; only those of buildings, unless details are shown."""

    sites: Mapping[str, str]
    rooms: Mapping[str, str]
    groups: Mapping[str, str]
    services: Mapping[str, str]

    @classmethod
    def read(cls, session: Session, visitor: Visitor) -> _Labels:
        def labels(table: type[EntityRow], is_read: bool) -> dict[str, str]:
            if not is_read:
                return {}
            rows = session.execute(select(table.id, table.document).where(table.program == visitor.program))
            return {id: document.get("label", "") for id, document in rows}

        return cls(labels(SiteRow, True), *(labels(table, visitor.shows_details) for table in (RoomRow, GroupRow, ServiceRow)))


def _appointment(row: PublishedSessionRow, mode: str, status: str | None, labels: _Labels, visitor: Visitor) -> OwnAppointment:
    is_online = mode == "telehealth"
    about = labels.groups.get(row.group or "") or labels.services.get(row.service, "")
    room = "" if is_online else labels.rooms.get(row.room or "", "")
    return OwnAppointment(
        start=row.start.astimezone(visitor.zone),
        end=row.end.astimezone(visitor.zone),
        is_online=is_online,
        place="" if is_online else labels.sites.get(row.site or "", ""),
        details=", ".join(filter(None, (about, room))),
        came=None if status is None else CAME[status],
        minutes=row.care_minutes,
        is_over=row.end <= visitor.now,
    )


def _days(appointments: Iterable[OwnAppointment], today: date) -> tuple[Day, ...]:
    by_day = groupby(appointments, lambda a: a.start.date())
    return tuple(Day(date, tuple(of_day), date == today) for date, of_day in by_day)
