"""Units of authorizations used before a week: those entered, and those of published sessions since the date up to which they were counted.

Sessions draw on authorizations as in the rule `authorization`: on the approved one that ends first and has units left. Missed sessions draw
nothing; without attendance, a session counts as given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from api.database.tables import AttendanceRow, Base, PublishedBookingRow, PublishedSessionRow
from scheduler.instance import Authorization, Participant, Phase, Policy, Service
from scheduler.policies import resolve
from scheduler.rules._authorizations import UNIT_MINUTES
from scheduler.timegrid import WEEKDAYS

CAME = ("attended", "late", "left_early")
SESSION = ("program", "monday", "session")


@dataclass(frozen=True, slots=True)
class GivenSession:
    """A session that a participant was given.

    Attributes:
        minutes: Care minutes, as delivered if attendance is recorded.
    """

    day: date
    service: str
    minutes: int


@dataclass(frozen=True, slots=True)
class UnitCounter:
    """Counts the units that participants used before a week.

    Attributes:
        monday: The Monday of the week.
    """

    session: Session
    program: str
    monday: date
    zone: ZoneInfo
    services: tuple[Service, ...]
    phases: tuple[Phase, ...]
    policy: Policy

    def counted(self, people: Iterable[Participant]) -> tuple[Participant, ...]:
        """The participants with the units used before the Monday, where it is known up to when they were counted."""
        people = tuple(people)
        dates = {p.id: [g.counted_on for g in p.authorizations if g.counted_on is not None] for p in people}
        since = {id: min(counted) for id, counted in dates.items() if counted and min(counted) < self.monday}
        care_given = self._care_given(since) if since else {}
        return tuple(self._person(p, care_given.get(p.id, [])) if p.id in since else p for p in people)

    def _is_behind(self, grant: Authorization) -> bool:
        return grant.counted_on is not None and grant.counted_on < self.monday

    def _care_given(self, since: Mapping[str, date]) -> dict[str, list[GivenSession]]:
        """The sessions given before the Monday, by participant and start."""
        booking, sessions, came = PublishedBookingRow, PublishedSessionRow, AttendanceRow
        columns = (sessions.start, sessions.service, sessions.care_minutes, came.status, came.minutes)
        booked = select(booking.participant, *columns).join(sessions, _same(booking, sessions, SESSION))
        booked = booked.outerjoin(came, _same(booking, came, (*SESSION, "participant")))
        walked_in = select(came.participant, *columns).join(sessions, _same(came, sessions, SESSION)).where(came.is_walk_in)
        walked_in = walked_in.outerjoin(booking, _same(booking, came, (*SESSION, "participant"))).where(booking.participant.is_(None))
        first = min(since.values()) - timedelta(days=6)
        care_given: dict[str, list[GivenSession]] = {}
        rows: list[Any] = []
        for query, table in ((booked, booking), (walked_in, came)):
            rows += self.session.execute(query.where(table.program == self.program, table.monday >= first, table.monday < self.monday))
        for participant, start, service, minutes, status, delivered in sorted(rows, key=lambda row: (row.start, row.service)):
            if participant in since and (status is None or status in CAME):
                day = start.astimezone(self.zone).date()
                care_given.setdefault(participant, []).append(GivenSession(day, service, minutes if status is None else delivered))
        return care_given

    def _person(self, person: Participant, sessions: list[GivenSession]) -> Participant:
        grants = sorted((g for g in person.authorizations if g.state == "approved"), key=lambda g: (g.last, g.id))
        used: dict[str, Counter[date]] = {grant.id: Counter() for grant in grants}
        billable = self._billable(person, sessions)
        for session in sessions:
            options = [g for g in grants if self._may_draw(g, session)]
            left = (g for g in options if g.units is None or g.used + used[g.id].total() < g.units)
            if options:
                grant = next(left, options[-1])
                units = used[grant.id]
                if grant.unit == "day":
                    units[session.day] = max(units[session.day], int(session.day in billable))
                else:
                    units[session.day] += 1 if grant.unit == "session" else -(-session.minutes // UNIT_MINUTES[grant.unit])
        counted = tuple(self._grant(g, used.get(g.id, Counter())) if self._is_behind(g) else g for g in person.authorizations)
        return person.model_copy(update={"authorizations": counted})

    def _may_draw(self, grant: Authorization, session: GivenSession) -> bool:
        """Whether a session draws on an authorization, and was not counted yet."""
        if grant.counted_on is None or not max(grant.first, grant.counted_on) <= session.day <= grant.last:
            return False
        return session.service in grant.services if grant.services else session.service in self._countable

    def _billable(self, person: Participant, sessions: Iterable[GivenSession]) -> frozenset[date]:
        """The dates whose minutes reach the payer's daily minimum."""
        minutes = Counter[date]()
        for session in sessions:
            if session.service in self._countable:
                minutes[session.day] += session.minutes
        phase = next((phase for phase in self.phases if phase.id == person.phase), None)
        minimums = (person.order.billable_day_minutes, None if phase is None else phase.order.billable_day_minutes)
        policy = resolve(self.policy, next((p for p in self.policy.levels if phase is not None and p.level == phase.level), None))
        least = next((minimum for minimum in minimums if minimum is not None), policy.billable_day_minutes)
        return frozenset(day for day, total in minutes.items() if total >= least)

    @property
    def _countable(self) -> frozenset[str]:
        return frozenset(service.id for service in self.services if service.countable)

    def _grant(self, grant: Authorization, used: Counter[date]) -> Authorization:
        """The authorization as of the Monday; the payer's week may have begun before."""
        since = self.monday - timedelta(days=-WEEKDAYS.index(grant.week_start) % 7)
        before = grant.used_in_week if grant.counted_on is not None and grant.counted_on > since else 0
        in_week = before + sum(units for day, units in used.items() if day >= since)
        return grant.model_copy(update={"used": grant.used + used.total(), "used_in_week": in_week, "counted_on": self.monday})


def _same(a: type[Base], b: type[Base], columns: Iterable[str]) -> ColumnElement[bool]:
    """The condition that rows of two tables agree in some columns."""
    return and_(*(getattr(a, name) == getattr(b, name) for name in columns))
