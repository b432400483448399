"""Conversion between wall-clock times and integer minutes, in this module only.

Inside the scheduler a time is an integer: minutes since Monday 00:00 of the roster's week, in the program's wall time. Minute 0 is
Monday 00:00, minute 1440 is Tuesday 00:00, minute 10080 is the end of the week. Spans are half-open, so sessions that touch do not
overlap. At the edges a time is an aware datetime; the program's IANA zone says what its clocks show, and when they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.clock_changes import Seams, clock_changes, first_shown, last_shown, passed_until, seams_of

DAY = 1440
WEEK = 7 * DAY
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Span(NamedTuple):
    """A half-open stretch of minutes ``[start, end)`` in the week."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return self.end - self.start

    @property
    def day(self) -> int:
        """Weekday index of the start, 0 for Monday."""
        return self.start // DAY

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a minute; touching spans do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether the other span is entirely inside this one."""
        return self.start <= other.start and other.end <= self.end

    def widened(self, before: int, after: int) -> Span:
        """The span with minutes added before and after."""
        return Span(self.start - before, self.end + after)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans and join those that overlap or touch."""
    merged: list[Span] = []
    for span in sorted(s for s in spans if s.end > s.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def intersect(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """The minutes in both, as merged spans."""
    right = tuple(right)
    return merge(Span(max(a.start, b.start), min(a.end, b.end)) for a in left for b in right if a.overlaps(b))


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The minutes of ``spans`` outside all ``holes``, as merged spans."""
    left = list(merge(spans))
    for hole in merge(holes):
        left = [
            piece
            for span in left
            for piece in (Span(span.start, min(span.end, hole.start)), Span(max(span.start, hole.end), span.end))
            if piece.end > piece.start
        ]
    return tuple(left)


def by_day(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans split at every midnight: windows that touch at midnight are one span, whose start gives only its first day."""
    for span in spans:
        for day in range(span.start // DAY, -(-span.end // DAY)):
            yield Span(max(span.start, day * DAY), min(span.end, (day + 1) * DAY))


def day_span(day: int, start: int = 0, end: int = DAY) -> Span:
    """The span of one weekday from clock minute ``start`` to ``end``."""
    return Span(day * DAY + start, day * DAY + end)


def clock(minute: int) -> str:
    """A minute of the day (or week) as ``HH:MM``; the end of a day is ``24:00``."""
    within = minute % DAY
    if within == 0 and minute > 0 and minute == DAY:
        return "24:00"
    return f"{within // 60:02d}:{within % 60:02d}"


def parse_clock(text: str) -> int:
    """Read ``HH:MM`` (``24:00`` allowed) into minutes since midnight.

    Raises:
        ValueError: The text is not a time of day.
    """
    hours, _, minutes = text.partition(":")
    if len(hours) == 2 and len(minutes) == 2 and hours.isascii() and minutes.isascii() and (hours + minutes).isdigit():
        value = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and value <= DAY:
            return value
    raise ValueError("write a time of day as HH:MM, 00:00 to 24:00")


@dataclass(frozen=True, slots=True)
class Week:
    """The Monday-to-Sunday week of a roster in one zone.

    A minute is what the wall clock shows; use `between` and `widened` for real durations, since a clock change skips minutes or shows
    them twice. Nothing is placed on such minutes (`shows_once`).

    Attributes:
        seams: The clock changes in the week or within a day of it; nearly always none.
    """

    monday: date
    zone: ZoneInfo
    seams: Seams = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seams", seams_of(self.monday, self.zone))

    # --- dates and instants ---------------------------------------------------------------------------------------------------

    def date_of(self, day: int) -> date:
        """The date of weekday ``day`` (0 is Monday; negative and later days reach into other weeks)."""
        return self.monday + timedelta(days=day)

    def day(self, when: date) -> int:
        """The weekday index of a date; outside 0 to 6, the date is in another week."""
        return (when - self.monday).days

    def days_of(self, first: date, last: date) -> Iterator[int]:
        """The weekday indices of the dates from ``first`` to ``last`` in this week."""
        for day in range(7):
            if first <= self.date_of(day) <= last:
                yield day

    def at(self, minute: int) -> datetime:
        """The instant of a minute of the week, with the offset it has then.

        For a minute that the clock shows twice, the first time; a skipped minute is the same number of minutes after the change.
        """
        day, within = divmod(minute, DAY)
        local = datetime.combine(self.date_of(day), time(within // 60, within % 60), tzinfo=self.zone)
        return with_offset(local, self.zone)

    def minute(self, when: datetime) -> int:
        """The minute of the week of an aware datetime, by the program's wall clock.

        Raises:
            ValueError: The datetime has no time zone.
        """
        if when.tzinfo is None:
            raise ValueError("a datetime needs a zone")
        local = when.astimezone(self.zone)
        return self.day(local.date()) * DAY + local.hour * 60 + local.minute

    def span(self, start: datetime, end: datetime) -> Span:
        """A session as a span: from the minute of its start, with its real duration."""
        first = self.minute(start)
        return Span(first, first + _minutes(start, end))

    def clock_spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The minutes, also outside this week, that the clock shows from one instant to another; seconds are rounded outwards."""
        first, last = start.astimezone(UTC).replace(second=0, microsecond=0), end.astimezone(UTC)
        years = range(first.year, last.year + 1)
        changes = [at for year in years for at in clock_changes(self.zone, year) if first < at < last]
        spans = []
        for begin, stop in pairwise([first, *changes, last]):
            minute = self.minute(begin)
            spans.append(Span(minute, minute - _minutes(stop, begin)))
        return merge(spans)

    # --- real time ------------------------------------------------------------------------------------------------------------

    def shows_once(self, span: Span) -> bool:
        """Whether the clock shows every minute of a span exactly once."""
        return not any(seam.start < span.end and span.start < seam.end for seam in self.seams)

    def between(self, a: int, b: int) -> int:
        """Real minutes from one minute of the week to another, negative if the second is earlier."""
        return passed_until(self.seams, b) - passed_until(self.seams, a) if self.seams else b - a

    def real(self, span: Span) -> Span:
        """A span in real minutes from about Monday 00:00: skipped minutes do not count, and minutes shown twice count twice."""
        return Span(passed_until(self.seams, span.start), passed_until(self.seams, span.end)) if self.seams else span

    def real_between(self, start: datetime, end: datetime) -> Span:
        """The span between two instants in real minutes, counted as in `real`; seconds are rounded outwards."""
        first, zero = self.at(0), passed_until(self.seams, 0)
        return Span(zero + _minutes(first, start), zero - _minutes(end, first))

    def widened(self, span: Span, before: int, after: int) -> Span:
        """The span with real minutes added before and after; where the clock shows minutes twice, both showings."""
        if not self.seams:
            return span.widened(before, after)
        return Span(self.earlier(span.start, before), self.later(span.end, after))

    def earlier(self, minute: int, minutes: int) -> int:
        """The minute of the week a number of real minutes before a start."""
        if not self.seams or not minutes:
            return minute - minutes
        return first_shown(self.seams, passed_until(self.seams, minute) - minutes)

    def later(self, minute: int, minutes: int) -> int:
        """The minute of the week a number of real minutes after an end."""
        if not self.seams or not minutes:
            return minute + minutes
        return last_shown(self.seams, passed_until(self.seams, minute) + minutes)


def with_offset(moment: datetime, zone: ZoneInfo) -> datetime:
    """An instant with the zone's offset at that time. With the zone attached, Python would subtract and compare by the wall clock."""
    local = moment.astimezone(UTC).astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)), fold=0)


def _minutes(start: datetime, end: datetime) -> int:
    """Real minutes from one instant to another, rounded down."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)
