"""Side by side: which columns of a day each block gets so that none hides another.

A day is as many units wide as it needs. Wide blocks (groups) stand on the left, narrow ones (appointments) fill up from the right and
then take a free unit beside them, so that there is more to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.timegrid import Span


@dataclass(frozen=True, slots=True)
class Block:
    """Something to place: when, and how many units wide."""

    span: Span
    width: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: units ``[first, end)`` of its day."""

    span: Span
    first: int
    end: int

    def hides(self, other: Place) -> bool:
        """Whether the two share a unit at some time."""
        return self.span.overlaps(other.span) and self.first < other.end and other.first < self.end


def lay_out(blocks: Sequence[Block], fewest: int = 1) -> tuple[int, tuple[Place, ...]]:
    """The units of the day and the place of every block, in the order given.

    Args:
        blocks: In any order.
        fewest: Units the day has at least.
    """
    units = max([fewest, *(b.width for b in blocks)])
    while (places := _fit(blocks, units)) is None:
        units += 1
    for index, place in places.items():
        wider = replace(place, first=place.first - 1)
        if blocks[index].width == 1 and place.first > 0 and not any(wider.hides(p) for i, p in places.items() if i != index):
            places[index] = wider
    return units, tuple(places[i] for i in range(len(blocks)))


def _fit(blocks: Sequence[Block], units: int) -> dict[int, Place] | None:
    """Places in a day of so many units, wide blocks first; None when they do not fit."""
    places: dict[int, Place] = {}
    for index in sorted(range(len(blocks)), key=lambda i: (-blocks[i].width, blocks[i].span, i)):
        block = blocks[index]
        tried = [Place(block.span, first, first + block.width) for first in range(units - block.width + 1)]
        if block.width == 1:
            tried.reverse()
        free = next((place for place in tried if not any(place.hides(p) for p in places.values())), None)
        if free is None:
            return None
        places[index] = free
    return places
