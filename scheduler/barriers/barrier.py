"""A barrier: what keeps one session from being held, in words that can be read out on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.timegrid import DAY, Span, clock
from scheduler.words import day_name

SESSION = "{}"
"""Stands for the session, or for several with the same barrier, in the text of a barrier."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """What one rule says against a session.

    Attributes:
        text: A sentence without its full stop; ids only; `SESSION` stands for the session.
        about: The ids of the people, groups, rooms and resources that could give way.
        minutes: By how much it fails, where that can be said in minutes; sorts the nearest miss first.
    """

    rule: str
    text: str
    about: tuple[str, ...] = ()
    minutes: int = 0

    def sentence(self, sessions: Sequence[str]) -> str:
        """The sentence for some sessions."""
        return self.text.replace(SESSION, all_of(sessions))


def all_of(names: Sequence[str], most: int = 4, last: str = "and") -> str:
    """Names as "a, b and c"; if there are many, the last ones are only counted."""
    names = list(dict.fromkeys(names))
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""


def date_name(case: Case, day: int) -> str:
    """A weekday index as "Monday 2026-11-30"."""
    return f"{day_name(day)} {case.week.date_of(day)}"


def hours(span: Span) -> str:
    """A span as "09:00-12:00"; the end of a day is 24:00."""
    return f"{clock(span.start % DAY)}-{clock(span.end - span.day * DAY)}"


def session_name(group: str, span: Span) -> str:
    """A group session as "g on Monday 09:00"."""
    return f"{group} on {day_name(span.day)} {clock(span.start % DAY)}"
