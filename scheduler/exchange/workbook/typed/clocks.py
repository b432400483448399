"""Times of day as people type them: ``9``, ``5:30 pm``, ``9a``, ``0900``, ``noon``, and two of them as a span."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from scheduler.exchange.workbook.cells import CellError
from scheduler.timegrid import DAY, clock

Mark = Literal["bare", "weak", "am", "pm", "24h", "midnight"]

HALF = DAY // 2
CLOCK = re.compile(
    r"(?P<military>(?:[01]\d|2[0-4])[0-5]\d)(?![\d:.])(?:\s*(?:h|hrs|hours)\b)?"
    r"|(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::00)?(?!\d)"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?|(?P<letter>[ap])(?![a-z]))?(?:\s*(?:o'clock|h|hrs|uhr)\b)?"
    r"|(?P<named>noon|midday|midnight)\b"
)
FULL: tuple[Mark, ...] = ("24h", "weak")
BAD_CLOCK = "write a time of day as HH:MM, e.g. 17:30"
REVERSED = "write the end after the start, by 24 hours or with am and pm: 9-17, 9am-5pm"


class HalfDay(str):
    """A time of day that was written without am or pm, and might mean twelve hours later."""

    __slots__ = ()


class TypedClock(NamedTuple):
    """A time of day as it was written.

    Attributes:
        minute: Minutes since midnight, read by 24 hours where nothing says am or pm.
        mark: What tells the half of the day. ``bare``: nothing does. ``weak``: 10:00 to 12:59 with minutes, bare only next to a bare time.
    """

    minute: int
    mark: Mark

    @property
    def is_clear(self) -> bool:
        """Whether the half of the day is known from this time alone."""
        return self.mark not in ("bare", "weak")


def read_clock(match: re.Match[str]) -> TypedClock:
    """The time of day of a match of :data:`CLOCK`.

    Raises:
        CellError: There is no such time.
    """
    if named := match["named"]:
        return TypedClock(0, "midnight") if named == "midnight" else TypedClock(HALF, "pm")
    digits = match["military"] or match["hour"]
    hour, minute = (int(digits[:2]), int(digits[2:])) if match["military"] else (int(digits), int(match["minute"] or 0))
    half = match["half"] or match["letter"]
    if half:
        if not 1 <= hour <= 12 or minute > 59:
            raise CellError("write 1 to 12 with am or pm")
        minute += hour % 12 * 60 + (HALF if half == "p" else 0)
        return TypedClock(minute, "midnight" if minute == 0 else "am" if half == "a" else "pm")
    if minute > 59 or hour * 60 + minute > DAY:
        raise CellError(BAD_CLOCK)
    return TypedClock(hour * 60 + minute, _mark(hour, digits, match["minute"], match["military"]))


def _mark(hour: int, digits: str, minute: str | None, military: str | None) -> Mark:
    if military or hour > 12 or (hour and digits[0] == "0") or digits == "00":
        return "24h"
    if hour == 0:
        return "midnight" if not int(minute or 0) else "24h"
    return "weak" if hour > 9 and minute else "bare"


def clock_of(text: str) -> str:
    """Read one time of day; a :class:`HalfDay` where it might be later.

    Raises:
        CellError: The text is not a time of day.
    """
    match = CLOCK.fullmatch(text)
    if match is None:
        raise CellError(BAD_CLOCK)
    return point(read_clock(match))


def point(time: TypedClock) -> str:
    """A time of day as ``HH:MM``; a :class:`HalfDay` where it might be twelve hours later."""
    return HalfDay(clock(time.minute)) if time.mark == "bare" and time.minute < HALF else clock(time.minute)


def span(start: TypedClock, end: TypedClock) -> tuple[str, str]:
    """The start and end of a window; both are a :class:`HalfDay` where the window might be twelve hours later.

    Where one of the two tells the half of the day, the other follows: ``5-9pm`` is in the evening, ``9-5pm`` and ``9am-5`` last all day.
    ``9-5`` can only be that, too.

    Raises:
        CellError: The window does not end after it starts.
    """
    if start.mark in FULL and end.mark in FULL:
        # Both as we write them ourselves; a window that ends too early is reported with the others, by validation.
        return clock(start.minute), _end(end.minute)
    if "midnight" in (start.mark, end.mark) and not (start.is_clear and end.is_clear):
        return point(start), "24:00" if end.mark == "midnight" else point(end)
    if start.is_clear and end.is_clear:
        ends = (end.minute if end.mark != "midnight" else DAY,)
        return clock(start.minute), _end(_first_after(start.minute, ends))
    if end.is_clear:
        return _start_before(start, end)
    if start.is_clear:
        return clock(start.minute), _end(_first_after(start.minute, (end.minute, end.minute + HALF)))
    if start.minute < end.minute and start.minute < HALF:
        return HalfDay(clock(start.minute)), HalfDay(clock(end.minute))
    if start.minute == end.minute == HALF:
        raise CellError(REVERSED)
    late = clock(_first_after(start.minute, (end.minute, end.minute + HALF)))
    return point(start._replace(mark="bare")), late


def _end(minute: int) -> str:
    return "24:00" if minute == DAY else clock(minute)


def _first_after(start: int, ends: tuple[int, ...]) -> int:
    end = next((end for end in ends if start < end <= DAY), None)
    if end is None:
        raise CellError(REVERSED)
    return end


def _start_before(start: TypedClock, end: TypedClock) -> tuple[str, str]:
    """The window of a bare start: in the half of its end if it can be, but by 24 hours if the end is."""
    early, late = start.minute % HALF, start.minute % HALF + HALF
    choices = (start.minute, late) if end.mark == "24h" else (early, late) if end.mark == "am" else (late, early)
    first = next((minute for minute in choices if minute < end.minute), None)
    if first is None:
        raise CellError(REVERSED)
    return clock(first), _end(end.minute)
