"""Weeks of bookings, told as resources without a service."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scheduler.exchange.fhir.appointments import AttendanceFact, Teller
from scheduler.exchange.fhir.history import WeekHistory, WeekVersion, follow
from scheduler.exchange.fhir.resources import Appointment, Slot
from scheduler.exchange.fhir.settings import FhirSettings
from scheduler.roster import Roster
from tests.build import ZONE

PUBLISHED = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"


def teller(zone: str = ZONE, settings: FhirSettings | None = None, key: str = KEY) -> Teller:
    """Tells the bookings of a week of the program north."""
    return Teller("north", ZoneInfo(zone), key, settings or FhirSettings(), NEVER, {"process": "process"})


def published(*rosters: Roster | None) -> WeekHistory:
    """A week that was published so often, the second time on the next day, and so on."""
    times = (PUBLISHED, LATER, datetime(2026, 11, 28, 8, 0, tzinfo=UTC), datetime(2026, 11, 29, 8, 0, tzinfo=UTC))
    return follow(WeekVersion(at, roster) for at, roster in zip(times, rosters, strict=False))


def appointments(
    history: WeekHistory, attended: Mapping[tuple[str, str], AttendanceFact] | None = None, now: datetime = LATER, **more: object
) -> dict[tuple[str, str], Appointment]:
    """The appointments of a week by session and participant."""
    told = teller(**more)  # type: ignore[arg-type]
    found = {}
    for seat in history.seats:
        key = (seat.thing.session.id, seat.thing.participant)
        found[key] = told.appointment(seat, *told.standing(seat, (attended or {}).get(key), now))
    return found


def slots(history: WeekHistory) -> list[Slot]:
    """The slots of a week."""
    return [teller().slot(claim) for claim in history.claims]


def as_json(resources: Iterable[Appointment | Slot]) -> list[dict[str, object]]:
    """Resources as a caller reads them."""
    return [json.loads(resource.as_json()) for resource in resources]
