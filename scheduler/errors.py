"""The exceptions of the scheduler.

::

    StepdownError
    ├── InstanceError        the instance cannot be solved: carries every issue found
    │   └── ReadError        a file is not an instance or roster: not JSON, wrong shape, too large
    ├── PinConflictError     pins or history conflict jointly: carries the minimal set
    ├── EditError            an edit of a roster names what is not there, or cannot be made
    ├── NoRosterError        no roster within the limits: says which limit and what to do
    └── DefectError          a roster failed verification, or costs less than a proven bound: a bug in this software, never
                             shown as a result

Messages name ids and rules, never people, groups or programs by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.roster import Roster
    from scheduler.validation import Issue


class StepdownError(Exception):
    """Base of all exceptions that this package raises deliberately."""


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
        rules: Ids of the rules that prevent keeping them.
    """

    def __init__(self, message: str, pins: Sequence[int] = (), rules: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.pins = tuple(pins)
        self.rules = tuple(rules)


class EditError(StepdownError):
    """An edit of a roster cannot be made: it names what is not there, or books somebody twice."""


class NoRosterError(StepdownError):
    """The limit was reached before any roster was found."""


class DefectError(StepdownError):
    """A roster found by the solver failed verification, or costs less than a bound reported as proven.

    Attributes:
        roster: A legal roster that was found, without any proof; None if there is none.
    """

    def __init__(self, message: str, roster: Roster | None = None) -> None:
        """Keep the message and the roster, which may hold days of work and can be used further."""
        super().__init__(message)
        self.roster = roster
