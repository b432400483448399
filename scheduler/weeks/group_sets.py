"""The sets of groups that one participant can attend: a combination for each weekday, within the rules that only get tighter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.columns import numbered
from scheduler.terms import Visit
from scheduler.weeks.days import Days
from scheduler.weeks.totals import Sums, WeekTotals

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CELLS = 50_000
"""Number of sets looked at together, few enough for the cache of a core."""


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
    beside: NDArray[np.unsignedinteger]


def group_sets(days: Days, totals: WeekTotals, places: list[Visit], numbers: Ints, most: int) -> GroupSets:
    """All sets of places that no pair of visits and no sum that can only grow forbids.

    Args:
        numbers: The numbers of the places.
        most: Maximum number of sets (else TooManyWeeksError).
    """
    combinations, sums, in_groups = [], [], []
    groups = numbered(place.group for place in places)
    is_of_group = np.eye(int(groups.max(initial=-1)) + 1)[groups]
    for day in range(7):
        positions = [n for n, place in enumerate(places) if place.day == day]
        rows = _combinations(days, totals, [places[n] for n in positions], numbers[positions], most)
        combinations.append([[places[positions[n]] for n in np.flatnonzero(row)] for row in rows])
        sums.append(totals.of_sets(rows, numbers[positions]))
        in_groups.append(rows @ is_of_group[positions])
    return GroupSets(combinations, sums, _Growth(totals, sums, in_groups).sets(most))


def _combinations(days: Days, totals: WeekTotals, places: list[Visit], numbers: Ints, most: int) -> Flags:
    """The combinations of places of one day, one per row."""
    apart = np.zeros((len(places), len(places)), dtype=np.bool_)
    for n, a in enumerate(places):
        apart[n, :n] = [a.group == b.group or days.is_clash(a, b) for b in places[:n]]
    rows = np.zeros((1, len(places)), dtype=np.bool_)
    for position in range(len(places)):
        more = rows[~(rows & apart[position]).any(axis=1)]
        more[:, position] = True
        rows = np.concatenate([rows, more[totals.may_grow(more, numbers)]])
        if len(rows) > most:
            raise TooManyWeeksError
    return rows


class _Growth:
    """The sums that can only grow, as far as any set can exceed them. Each group meets once, so its places are such a sum too.

    Attributes:
        left: By day, sum and combination, what the combination adds, with the `AnyOf` that it makes true.
        true: By day, combination and `AnyOf`, 1 if the combination makes it true.
        any_column: By sum and `AnyOf`, the coefficient.
    """

    def __init__(self, totals: WeekTotals, sums: Sequence[Sums], in_groups: Sequence[Floats]) -> None:
        """Take what the combinations of each day add.

        Args:
            in_groups: By day, combination and group, 1 if the combination has a place in the group.
        """
        bounds = np.concatenate([totals.bounds[totals.growing], np.ones(in_groups[0].shape[1])])
        any_column = np.zeros((len(bounds), len(totals.any_growing)))
        any_column[: len(totals.growing)] = totals.any_column[np.ix_(totals.any_growing, totals.growing)].T
        true = [of_day.true[:, totals.any_growing].astype(np.float64) for of_day in sums]
        left = [
            np.hstack([of_day.left[:, totals.growing], groups]).T + any_column @ is_true.T
            for of_day, groups, is_true in zip(sums, in_groups, true, strict=True)
        ]
        is_reached = np.sum([of_day.max(axis=1) for of_day in left], axis=0) > bounds
        matters = any_column[is_reached].any(axis=0)
        self.left, self.true = [of_day[is_reached] for of_day in left], [is_true[:, matters] for is_true in true]
        self.bounds, self.any_column = bounds[is_reached], any_column[np.ix_(is_reached, matters)]

    def sets(self, most: int) -> NDArray[np.unsignedinteger]:
        """By day and set, the combination; sets that begin alike are next to each other."""
        beside: NDArray[np.unsignedinteger] = np.zeros((0, 1), dtype=np.uint8)
        left, true = np.zeros((len(self.bounds), 1)), np.zeros((1, self.any_column.shape[1]))
        for of_day, true_of_day in zip(self.left, self.true, strict=True):
            step, parts, size = max(1, CELLS // of_day.shape[1]), [], 0
            for start in range(0, len(true), step):
                within, sums = self._next(left[:, start : start + step], true[start : start + step], of_day, true_of_day)
                rows, combinations = np.nonzero(within)
                parts.append((start + rows, combinations, np.array([total[within] for total in sums]).reshape(len(sums), len(rows))))
                if (size := size + len(rows)) > most:
                    raise TooManyWeeksError
            before, chosen = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
            beside = np.vstack([beside[:, before], chosen.astype(np.min_scalar_type(of_day.shape[1]))])
            left = np.hstack([sums for _, _, sums in parts])
            true = np.maximum(true[before], true_of_day[chosen])
        return beside

    def _next(self, left: Floats, true: Floats, of_day: Floats, true_of_day: Floats) -> tuple[Flags, list[Floats]]:
        """For sets so far with each combination of the next day: whether no sum is exceeded, and the sums."""
        within, sums = np.ones((len(true), of_day.shape[1]), dtype=np.bool_), []
        for so_far, more, bound, coefficients in zip(left, of_day, self.bounds, self.any_column, strict=True):
            total = so_far[:, None] + more
            if coefficients.any():
                total -= (true * coefficients) @ true_of_day.T  # what both make true counts once
            within &= total <= bound
            sums.append(total)
        return within, sums
