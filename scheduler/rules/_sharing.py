"""What rules about shared people and things have in common: how many use one at a time, and what the past has taken already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from scheduler.terms import AnyOf, Handle, Row
from scheduler.timegrid import Span

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


def has_happened(handle: Handle, past: Collection[Handle]) -> bool:
    """Whether a handle is true by what has happened alone."""
    if isinstance(handle, AnyOf):
        return any(has_happened(member, past) for member in handle.members)
    return handle in past


def within(row: Row, past: Collection[Handle]) -> Iterator[Row]:
    """A row with coefficients of 0 or more, as far as it can still bind.

    What has happened never makes a row infeasible: the bound is at least what the past alone uses. A row that cannot be exceeded, or
    that speaks of the past only, is left out.
    """
    happened = [has_happened(handle, past) for handle, _ in row.terms] if past else [False] * len(row.terms)
    used = sum(coefficient for (_, coefficient), is_past in zip(row.terms, happened, strict=True) if is_past)
    bound = max(row.bound, used)
    if not all(happened) and sum(coefficient for _, coefficient in row.terms) > bound:
        yield replace(row, bound=bound)
