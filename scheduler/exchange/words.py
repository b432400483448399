"""How times, amounts and names are put in words on the page."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from scheduler.timegrid import Week, clock

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Named(Protocol):
    """Anything with an id and a label."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def label(self) -> str:
        """Its label, perhaps empty."""


def label_of(thing: Named) -> str:
    """What people call it: the label, or the id without one."""
    return thing.label.strip() or thing.id


def day_name(week: Week, day: int) -> tuple[str, str]:
    """A weekday as ("Mon", "30 Nov")."""
    when = week.date_of(day)
    return DAYS[day % 7], f"{when.day} {MONTHS[when.month - 1][:3]}"


def long_date(when: date) -> str:
    """A date as "30 November 2026"."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def time(minute: int) -> str:
    """A minute of the week as a time of day, "9:00"."""
    text = clock(minute)
    return text[1:] if text.startswith("0") else text


def hours(minutes: int) -> str:
    """An amount of minutes as "9 h", "9 h 30" or "50 min"."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} min" if rest else "0 h"
    return f"{whole} h {rest:02d}" if rest else f"{whole} h"
