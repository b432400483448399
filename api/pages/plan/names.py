"""Sentences of the scheduler, which name ids and 24-hour times, with the names and times that staff use."""

from __future__ import annotations

import re
from collections.abc import Mapping

from api.pages.words import clock
from api.programs.store.labels import ProgramLabels

KINDS = ("participants", "clinicians", "groups", "rooms", "tracks", "cohorts", "services", "phases", "sites")
"""Kinds whose names are written; where two kinds have the same id, that of the first."""
MODES = {"in_person": "in person", "telehealth": "online"}
ID = re.compile(r"[^\W_][\w.\-]*[^\W_]|[^\W_]")
"""A word that may be an id; a full stop after it is not part of it."""
TIME = re.compile(r"\b([01]\d|2[0-4]):([0-5]\d)\b")


class StaffNames:
    """The names of a program's people, groups and other entities by id."""

    def __init__(self, names: Mapping[str, str]) -> None:
        # An id that is a word could be meant as a word: "group" stays.
        self._names = MODES | {id: name for id, name in names.items() if not id.isalpha()}

    @classmethod
    def of(cls, labels: ProgramLabels) -> StaffNames:
        """The names of a program."""
        names: dict[str, str] = {}
        for kind in reversed(KINDS):
            names |= labels.of_kind(kind)
        return cls(names)

    def written(self, sentence: str) -> str:
        """A sentence with names in place of ids, 12-hour times, and a capital letter."""
        text = ID.sub(lambda word: self._names.get(word[0], word[0]), TIME.sub(_twelve_hours, sentence))
        return text[:1].upper() + text[1:]


def _twelve_hours(time: re.Match[str]) -> str:
    return clock(int(time[1]) * 60 + int(time[2]))
