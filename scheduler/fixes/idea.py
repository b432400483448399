"""A fix worth trying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from scheduler.case import Case
from scheduler.fixes.change import Change
from scheduler.result import FixKind
from scheduler.view import View

MOST_PEOPLE = 3
"""So many people with unmet care are placed together when an idea serves several."""


@dataclass(frozen=True)
class Idea:
    """A change of the instance that could help some participants.

    Attributes:
        key: Ideas with one key are one idea; it is tried once for several people.
        wanted_by: Participants with unmet care.
        others: Participants who may move for it.
        words: What is done, as the beginning of a sentence.
        narrow: From the case before and the roster found, the part of the idea that was used; None when all of it was.
    """

    kind: FixKind
    key: tuple[object, ...]
    change: Change
    wanted_by: tuple[str, ...]
    words: str
    others: tuple[str, ...] = ()
    narrow: Callable[[Case, View], Idea | None] | None = field(default=None, compare=False)

    @property
    def people(self) -> tuple[str, ...]:
        """Who is placed anew."""
        return tuple(dict.fromkeys((*self.wanted_by, *self.others)))

    @property
    def is_full(self) -> bool:
        """Whether it serves as many as can be placed together."""
        return len(self.wanted_by) >= MOST_PEOPLE

    def joined(self, other: Idea) -> Idea:
        """The same idea for more people."""
        return replace(self, wanted_by=tuple(dict.fromkeys((*self.wanted_by, *other.wanted_by))))
