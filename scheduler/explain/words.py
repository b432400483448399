"""Times and amounts in words; ids stand for people, groups and rooms."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span, clock

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_name(day: int) -> str:
    """A weekday index as a word."""
    return DAY_NAMES[day % 7]


def when(span: Span) -> str:
    """A span as "Monday 09:00"."""
    return f"{day_name(span.day)} {clock(span.start % DAY)}"


def what(visit: Visit) -> str:
    """What a visit is of: its group, or its service and, beyond the first, its number."""
    if visit.group is not None:
        return visit.group
    return visit.service if visit.ordinal == 1 else f"{visit.service} number {visit.ordinal}"


def listed(ids: Sequence[str], most: int = 4) -> str:
    """Ids with commas, the last ones counted when there are many."""
    if len(ids) <= most:
        return ", ".join(ids)
    return f"{', '.join(ids[: most - 1])} and {len(ids) - most + 1} more"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
