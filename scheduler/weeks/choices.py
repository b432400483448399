"""Free choices of a participant's week, such as the home cohort; each week uses its best choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scheduler.columns import kinds_of
from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
MOST_CHOICES = 10
"""Maximum number of connected choices; lines over more are left out, which keeps every bound valid."""
MOST_WAYS = 128
"""Maximum number of ways to choose; likewise."""
MOST_KINDS = 1 << 40
"""Up to this number, kinds of rows are numbered by what the rows have, whether they occur or not."""


@dataclass(slots=True)
class ChoiceBlock:
    """Choices that share lines.

    Attributes:
        lines: Positions of the lines among those of the week.
        ways: For each way to choose, its contribution to the left sides.
        costs: For each way to choose, its own care and preference cost.
    """

    lines: list[int]
    ways: Floats
    costs: Floats

    def cheapest(self, left: Floats, bounds: Floats, steps: Floats, rates: Floats, hard: Flags) -> tuple[Floats, Flags]:
        """For each week, the minimum care and preference cost over all ways, each tier by itself, and whether any way is legal."""
        # Weeks are many, but what they have in these lines is often the same.
        first, which = distinct(left[:, self.lines])
        own = left[first][:, self.lines] - bounds[self.lines]
        least = np.full((len(own), 2), np.inf)
        for way, cost in zip(self.ways, self.costs, strict=True):
            over = np.maximum(0.0, own + way)
            legal = ~np.any(over[:, hard[self.lines]] > 0, axis=1)
            pricing = np.ceil(over / steps[self.lines]) @ rates[self.lines] + cost
            least = np.minimum(least, np.where(legal[:, None], pricing, np.inf))
        legal = np.isfinite(least[:, 0])
        return np.where(legal[:, None], least, 0.0)[which], legal[which]


def distinct(rows: Floats) -> tuple[Ints, Ints]:
    """The position of one of each kind of row, and the kind of every row; all values are whole numbers."""
    which, num_kinds = np.zeros(len(rows), dtype=np.int64), 1
    if len(rows) < 2:
        return which.copy(), which
    low, high = rows.min(axis=0, initial=0.0), rows.max(axis=0, initial=0.0)
    sizes = (high - low + 1).astype(np.int64)
    for column in np.flatnonzero(sizes > 1).tolist():
        size = int(sizes[column])
        if num_kinds * size > MOST_KINDS:
            first, which = kinds_of(which)
            num_kinds = len(first)
        which = which * size + (rows[:, column] - low[column]).astype(np.int64)
        num_kinds *= size
    return kinds_of(which)


def blocks_of(index: LineIndex, week_lines: Sequence[Line]) -> list[ChoiceBlock]:
    """The blocks of lines with choices; those with too many choices are left out."""
    blocks = (_block(index, week_lines, positions) for positions in _hanging_together(index, week_lines))
    return [block for block in blocks if block is not None]


def _hanging_together(index: LineIndex, week_lines: Sequence[Line]) -> Iterable[list[int]]:
    """Positions of lines with choices, grouped by shared choices."""
    groups: list[tuple[set[int], list[int]]] = []
    for position, line in enumerate(week_lines):
        choices, positions = {*index.choices.intersection(line.variables)}, [position]
        if choices:
            touched = [group for group in groups if group[0] & choices]
            for group in touched:
                groups.remove(group)
                choices |= group[0]
                positions = group[1] + positions
            groups.append((choices, positions))
    return [sorted(positions) for _, positions in groups]


def _block(index: LineIndex, week_lines: Sequence[Line], positions: list[int]) -> ChoiceBlock | None:
    lines = [week_lines[n] for n in positions]
    choices = sorted(index.choices.intersection(v for line in lines for v in line.variables))
    if len(choices) > MOST_CHOICES:
        return None
    column = np.array([[float(_coefficient(line, choice)) for line in lines] for choice in choices])
    ways = np.array(list(product((0.0, 1.0), repeat=len(choices))))
    closed = [n for n, line in enumerate(lines) if line.tier == "hard" and index.choices.issuperset(line.variables)]
    bounds = np.array([float(lines[n].bound) for n in closed])
    ways = ways[np.all(ways @ column[:, closed] <= bounds, axis=1)]
    if len(ways) > MOST_WAYS:
        return None
    unit = index.lines.unit_costs
    own = np.array([[float(unit[tier].get(choice, 0)) for tier in ("care", "preference")] for choice in choices])
    return ChoiceBlock(positions, ways @ column, ways @ own)


def _coefficient(line: Line, variable: int) -> int:
    return sum(c for v, c in zip(line.variables, line.coefficients, strict=True) if v == variable)
