"""Weeks in which clocks change, in a house that never closes, and sessions by their instants."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.timegrid import WEEKDAYS, Week
from scheduler.view import View
from tests.build import ZONE, clinician, group, instance, meet, participant, run, windows

AUTUMN, SPRING = date(2026, 10, 26), date(2027, 3, 8)
"""Mondays of the weeks whose Sundays have 25 and 23 hours in New York: 01:00-02:00 is shown twice, 02:00-03:00 is skipped."""

ZONES = (
    "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana",
    "Atlantic/Azores", "Pacific/Auckland", "Africa/Casablanca", "Asia/Tokyo",
)  # fmt: skip
ROUND_THE_CLOCK = windows("00:00", "24:00", WEEKDAYS)
ONE_TALK = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}


def changing_weeks(zone: str, year: int = 2027) -> list[date]:
    """The Mondays of a year in whose weeks the clocks of a zone change."""
    first = date(year, 1, 4)
    mondays = [first + timedelta(weeks=n) for n in range(51)]
    return [monday for monday in mondays if any(0 <= seam.start < 7 * 1440 for seam in Week(monday, ZoneInfo(zone)).seams)]


def week(monday: date = AUTUMN, zone: str = ZONE, **more: Any) -> Instance:
    """Ana and ben are ordered one talk each; cora and dan work day and night at the weekend, and talks start every five minutes."""
    base: dict[str, Any] = {
        "monday": monday.isoformat(),
        "program": {"id": "p", "zone": zone, "sites": [{"id": "s1", "hours": ROUND_THE_CLOCK}]},
        "clinicians": [clinician(c, hours=windows("00:00", "24:00", ("sat", "sun"), site="s1")) for c in ("cora", "dan")],
        "participants": [participant(p, order=ONE_TALK) for p in ("ana", "ben")],
        "policy": {"values": {"second_staff_required": False, "start_grain": 5}},
        "groups": [group("g", "mon", "09:00", minutes=60)],
    }
    return instance(**(base | more))


def talk(start: str, end: str, person: str = "ana", monday: date = AUTUMN, **more: Any) -> dict[str, Any]:
    """An individual session from one instant to another, as a document says it."""
    return meet(person, "mon", "00:00", monday=monday, **{"start": start, "end": end, **more})


def meeting(start: str, end: str, people: tuple[str, ...] = ("ana",), monday: date = AUTUMN, **more: Any) -> dict[str, Any]:
    """A group session from one instant to another."""
    return run("g", "mon", "00:00", people, monday=monday, **{"start": start, "end": end, **more})


def read(made: Instance, *sessions: dict[str, Any]) -> View:
    """Sessions of the week as a roster that came as JSON."""
    document = {"monday": made.monday, "zone": made.program.zone, "sessions": sessions}
    roster = Roster.model_validate_json(Roster.model_validate(document).model_dump_json())
    return View(Case(made), roster)


def wall(moment: datetime, zone: str = ZONE) -> str:
    """What the clock shows at an instant."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %H:%M}"
