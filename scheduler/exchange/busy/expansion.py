"""Expansion of events into the busy time in a window."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.exchange.busy.components import CalendarParts, scan
from scheduler.exchange.busy.events import MARGIN, BusyEvent, EventReader, instant
from scheduler.exchange.busy.free_busy import free_busy
from scheduler.exchange.busy.models import MOST_SPANS, Busy, BusyError, BusyOptions, BusyWindow
from scheduler.exchange.busy.oddities import Oddities
from scheduler.exchange.busy.rules import MOST_RULES, is_over, parts_of
from scheduler.exchange.busy.series import BusyOccurrence, RuleError, occurrences
from scheduler.exchange.busy.zones import Zones
from scheduler.instance import BusySpan

MOST_SECONDS = 2.0
"""Processor time for all series; a single series is stopped only by the limit of the process."""

MOST_EVENTS, MOST_SERIES, MOST_OCCURRENCES = 5_000, 500, 20_000
MINUTE = timedelta(minutes=1)


def expand(content: bytes, window: BusyWindow, options: BusyOptions, own: frozenset[str] = frozenset()) -> Busy:
    """The busy time of a calendar in a window. It may need unlimited time and memory: call it in a child process.

    Args:
        own: UIDs of our own sessions.

    Raises:
        BusyError: The calendar could not be read.
    """
    scanned = scan(content)
    oddities = Oddities(scanned)
    groups, periods = _read(scanned, window, options, oddities, own)
    times, inside = _inside(_times(groups, window, oddities), window, scanned)
    busy = merged([*times, *periods], window.start, window.end)
    if len(busy) > MOST_SPANS:
        raise BusyError("too_many_occurrences")
    counted = [event for event in inside if not event.left_out]
    _note(counted, oddities)
    return Busy(
        first=window.first,
        days=window.days,
        spans=busy,
        num_events=len(counted),
        left_out=dict(sorted(Counter(event.left_out for event in inside if event.left_out).items())),
        warnings=oddities.warnings(),
    )


def _read(
    scanned: CalendarParts, window: BusyWindow, options: BusyOptions, oddities: Oddities, own: frozenset[str]
) -> tuple[list[list[BusyEvent]], list[tuple[datetime, datetime]]]:
    """The events of all calendars in a file, grouped by UID, and their busy periods.

    Raises:
        BusyError: There are too many, or a period is in a zone that is not known.
    """
    zones = Zones(scanned, window.zone, window.first.year - 2)
    events: list[BusyEvent] = []
    newest: dict[str, int] = {}
    periods: list[tuple[datetime, datetime]] = []
    for calendar in scanned.calendars:
        of_calendar = zones.of_calendar(calendar.words.get("X-WR-TIMEZONE", ""))
        events += EventReader(calendar, of_calendar, window, options, oddities, own).read(newest)
        if len(events) > MOST_EVENTS:
            raise BusyError("too_many_events")
        for start, end, is_soft in free_busy(calendar, of_calendar, oddities):
            if not (is_soft and options.tentative == "ignore"):
                periods.append((start, end))
    return _by_uid(events, newest), periods


def _inside(
    times: Iterable[BusyOccurrence], window: BusyWindow, scanned: CalendarParts
) -> tuple[list[tuple[datetime, datetime]], list[BusyEvent]]:
    """The busy times that touch the window, and the events that take place in it, including those that do not count.

    Raises:
        BusyError: There are too many, or one that counts may touch the window, and its time zone is not known.
    """
    spans: list[tuple[datetime, datetime]] = []
    events_inside: dict[int, BusyEvent] = {}
    nowhere: dict[int, BusyEvent] = {}
    for number, (event, start, end) in enumerate(times):
        if number >= MOST_OCCURRENCES:
            raise BusyError("too_many_occurrences")
        begin, stop = instant(start, window), instant(end, window)
        if not (event.is_zone_known or event.left_out) and begin - MARGIN < window.end and stop + MARGIN > window.start and begin < stop:
            nowhere[event.part.offset] = event
        if stop <= window.start or begin >= window.end or stop <= begin:
            continue
        events_inside[id(event.part)] = event
        if not event.left_out:
            spans.append((begin, stop))
    if nowhere:
        raise BusyError("unknown_zone", scanned.lines(nowhere[offset].part for offset in sorted(nowhere)[:6]))
    return spans, list(events_inside.values())


def _note(counted: Iterable[BusyEvent], oddities: Oddities) -> None:
    """Note warnings for events that count, but may not be meant to."""
    for event in counted:
        for code, is_so in (("tentative", event.is_soft), ("all_day", event.is_all_day), ("floating", event.is_floating)):
            if is_so:
                oddities.note(code, event.part)


def merged(spans: Iterable[tuple[datetime, datetime]], first: datetime, last: datetime) -> tuple[BusySpan, ...]:
    """The spans within bounds, in order and whole minutes of UTC, with those that overlap or touch merged."""
    stretches: list[list[datetime]] = []
    low, high = first.astimezone(UTC), last.astimezone(UTC)
    for start, end in sorted((max(low, _floor(start)), min(high, _ceiling(end))) for start, end in spans):
        if end <= start:
            continue
        if stretches and start <= stretches[-1][1]:
            stretches[-1][1] = max(stretches[-1][1], end)
        else:
            stretches.append([start, end])
    return tuple(BusySpan(start=start, end=end) for start, end in stretches)


def _floor(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    # In UTC: an ambiguous local time never equals a time of another zone.
    floor = _floor(moment)
    return floor if floor == moment.astimezone(UTC) else floor + MINUTE


def _times(groups: list[list[BusyEvent]], window: BusyWindow, oddities: Oddities) -> Iterator[BusyOccurrence]:
    """Every time an event takes in the window, and some outside it."""
    series: list[list[BusyEvent]] = []
    for versions in groups:
        readable = [_readable(event, window, oddities) for event in versions]
        group = [event for event in readable if event is not None]
        masters = [event for event in group if event.recurrence is None]
        if not masters or (len(group) == 1 and not masters[0].is_series):
            yield from (_once(event, window) for event in group)
        else:
            series.append(group)
    if len(series) > MOST_SERIES:
        raise BusyError("too_many_series")
    begun = time.process_time()
    for group in series:
        if time.process_time() - begun > MOST_SECONDS:
            raise BusyError("too_much_work")
        try:
            yield from _repeated(group, window, oddities)
        except BusyError:
            raise
        except (ArithmeticError, ValueError):
            # Times beyond the calendar's years.
            oddities.note("unreadable", group[0].part)


def _once(event: BusyEvent, window: BusyWindow) -> BusyOccurrence:
    """The time of a single event, cut at the end of the window: an event may last ten thousand years."""
    latest = window.end.astimezone(UTC) + timedelta(days=2)
    if instant(event.start, window) >= latest:
        return event, event.start, event.start
    if event.length > latest - instant(event.start, window):
        return event, event.start, latest
    return event, event.start, event.ending(event.start)


def _by_uid(events: list[BusyEvent], newest: Mapping[str, int]) -> list[list[BusyEvent]]:
    """Events grouped by UID: a series and its changes. Of several versions of an event, the newest counts; equally new ones all count."""
    groups: dict[str, list[BusyEvent]] = defaultdict(list)
    for number, event in enumerate(events):
        groups[event.uid or f"\n{number}"].append(event)
    series = []
    for group in groups.values():
        current = [event for event in group if event.recurrence is None and event.sequence >= newest.get(event.uid, 0)]
        series.append(current[:1] + [event for event in group if event.recurrence is not None])
        series += [[event] for event in current[1:]]
    return series


def _readable(event: BusyEvent, window: BusyWindow, oddities: Oddities) -> BusyEvent | None:
    """The event with a supported rule, or its first occurrence alone; None if it is over."""
    if any(parts_of(rule) is None for rule in event.except_rules):
        oddities.note("exclusions_not_read", event.part)
        event = replace(event, except_rules=[])
    if not event.rules:
        return event
    rules = [parts_of(rule) for rule in event.rules]
    if len(rules) > MOST_RULES or any(rule is None for rule in rules):
        oddities.note("rule_not_read", event.part)
        return event.single() if not event.extra else replace(event, rules=[])
    if len(rules) == 1 and rules[0] is not None and not event.extra and is_over(event, rules[0], window):
        return None
    return event


def _repeated(group: list[BusyEvent], window: BusyWindow, oddities: Oddities) -> list[BusyOccurrence]:
    """The times of a series near the window; with a rule that cannot be carried out, the first time alone."""
    series, changes = group[0], group[1:]
    try:
        times = list(occurrences(series, changes, window))
    except RuleError:
        oddities.note("rule_not_read", series.part)
        times = list(occurrences(replace(series, rules=[], except_rules=[]), changes, window))
    if len(times) > MOST_OCCURRENCES:
        raise BusyError("too_many_occurrences")
    return times
