"""The changes in one person's week, as the person sees them: time, on site or online, building. Pure functions without database rows.

A person knows a list of appointments, and may have seen other versions between two publications, in a calendar or a mail. They must be told
everything that differs between any of these and the published week.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

SEEN_MOST = 5
"""How many versions that a person may have seen are kept; a week is hardly published more often before someone calls."""


@dataclass(frozen=True, slots=True)
class AppointmentVersion:
    """One appointment of one person.

    Attributes:
        key: The session's id.
        mode: in_person, telehealth or (of a clinician's group) hybrid.
        site: None if the appointment is only online.
    """

    key: str
    start: datetime
    end: datetime
    mode: str
    site: str | None

    @property
    def visible(self) -> tuple[datetime, datetime, str, str | None]:
        """The parts that the person sees."""
        return (self.start, self.end, self.mode, self.site if self.mode != "telehealth" else None)


PersonWeek = Mapping[str, AppointmentVersion]
"""A person's appointments by key."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change to tell a person about.

    Attributes:
        before: The appointment the person knows; None: none.
        after: The published appointment; None: none.
        is_as_told: The published appointment is as originally told, but the person may have seen another version since.
    """

    before: AppointmentVersion | None
    after: AppointmentVersion | None
    is_as_told: bool = False

    @property
    def kind(self) -> Literal["new", "cancelled", "stays", "moved", "changed"]:
        """The kind of change; `changed` means that the start is the same."""
        if self.is_as_told and self.after is not None:
            return "stays"
        if self.before is None or self.after is None:
            return "new" if self.before is None else "cancelled"
        return "moved" if self.before.start != self.after.start else "changed"

    @property
    def sides(self) -> tuple[AppointmentVersion, ...]:
        """The appointments before and after, as far as they exist."""
        return tuple(side for side in (self.before, self.after) if side is not None)

    def first(self, at: datetime) -> datetime | None:
        """The first start of an appointment that is not over; None: nothing is left to tell."""
        return min((side.start for side in self.sides if side.end > at), default=None)


@dataclass(frozen=True, slots=True)
class WeekKnowledge:
    """What a person knows about a week.

    Attributes:
        certain: What they certainly know, from an up-to-date calendar or a call.
        maybe: Other versions that they may have seen since.
        now: The published appointments.
    """

    certain: PersonWeek
    maybe: tuple[PersonWeek, ...]
    now: PersonWeek

    def followed_by(self, now: PersonWeek, *, is_seen: bool) -> WeekKnowledge:
        """The person's knowledge after another publication.

        Args:
            is_seen: Whether the person may have seen the version published so far.
        """
        maybe = (*self.maybe, self.now) if is_seen and self.now not in self.maybe else self.maybe
        return WeekKnowledge(self.certain, maybe[-SEEN_MOST:], now)

    def changes(self, zone: ZoneInfo, at: datetime) -> tuple[Change, ...]:
        """The changes still to be told at a given time, in chronological order."""
        changes = list(_changes(self.certain, self.now, zone))
        keys_reported = {side.key for change in changes for side in change.sides}
        for week in self.maybe:
            for change in _confirmed(week, self.now):
                keys = {side.key for side in change.sides}
                if not keys & keys_reported:
                    changes.append(change)
                    keys_reported |= keys
        return tuple(sorted((c for c in changes if c.first(at) is not None), key=lambda c: min(s.start for s in c.sides)))

    def to_json(self) -> dict[str, Any]:
        """Convert to the form stored in the table."""
        return {"known": _written(self.certain), "maybe": [_written(week) for week in self.maybe], "now": _written(self.now)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> WeekKnowledge:
        """Read the form stored in the table."""
        return cls(_read(document["known"]), tuple(_read(week) for week in document["maybe"]), _read(document["now"]))


def _changes(before_week: PersonWeek, now: PersonWeek, zone: ZoneInfo) -> Iterator[Change]:
    """Compare session by session; one that ends and one that begins on the same day with the same length count as a move."""
    cancellations = [before_week[key] for key in before_week.keys() - now.keys()]
    new = [now[key] for key in now.keys() - before_week.keys()]
    for key in before_week.keys() & now.keys():
        if before_week[key].visible != now[key].visible:
            yield Change(before_week[key], now[key])
    # Another session at the same time looks the same to the person attending it.
    for before in sorted(cancellations, key=lambda a: a.start):
        after = _twin(before, new, zone)
        if after is not None:
            new.remove(after)
            if after.visible != before.visible:
                yield Change(before, after)
        else:
            yield Change(before, None)
    yield from (Change(None, after) for after in new)


def _twin(before: AppointmentVersion, new: Iterable[AppointmentVersion], zone: ZoneInfo) -> AppointmentVersion | None:
    """The appointment that replaces another: an identical one, or the next of the same length on the same day."""
    alike = [a for a in new if a.end - a.start == before.end - before.start and _day(a, zone) == _day(before, zone)]
    return min(alike, key=lambda a: (a.visible != before.visible, abs(a.start - before.start), a.key), default=None)


def _day(appointment: AppointmentVersion, zone: ZoneInfo) -> date:
    return appointment.start.astimezone(zone).date()


def _confirmed(maybe: PersonWeek, now: PersonWeek) -> Iterator[Change]:
    """Appointments that are as originally told, although the person may have seen another version."""
    for key in maybe.keys() | now.keys():
        before, after = maybe.get(key), now.get(key)
        if (before and before.visible) != (after and after.visible):
            yield Change(before, after, is_as_told=True)


def is_soon(changes: Iterable[Change], at: datetime, delay: timedelta | None) -> bool:
    """Whether any of these changes begins before a calendar will show it.

    Args:
        delay: How long the calendar may take; None: no calendar, so everything must be told.
    """
    starts = [start for change in changes if (start := change.first(at)) is not None]
    return bool(starts) and (delay is None or min(starts) < at + delay)


def span_of(changes: Sequence[Change], at: datetime) -> tuple[datetime, datetime]:
    """The first affected start and the last affected end that are not over."""
    sides = [side for change in changes for side in change.sides if side.end > at]
    return min(side.start for side in sides), max(side.end for side in sides)


def _written(week: PersonWeek) -> list[dict[str, Any]]:
    rows = sorted(week.values(), key=lambda a: (a.start, a.key))
    return [{"key": a.key, "start": a.start.isoformat(), "end": a.end.isoformat(), "mode": a.mode, "site": a.site} for a in rows]


def _read(rows: Iterable[Mapping[str, Any]]) -> dict[str, AppointmentVersion]:
    return {
        row["key"]: AppointmentVersion(
            row["key"], datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]), row["mode"], row["site"]
        )
        for row in rows
    }  # fmt: skip
