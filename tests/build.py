"""Small invented instances and rosters for tests: one site, open house, everybody free unless a test says otherwise."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Roster, appointment_id, group_session_id
from scheduler.timegrid import WEEKDAYS, parse_clock
from scheduler.view import View

MONDAY = date(2026, 11, 30)
ZONE = "America/New_York"
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def windows(start: str = "08:00", end: str = "21:00", days: tuple[str, ...] = WORKDAYS, **more: Any) -> list[dict[str, Any]]:
    """The same weekly window on several days."""
    return [{"day": day, "start": start, "end": end, **more} for day in days]


def free(start: str = "00:00", end: str = "24:00", days: tuple[str, ...] = WEEKDAYS) -> dict[str, Any]:
    """An availability with the same window on several days."""
    return {"weekly": windows(start, end, days)}


def participant(id: str, **more: Any) -> dict[str, Any]:
    """An adult who is always free, with no order of services and no floors unless given."""
    order = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}}
    return {"id": id, "availability": free(), "order": order} | more


def clinician(id: str, **more: Any) -> dict[str, Any]:
    """A clinician who works Monday to Friday 8:00-21:00 on site s1."""
    return {"id": id, "hours": windows(site="s1")} | more


def group(id: str, day: str = "mon", time: str = "09:00", **more: Any) -> dict[str, Any]:
    """A standing 180-minute process group on site s1."""
    starts = [{"day": day, "time": time}]
    return {"id": id, "service": "process", "minutes": 180, "site": "s1", "starts": starts} | more


SERVICES: list[dict[str, Any]] = [
    {"id": "process", "kind": "group", "category": "process", "minutes": 180, "modes": ["in_person", "telehealth"]},
    {"id": "skills", "kind": "group", "category": "skills", "minutes": 180},
    {"id": "education", "kind": "group", "category": "education", "minutes": 60},
    {"id": "peer", "kind": "group", "category": "peer_support", "minutes": 60, "countable": False},
    {
        "id": "individual",
        "kind": "individual",
        "category": "individual",
        "minutes": 50,
        "modes": ["in_person", "telehealth"],
    },
    {"id": "family", "kind": "family", "category": "family", "minutes": 60},
    {"id": "couple", "kind": "couple", "category": "family", "minutes": 60},
    {"id": "medication", "kind": "individual", "category": "medical", "minutes": 30, "credentials": ["prescriber"]},
]


def instance_json(**more: Any) -> dict[str, Any]:
    """An instance document; lists given replace the defaults, services are always there."""
    program = {
        "id": "p",
        "zone": ZONE,
        "week_a": MONDAY.isoformat(),
        "sites": [{"id": "s1", "hours": windows("06:00", "22:00", WEEKDAYS)}],
    }
    base: dict[str, Any] = {
        "id": "tiny",
        "monday": MONDAY.isoformat(),
        "program": program,
        "policy": {"values": {"second_staff_required": False}},
        "services": SERVICES,
        "rooms": [{"id": f"r{n}", "site": "s1", "seats": 20} for n in (1, 2, 3)],
        "clinicians": [clinician("cora"), clinician("dan")],
        "participants": [participant("ana"), participant("ben")],
    }
    return base | more


def instance(**more: Any) -> Instance:
    """The instance itself."""
    return Instance.model_validate(instance_json(**more))


def at(day: str, time: str, monday: date = MONDAY) -> datetime:
    """An aware wall-clock datetime of the week, e.g. at("mon", "09:00")."""
    minutes = parse_clock(time)
    local = datetime.combine(monday + timedelta(days=WEEKDAYS.index(day)), datetime.min.time(), ZoneInfo(ZONE))
    return local.replace(hour=minutes // 60, minute=minutes % 60)


def run(
    group: str,
    day: str,
    time: str,
    people: tuple[str, ...] = (),
    minutes: int = 180,
    monday: date = MONDAY,
    **more: Any,
) -> dict[str, Any]:
    """A group session of a roster: room r1, led by cora, unless given. A person "ana@home" joins by telehealth."""
    start = at(day, time, monday)
    base = {
        "id": group_session_id(group, monday),
        "group": group,
        "service": "process",
        "start": start,
        "end": start + timedelta(minutes=minutes),
        "site": "s1",
        "room": "r1",
        "facilitators": ["cora"],
        "bookings": [_booking(p) for p in people],
    }
    return base | more


def meet(
    person: str,
    day: str,
    time: str,
    minutes: int = 50,
    monday: date = MONDAY,
    service: str = "individual",
    ordinal: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """An individual session of a roster: room r2, with dan, unless given."""
    start = at(day, time, monday)
    booking = _booking(person)
    remote = booking["mode"] == "telehealth"
    base = {
        "id": appointment_id(booking["participant"], service, monday, ordinal),
        "service": service,
        "ordinal": ordinal,
        "start": start,
        "end": start + timedelta(minutes=minutes),
        "mode": booking["mode"],
        "site": None if remote else "s1",
        "room": None if remote else "r2",
        "facilitators": ["dan"],
        "bookings": [booking],
    }
    return base | more


def _booking(person: str) -> dict[str, str]:
    name, _, where = person.partition("@")
    return {"participant": name, "mode": "telehealth" if where else "in_person"}


def roster(*sessions: dict[str, Any], monday: date = MONDAY, homes: tuple[dict[str, Any], ...] = ()) -> Roster:
    """A roster of sessions."""
    return Roster.model_validate({"monday": monday, "zone": ZONE, "sessions": sessions, "homes": homes})


@lru_cache(maxsize=64)
def case_of(instance: str) -> Case:
    """The case of an instance, the same for all rosters that a test reads against it."""
    return Case(Instance.model_validate_json(instance))


def view(instance: Instance, *sessions: dict[str, Any], homes: tuple[dict[str, Any], ...] = ()) -> View:
    """A roster read against an instance."""
    return View(case_of(instance.model_dump_json()), roster(*sessions, homes=homes))
