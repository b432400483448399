"""The exceptions of the scheduler.

::

    StepdownError
    ├── InstanceError        the instance cannot be solved: carries every issue found
    │   └── ReadError        a file is no instance or roster at all: not JSON, wrong shape, too large
    ├── PinConflictError     pins or history conflict jointly: carries the minimal set
    ├── NoRosterError        no roster within the limits: says which limit and what to do
    └── DefectError          a roster failed its own verification, or costs less than what was called proven: a defect of this
                             software, never shown as a result

Messages name ids and rules, never people, groups or programs by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.roster import Roster
    from scheduler.validation import Issue


class StepdownError(Exception):
    """Base of everything this package raises on purpose."""


class InstanceError(StepdownError):
    """The instance has errors; nothing was solved.

    Attributes:
        issues: Every issue found, errors and warnings, in the order of the instance.
    """

    def __init__(self, message: str, issues: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.issues = tuple(issues)


class ReadError(InstanceError):
    """A document could not be read: not JSON, of the wrong shape, or too large."""


class PinConflictError(StepdownError):
    """Pins or past sessions cannot all be kept together.

    Attributes:
        pins: Positions in ``instance.pins`` of a minimal conflicting set.
        rules: Ids of the rules that stand against them.
    """

    def __init__(self, message: str, pins: Sequence[int] = (), rules: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.pins = tuple(pins)
        self.rules = tuple(rules)


class NoRosterError(StepdownError):
    """The limit was reached before any roster was found."""


class DefectError(StepdownError):
    """A roster of ours failed its own verification, or costs less than a bound we called proven.

    Attributes:
        roster: Found all the same and legal; nothing is proven about it. None where there is none.
    """

    def __init__(self, message: str, roster: Roster | None = None) -> None:
        """Keep the message for people; the roster, which may be days of work, for who wants to go on with it."""
        super().__init__(message)
        self.roster = roster
