"""Free hours as people type and hear them, ``mon-thu 5-9pm, sat 9-12`` or of one day ``9-12, 1pm-5pm``, and as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, Protocol

from api.pages.words import DASH, clock
from scheduler.exchange.workbook.cells import CellError, clean
from scheduler.exchange.workbook.typed.clocks import HALF, HalfDay
from scheduler.exchange.workbook.typed.windows import TypedWindow, read_windows
from scheduler.exchange.workbook.windows import NEVER_WORDS
from scheduler.fields import Weekday
from scheduler.instance import Site, WeeklyWindow
from scheduler.instance.calendar import ClockWindow
from scheduler.timegrid import DAY, WEEKDAYS, Span, merge, parse_clock
from scheduler.words import DAY_NAMES, joined, time_of_day, time_range

LONGEST: Final = 500
MANY_DAYS: Final = 4
EXAMPLE_OF_DAY: Final = "Write hours such as 9-12, 1pm-5pm, or all day."
EXAMPLE: Final = "Write days and times, e.g. mon-thu 5-9pm; sat 9am-12pm."
ASK: Final = "Write am or pm: {} could be in the morning or in the evening."


class HasTimes(Protocol):
    """A window on a day, in minutes."""

    @property
    def start(self) -> int:
        """Its start."""

    @property
    def end(self) -> int:
        """Its end."""


class UnreadableHoursError(ValueError):
    """Hours cannot be read; the message says what to write instead."""


def read_hours(text: str, sites: Iterable[Site]) -> tuple[WeeklyWindow, ...]:
    """Hours of a week as typed; where am and pm are missing, those in which a site is open.

    Raises:
        UnreadableHoursError: They cannot be read, or could mean two things.
    """
    sites = tuple(sites)
    try:
        windows = tuple(_window(one, sites) for one in read_windows(clean(text[:LONGEST])))
    except CellError as error:
        raise UnreadableHoursError(_sentence(str(error)) or EXAMPLE) from None
    if not windows:
        raise UnreadableHoursError(EXAMPLE)
    return windows


def read_day(text: str, day: Weekday, sites: Iterable[Site]) -> tuple[ClockWindow, ...]:
    """Hours of one day as typed, in the same way; `none` is no hours.

    Raises:
        UnreadableHoursError: They cannot be read, or could mean two things.
    """
    if text.lower().rstrip(".") in NEVER_WORDS:
        return ()
    try:
        typed = read_windows(f"{day} {clean(text[:LONGEST])}")
    except CellError:
        raise UnreadableHoursError(EXAMPLE_OF_DAY) from None
    if any((window.day, window.weeks) != (day, "every") or window.end is None for window in typed):
        raise UnreadableHoursError(EXAMPLE_OF_DAY)
    sites = tuple(sites)
    try:
        windows = [_window(window, sites) for window in typed]
    except CellError as error:
        raise UnreadableHoursError(_sentence(str(error))) from None
    return tuple(ClockWindow(start=span.start, end=span.end) for span in merge(Span(window.start, window.end) for window in windows))


def hours_text(windows: Iterable[HasTimes]) -> str:
    """Windows of a day as they may be typed."""
    return ", ".join(_window_text(window) for window in sorted(windows, key=lambda window: window.start))


def _window_text(window: HasTimes) -> str:
    if window.end < DAY:
        return time_range(time_of_day(window.start), time_of_day(window.end))
    return f"after {time_of_day(window.start)}" if window.start else "all day"


def hours_in_words(windows: Iterable[WeeklyWindow]) -> tuple[str, ...]:
    """Hours, the days with the same ones together."""
    by_day: dict[tuple[str, int], list[str]] = {}
    for window in sorted(windows, key=lambda w: (w.weeks, WEEKDAYS.index(w.day), w.start)):
        by_day.setdefault((window.weeks, WEEKDAYS.index(window.day)), []).append(_times(window.start, window.end))
    lines = []
    for (weeks, times), days in groupby(by_day, key=lambda key: (key[0], joined(by_day[key]))):
        name = "" if weeks == "every" else f"{weeks} weeks: "
        lines.append(f"{name}{_days([day for _, day in days])}, {times}")
    return tuple(lines)


def _days(days: Sequence[int]) -> str:
    """Weekdays in words; from four in a row on, only the first and the last."""
    is_run = len(days) >= MANY_DAYS and days[-1] - days[0] == len(days) - 1
    return f"{DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}" if is_run else joined([DAY_NAMES[day] for day in days])


def _times(start: int, end: int) -> str:
    return "all day" if (start, end) == (0, DAY) else time_range(clock(start), clock(end), DASH)


def _window(typed: TypedWindow, sites: Sequence[Site]) -> WeeklyWindow:
    if typed.end is None:
        raise CellError("write when each time ends, e.g. mon 5-9pm")
    start, end = parse_clock(typed.start), parse_clock(typed.end)
    if isinstance(typed.start, HalfDay) and isinstance(typed.end, HalfDay) and end + HALF <= DAY:
        start, end = _in_opening_hours(start, end, _open(sites, typed.day))
    if end <= start:
        raise CellError("write the end after the start")
    return WeeklyWindow.model_validate({"day": typed.day, "start": start, "end": end, "weeks": typed.weeks})


def _in_opening_hours(start: int, end: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The half of the day in which more of a window lies in opening hours."""
    early, late = (max((min(end, b) - max(start, a) for a, b in spans), default=0) for start, end in _halves(start, end))
    if max(early, 0) == max(late, 0):
        raise CellError(ASK.format(time_range(clock(start)[:-3], clock(end)[:-3], DASH)))
    return _halves(start, end)[late > early]


def _halves(start: int, end: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (start, end), (start + HALF, end + HALF)


def _open(sites: Iterable[Site], day: str) -> list[tuple[int, int]]:
    """When sites are open on a day; if none is, on any day."""
    windows = [window for site in sites for window in site.hours]
    return [(window.start, window.end) for window in windows if window.day == day] or [(w.start, w.end) for w in windows]


def _sentence(text: str) -> str:
    return text and text[:1].upper() + text[1:].rstrip(".") + "."
