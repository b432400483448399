"""Calendars in the iCalendar format (RFC 5545, RFC 7986) for subscribing clients.

One VEVENT per session, no recurrence, no METHOD. Times are local with a generated VTIMEZONE; UTC where a local time is ambiguous or
the zone has no simple rule. Nothing depends on the time of writing, so unchanged sessions give unchanged bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

import icalendar

from scheduler.exchange.events import opaque
from scheduler.exchange.lines import day_lines, event_lines
from scheduler.exchange.options import FeedOptions
from scheduler.exchange.stamps import VersionedEvent
from scheduler.exchange.timezone import UTC_RULE, vtimezone, zone_rule

CALENDAR_NAME = "Appointments"
REFRESH = timedelta(hours=4)
# Google rejects calendars larger than a megabyte.
MOST_BYTES = 900_000
NO_LONGER_ACTIVE = "This calendar link is no longer active"
END = b"END:VCALENDAR\r\n"


def calendar_name(kind: str, person: str, secret: bytes) -> str:
    """The opaque name of a person's calendar, ``kind/name``."""
    return f"{kind}/{opaque(secret, kind, person)[:32]}"


def write_calendar(
    events: Sequence[VersionedEvent], zone: ZoneInfo, options: FeedOptions, year: int, looks_at: datetime | None = None
) -> bytes:
    """The bytes of a calendar; the oldest events are left out where it would be too large for clients.

    Args:
        events: The events it shows, by start.
        year: A year whose clock changes it must include, even without events in that year.
        looks_at: When the label or switches last changed.
    """
    years = {year, *(moment.year for e in events for moment in (e.start, e.end))}
    head = _head(zone.key, min(years) - 1, max(years) + 1)
    lines_of_events = [event_lines(event, zone if head.has_rule else None, options, looks_at) for event in events]
    sizes = accumulate((len(lines) for lines in reversed(lines_of_events)), initial=len(head.lines) + len(END))
    num_fitting = sum(size < MOST_BYTES for size in sizes) - 1
    return b"".join((head.lines, *lines_of_events[len(lines_of_events) - num_fitting :], END))


def write_ended(uid: str, zone: ZoneInfo, ended_at: datetime, days: int) -> bytes:
    """The bytes of a calendar whose link no longer works: one note, shown on each of the following ``days``."""
    first = ended_at.astimezone(UTC).date()
    return b"".join((_head(zone.key, first.year - 1, first.year + 1).lines, day_lines(uid, NO_LONGER_ACTIVE, first, days, ended_at), END))


class _Head(NamedTuple):
    """The start of a calendar, up to its first event, and whether its zone can be represented."""

    lines: bytes
    has_rule: bool


@lru_cache(maxsize=64)
def _head(zone: str, first: int, last: int) -> _Head:
    rule = zone_rule(zone, first, last)
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Calendar//EN")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("NAME", CALENDAR_NAME)
    calendar.add("X-WR-CALNAME", CALENDAR_NAME)
    calendar.add("X-WR-TIMEZONE", zone)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(REFRESH))
    calendar.add_component(vtimezone(rule or UTC_RULE))
    return _Head(calendar.to_ical().removesuffix(END), rule is not None)
