"""A person with appointments: a participant, a participant's guest, or a clinician of a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PersonKind = Literal["participant", "clinician"]


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A participant, a participant's guest, or a clinician.

    Attributes:
        guest: The guest of the participant ``id``; empty: the participant or clinician.
    """

    kind: PersonKind
    id: str
    guest: str = ""

    @classmethod
    def of(cls, kind: str, id: str, guest: str = "") -> Person:
        """Create a person from the columns of a row."""
        return cls("clinician" if kind == "clinician" else "participant", id, guest)
