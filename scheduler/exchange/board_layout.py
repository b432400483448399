"""The layout of overlapping blocks side by side in a day, so that none hides another.

A day is as many units wide as it needs. Wide blocks (groups) are placed on the left; narrow ones (appointments) are placed from the
right, then widened into a free neighbouring unit to show more text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.timegrid import Span


@dataclass(frozen=True, slots=True)
class Box:
    """A block to place: its time and its width in units."""

    span: Span
    width: int


@dataclass(frozen=True, slots=True)
class Lane:
    """The position of a block: units ``[first, end)`` of its day."""

    span: Span
    first: int
    end: int

    def hides(self, other: Lane) -> bool:
        """Whether the two places share a unit."""
        return self.span.overlaps(other.span) and self.first < other.end and other.first < self.end


def lay_out(blocks: Sequence[Box], fewest: int = 1) -> tuple[int, tuple[Lane, ...]]:
    """The number of units of the day and the place of every block, in the order given.

    Args:
        blocks: In any order.
        fewest: The minimum number of units.
    """
    units = max([fewest, *(b.width for b in blocks)])
    while (places := _fit(blocks, units)) is None:
        units += 1
    for index, place in places.items():
        wider = replace(place, first=place.first - 1)
        if blocks[index].width == 1 and place.first > 0 and not any(wider.hides(p) for i, p in places.items() if i != index):
            places[index] = wider
    return units, tuple(places[i] for i in range(len(blocks)))


def _fit(blocks: Sequence[Box], units: int) -> dict[int, Lane] | None:
    """The places in a day of ``units`` units, wide blocks first; None if they do not fit."""
    places: dict[int, Lane] = {}
    for index in sorted(range(len(blocks)), key=lambda i: (-blocks[i].width, blocks[i].span, i)):
        block = blocks[index]
        tried = [Lane(block.span, first, first + block.width) for first in range(units - block.width + 1)]
        if block.width == 1:
            tried.reverse()
        free = next((place for place in tried if not any(place.hides(p) for p in places.values())), None)
        if free is None:
            return None
        places[index] = free
    return places
