"""The terms in which rules describe a week: visits, runs, and linear rows over them.

A rule never sees a solver. It declares :class:`Row` objects over *handles*; each handle is a yes/no question about a week. CP-SAT,
the relaxed model and the bound read the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scheduler.fields import BookingMode, Mode
from scheduler.timegrid import DAY, Span


@dataclass(frozen=True, slots=True)
class Visit:
    """One participant in one session: a possible booking, or one of a roster.

    Attributes:
        service: The session's service (of a group: its main service).
        group: None for individual, family and couple sessions.
        ordinal: Counts the participant's sessions of that service in the week; 1 for groups.
        site: Where the participant is; None by telehealth.
        clinician: Who sees the participant; None for groups, whose facilitators belong to the run.
        partner: The other participant of a couple session.
        out_of: The group visit, as group and start, during which the participant leaves for this appointment and to which they return.
    """

    participant: str
    service: str
    group: str | None
    ordinal: int
    span: Span
    mode: BookingMode
    site: str | None
    clinician: str | None = None
    partner: str | None = None
    out_of: tuple[str, int] | None = None

    @property
    def day(self) -> int:
        """Weekday index."""
        return self.span.start // DAY

    @property
    def item(self) -> tuple[object, ...]:
        """What it serves: a group place, or one occurrence of a service. A participant has at most one visit per item."""
        return (self.group,) if self.group is not None else (self.service, self.ordinal)

    @property
    def is_lead(self) -> bool:
        """Whether this visit represents its session: couples are counted once, at the first participant in id order."""
        return self.partner is None or self.participant < self.partner


@dataclass(frozen=True, slots=True)
class Run:
    """A group meeting at one of its candidate times."""

    group: str
    span: Span
    mode: Mode
    site: str | None

    @property
    def day(self) -> int:
        """Weekday index."""
        return self.span.day


@dataclass(frozen=True, slots=True)
class Staffing:
    """A clinician facilitating a run."""

    run: Run
    clinician: str


@dataclass(frozen=True, slots=True)
class Housing:
    """A run in a room."""

    run: Run
    room: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if and only if at least one of its members is. Equal by key: the same key must always have the same members.

    Attributes:
        is_exclusive: Whether other rows already allow at most one member to be true, so that a single row can link them all.
    """

    key: tuple[object, ...]
    members: tuple[Handle, ...] = field(compare=False)
    is_exclusive: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class FreeVariable:
    """A free yes/no variable, linked to the rest only by rows."""

    key: tuple[object, ...]


Handle = Visit | Run | Staffing | Housing | AnyOf | FreeVariable


@dataclass(frozen=True, slots=True)
class Row:
    """``sum(coefficient * handle) <= bound``: hard without a price, else priced.

    A priced row costs ``price * ceil(max(0, sum - bound) / step)`` amounts of its rule.

    Attributes:
        rule: Id of the rule that declared it.
        key: Names the row within its rule, e.g. ("ana", 2).
        price: Amount per step over the bound; None makes the row hard.
        participant: Whose care factor multiplies the amount (care rules).
    """

    rule: str
    key: tuple[object, ...]
    terms: Sequence[tuple[Handle, int]]
    bound: int
    price: int | None = None
    step: int = 1
    participant: str | None = None


def total(handles: Iterable[Handle], coefficient: int = 1) -> tuple[tuple[Handle, int], ...]:
    """Terms of a row with the same coefficient for every handle."""
    return tuple((handle, coefficient) for handle in handles)
