"""The terms of shared lines in columns: a large program has tens of millions, so they are kept small and gone through in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line import Line, joined

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Floats = NDArray[np.float64]
PART = 1 << 20
"""Number of terms that are looked at together."""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """The terms of some lines, line by line.

    Attributes:
        first: By line, the position of its first term; the number of all terms is last.
        variables, coefficients: By term.
    """

    first: Ints
    variables: Small
    coefficients: Small

    @classmethod
    def of(cls, lines: Sequence[Line]) -> LineTerms:
        """The terms of some lines."""
        first = np.cumsum([0, *(len(line.variables) for line in lines)])
        return cls(first, joined(line.variables for line in lines), joined(line.coefficients for line in lines))

    def __len__(self) -> int:
        return len(self.variables)

    def plus(self, variables: Ints, coefficients: Floats) -> LineTerms:
        """The same with one more line, whose coefficients are whole numbers."""
        return LineTerms(
            np.append(self.first, self.first[-1] + len(variables)),
            np.append(self.variables, variables.astype(np.int32)),
            np.append(self.coefficients, coefficients.astype(np.int32)),
        )

    def line_of(self, positions: Ints) -> Ints:
        """The line of some terms."""
        return np.searchsorted(self.first, positions, side="right") - 1

    def by_variable(self, prices: Floats, size: int) -> Floats:
        """For each of so many variables, the sum of its coefficients at the prices of their lines."""
        total = np.zeros(size)
        for lines, terms in self._parts():
            of_terms = np.repeat(prices[lines], np.diff(self.first[lines.start : lines.stop + 1]))
            of_terms *= self.coefficients[terms]
            total += np.bincount(self.variables[terms], weights=of_terms, minlength=size)
        return total

    def by_line(self, values: Floats) -> Floats:
        """The left side of each line, given the values of the variables."""
        left = np.zeros(len(self.first) - 1)
        for lines, terms in self._parts():
            of_terms = values[self.variables[terms]]
            of_terms *= self.coefficients[terms]
            lengths = np.diff(self.first[lines.start : lines.stop + 1])
            left[lines] = np.bincount(np.repeat(np.arange(len(lengths)), lengths), weights=of_terms, minlength=len(lengths))
        return left

    def _parts(self) -> Iterator[tuple[slice, slice]]:
        """Some lines at a time, and their terms."""
        ends = np.searchsorted(self.first, np.arange(0, len(self) + PART, PART))
        ends = np.unique(np.append(np.minimum(ends, len(self.first) - 1), len(self.first) - 1)).tolist()
        for start, stop in pairwise(ends):
            yield slice(start, stop), slice(int(self.first[start]), int(self.first[stop]))


@dataclass(frozen=True, slots=True)
class Index:
    """The positions of each key in an array of keys."""

    positions: NDArray[np.integer]
    first: Ints

    @classmethod
    def of(cls, keys: NDArray[np.integer], size: int) -> Index:
        """Index keys from 0 to ``size`` - 1."""
        parts = [keys[start : start + PART] for start in range(0, len(keys), PART)]
        lengths = sum((np.bincount(part, minlength=size) for part in parts), np.zeros(size, dtype=np.int64))
        first = np.concatenate([[0], np.cumsum(lengths)])
        positions, ends = np.zeros(len(keys), dtype=np.int32), first[:-1].copy()
        for number, part in enumerate(parts):
            order = np.argsort(part, kind="stable")
            distinct, starts, counts = np.unique(part[order], return_index=True, return_counts=True)
            at = np.arange(len(part)) + np.repeat(ends[distinct] - starts, counts)
            positions[at] = order + number * PART
            ends[distinct] += counts
        return cls(positions, first)

    def at(self, keys: Ints) -> tuple[Ints, Ints]:
        """All positions of some keys; and for each position, which of these keys it has, counted from 0."""
        which, places = stretches(self.first, keys)
        return which, self.positions[places].astype(np.int64)


def stretches(first: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """All positions from the first of each key to that of the next; and which of these keys each has, counted from 0."""
    lengths = first[keys + 1] - first[keys]
    which = np.repeat(np.arange(len(keys)), lengths)
    return which, np.arange(len(which)) + np.repeat(first[keys] - np.cumsum(lengths) + lengths, lengths)
