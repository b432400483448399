"""What rules about shared people and things have in common: who uses one at a time, from when to when, and what the past has taken."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from scheduler.terms import AnyOf, Handle, Row
from scheduler.timegrid import Span

if TYPE_CHECKING:
    from scheduler.columns import NumberedTerms

T = TypeVar("T")


def cliques(items: Iterable[tuple[Span, T]]) -> Iterator[tuple[int, tuple[T, ...]]]:
    """The largest sets of items whose spans share a minute, each with the minute (a start) at which they do.

    Args:
        items: Half-open spans in minutes, each with what it stands for.
    """
    ordered = sorted(items, key=lambda item: item[0].start)
    starts = sorted({span.start for span, _ in ordered})
    active: list[tuple[Span, T]] = []
    position = 0
    for number, start in enumerate(starts, 1):
        active = [item for item in active if item[0].end > start]
        while position < len(ordered) and ordered[position][0].start == start:
            active.append(ordered[position])
            position += 1
        # Without an end before the next start, the next set contains this one.
        if number == len(starts) or any(span.end <= starts[number] for span, _ in active):
            yield start, tuple(item for _, item in active)


class Thresholds:
    """Handles with their spans; answers whether one of them starts by a minute, or ends no earlier than a minute.

    Attributes:
        starts: Distinct starts, in order.
        ends: Distinct ends, in order.
    """

    def __init__(self, key: tuple[object, ...], items: Sequence[tuple[Span, Handle]]) -> None:
        self.starts = sorted({span.start for span, _ in items})
        self.ends = sorted({span.end for span, _ in items})
        self._begun = _chain((*key, "begun"), self.starts, [(span.start, handle) for span, handle in items])
        self._lasting = _chain((*key, "lasting"), self.ends[::-1], [(span.end, handle) for span, handle in items])

    def begun(self, minute: int) -> AnyOf | None:
        """Whether one starts at or before a minute; None if none could."""
        position = bisect_right(self.starts, minute)
        return self._begun[self.starts[position - 1]] if position else None

    def lasting(self, minute: int) -> AnyOf | None:
        """Whether one ends at or after a minute; None if none could."""
        position = bisect_left(self.ends, minute)
        return self._lasting[self.ends[position]] if position < len(self.ends) else None


def _chain(key: tuple[object, ...], times: Sequence[int], items: Sequence[tuple[int, Handle]]) -> dict[int, AnyOf]:
    """By time, whether an item of that time or of one before it in the sequence is chosen; each item is named once."""
    at: dict[int, list[Handle]] = {time: [] for time in times}
    for time, handle in items:
        at[time].append(handle)
    chain: dict[int, AnyOf] = {}
    before: tuple[Handle, ...] = ()
    for time in times:
        chain[time] = AnyOf((*key, time), (*before, *at[time]))
        before = (chain[time],)
    return chain


def has_happened(handle: Handle, past: Collection[Handle]) -> bool:
    """Whether a handle is already true because of sessions that have happened."""
    if isinstance(handle, AnyOf):
        return any(has_happened(member, past) for member in handle.members)
    return handle in past


def within(row: Row, past: Collection[Handle]) -> Iterator[Row]:
    """The row, if it can still bind; coefficients are 0 or more.

    What has happened never makes a row infeasible: the bound is at least what the past alone uses. A row that cannot be exceeded, or
    that speaks of the past only, is left out.
    """
    if not isinstance(row.terms, tuple):
        yield from _within(row, cast("NumberedTerms", row.terms))
        return
    happened = [has_happened(handle, past) for handle, _ in row.terms] if past else [False] * len(row.terms)
    used = sum(coefficient for (_, coefficient), is_past in zip(row.terms, happened, strict=True) if is_past)
    bound = max(row.bound, used)
    if not all(happened) and sum(coefficient for _, coefficient in row.terms) > bound:
        yield replace(row, bound=bound)


def _within(row: Row, terms: NumberedTerms) -> Iterator[Row]:
    """The same for candidates by number."""
    bound, is_past = row.bound, terms.is_past
    if is_past.any():
        bound = max(bound, int(terms.coefficients[is_past].sum()))
        if is_past.all():
            return
    if int(terms.coefficients.sum()) > bound:
        yield row if bound == row.bound else replace(row, bound=bound)
