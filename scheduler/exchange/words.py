"""How times, amounts and names are put in words on the page."""

from __future__ import annotations

from typing import Protocol

from scheduler.timegrid import Week, clock
from scheduler.words import day_name, short_date


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


def heading(week: Week, day: int) -> tuple[str, str]:
    """A day of the week as the heading of its column, ("Mon", "30 Nov")."""
    return day_name(day)[:3], short_date(week.date_of(day))


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
