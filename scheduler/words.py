"""Days, times and numbers in plain words, as every message, page and command says them."""

from __future__ import annotations

from scheduler.timegrid import DAY, Span, clock

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_name(day: int) -> str:
    """A weekday index as a word."""
    return DAY_NAMES[day % 7]


def when(span: Span) -> str:
    """The start of a span as "Monday 09:00"."""
    return f"{day_name(span.day)} {clock(span.start % DAY)}"


def counted(number: int, noun: str) -> str:
    """A number with its noun, "1 group" or "6 groups"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
