"""Calendars in the iCalendar format (RFC 5545, RFC 7986), as subscribing clients want them.

One VEVENT per session and no recurrence; local times with a VTIMEZONE of our own, UTC where a local time has two readings or the zone
no simple rule; no METHOD; nothing depends on the time of writing, so unchanged sessions give unchanged bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from scheduler.exchange.events import NEUTRAL_LABEL, Event, clinician_events, opaque, participant_events
from scheduler.exchange.stamps import Stamped, revise, shown
from scheduler.exchange.timezone import UTC_RULE, vtimezone, zone_rule
from scheduler.timegrid import Week
from scheduler.view import View

CALENDAR_NAME = "Appointments"
REFRESH = timedelta(hours=4)
# Google refuses calendars of more than a megabyte.
MOST_BYTES = 900_000


def participant_calendar(
    view: View, participant: str, secret: bytes, stamps: Mapping[str, Stamped], now: datetime, label: str = NEUTRAL_LABEL
) -> bytes:
    """A participant's calendar: when, and nothing else.

    Args:
        secret: What UIDs are made with; the same for ever.
        stamps: What was written last, by UID; empty the first time.
        now: The time of change, aware.
        label: What every event is called.
    """
    return _calendar(
        view, calendar_name("participants", participant, secret), participant_events(view, participant, secret, label), stamps, now
    )


def clinician_calendar(view: View, clinician: str, secret: bytes, stamps: Mapping[str, Stamped], now: datetime) -> bytes:
    """A clinician's calendar: groups with their count, initials or ids, rooms. Arguments as for participants."""
    return _calendar(view, calendar_name("clinicians", clinician, secret), clinician_events(view, clinician, secret), stamps, now)


def calendar_name(kind: str, person: str, secret: bytes) -> str:
    """The opaque name of a person's calendar, ``kind/name``."""
    return f"{kind}/{opaque(secret, kind, person)[:32]}"


def write_calendar(events: Sequence[Stamped], week: Week) -> bytes:
    """The bytes of a calendar; the oldest events are left out of one that would grow too large for clients.

    Args:
        events: What it shows, by start.
        week: The week of the roster, for its zone.
    """
    years = [moment.year for e in events for moment in (e.start, e.end)] + [week.monday.year]
    rule = zone_rule(week.zone.key, min(years) - 1, max(years) + 1)
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Calendar//EN")
    calendar.add("NAME", CALENDAR_NAME)
    calendar.add("X-WR-CALNAME", CALENDAR_NAME)
    calendar.add("X-WR-TIMEZONE", week.zone.key)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(REFRESH))
    calendar.add_component(vtimezone(rule or UTC_RULE))
    for event in events:
        calendar.add_component(_vevent(event, week.zone if rule else None))
    body = calendar.to_ical()
    return body if len(body) < MOST_BYTES else write_calendar(events[len(events) // 10 + 1 :], week)


def plain(text: str) -> str:
    """Text without control characters, lone surrogates and line separators."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"))


def _calendar(view: View, name: str, events: Iterable[Event], stamps: Mapping[str, Stamped], now: datetime) -> bytes:
    week = view.case.week
    return write_calendar(shown(revise(stamps, name, events, week, now), week, now), week)


def _vevent(event: Stamped, zone: ZoneInfo | None) -> icalendar.Event:
    summary = plain(event.summary)
    component = icalendar.Event()
    component.add("UID", event.uid)
    component.add("SEQUENCE", event.sequence)
    component.add("DTSTAMP", event.changed_at.astimezone(UTC))
    component.add("LAST-MODIFIED", event.changed_at.astimezone(UTC))
    for name, moment in zip(("DTSTART", "DTEND"), _written(event, zone), strict=True):
        component.add(name, moment)
    component.add("SUMMARY", f"Cancelled: {summary}" if event.is_cancelled else summary)
    component.add("STATUS", event.status)
    component.add("TRANSP", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    component.add("CLASS", "PRIVATE")
    if event.location is not None:
        component.add("LOCATION", plain(event.location))
    return component


def _written(event: Event, zone: ZoneInfo | None) -> tuple[datetime, datetime]:
    """Start and end in the zone; both in UTC where the zone has no rule or the clock shows one of them twice."""
    start, end = (moment.astimezone(zone or UTC) for moment in (event.start, event.end))
    if any(local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset() for local in (start, end)):
        return event.start.astimezone(UTC), event.end.astimezone(UTC)
    return start, end
