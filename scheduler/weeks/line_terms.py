"""The terms of shared lines in columns: a large program has tens of millions, and each question is about few of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line import Line, joined

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Floats = NDArray[np.float64]
PART = 1 << 20
"""Number of terms that are sorted together."""


@dataclass(frozen=True)
class LineTerms:
    """The terms of some lines, line by line.

    Attributes:
        first: By line, the position of its first term; the number of all terms is last.
        variables, coefficients: By term.
        num_variables: All variables have smaller numbers.
    """

    first: Ints
    variables: Small
    coefficients: Small
    num_variables: int

    @classmethod
    def of(cls, lines: Sequence[Line], num_variables: int) -> LineTerms:
        """The terms of some lines."""
        first = np.cumsum([0, *(len(line.variables) for line in lines)])
        return cls(first, joined(line.variables for line in lines), joined(line.coefficients for line in lines), num_variables)

    def plus(self, other: LineTerms) -> LineTerms:
        """The same with more lines."""
        return LineTerms(
            np.append(self.first, self.first[-1] + other.first[1:]),
            np.append(self.variables, other.variables),
            np.append(self.coefficients, other.coefficients),
            max(self.num_variables, other.num_variables),
        )

    @cached_property
    def of_variable(self) -> Index:
        """The positions of each variable's terms."""
        return Index.of(self.variables, self.num_variables)

    def line_of(self, positions: Ints) -> Ints:
        """The line of some terms."""
        return np.searchsorted(self.first, positions, side="right") - 1

    def by_variable(self, prices: Floats) -> Floats:
        """For each variable, the sum of its coefficients at the prices of their lines, of which few have one."""
        priced = np.flatnonzero(prices)
        which, positions = stretches(self.first, priced)
        weights = self.coefficients[positions] * prices[priced][which]
        return np.bincount(self.variables[positions], weights=weights, minlength=self.num_variables).astype(np.float64)

    def by_line(self, values: Floats) -> Floats:
        """The left side of each line, given the values of the variables, most of which are zero."""
        chosen = np.flatnonzero(values)
        which, positions = self.of_variable.at(chosen)
        weights = self.coefficients[positions] * values[chosen][which]
        return np.bincount(self.line_of(positions), weights=weights, minlength=len(self.first) - 1).astype(np.float64)


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


def ranked(keys: NDArray[np.integer], prices: Floats) -> tuple[Ints, Ints]:
    """Positions in order of key, then of price; and for each of them, how many of its key are before it."""
    order = np.lexsort((prices, keys))
    _, firsts, lengths = np.unique(keys[order], return_index=True, return_counts=True)
    return order, np.arange(len(order)) - np.repeat(firsts, lengths)


def stretches(first: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """All positions from the first of each key to that of the next; and which of these keys each has, counted from 0."""
    lengths = first[keys + 1] - first[keys]
    which = np.repeat(np.arange(len(keys)), lengths)
    return which, np.arange(len(which)) + np.repeat(first[keys] - np.cumsum(lengths) + lengths, lengths)
