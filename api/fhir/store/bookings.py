"""The published weeks of a program as appointments and slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.database.tables import AttendanceRow, RetractedAttendanceRow, WeekRow
from api.fhir.items import Item, appointment_item, slot_item
from api.fhir.store.histories import NumberedHistory, histories, steps_between
from scheduler.exchange.fhir.appointments import AttendanceFact, Teller
from scheduler.exchange.fhir.ids import week_mark
from scheduler.exchange.fhir.settings import FhirSettings

T = TypeVar("T", AttendanceRow, RetractedAttendanceRow)

Key = tuple[str, str]
"""A session and a participant."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks that a search covers.

    Attributes:
        marks: Only weeks whose identifiers begin with one of these; None for all.
    """

    first: date
    last: date
    marks: frozenset[str] | None = None


@dataclass(frozen=True)
class FhirBookings:
    """The appointments and slots of a program's bookings.

    Attributes:
        categories: Category by service.
    """

    session: Session
    program: str
    zone: ZoneInfo
    now: datetime
    settings: FhirSettings
    settings_at: datetime
    categories: Mapping[str, str]

    def appointments(self, weeks: Weeks) -> Iterator[Item]:
        """One item for each participant in each session that is or was published."""
        keys = self._keys(weeks)
        recorded = self._recorded(keys)
        for monday, teller, week in self._numbered_weeks(keys):
            of_week = recorded.get(monday, {})
            for place, seat in zip(week.appointments, week.history.seats, strict=True):
                attended = of_week.get((seat.thing.session.id, seat.thing.participant))
                yield appointment_item(place, teller, seat, attended, self.now)

    def slots(self, weeks: Weeks) -> Iterator[Item]:
        """One item for each session in each schedule that it occupies."""
        for _, teller, week in self._numbered_weeks(self._keys(weeks)):
            for place, claim in zip(week.slots, week.history.claims, strict=True):
                yield slot_item(place, teller, claim)

    def _keys(self, weeks: Weeks) -> dict[date, str]:
        """Keys of the weeks covered."""
        between = (WeekRow.monday > weeks.first - timedelta(weeks=1), WeekRow.monday <= weeks.last)
        rows = self.session.execute(select(WeekRow.monday, WeekRow.desk_key).where(WeekRow.program == self.program, *between))
        return {monday: key for monday, key in rows if weeks.marks is None or week_mark(key) in weeks.marks}

    def _numbered_weeks(self, keys: Mapping[date, str]) -> Iterator[tuple[date, Teller, NumberedHistory]]:
        if not keys:
            return
        for monday, steps in steps_between(self.session, self.program, min(keys), max(keys)).items():
            if (key := keys.get(monday)) is not None:
                teller = Teller(self.program, self.zone, key, self.settings, self.settings_at, self.categories)
                yield monday, teller, histories.of(self.session, key, steps)

    def _recorded(self, keys: Mapping[date, str]) -> dict[date, dict[Key, AttendanceFact]]:
        """Attendance by week; retracted attendance counts as unknown."""
        records: dict[date, dict[Key, AttendanceFact]] = {}
        if not keys:
            return records
        of_weeks = (self.program, min(keys), max(keys))
        for retraction in self.session.scalars(_between(RetractedAttendanceRow, *of_weeks)):
            records.setdefault(retraction.monday, {})[retraction.session, retraction.participant] = AttendanceFact("booked", retraction.at)
        for row in self.session.scalars(_between(AttendanceRow, *of_weeks)):
            records.setdefault(row.monday, {})[row.session, row.participant] = AttendanceFact(row.status, row.changed_at)
        return records


def _between(table: type[T], program: str, first: date, last: date) -> Select[T]:
    return select(table).where(table.program == program, table.monday.between(first, last))
