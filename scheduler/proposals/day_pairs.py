"""Two appointments on one day: which of their times do not go together, and what the waits between them cost.

Tables price the appointments of a day as if they were independent. A proposal has to know better, though only in pairs: with three on one
day, the waits are those of each two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from scheduler.model.lines import Lines
from scheduler.terms import Visit
from scheduler.weeks.day_plans import DayPlans, Times
from scheduler.weeks.integer_program import IntegerProgram
from scheduler.weeks.relaxation import Ints
from scheduler.weeks.week_pool import WeekPool

Pair = tuple[int, int]
"""Two entries of one day."""


class DayPairs:
    """Finds the pairs in weeks, and adds to programs what they cost."""

    def __init__(self, lines: Lines, weeks: WeekPool) -> None:
        self.weeks, self.plans = weeks, DayPlans(lines, weeks)
        first = weeks.entry_visits[weeks.entry_first[:-1]].tolist()
        days = [visit.day if isinstance(visit := lines.handles[number], Visit) else -1 for number in first]
        self.day_of_entry = np.array([*days, -1], dtype=np.int64)
        self._beside: dict[Pair, tuple[Visit, ...]] = {}
        self._costs: dict[tuple[Pair, int, int], int | None] = {}

    def of(self, rows: Ints) -> list[Pair]:
        """All pairs in some weeks."""
        entries = self.weeks.entries[rows]
        days = np.where(entries < self.weeks.padding, self.day_of_entry[entries], -1 - np.arange(entries.shape[1]))
        pairs = dict.fromkeys(
            (min(pair), max(pair), row)
            for a, b in combinations(range(entries.shape[1]), 2)
            for row in np.flatnonzero(days[:, a] == days[:, b]).tolist()
            for pair in [(int(entries[row, a]), int(entries[row, b]))]
        )
        for first, second, row in pairs:
            if (first, second) not in self._beside:
                by_day = {tuple(entries): beside for entries, beside in self.plans.days_of(int(rows[row]))}
                beside = next(beside for entries, beside in by_day.items() if first in entries and second in entries)
                self._beside[first, second] = beside
        return list(dict.fromkeys((first, second) for first, second, _ in pairs))

    def add(self, program: IntegerProgram, pairs: Sequence[Pair], literals: Mapping[int, int], times: Mapping[int, Sequence[int]]) -> None:
        """Add what pairs cost.

        Args:
            literals: By position in the entries, the variable that chooses it.
            times: By entry, the positions to choose from.
        """
        for pair in pairs:
            first, second = (self.plans.options(times.get(entry, ())) for entry in pair)
            for one, same in first:
                by_cost: dict[int | None, list[Times]] = {}
                for other, same_other in second:
                    key = pair, same[0], same_other[0]
                    if key not in self._costs:
                        self._costs[key] = self.plans.cost((one, other), self._beside[pair])
                    by_cost.setdefault(self._costs[key], []).append(same_other)
                self._add_levels(program, [literals[n] for n in same], by_cost, literals)

    def _add_levels(
        self, program: IntegerProgram, ones: Sequence[int], by_cost: Mapping[int | None, Sequence[Times]], literals: Mapping[int, int]
    ) -> None:
        """One time and others that cost something with it: forbid both, or charge each cost on top of the one below."""
        of_cost = {cost: [literals[n] for same in options for n in same] for cost, options in by_cost.items()}
        if clashing := of_cost.pop(None, None):
            program.limit(dict.fromkeys([*ones, *clashing], 1), 1)
        last = 0
        for cost, dearer in _levels(of_cost):
            extra = program.variable(cost - last)
            program.limit(dict.fromkeys([*ones, *dearer], 1) | {extra: -1}, 1)
            last = cost


def _levels(of_cost: Mapping[int | None, list[int]]) -> Iterator[tuple[int, list[int]]]:
    """Each cost above 0, with all variables that cost so much or more."""
    costs = sorted(cost for cost in of_cost if cost)
    for number, cost in enumerate(costs):
        yield cost, [variable for dearer in costs[number:] for variable in of_cost[dearer]]
