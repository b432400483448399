"""Ideas for fixes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from scheduler.case import Case
from scheduler.instance.change import Change
from scheduler.result import FixKind
from scheduler.view import View

MOST_PEOPLE = 3
"""The maximum number of participants with unmet care placed together when an idea serves several."""


@dataclass(frozen=True)
class Idea:
    """A change to the instance that could help some participants.

    Attributes:
        key: Ideas with the same key are one idea, tried once for several participants.
        wanted_by: Participants with unmet care.
        others: Participants who may move for it.
        joins: The group that someone it is wanted by has to join for it to help; None if it may help otherwise.
        words: The action, as the beginning of a sentence.
        narrow: Returns the part of the idea that the new roster uses; None if it uses all of it.
        is_admitted: Returns whether the rules alone leave it a chance in the changed case; without a chance nothing is solved.
    """

    kind: FixKind
    key: tuple[object, ...]
    change: Change
    wanted_by: tuple[str, ...]
    words: str
    others: tuple[str, ...] = ()
    joins: str | None = None
    narrow: Callable[[Case, View], Idea | None] | None = field(default=None, compare=False)
    is_admitted: Callable[[Case], bool] | None = field(default=None, compare=False)

    @property
    def people(self) -> tuple[str, ...]:
        """The participants to place again."""
        return tuple(dict.fromkeys((*self.wanted_by, *self.others)))

    @property
    def is_full(self) -> bool:
        """Whether it serves as many participants as can be placed together."""
        return len(self.wanted_by) >= MOST_PEOPLE

    def joined(self, other: Idea) -> Idea:
        """The same idea for more participants."""
        return replace(self, wanted_by=tuple(dict.fromkeys((*self.wanted_by, *other.wanted_by))))


def rearrange(people: Sequence[str]) -> Idea:
    """The idea without any exception: other bookings for these participants."""
    return Idea("rearrange", ("rearrange", *people), {}, tuple(people), "no exception is needed, only other bookings")
