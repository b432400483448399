"""Sentences of the scheduler, which name ids, 24-hour times and minutes, with the names, times and hours that staff use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from api.pages.words import clock, duration
from api.programs.store.labels import ProgramLabels
from scheduler.words import DAY_NAMES, short_date

KINDS = ("participants", "clinicians", "groups", "rooms", "tracks", "cohorts", "services", "phases", "sites")
"""Kinds whose names are written; where two kinds have the same id, that of the first."""
MODES = {"in_person": "in person", "telehealth": "online"}
SESSION = r"\b(?P<kind>[ag])\.(?P<what>\S+?)\.\d{4}-\d\d-\d\d(?:\.\d+)?\b"
DAY = r"(?<=day )(?P<day>\d{4}-\d\d-\d\d)\b"
TIME = r"\b(?P<hour>[01]\d|2[0-4]):(?P<minute>[0-5]\d)\b"
ID = r"(?P<id>[^\W_][\w.\-]*[^\W_]|[^\W_])"
"""A word that may be an id; a full stop after it is not part of it."""
PLACED = rf"(?P<placed>[^\W_][\w.\-]*)(?= (?:\d+ )?(?:on|to) (?:{'|'.join(DAY_NAMES)})\b)"
"""A group or service, even if its id is a word."""
ORDERED = r"\b(?P<some>\d+) of (?P<all>\d+)(?: ordered minutes| minutes(?= missing))\b"
AT_MOST = r"\b(?P<used>\d+) minutes of at most (?P<most>\d+)\b"
MINUTES = r"(?<! of )(?<!of the )\b(?P<minutes>[6-9]\d|[1-9]\d{2,}) minutes\b"
"""An hour or more, but not where only a part of it is meant."""
CEILING = r"(?<=ceiling of )(?P<ceiling>\d+) minutes(?P<daily> a day)?(?: would be exceeded by (?P<over>\d+))?"
HOURS = re.compile("|".join((CEILING, ORDERED, AT_MOST, MINUTES)))
TOKEN = re.compile("|".join((SESSION, DAY, TIME, HOURS.pattern, PLACED, ID)))

NOBODY: Mapping[str, str] = MappingProxyType({})


class StaffNames:
    """The names of a program's people, groups and other entities by id."""

    def __init__(self, names: Mapping[str, str], closures: Mapping[date, str] = MappingProxyType({})) -> None:
        """Names by id, and by date what the program is closed for."""
        self._closures = closures
        self._of_sessions = names
        # An id that is a word could be meant as a word: "group" stays.
        self._names = MODES | {id: name for id, name in names.items() if not id.isalpha()}

    @classmethod
    def of(cls, labels: ProgramLabels, newcomers: Mapping[str, str] = NOBODY) -> StaffNames:
        """The names of a program, and of people who are not in it yet."""
        names = dict(newcomers)
        for kind in reversed(KINDS):
            names |= labels.of_kind(kind)
        return cls(names, labels.closures)

    def written(self, sentence: str) -> str:
        """A sentence with names for ids, short dates, 12-hour times, hours for minutes, and a capital letter."""
        text = TOKEN.sub(self._token, sentence.replace("by telehealth", "online"))
        return text[:1].upper() + text[1:]

    def _token(self, token: re.Match[str]) -> str:
        if token["kind"]:
            return self._session(token["kind"], token["what"])
        if token["day"]:
            day = date.fromisoformat(token["day"])
            return f"{short_date(day)} ({self._closures[day]})" if day in self._closures else short_date(day)
        if token["hour"]:
            return clock(int(token["hour"]) * 60 + int(token["minute"]))
        if token["placed"]:
            return self._names.get(token["placed"]) or self._of_sessions.get(token["placed"], token["placed"])
        return self._names.get(token["id"], token["id"]) if token["id"] else _duration(token)

    def _session(self, kind: str, what: str) -> str:
        """A session by its group, or by its participant and service; ids may contain full stops."""
        names = self._of_sessions
        if kind == "g":
            return names.get(what, what)
        pairs = ((what[:at], what[at + 1 :]) for at, letter in enumerate(what) if letter == ".")
        who, service = next((pair for pair in pairs if pair[0] in names and pair[1] in names), ("", ""))
        return f"{names[service]} of {names[who]}" if who else what


def in_hours(sentence: str) -> str:
    """A sentence with hours for minutes."""
    return HOURS.sub(_duration, sentence)


def _duration(token: re.Match[str]) -> str:
    if token["ceiling"]:
        over = f" would be exceeded by {duration(int(token['over']))}" if token["over"] else ""
        return f"{duration(int(token['ceiling']))}{token['daily'] or ''}{over}"
    if token["all"]:
        return f"{duration(int(token['some']))} of the {duration(int(token['all']))} ordered"
    if token["most"]:
        return f"{duration(int(token['used']))} of at most {duration(int(token['most']))}"
    return duration(int(token["minutes"]))
