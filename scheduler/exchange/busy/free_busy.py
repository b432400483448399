"""The periods of VFREEBUSY, by which programs answer when someone is busy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from scheduler.exchange.busy.components import CalendarParts
from scheduler.exchange.busy.models import BusyError
from scheduler.exchange.busy.oddities import Oddities
from scheduler.exchange.busy.times import TimeError, instant_after, read_moment
from scheduler.exchange.busy.zones import ZoneError, Zones


def free_busy(calendar: CalendarParts, zones: Zones, oddities: Oddities) -> Iterator[tuple[datetime, datetime, bool]]:
    """The periods that are not free: start, end, and whether the period is tentative.

    Raises:
        BusyError: A period is in the calendar's own zone, which is not known.
    """
    for part in calendar.parts:
        if part.name != "VFREEBUSY":
            continue
        for line in part.properties:
            kind = line.parameters.get("FBTYPE", "BUSY").upper()
            if line.name != "FREEBUSY" or kind == "FREE":
                continue
            for value in line.value.split(","):
                try:
                    start, stop = _period(value, zones)
                except ZoneError:
                    raise BusyError("unknown_zone", calendar.lines([part])) from None
                except (TimeError, OverflowError):
                    oddities.note("unreadable", part)
                    continue
                yield start, stop, kind == "BUSY-TENTATIVE"


def _period(value: str, zones: Zones) -> tuple[datetime, datetime]:
    """A period in UTC, as it is written; a day in it has 24 hours."""
    begin, _, end = value.partition("/")
    start = read_moment(begin, None, zones)
    if not isinstance(start, datetime):
        raise TimeError
    start = start.astimezone(UTC)
    stop = instant_after(start, end) if "P" in end.upper() else read_moment(end, None, zones)
    if not isinstance(stop, datetime):
        raise TimeError
    return start, stop
