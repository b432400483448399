"""The history of calendar events since the last write: SEQUENCE, time of change, cancelled sessions.

A session is identified by its UID. A change of time, place or status raises its sequence by one (RFC 5545, 3.8.7.4); other changes
only update the time of change. A session removed from its week's roster stays as cancelled until a day after it would have ended.
Weeks other than the roster's are not touched.

A calendar that has shown something is never empty again: some programs take an empty one for a fault of the server, keep what they have
and fail from then on (vdirsyncer 0.21).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from scheduler.exchange.events import Event
from scheduler.timegrid import WEEK, Week

WINDOW_BACK, WINDOW_AHEAD = timedelta(days=30), timedelta(days=180)
CANCELLED_FOR = timedelta(days=1)


class VersionedEvent(Event):
    """An event with its history.

    Attributes:
        calendar: The opaque name of the calendar it belongs to.
        sequence: How often its time, place or status has changed.
        changed_at: When it last changed, in UTC, whole seconds.
    """

    calendar: str
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED"
    sequence: int = 0
    changed_at: AwareDatetime

    @property
    def is_cancelled(self) -> bool:
        """Whether the session no longer takes place."""
        return self.status == "CANCELLED"


def revise(
    before: Mapping[str, VersionedEvent], calendar: str, events: Iterable[Event], week: Week, now: datetime
) -> tuple[VersionedEvent, ...]:
    """The events of one calendar with a week's roster written into it, by start; the oldest are dropped.

    Args:
        before: The events last written, by UID; those of other calendars are ignored.
        events: The roster's events for this calendar.
        now: The time of the change, with a time zone.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("the time of change needs a time zone")
    now = now.astimezone(UTC).replace(microsecond=0)
    mine = {uid: old for uid, old in before.items() if old.calendar == calendar}
    after = {event.uid: _stamp(mine.get(event.uid), event, calendar, "CONFIRMED", now) for event in events}
    for uid, old in mine.items():
        if uid not in after:
            status = "CANCELLED" if _is_in(week, old) else old.status
            after[uid] = _stamp(old, old, calendar, status, now)
    current = [e for e in after.values() if _is_in(week, e) or e.end >= now - WINDOW_BACK]
    current = current or sorted(after.values(), key=lambda e: (e.end, e.uid))[-1:]
    return tuple(sorted(current, key=lambda e: (e.start, e.uid)))


def events_in_view(events: Iterable[VersionedEvent], now: datetime, week: Week | None = None) -> tuple[VersionedEvent, ...]:
    """The events a calendar shows: those in the window around now, recent cancellations, and the requested week; or else the last one."""
    events = tuple(events)
    in_view = tuple(
        e
        for e in events
        if (
            now < e.end + CANCELLED_FOR
            if e.is_cancelled
            else (week is not None and _is_in(week, e)) or now - WINDOW_BACK <= e.end <= now + WINDOW_AHEAD
        )
    )
    return in_view or _last(events, now)


def _last(events: Iterable[VersionedEvent], now: datetime) -> tuple[VersionedEvent, ...]:
    """The latest past event: as it was until the window closes behind it, then cancelled."""
    last = max((e for e in events if e.end <= now), key=lambda e: (e.end, e.uid), default=None)
    if last is None:
        return ()
    closed_at = (last.end + WINDOW_BACK).astimezone(UTC)
    if last.is_cancelled or now <= closed_at:
        return (last,)
    return (last.model_copy(update={"status": "CANCELLED", "sequence": last.sequence + 1, "changed_at": max(closed_at, last.changed_at)}),)


def next_change(events: Iterable[VersionedEvent], now: datetime) -> datetime | None:
    """When the passing of time next changes the result of `events_in_view`: an event enters or leaves the window."""
    second = timedelta(seconds=1)
    moments = (
        moment
        for e in events
        for moment in ((e.end + CANCELLED_FOR,) if e.is_cancelled else (e.end - WINDOW_AHEAD, e.end + WINDOW_BACK + second))
    )
    return min((moment for moment in moments if moment > now), default=None)


def _stamp(
    old: VersionedEvent | None, event: Event, calendar: str, status: Literal["CONFIRMED", "CANCELLED"], now: datetime
) -> VersionedEvent:
    fields = {name: getattr(event, name) for name in Event.model_fields}
    if old is None:
        return VersionedEvent(**fields, calendar=calendar, status=status, changed_at=now)
    is_moved = (old.start, old.end, old.place, old.status) != (event.start, event.end, event.place, status)
    if not is_moved and (old.summary, old.location) == (event.summary, event.location):
        return old
    # A clock set back must not make a newer event look older.
    changed_at = max(now, old.changed_at)
    return VersionedEvent(**fields, calendar=calendar, status=status, sequence=old.sequence + is_moved, changed_at=changed_at)


def _is_in(week: Week, event: Event) -> bool:
    return week.at(0) <= event.start < week.at(WEEK)
