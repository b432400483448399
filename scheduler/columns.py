"""Candidates in columns of numbers: rules over everyone's appointments add up columns instead of looking at each visit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import overload

import numpy as np
from numpy.typing import NDArray

from scheduler.terms import Handle, Housing, Run, Staffing, Visit
from scheduler.timegrid import DAY, WEEK, Span

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
FEW_KEYS = 1000
"""Up to this size of keys, a table of all that could be is made in any case."""
AllHandles = Sequence[Visit | Run | Staffing | Housing]


class NumberedTerms(Sequence[tuple[Handle, int]]):
    """The terms of a row over candidates, by number.

    Attributes:
        all_handles: What the numbers count: all candidates, in order.
        is_past: Whether what a number stands for has happened.
        more: Terms over other handles; they come last.
    """

    def __init__(
        self, all_handles: AllHandles, numbers: Ints, coefficients: Ints | int, is_past: Flags, more: Sequence[tuple[Handle, int]] = ()
    ) -> None:
        self.all_handles, self.numbers, self.is_past, self.more = all_handles, numbers, is_past, tuple(more)
        is_one = isinstance(coefficients, int)
        self.coefficients: Ints = np.full(len(numbers), coefficients, dtype=np.int64) if is_one else np.asarray(coefficients)

    def __len__(self) -> int:
        return len(self.numbers) + len(self.more)

    @overload
    def __getitem__(self, index: int) -> tuple[Handle, int]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[Handle, int]]: ...
    def __getitem__(self, index: int | slice) -> tuple[Handle, int] | Sequence[tuple[Handle, int]]:
        return tuple(self)[index]

    def __iter__(self) -> Iterator[tuple[Handle, int]]:
        handles = self.all_handles
        for number, coefficient in zip(self.numbers.tolist(), self.coefficients.tolist(), strict=True):
            yield handles[number], coefficient
        yield from self.more


@dataclass(frozen=True, slots=True, eq=False)
class SessionColumns:
    """Possible sessions, such as all that one clinician may give.

    Attributes:
        all_handles: What the numbers count: all candidates, in order.
        numbers: The candidate of each session: a visit or a staffing.
        start, end: In minutes of the week.
        is_past: Whether it has happened.
    """

    all_handles: AllHandles
    numbers: Ints
    start: Ints
    end: Ints
    is_past: Flags

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def minutes(self) -> Ints:
        """The length of each session."""
        return self.end - self.start

    @property
    def day(self) -> Ints:
        """The weekday of each session."""
        return self.start // DAY

    def at(self, positions: Ints | Flags) -> SessionColumns:
        """Some of the sessions."""
        return SessionColumns(
            self.all_handles, self.numbers[positions], self.start[positions], self.end[positions], self.is_past[positions]
        )

    @classmethod
    def joined(cls, parts: Sequence[SessionColumns]) -> SessionColumns:
        """The sessions of some parts, in order; there is at least one part."""
        names = ("numbers", "start", "end", "is_past")
        return cls(parts[0].all_handles, *(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def plus(self, parts: Iterable[SessionColumns]) -> SessionColumns:
        """These sessions, then those of some parts."""
        return SessionColumns.joined([self, *parts])

    def where(self, flags: Iterable[bool]) -> SessionColumns:
        """The sessions with a true flag."""
        return self.at(np.fromiter(flags, np.bool_, len(self)))

    def by_day(self) -> Iterator[tuple[int, SessionColumns]]:
        """The sessions of each weekday that has any."""
        for day in np.unique(self.day).tolist():
            yield day, self.at(self.day == day)

    def with_ends(self, first: Sequence[int], later: Callable[[int], int]) -> SessionColumns:
        """The same sessions with other ends: given for the first of them, and worked out from the end for the others."""
        ends, which = np.unique(self.end[len(first) :], return_inverse=True)
        others = np.array([later(end) for end in ends.tolist()], dtype=np.int64)[which]
        return replace(self, end=np.concatenate([np.array(first, dtype=np.int64), others]))

    def crowds(self, others: Sequence[Span] = (), least: int = 1) -> Iterator[tuple[int, SessionColumns, list[int]]]:
        """The largest sets of sessions, and of other spans by position, that share a minute, with the minute (a start) at which they do.

        Args:
            least: The size of the smallest sets that matter.
        """
        start, end = np.array(others, dtype=np.int64).reshape(-1, 2).T
        for minute, crowd in crowds(np.append(self.start, start), np.append(self.end, end)):
            if len(crowd) < least:
                continue
            is_other = crowd >= len(self)
            yield minute, self.at(crowd[~is_other]), (crowd[is_other] - len(self)).tolist()

    def handles(self) -> tuple[Handle, ...]:
        """The sessions as handles."""
        handles = self.all_handles
        return tuple(handles[number] for number in self.numbers.tolist())

    def terms(self, coefficients: Ints | int = 1, more: Sequence[tuple[Handle, int]] = ()) -> NumberedTerms:
        """The sessions as terms of a row, and more terms after them."""
        return NumberedTerms(self.all_handles, self.numbers, coefficients, self.is_past, more)


class CandidateColumns:
    """The visits and staffings of candidates in columns.

    Attributes:
        visits: All visits, in order of number.
        columns: All visits in columns.
        housings: All runs in rooms.
    """

    def __init__(self, all_handles: AllHandles, past: Collection[Handle]) -> None:
        """Read all candidates.

        Args:
            past: Those that have happened.
        """
        self.all_handles, self.past = all_handles, past
        self.visits = [handle for handle in all_handles if isinstance(handle, Visit)]
        spans = list(map(attrgetter("span"), self.visits))
        self.columns = self._columns(
            np.arange(len(self.visits)),
            np.fromiter(map(attrgetter("start"), spans), np.int64, len(spans)),
            np.fromiter(map(attrgetter("end"), spans), np.int64, len(spans)),
        )
        self._appointments = self._by_clinician()
        self._staffings, self.housings = self._read_runs()

    def _columns(self, numbers: Ints, start: Ints, end: Ints) -> SessionColumns:
        is_past = np.zeros(len(numbers), dtype=np.bool_)
        if self.past:
            is_past[:] = [self.all_handles[number] in self.past for number in numbers.tolist()]
        return SessionColumns(self.all_handles, numbers, start, end, is_past)

    def _by_clinician(self) -> dict[str, Ints]:
        """By clinician, the numbers of the lead visits of individual, family and couple sessions."""
        codes: dict[str | None, int] = {None: -1}
        clinicians = map(attrgetter("clinician"), self.visits)
        of_visit = np.fromiter((codes.setdefault(c, len(codes) - 1) for c in clinicians), np.int64, len(self.visits))
        for number in [n for n, visit in enumerate(self.visits) if visit.partner is not None and not visit.is_lead]:
            of_visit[number] = -1
        order = np.argsort(of_visit, kind="stable")
        firsts = np.searchsorted(of_visit[order], np.arange(len(codes)))
        return {c: order[firsts[n] : firsts[n + 1]] for c, n in codes.items() if c is not None}

    def _read_runs(self) -> tuple[dict[str, SessionColumns], SessionColumns]:
        """By clinician, the staffings; and all housings."""
        staffings: dict[str, list[tuple[int, int, int]]] = {}
        housings: list[tuple[int, int, int]] = []
        for number, handle in enumerate(self.all_handles[len(self.visits) :], len(self.visits)):
            if isinstance(handle, Staffing):
                staffings.setdefault(handle.clinician, []).append((number, *handle.run.span))
            elif isinstance(handle, Housing):
                housings.append((number, *handle.run.span))
        return {c: self._columns(*_transposed(of_one)) for c, of_one in staffings.items()}, self._columns(*_transposed(housings))

    @property
    def clinicians(self) -> list[str]:
        """The clinicians of appointments."""
        return list(self._appointments)

    @property
    def none(self) -> SessionColumns:
        """No sessions."""
        return self.columns.at(np.zeros(0, dtype=np.int64))

    def appointments(self, clinician: str) -> SessionColumns:
        """The individual, family and couple sessions that a clinician may give; a couple session counts once."""
        return self.columns.at(self._appointments[clinician]) if clinician in self._appointments else self.none

    def staffings(self, clinician: str) -> SessionColumns:
        """The runs that a clinician may facilitate."""
        return self._staffings.get(clinician, self.none)

    def sessions(self, *clinicians: str) -> SessionColumns:
        """All sessions that each of some clinicians may give: runs, then appointments."""
        return self.none.plus(part for clinician in clinicians for part in (self.staffings(clinician), self.appointments(clinician)))


def crowds(start: Ints, end: Ints) -> Iterator[tuple[int, Ints]]:
    """The largest sets of spans that share a minute: the minute (a start) at which they do, and their positions by start."""
    if not len(start):
        return
    order = np.argsort(start, kind="stable")
    ordered, ends, starts = start[order], end[order], np.unique(start)
    # What began longer before a minute than the longest span takes is over by then.
    firsts = np.searchsorted(ordered, starts - int((end - start).max()), side="right").tolist()
    lasts = np.searchsorted(ordered, starts, side="right").tolist()
    for first, last, minute, following in zip(firsts, lasts, starts.tolist(), [*starts[1:].tolist(), WEEK + DAY], strict=True):
        is_active = ends[first:last] > minute
        if (ends[first:last][is_active] <= following).any():
            yield minute, order[first:last][is_active]


def numbered(values: Iterable[Hashable]) -> Ints:
    """A number for each value, the same for equal ones, in order of their first."""
    listed = list(values)
    numbers = {value: number for number, value in enumerate(dict.fromkeys(listed))}
    return np.fromiter(map(numbers.__getitem__, listed), np.int64, len(listed))


def kinds_of(keys: Ints) -> tuple[Ints, Ints]:
    """The first position of each kind of key, in order of the keys, and the kind of every key; no key is negative.

    As `np.unique`, which sorts, but for keys that are not much larger than their number in a third of the time.
    """
    size = int(keys.max(initial=-1)) + 1
    if size > FEW_KEYS + 4 * len(keys):
        _, first, kinds = np.unique(keys, return_index=True, return_inverse=True)
        return first, kinds
    first = np.full(size, -1, dtype=np.int64)
    first[keys[::-1]] = np.arange(len(keys))[::-1]  # of equal keys the last one assigned stays
    is_there = first >= 0
    return first[is_there], (np.cumsum(is_there) - 1)[keys]


def _transposed(rows: Sequence[tuple[int, int, int]]) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, 3).T
