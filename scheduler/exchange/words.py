"""Times, amounts and names in words, for pages and printed sheets."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from scheduler.case import Case
from scheduler.roster import Roster
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


def apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by id, each with its id where another one reads the same ("A.B. 1042"); an empty label stays empty.

    Labels read the same if they differ only in case, spaces and punctuation, or if one is the id of somebody without a label.
    """
    names = dict(labels)
    while True:
        counts = Counter(_as_read(name or id) for id, name in names.items())
        alike = {id: f"{name} {id}" for id, name in names.items() if name and name == labels[id] and counts[_as_read(name)] > 1}
        if not alike:
            return names
        names |= alike


def _as_read(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum()) or name


@dataclass(frozen=True, slots=True)
class People:
    """The names of a week's participants and clinicians on pages for staff; no two of either are the same."""

    _participants: Mapping[str, str]
    _clinicians: Mapping[str, str]

    @classmethod
    def of(cls, case: Case) -> People:
        """The names of everybody in an instance."""
        return cls(_names(case.participants.values()), _names(case.clinicians.values()))

    def participant(self, id: str) -> str:
        """A participant's name; the id if the instance has no such participant."""
        return self._participants.get(id, id)

    def clinician(self, id: str) -> str:
        """A clinician's name; the id if the instance has no such clinician."""
        return self._clinicians.get(id, id)


def _names(people: Iterable[HasLabel]) -> dict[str, str]:
    return {id: name or id for id, name in apart({person.id: person.label.strip() for person in people}).items()}


def version_of(roster: Roster) -> str:
    """A short code for the content of a roster; it is the same only for the same roster."""
    return hashlib.sha256(roster.model_dump_json().encode()).hexdigest()[:8]


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
