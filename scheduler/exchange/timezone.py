"""VTIMEZONE (RFC 5545, 3.6.5) with one STANDARD and one DAYLIGHT, each with a yearly rule.

Common clients misread more than two observances, or RDATE in place of RRULE. So a zone's rule is derived from the changes in zoneinfo
and checked against zoneinfo for every day of the years in use. Times of a zone without such a rule (Africa/Cairo, Africa/Casablanca,
...) are written in UTC.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from scheduler.clock_changes import clock_changes

# In 28 years every date of a month falls on every weekday, which distinguishes the fourth Sunday from the last.
YEARS_SEEN = 28
# Clients expect a rule that holds from here on, whatever years are shown.
FIRST_YEAR = 1970
DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Onset:
    """The start of standard or daylight time: the nth weekday of a month, at a wall time by the clock before the change.

    Attributes:
        nth: 1 to 4, or -1 for the last.
        weekday: 0 is Monday.
        clock: Wall time since midnight, by the offset before the change.
    """

    month: int
    nth: int
    weekday: int
    clock: timedelta
    offset_before: timedelta
    offset: timedelta
    name: str

    def wall(self, year: int) -> datetime:
        """The naive wall time of the onset in a year."""
        length = monthrange(year, self.month)[1]
        first = date(year, self.month, 1 if self.nth > 0 else length - 6)
        ahead = (self.weekday - first.weekday()) % 7 + 7 * (max(self.nth, 1) - 1)
        return datetime.combine(first + timedelta(days=ahead), datetime.min.time()) + self.clock

    def instant(self, year: int) -> datetime:
        """The onset in UTC."""
        return (self.wall(year) - self.offset_before).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """A zone as calendars can represent it; without daylight time, a single offset."""

    zone: str
    standard: Onset
    daylight: Onset | None

    def offset_at(self, instant: datetime) -> timedelta:
        """The offset by this rule at an aware instant."""
        if self.daylight is None:
            return self.standard.offset
        years = (instant.year - 1, instant.year, instant.year + 1)
        onsets = [(onset.instant(year), onset.offset) for year in years for onset in (self.standard, self.daylight)]
        return max((o for o in onsets if o[0] <= instant), key=lambda o: o[0])[1]


UTC_RULE = ZoneRule("UTC", Onset(1, 1, 3, timedelta(0), timedelta(0), timedelta(0), "UTC"), None)


@lru_cache(maxsize=64)
def zone_rule(zone: str, first: int, last: int) -> ZoneRule | None:
    """The rule of an IANA zone, correct for every day of the years ``first`` to ``last``; None if it cannot be represented."""
    info = ZoneInfo(zone)
    changes = [at for year in range(first, max(first + YEARS_SEEN, last + 1)) for at in clock_changes(info, year)]
    if not changes:
        start = datetime(first, 1, 1, tzinfo=info)
        offset = _offset(info, start)
        # 1970-01-01, where clients expect a zone without changes to begin, was the first Thursday of its year.
        rule = ZoneRule(zone, Onset(1, 1, 3, timedelta(0), offset, offset, start.tzname() or zone), None)
    else:
        offsets = sorted({_offset(info, c) for c in changes})
        halves = [_onset(info, [c for c in changes if _offset(info, c) == offset]) for offset in offsets]
        if len(halves) != 2 or halves[0] is None or halves[1] is None:
            return None
        rule = ZoneRule(zone, halves[0], halves[1])
    return rule if _is_right(rule, info, first, last) else None


def vtimezone(rule: ZoneRule) -> Timezone:
    """The VTIMEZONE component of a rule."""
    component = Timezone()
    component.add("TZID", rule.zone)
    for part, onset in ((TimezoneStandard(), rule.standard), (TimezoneDaylight(), rule.daylight)):
        if onset is None:
            continue
        part.add("DTSTART", onset.wall(FIRST_YEAR))
        part.add("TZOFFSETFROM", onset.offset_before)
        part.add("TZOFFSETTO", onset.offset)
        part.add("TZNAME", onset.name)
        if rule.daylight is not None:
            part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": onset.month, "BYDAY": f"{onset.nth}{DAY_CODES[onset.weekday]}"})
        component.add_component(part)
    return component


def _offset(info: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(info).utcoffset() or timedelta(0)


def _onset(info: ZoneInfo, changes: list[datetime]) -> Onset | None:
    """The yearly rule common to changes to the same offset, or None."""
    second = timedelta(seconds=1)
    onsets = {(_offset(info, c - second), _offset(info, c), c.astimezone(info).tzname() or "") for c in changes}
    walls = [(c + _offset(info, c - second)).replace(tzinfo=None) for c in changes]
    clocks = {(w.month, w.weekday(), w - datetime.combine(w.date(), datetime.min.time())) for w in walls}
    ordinals = [n for n in (1, 2, 3, 4) if all((w.day + 6) // 7 == n for w in walls)]
    if all(w.day + 7 > monthrange(w.year, w.month)[1] for w in walls):
        ordinals.append(-1)
    if len(onsets) != 1 or len(clocks) != 1 or not ordinals:
        return None
    (before, after, name), (month, weekday, clock) = onsets.pop(), clocks.pop()
    return Onset(month, ordinals[0], weekday, clock, before, after, name)


def _is_right(rule: ZoneRule, info: ZoneInfo, first: int, last: int) -> bool:
    """Whether the rule agrees with zoneinfo on every day of the years, and one second before and at each onset."""
    start, days = datetime(first, 1, 1, tzinfo=UTC), (date(last + 1, 1, 1) - date(first, 1, 1)).days
    moments = [start + timedelta(days=day, hours=hour) for day in range(days) for hour in (0, 12)]
    onsets = (rule.standard, rule.daylight) if rule.daylight else ()
    for instant in (onset.instant(year) for onset in onsets for year in range(first, last + 1)):
        moments += [instant - timedelta(seconds=1), instant]
    return all(rule.offset_at(moment) == _offset(info, moment) for moment in moments)
