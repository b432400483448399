"""The sets of groups that one participant can attend: a combination for each weekday, within the rules that only get tighter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.terms import Visit
from scheduler.weeks.days import Days
from scheduler.weeks.totals import Sums, WeekTotals

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CELLS = 1_000_000
"""Number of sums looked at together."""


class TooManyWeeksError(Exception):
    """A participant has more weeks than the limit, or none."""


@dataclass(slots=True)
class GroupSets:
    """Sets of group places.

    Attributes:
        combinations: By day, the combinations of places that go together; the first is the empty one.
        sums: By day, what the combinations add to the lines.
        beside: By day and set, the combination.
    """

    combinations: list[list[list[Visit]]]
    sums: list[Sums]
    beside: NDArray[np.uint16]


def group_sets(days: Days, totals: WeekTotals, places: list[Visit], numbers: Ints, most: int) -> GroupSets:
    """All sets of places that no pair of visits and no sum that can only grow forbids.

    Args:
        numbers: The numbers of the places.
        most: Maximum number of sets (else TooManyWeeksError).
    """
    combinations, sums = [], []
    for day in range(7):
        positions = [n for n, place in enumerate(places) if place.day == day]
        rows = _combinations(days, totals, [places[n] for n in positions], numbers[positions], most)
        combinations.append([[places[positions[n]] for n in np.flatnonzero(row)] for row in rows])
        sums.append(totals.of_sets(rows, numbers[positions]))
    return GroupSets(combinations, sums, _Growth(totals, combinations, sums).sets(most))


def _combinations(days: Days, totals: WeekTotals, places: list[Visit], numbers: Ints, most: int) -> Flags:
    """The combinations of places of one day, one per row."""
    apart = np.array([[a.group == b.group or days.is_clash(a, b) for b in places] for a in places], dtype=np.bool_)
    rows = np.zeros((1, len(places)), dtype=np.bool_)
    for position in range(len(places)):
        more = rows[~(rows & apart[position]).any(axis=1)]
        more[:, position] = True
        rows = np.concatenate([rows, more[totals.is_within(totals.of_sets(more, numbers))]])
        if len(rows) > most:
            raise TooManyWeeksError
    return rows


class _Growth:
    """The sums that can only grow, as far as any set can exceed them. Each group meets once, so its places are such a sum too."""

    def __init__(self, totals: WeekTotals, combinations: list[list[list[Visit]]], sums: list[Sums]) -> None:
        groups = sorted({place.group or "" for day in combinations for combination in day for place in combination})
        self.left: list[Floats] = []
        for day, of_day in zip(combinations, sums, strict=True):
            attended = np.array([[any(place.group == group for place in combination) for group in groups] for combination in day])
            self.left.append(np.hstack([of_day.left[:, totals.growing], attended.reshape(len(day), len(groups)).astype(np.float64)]))
        self.true = [of_day.true[:, totals.any_growing] for of_day in sums]
        self.bounds = np.concatenate([totals.bounds[totals.growing], np.ones(len(groups))])
        self.any_column = np.zeros((len(totals.any_growing), len(self.bounds)))
        self.any_column[:, : len(totals.growing)] = totals.any_column[np.ix_(totals.any_growing, totals.growing)]
        ever = np.any([true.any(axis=0) for true in self.true], axis=0).astype(np.float64)
        is_reached = np.sum([left.max(axis=0) for left in self.left], axis=0) + ever @ self.any_column > self.bounds
        self.left, self.bounds = [left[:, is_reached] for left in self.left], self.bounds[is_reached]
        self.any_column = self.any_column[:, is_reached]

    def sets(self, most: int) -> NDArray[np.uint16]:
        """By day and set, the combination."""
        beside, left, true = (
            np.zeros((0, 1), dtype=np.uint16),
            np.zeros((1, len(self.bounds))),
            np.zeros((1, len(self.any_column)), dtype=np.bool_),
        )
        for of_day, true_of_day in zip(self.left, self.true, strict=True):
            step = max(1, CELLS // (len(of_day) * max(1, len(self.bounds))))
            parts, size = [], 0
            for start in range(0, len(left), step):
                total, both = left[start : start + step, None] + of_day, true[start : start + step, None] | true_of_day
                rows, combinations = np.nonzero((total + both.astype(np.float64) @ self.any_column <= self.bounds).all(axis=2))
                parts.append((beside[:, start + rows], combinations.astype(np.uint16), total[rows, combinations], both[rows, combinations]))
                if (size := size + len(rows)) > most:
                    raise TooManyWeeksError
            before, chosen, lefts, trues = zip(*parts, strict=True)
            beside = np.vstack([np.hstack(before), np.concatenate(chosen)])
            left, true = np.concatenate(lefts), np.concatenate(trues)
        return beside
