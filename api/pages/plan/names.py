"""Sentences of the scheduler, which name ids only, with the names that staff use."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from api.programs.store.labels import labels_of_kind

KINDS = ("participants", "clinicians", "groups", "rooms")
ID = re.compile(r"[^\W_][\w.\-]*[^\W_]|[^\W_]")
"""A word that may be an id; a full stop after it is not part of it."""


class StaffNames:
    """The names of people, groups and rooms by id."""

    def __init__(self, names: Mapping[str, str]) -> None:
        # An id that is a word could be meant as a word: "group" stays.
        self._names = {id: name for id, name in names.items() if not id.isalpha()}

    @classmethod
    def of(cls, session: Session, program: str) -> StaffNames:
        """The names of a program."""
        names: dict[str, str] = {}
        for kind in reversed(KINDS):
            names |= labels_of_kind(session, program, kind)
        return cls(names)

    def written(self, sentence: str) -> str:
        """A sentence with names in place of ids."""
        return ID.sub(lambda word: self._names.get(word[0], word[0]), sentence)
