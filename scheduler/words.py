"""Days, dates, times and numbers in plain words, for all messages, pages and commands.

Which style is used where is in the README of the scheduler, under *Dates and times*. Does not use strftime, which may use the machine's
language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scheduler.timegrid import DAY, Span, clock

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


MODE_WORDS = {"in_person": "in person", "telehealth": "by telehealth"}
"""How a session is attended, in words."""


def day_name(day: int | date) -> str:
    """The name of a weekday, given as an index or a date."""
    return DAY_NAMES[(day if isinstance(day, int) else day.weekday()) % 7]


def month_name(day: date) -> str:
    """The name of a date's month."""
    return MONTH_NAMES[day.month - 1]


def long_date(day: date) -> str:
    """A date as "November 30, 2026"."""
    return f"{month_name(day)} {day.day}, {day.year}"


def short_date(day: date) -> str:
    """A date as "Nov 30"."""
    return f"{month_name(day)[:3]} {day.day}"


def weekday_date(day: date) -> str:
    """A date of this season as "Monday, November 30"."""
    return f"{day_name(day)}, {month_name(day)} {day.day}"


def short_weekday_date(day: date) -> str:
    """A date of this season as "Mon, Nov 30"."""
    return f"{day_name(day)[:3]}, {short_date(day)}"


def time_of_day(minute: int) -> str:
    """A time of day, from minutes since a midnight, as "5:30 pm"."""
    hour, rest = divmod(minute % DAY, 60)
    return f"{hour % 12 or 12}:{rest:02d} {'am' if hour < 12 else 'pm'}"


def time_range(first: str, last: str, dash: str = "-") -> str:
    """Two times of a day in words, as "9:00 am-12:00 pm" or "5:30-8:30 pm"."""
    half = last[-3:]
    return f"{first.removesuffix(half) if half.endswith('m') else first}{dash}{last}"


def when(span: Span) -> str:
    """The start of a span as "Monday 09:00"."""
    return f"{day_name(span.day)} {clock(span.start % DAY)}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun, "1 group" or "6 groups"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def joined(texts: Sequence[str]) -> str:
    """Texts as "a, b and c"."""
    return " and ".join(part for part in (", ".join(texts[:-1]), texts[-1]) if part) if texts else ""
