"""When a series of events takes place near a window: dates by dateutil on the series' own clock, exceptions by instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import NamedTuple

from dateutil.rrule import rrulestr  # type: ignore[import-untyped] # it has no types

from scheduler.exchange.busy.events import MARGIN, BusyEvent, instant
from scheduler.exchange.busy.models import BusyWindow
from scheduler.exchange.busy.rules import begun_later, is_within, parts_of
from scheduler.exchange.busy.times import Moment

BusyOccurrence = tuple[BusyEvent, Moment, Moment]


class RuleError(Exception):
    """A rule of repetition cannot be carried out."""


class _Start(NamedTuple):
    """When an occurrence starts, and its end where it has one of its own."""

    moment: Moment
    end: Moment | None = None


def occurrences(series: BusyEvent, changes: list[BusyEvent], window: BusyWindow) -> Iterator[BusyOccurrence]:
    """The times of a series near a window, its changes among them.

    Raises:
        RuleError: A rule of the series has a value that is not allowed.
    """
    starts = _starts(series, changes, window)
    from_then_on: list[tuple[datetime, BusyEvent]] = []
    for keys, versions in _by_occurrence(series, changes, starts, window).items():
        for key in keys:
            starts.pop(key, None)
        newest = max(change.sequence for change in versions)
        for change in versions:
            if change.sequence == newest:
                yield change, change.start, change.ending(change.start)
                from_then_on += [(key, change) for key in keys[:1] if change.is_from_then_on]
    from_then_on.sort(key=lambda entry: entry[0])
    for key, start in starts.items():
        event = next((change for first, change in reversed(from_then_on) if first < key), series)
        moment = start.moment if event is series else start.moment + _shift(event)
        yield event, moment, start.end if start.end is not None and event is series else event.ending(moment)


def _starts(series: BusyEvent, changes: list[BusyEvent], window: BusyWindow) -> dict[datetime, _Start]:
    """The occurrences near the window by their instant, without the dates left out."""
    widest = max([timedelta(0), *(abs(_shift(change)) for change in changes if change.is_from_then_on)])
    first = window.start.astimezone(UTC) - series.length - widest - MARGIN
    last = window.end.astimezone(UTC) + widest + MARGIN
    moments: list[_Start] = [_Start(series.start)]
    moments += (_Start(moment) for rule in series.rules for moment in _by_rule(rule, series, window, first, last))
    moments += (_Start(*extra) if isinstance(extra, tuple) else _Start(_timed(extra, series)) for extra in series.extra)
    starts = {key: start for start in moments if first <= (key := instant(start.moment, window)) <= last}
    for moment in series.except_:
        for key in _referents(moment, series, starts, window):
            starts.pop(key, None)
    for rule in series.except_rules:
        for left_out in _by_rule(rule, series, window, first, last):
            starts.pop(instant(left_out, window), None)
    return starts


def _by_rule(rule: str, series: BusyEvent, window: BusyWindow, first: datetime, last: datetime) -> list[Moment]:
    """The times of a rule up to an instant, some before the first, on the clock of the series.

    A time in a gap has the offset before it (RFC 5545, 3.3.5).

    Raises:
        RuleError: A value of the rule is not allowed.
    """
    parts = parts_of(rule)
    if parts is None:
        raise RuleError
    start, parts = begun_later(series.start, parts, first, window)
    until = parts.pop("UNTIL", "9")
    zone = start.tzinfo if isinstance(start, datetime) else None
    wall = start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())
    latest = last.replace(tzinfo=None) + MARGIN
    try:
        times = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=wall)
        near = list(takewhile(lambda moment: moment <= latest, times))
    except Exception:
        # The library may raise any error for values that are not allowed.
        raise RuleError from None
    dated = (moment.replace(tzinfo=zone) if isinstance(start, datetime) else moment.date() for moment in near)
    # Of an hour that the clock shows twice, the start itself may be in the second.
    exact = (series.start if _is_by_clock(moment, series.start) else moment for moment in dated)
    return list(takewhile(lambda moment: is_within(moment, until), exact))


def _by_occurrence(
    series: BusyEvent, changes: list[BusyEvent], starts: dict[datetime, _Start], window: BusyWindow
) -> dict[tuple[datetime, ...], list[BusyEvent]]:  # fmt: skip
    """The changes of a series by the occurrence that they replace."""
    groups: dict[tuple[datetime, ...], list[BusyEvent]] = defaultdict(list)
    for change in changes:
        assert change.recurrence is not None
        groups[tuple(_referents(change.recurrence, series, starts, window))].append(change)
    return groups


def _referents(moment: Moment, series: BusyEvent, starts: dict[datetime, _Start], window: BusyWindow) -> list[datetime]:
    """The instants that an exception or a change of a series refers to.

    A date means every occurrence of that day; an instant, for days, means the day whose midnight it is where it counts.
    """
    if isinstance(series.start, datetime):
        if isinstance(moment, datetime):
            return [moment.astimezone(UTC)]
        return [key for key, start in starts.items() if _day(start.moment) == moment] or [instant(moment, window)]
    if isinstance(moment, datetime):
        local = moment.astimezone(window.zone)
        moment = (local if local.time() == time() else moment).date()
    return [instant(moment, window)]


def _is_by_clock(moment: Moment, other: Moment) -> bool:
    return isinstance(moment, datetime) and isinstance(other, datetime) and moment.replace(tzinfo=None) == other.replace(tzinfo=None)


def _timed(moment: Moment, series: BusyEvent) -> Moment:
    """An additional date of a series with times, at its time."""
    if isinstance(moment, datetime) or not isinstance(series.start, datetime):
        return moment
    return datetime.combine(moment, series.start.timetz())


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _shift(change: BusyEvent) -> timedelta:
    """By how much a change moves all later occurrences, on the clock."""
    start, original = change.start, change.recurrence
    if isinstance(start, datetime) and isinstance(original, datetime):
        return start - original.astimezone(start.tzinfo)
    return _day(start) - _day(original) if original is not None else timedelta(0)
