"""Times, amounts and names in words, for the page."""

from __future__ import annotations

from typing import Protocol

from scheduler.timegrid import Week, clock
from scheduler.words import day_name, short_date


class HasLabel(Protocol):
    """Anything with an id and a label."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def label(self) -> str:
        """Its label; may be empty."""


def label_of(thing: HasLabel) -> str:
    """The name to show: the label, or the id without one."""
    return thing.label.strip() or thing.id


def heading(week: Week, day: int) -> tuple[str, str]:
    """The heading of a day's column, e.g. ("Mon", "Nov 30")."""
    return day_name(day)[:3], short_date(week.date_of(day))


def time(minute: int) -> str:
    """The time of day of a minute of the week, e.g. "9:00"."""
    text = clock(minute)
    return text[1:] if text.startswith("0") else text


def hours(minutes: int) -> str:
    """A number of minutes as "9 h", "9 h 30" or "50 min"."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} min" if rest else "0 h"
    return f"{whole} h {rest:02d}" if rest else f"{whole} h"
