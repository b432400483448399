"""The history before a week, from published rosters, attendance, and the program's imported history.

The imported history is as of the Monday of the import; later weeks are read from their rosters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from api.database import tables
from api.weeks.models.weeks import WeekSettings
from api.weeks.store.rosters import judged_by, roster_of
from scheduler.case import Case
from scheduler.instance import Curriculum, Group, History, LastService, ModuleDone, Participant, PastOrder
from scheduler.rollover.history import past_order, with_module
from scheduler.roster import Home

WEEK = timedelta(weeks=1)

WEEKS_BACK = 8
"""How far back to look for a participant's last full order (after a hold or absence); older orders are irrelevant."""

CAME = ("attended", "late", "left_early")
"""Attendance statuses that count as care given. Without a record, a session counts as given."""


class Past:
    """The history before a week of a program.

    Attributes:
        brought: The imported history, unless the week is before its Monday.
        last_week: Last week's published roster.
    """

    def __init__(self, session: Session, program: str, monday: date) -> None:
        self._session, self._program, self._monday = session, program, monday
        row = session.get(tables.ImportedHistoryRow, program)
        is_before = row is not None and row.monday <= monday
        self.imported_history = History.model_validate(row.document) if row is not None and is_before else History()
        self._since = row.monday if row is not None and is_before else date.min
        roster = tables.RosterRow
        published = select(roster).where(roster.program == program, roster.state == "published", roster.monday < monday)
        self._rows = {r.monday: r for r in session.scalars(published.where(roster.monday >= monday - WEEKS_BACK * WEEK))}
        last = self._rows.get(monday - WEEK)
        self.last_week = None if last is None else roster_of(session, last)

    def homes(self) -> dict[str, Home]:
        """The homes given by last week's roster; for an imported week, they are already in the participants or deliberately left out."""
        if self.last_week is None or self._monday - WEEK < self._since:
            return {}
        return {home.participant: home for home in self.last_week.homes}

    def orders(self, people: Iterable[Participant]) -> dict[str, PastOrder]:
        """Each participant's last order, as of when its roster was published, and any care missing last week."""
        orders: dict[str, PastOrder] = {}
        people_by_id = {p.id: p for p in people}
        for monday in sorted((m for m in self._rows if m >= self._since), reverse=True):
            missing = [id for id, person in people_by_id.items() if id not in orders and _may_have_order(person, monday)]
            if missing:
                orders |= self._orders_of(monday, missing)
        return {o.participant: o for o in self.imported_history.orders if o.participant in people_by_id} | orders

    def _orders_of(self, monday: date, ids: Iterable[str]) -> dict[str, PastOrder]:
        row = self._rows[monday]
        case = Case(judged_by(self._session, row))
        minutes = self._scheduled(monday) if monday == self._monday - WEEK else None
        return {
            id: past_order(case, id, 0 if minutes is None else max(0, case.care.order(id).floor - minutes.get(id, 0)))
            for id in ids
            if id in case.participants and case.care.is_served(id)
        }

    def _scheduled(self, monday: date) -> dict[str, int]:
        """Care minutes scheduled and not cancelled, by participant.

        Excused sessions and no-shows count as scheduled: only care that the program failed to provide counts as missing.
        """
        status = tables.AttendanceRow.status
        minutes = func.sum(tables.PublishedSessionRow.care_minutes)
        query = _bookings(tables.PublishedBookingRow.participant, minutes).where(
            tables.PublishedBookingRow.program == self._program,
            tables.PublishedBookingRow.monday == monday,
            or_(status.is_(None), status != "cancelled"),
        )
        return {id: int(sum) for id, sum in self._session.execute(query.group_by(tables.PublishedBookingRow.participant))}

    def services(self, services: Collection[str], counted: Collection[str], zone: str) -> tuple[LastService, ...]:
        """When each participant last received a service; of services ordered by a number in all, every date.

        Args:
            services: Services ordered at an interval; others are not needed.
            counted: Services ordered by a number in all.
            zone: The program's time zone, for the dates.
        """
        dates: dict[tuple[str, str], set[date]] = {}
        # A mistyped future date would make nothing due in any week until then, and nobody could correct it.
        for entry in (e for e in self.imported_history.services if e.date < self._monday):
            dates.setdefault((entry.participant, entry.service), set()).add(entry.date)
        booking, sessions = tables.PublishedBookingRow, tables.PublishedSessionRow
        last = self._published_bookings(booking.participant, sessions.service, func.max(sessions.start)).where(
            sessions.service.in_(sorted(services))
        )
        every = self._published_bookings(booking.participant, sessions.service, sessions.start).where(sessions.service.in_(sorted(counted)))
        for query in (last.group_by(booking.participant, sessions.service), *((every,) if counted else ())):
            for participant, service, start in self._session.execute(query):
                dates.setdefault((participant, service), set()).add(start.astimezone(ZoneInfo(zone)).date())
        return tuple(
            LastService(participant=p, service=s, date=day)
            for (p, s), days in sorted(dates.items())
            for day in (sorted(days) if s in counted else [max(days)])
        )

    def modules(self, curricula: Iterable[Curriculum], groups: Iterable[Group]) -> tuple[ModuleDone, ...]:
        """The modules of the current cycle that each participant has done."""
        by_id = {c.id: c for c in curricula}
        of_group = {g.id: g for g in groups if g.curriculum in by_id}
        done: dict[tuple[str, str], list[str]] = {}
        for entry in self.imported_history.modules:
            done.setdefault((entry.participant, entry.curriculum), []).append(entry.module)
        booking, sessions = tables.PublishedBookingRow, tables.PublishedSessionRow
        query = self._published_bookings(sessions.monday, sessions.start, sessions.group, booking.participant).where(
            sessions.group.in_(sorted(of_group))
        )
        weeks = self._weeks() if of_group else {}
        for monday, _, id, participant in sorted(self._session.execute(query) if of_group else ()):
            special, group = weeks[monday].groups.get(id), of_group[id]
            module = group.module if special is None or special.module is None else special.module
            curriculum = by_id[group.curriculum or ""]
            if module in curriculum.modules:
                key = (participant, curriculum.id)
                done[key] = with_module(curriculum, done.get(key, []), str(module))
        return tuple(ModuleDone(participant=p, curriculum=c, module=m) for (p, c), modules in sorted(done.items()) for m in modules)

    def _weeks(self) -> dict[date, WeekSettings]:
        table = tables.WeekRow
        query = select(table.monday, table.document).where(table.program == self._program, table.monday < self._monday)
        return {monday: WeekSettings.model_validate(document) for monday, document in self._session.execute(query)}

    def _published_bookings(self, *columns: Any) -> Select[Any]:
        """Published bookings of earlier weeks that the participant attended, as far as is known."""
        status, table = tables.AttendanceRow.status, tables.PublishedBookingRow
        is_earlier = and_(table.monday >= self._since, table.monday < self._monday)
        return _bookings(*columns).where(table.program == self._program, is_earlier, or_(status.is_(None), status.in_(CAME)))


def _bookings(*columns: Any) -> Select[Any]:
    """Published bookings with their sessions and recorded attendance."""
    booking, sessions, came = tables.PublishedBookingRow, tables.PublishedSessionRow, tables.AttendanceRow
    in_session = [getattr(booking, name) == getattr(sessions, name) for name in ("program", "monday", "session")]
    attended = [getattr(booking, name) == getattr(came, name) for name in ("program", "monday", "session", "participant")]
    return select(*columns).select_from(booking).join(sessions, and_(*in_session)).outerjoin(came, and_(*attended))


def _may_have_order(person: Participant, monday: date) -> bool:
    """Whether the participant may have had an order in that week; people waiting or admitted later had none."""
    return person.status not in ("waiting", "discharged") and (person.admitted is None or person.admitted < monday + WEEK)
