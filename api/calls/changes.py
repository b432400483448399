"""What changed for one person in a week, as the person sees it: a time, on site or online, another building. Pure; knows no rows.

A person knows a list of appointments, and may have seen others on the way: a calendar that was read, or a mail that was sent, between two
publications. What has to be told is what differs between any of these and what is published now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

SEEN_MOST = 5
"""Lists a person may have seen that are remembered; a week is not published more often before somebody calls."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment of one person.

    Attributes:
        key: The session's id.
        mode: in_person, telehealth or (of a clinician's group) hybrid.
        site: None where nobody has to go anywhere.
    """

    key: str
    start: datetime
    end: datetime
    mode: str
    site: str | None

    @property
    def seen(self) -> tuple[datetime, datetime, str, str | None]:
        """What the person sees of it."""
        return (self.start, self.end, self.mode, self.site if self.mode != "telehealth" else None)


Week = Mapping[str, Appointment]
"""A person's appointments by key."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to be told.

    Attributes:
        before: What the person believes; None: nothing.
        after: What is so; None: nothing.
        is_as_told: What is so was told first; something else may have been seen meanwhile.
    """

    before: Appointment | None
    after: Appointment | None
    is_as_told: bool = False

    @property
    def kind(self) -> Literal["new", "cancelled", "stays", "moved", "changed"]:
        """What happened, in one word; `changed` keeps its start."""
        if self.is_as_told and self.after is not None:
            return "stays"
        if self.before is None or self.after is None:
            return "new" if self.before is None else "cancelled"
        return "moved" if self.before.start != self.after.start else "changed"

    @property
    def sides(self) -> tuple[Appointment, ...]:
        """Before and after, where there are such."""
        return tuple(side for side in (self.before, self.after) if side is not None)

    def first(self, at: datetime) -> datetime | None:
        """The first start that is not over; None: there is nothing left to tell."""
        return min((side.start for side in self.sides if side.end > at), default=None)


@dataclass(frozen=True, slots=True)
class Told:
    """What a person knows of a week.

    Attributes:
        known: Told them for certain, by a calendar that had time or by a call.
        maybe: What else they may have seen since.
        now: What is published.
    """

    known: Week
    maybe: tuple[Week, ...]
    now: Week

    def followed_by(self, now: Week, *, is_seen: bool) -> Told:
        """The same after another publication.

        Args:
            is_seen: Whether what was published until now may have been seen.
        """
        seen = (*self.maybe, self.now) if is_seen and self.now not in self.maybe else self.maybe
        return Told(self.known, seen[-SEEN_MOST:], now)

    def changes(self, zone: ZoneInfo, at: datetime) -> tuple[Change, ...]:
        """What there is to tell at a time, in the order of time."""
        found = list(_changes(self.known, self.now, zone))
        told = {side.key for change in found for side in change.sides}
        for week in self.maybe:
            for change in _confirmed(week, self.now):
                keys = {side.key for side in change.sides}
                if not keys & told:
                    found.append(change)
                    told |= keys
        return tuple(sorted((c for c in found if c.first(at) is not None), key=lambda c: min(s.start for s in c.sides)))

    def to_json(self) -> dict[str, Any]:
        """As the table keeps it."""
        return {"known": _written(self.known), "maybe": [_written(week) for week in self.maybe], "now": _written(self.now)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Told:
        """As it was kept."""
        return cls(_read(document["known"]), tuple(_read(week) for week in document["maybe"]), _read(document["now"]))


def _changes(known: Week, now: Week, zone: ZoneInfo) -> Iterator[Change]:
    """Session by session; what ended here and begins there on the same day with the same length was moved, whatever the session is."""
    gone = [known[key] for key in known.keys() - now.keys()]
    new = [now[key] for key in now.keys() - known.keys()]
    for key in known.keys() & now.keys():
        if known[key].seen != now[key].seen:
            yield Change(known[key], now[key])
    # Another session at the same time looks the same to whoever goes there.
    for before in sorted(gone, key=lambda a: a.start):
        after = _twin(before, new, zone)
        if after is not None:
            new.remove(after)
            if after.seen != before.seen:
                yield Change(before, after)
        else:
            yield Change(before, None)
    yield from (Change(None, after) for after in new)


def _twin(before: Appointment, new: Iterable[Appointment], zone: ZoneInfo) -> Appointment | None:
    """What an appointment has become: one like it, or the next of its length on its day."""
    alike = [a for a in new if a.end - a.start == before.end - before.start and _day(a, zone) == _day(before, zone)]
    return min(alike, key=lambda a: (a.seen != before.seen, abs(a.start - before.start), a.key), default=None)


def _day(appointment: Appointment, zone: ZoneInfo) -> date:
    return appointment.start.astimezone(zone).date()


def _confirmed(seen: Week, now: Week) -> Iterator[Change]:
    """What is as it was told first, though something else may have been seen."""
    for key in seen.keys() | now.keys():
        before, after = seen.get(key), now.get(key)
        if (before and before.seen) != (after and after.seen):
            yield Change(before, after, is_as_told=True)


def is_soon(changes: Iterable[Change], at: datetime, delay: timedelta | None) -> bool:
    """Whether any of these begins before a calendar will have it.

    Args:
        delay: How long the calendar may take; None: there is none, so everything must be told.
    """
    starts = [start for change in changes if (start := change.first(at)) is not None]
    return bool(starts) and (delay is None or min(starts) < at + delay)


def span_of(changes: Sequence[Change], at: datetime) -> tuple[datetime, datetime]:
    """First affected start and last affected end that is not over."""
    sides = [side for change in changes for side in change.sides if side.end > at]
    return min(side.start for side in sides), max(side.end for side in sides)


def _written(week: Week) -> list[dict[str, Any]]:
    rows = sorted(week.values(), key=lambda a: (a.start, a.key))
    return [{"key": a.key, "start": a.start.isoformat(), "end": a.end.isoformat(), "mode": a.mode, "site": a.site} for a in rows]


def _read(rows: Iterable[Mapping[str, Any]]) -> dict[str, Appointment]:
    return {
        row["key"]: Appointment(
            row["key"], datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]), row["mode"], row["site"]
        )
        for row in rows
    }  # fmt: skip
