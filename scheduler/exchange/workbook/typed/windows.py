"""Windows and starts as people type them: ``M T Th 12-9, W 12-6``, ``Mon thru Thu 4 pm-10 pm``, ``after 4pm``, ``weekdays 9-5 except Wed``.

Days come first, then times; the next days begin the next part. A leading ``A`` or ``B`` means alternating weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from scheduler.exchange.workbook.cells import CellError
from scheduler.exchange.workbook.typed.clocks import HALF, HalfDay, TypedClock, point, span
from scheduler.exchange.workbook.typed.days import BEGIN, settled, stretch
from scheduler.exchange.workbook.typed.tokens import Word, tokens_of
from scheduler.timegrid import WEEKDAYS, Span, clock, parse_clock, subtract

NO_TIMES = "write times after the days, e.g. 17:00-21:00, or all day"
NO_WORDS = "write the times of day, not a word for them, e.g. mon-thu 17:00-21:00"
END_EXCEPT = "write days and times without an exception here, each part after a semicolon"
TIMES = ("time", "after", "before", "until")
MIDNIGHT = TypedClock(0, "midnight")
EVERY_DAY = tuple(range(7))


class TypedWindow(NamedTuple):
    """A window, or a point in time without an end, on a weekday; times as ``HH:MM``, a HalfDay where they might be 12 hours later."""

    weeks: str
    day: str
    start: str
    end: str | None


@dataclass(slots=True)
class _Part:
    """Days with their times, as far as they are read.

    Attributes:
        times: The start and end of each window; the end of a point in time is None.
        are_days_last: Whether the times came before the days, as in ``9-12 on Mon``.
        is_any_day: Whether every day is meant if none is named.
        without: Days that are excepted.
        holes: Times that are excepted.
    """

    weeks: str = "every"
    days: list[int | str] = field(default_factory=list)
    times: list[tuple[TypedClock, TypedClock | None]] = field(default_factory=list)
    are_days_last: bool = False
    is_any_day: bool = True
    is_never: bool = False
    half: str = ""
    without: set[int] = field(default_factory=set)
    holes: list[tuple[TypedClock, TypedClock]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether its times have been read, so that more days begin the next part."""
        return bool(self.times) or self.is_never


@lru_cache(maxsize=2048)
def read_windows(text: str) -> tuple[TypedWindow, ...]:
    """Read windows and points in time, in the order written.

    Raises:
        CellError: The text cannot be read.
    """
    windows: list[TypedWindow] = []
    section: list[Word] = []
    for token in (*tokens_of(text.lower()), Word("break")):
        if token.meaning != "break":
            section.append(token)
        elif section:
            parts = _Reader(section).parts()
            windows += [window for part in parts for window in _windows(part)]
            section = []
    return tuple(windows)


