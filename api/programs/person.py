"""A person with appointments: a participant or a clinician of a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PersonKind = Literal["participant", "clinician"]


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A participant or a clinician."""

    kind: PersonKind
    id: str

    @classmethod
    def of(cls, kind: str, id: str) -> Person:
        """Create a person from the columns of a row."""
        return cls("clinician" if kind == "clinician" else "participant", id)
