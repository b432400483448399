"""Calls about a new week that tell people only what they had in the week before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.calls.changes import PersonWeek, WeekKnowledge
from api.calls.store.calls import NOTHING, Weeks, published_weeks
from api.database.tables import CallRow
from api.programs.person import Person
from api.programs.store.programs import zone_of

WEEK: Final = timedelta(weeks=1)


def routine_calls(session: Session, program: str, monday: date, rows: Iterable[CallRow]) -> tuple[CallRow, ...]:
    """The open entries about people who knew nothing of the week yet, and have the times and places of the week before."""
    fresh = [row for row in rows if row.state == "to_do" and not WeekKnowledge.from_json(row.document).certain]
    same = same_as_last_week(session, program, monday, published_weeks(session, program, monday)) if fresh else ()
    return tuple(row for row in fresh if Person.of(row.kind, row.subject) in same)


def same_as_last_week(session: Session, program: str, monday: date, weeks: Weeks) -> frozenset[Person]:
    """Who has the same times and places in a week, published or not, as in the published week before."""
    zone, former = zone_of(session, program), published_weeks(session, program, monday - WEEK)
    return frozenset(
        person for person, week in weeks.items() if _times(week, monday, zone) == _times(former.get(person, NOTHING), monday - WEEK, zone)
    )


def _times(week: PersonWeek, monday: date, zone: ZoneInfo) -> list[tuple[object, ...]]:
    """Someone's appointments by weekday and clock time."""
    times = ((a.start.astimezone(zone), a.end.astimezone(zone), a.mode, a.site or "") for a in week.values())
    return sorted(((start.date() - monday).days, start.time(), end.time(), mode, site) for start, end, mode, site in times)