class _Reader:
    """Reads the parts of a text between two semicolons."""

    def __init__(self, tokens: Sequence[Word]) -> None:
        self.tokens, self.at = tokens, 0
        self.read: list[_Part] = [_Part()]

    def parts(self) -> list[_Part]:
        """All parts, in order."""
        while self.at < len(self.tokens):
            self._step(self.tokens[self.at])
        if not self.read[-1].is_done and len(self.read) > 1 and not self.read[-1].days:
            self.read.pop()
        return self.read

    def _step(self, token: Word) -> None:
        part = self.read[-1]
        if part.is_done and token.meaning in ("days", "weeks") and not self._are_days_last(part):
            part = _Part()
            self.read.append(part)
        if token.meaning == "days":
            part.are_days_last = part.is_done
            part.days += self._days()
        elif token.meaning in TIMES:
            if part.times and (part.without or part.are_days_last):
                raise CellError(END_EXCEPT)
            part.times.append(self._times())
        elif token.meaning == "except":
            self.at += 1
            self._except(part)
        else:
            self.at += 1
            self._word(part, token)

    def _are_days_last(self, part: _Part) -> bool:
        """Whether the next days belong to the times in front of them."""
        if part.are_days_last or part.days:
            return part.are_days_last
        is_apart = self.tokens[self.at - 1].meaning == "and" and any(token.meaning in TIMES for token in self.tokens[self.at :])
        return not is_apart

    def _word(self, part: _Part, token: Word) -> None:
        if token.meaning == "weeks":
            part.weeks = token.weeks
        elif token.meaning in ("am", "pm"):
            part.half = token.meaning
        elif token.meaning == "always":
            if self._next() not in TIMES:
                part.times.append((MIDNIGHT, MIDNIGHT))
        elif token.meaning == "never":
            part.is_never = True
        elif token.meaning == "to":
            raise CellError

    def _next(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].meaning if at < len(self.tokens) else ""

    def _days(self) -> list[int | str]:
        """A day, a stretch of days, or three and more in a row as in ``Mon-Wed-Fri``, which are no stretch."""
        chain = [self.tokens[self.at].days]
        self.at += 1
        while self._next() in ("to", "until") and self._next(1) == "days":
            chain.append(self.tokens[self.at + 1].days)
            self.at += 2
        if len(chain) == 2:
            first, last = chain
            return [*first[:-1], *stretch(first[-1], last[0]), *last[1:]]
        return [day for days in chain for day in days]

    def _times(self) -> tuple[TypedClock, TypedClock | None]:
        """A window or a point in time."""
        word = self._next()
        if word != "time":
            self.at += 1
        if self._next() != "time":
            raise CellError(NO_WORDS)
        start = self.tokens[self.at].time
        self.at += 1
        if word in ("before", "until"):
            return MIDNIGHT, start
        if self._next() in ("to", "until") and self._next(1) == "time":
            self.at += 2
            self._need_day(start, self.tokens[self.at - 1].time)
            return start, self.tokens[self.at - 1].time
        if (self._next() == "on" and self._next(1) != "days") or word == "after":
            self.at += self._next() == "on"
            return start, MIDNIGHT
        self._need_day(start)
        return start, None

    def _need_day(self, *times: TypedClock) -> None:
        """Ask for days where a bare time stands alone: it may be something else than a time."""
        if not any(time.is_clear for time in times):
            self.read[-1].is_any_day = False

    def _except(self, part: _Part) -> None:
        if self._next() == "days":
            days: list[int | str] = []
            while self._next() in ("days", "and") and (self._next() == "days" or self._next(1) == "days"):
                if self._next() == "and":
                    self.at += 1
                days += self._days()
            part.without |= set(settled(days))
            for earlier in self.read[:-1]:
                earlier.without |= part.without
            return
        start, end = self._times()
        if end is None:
            raise CellError(END_EXCEPT)
        part.holes.append((start, end))


def _windows(part: _Part) -> Iterator[TypedWindow]:
    if part.is_never and not part.times:
        return
    if not part.times:
        raise CellError(NO_WORDS if part.half else NO_TIMES if part.days else BEGIN)
    days = settled(part.days)
    if not days:
        if not part.is_any_day:
            raise CellError(BEGIN)
        days = list(EVERY_DAY)
    spans = _without(list(_resolved(part)), part)
    for day in days:
        if day not in part.without:
            for start, end in spans:
                yield TypedWindow(part.weeks, WEEKDAYS[day], start, end)


def _resolved(part: _Part) -> Iterator[tuple[str, str | None]]:
    """The times of a part, in order; a time that would lie before the one in front of it is 12 hours later, as in ``9-12, 1-4``."""
    before = 0
    for first, last in part.times:
        start, end = _marked(first, part.half), None if last is None else _marked(last, part.half)
        texts: tuple[str, str | None] = (point(start), None) if end is None else span(start, end)
        if isinstance(texts[0], HalfDay) and parse_clock(texts[0]) < before <= parse_clock(texts[0]) + HALF:
            later = _later(texts[0]), None if texts[1] is None else _later(texts[1])
            if later[1] is None or later[0] < later[1]:
                texts = later
        before = parse_clock(texts[1] or texts[0])
        yield texts


def _later(text: str) -> str:
    """A time of day in the other half of the day, if it could be there."""
    return clock(parse_clock(text) + HALF) if isinstance(text, HalfDay) else text


def _marked(time: TypedClock, half: str) -> TypedClock:
    """A time without am or pm, in the half of the day that a word like "evening" names."""
    if not half or time.is_clear:
        return time
    if time.minute == HALF:
        return TypedClock(HALF, "pm")
    return TypedClock(time.minute % HALF + (HALF if half == "pm" else 0), "pm" if half == "pm" else "am")


def _without(spans: list[tuple[str, str | None]], part: _Part) -> list[tuple[str, str | None]]:
    """The windows without the times that are excepted."""
    if not part.holes:
        return spans
    holes = [Span(*map(parse_clock, span(*hole))) for hole in part.holes]
    whole = [Span(parse_clock(start), parse_clock(end or start)) for start, end in spans]
    return [(clock(left.start), clock(left.end) if left.end % 1440 else "24:00") for left in subtract(whole, holes)]
