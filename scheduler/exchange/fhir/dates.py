"""Dates in searches: an optional prefix and a full or partial time, e.g. ``ge2026-11-30``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]

WRITTEN = re.compile(
    r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb)?"
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})(T(?P<hour>\d{2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d{1,9})?)?"
    r"(?P<zone>Z|[ +-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateCondition:
    """An interval, and how a time must relate to it.

    Attributes:
        start: Inclusive.
        end: Exclusive.
    """

    prefix: Prefix
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a time meets the condition."""
        match self.prefix:
            case "eq":
                return self.start <= at < self.end
            case "ne":
                return not self.start <= at < self.end
            case "ge":
                return at >= self.start
            case "le":
                return at < self.end
            case "gt" | "sa":
                return at >= self.end
            case "lt" | "eb":
                return at < self.start

    @property
    def earliest(self) -> datetime:
        """The earliest time that can meet the condition."""
        return {"eq": self.start, "ge": self.start, "gt": self.end, "sa": self.end}.get(self.prefix, EARLIEST)

    @property
    def latest(self) -> datetime:
        """The time from which no time can meet the condition."""
        return {"eq": self.end, "le": self.end, "lt": self.start, "eb": self.start}.get(self.prefix, LATEST)


def read_date(text: str, zone: ZoneInfo) -> DateCondition:
    """Read a date of a search; without an offset, it is in the program's time zone.

    Raises:
        ValueError: The text is not a date or time.
    """
    match = WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError("write a date or time with an optional prefix, e.g. ge2026-11-30 or lt2026-12-07T09:00:00Z")
    part = {name: int(value) for name, value in match.groupdict().items() if value is not None and name not in ("prefix", "zone")}
    # A plus sign not escaped in the URL arrives as a space.
    start = datetime(
        part["year"], part.get("month", 1), part.get("day", 1), part.get("hour", 0), part.get("minute", 0), part.get("second", 0),
        tzinfo=_zone(match["zone"], zone),
    )  # fmt: skip
    if not EARLIEST <= start < LATEST:
        raise ValueError("write a year from 1900 to 2998")
    # In UTC: it is compared with thousands of times, and looking up a zone's offset is slow.
    return DateCondition(cast(Prefix, match["prefix"] or "eq"), start.astimezone(UTC), _end(start, part).astimezone(UTC))


def _zone(written: str | None, zone: ZoneInfo) -> ZoneInfo | None:
    if written is None:
        return zone
    return cast("ZoneInfo | None", datetime.fromisoformat(f"2000-01-01T00:00:00{written.replace(' ', '+')}").tzinfo)


def _end(start: datetime, part: dict[str, int]) -> datetime:
    """The end of the interval that the given parts leave open."""
    if "second" in part or "minute" in part:
        return start.astimezone(UTC) + timedelta(seconds=1 if "second" in part else 60)
    if "day" in part:
        return start + timedelta(days=1)
    if "month" in part:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start.replace(year=start.year + 1)
