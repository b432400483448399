"""Prices for what people share, and the bound they prove.

Shared lines are relaxed by prices (Lagrangian relaxation). Then every participant picks the cheapest week of the table, every shared
variable its cheaper value, and the sum, less what the prices pay for the bounds of the lines, is less than any roster can cost.
Subgradient steps with a deflected direction move the prices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.model.lines import Lines, Tier
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.table import WeekTable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STALL = 12
"""Steps without a better bound before the step length shrinks."""
DEFLECTION = 0.6
"""How much of the last direction is kept."""
SAFETY = 1e-6
"""Taken off every bound for rounding of floating-point sums before it is rounded up to an integer."""


@dataclass(slots=True)
class Weeks:
    """The tables of all participants, end to end.

    Attributes:
        first: First row of each participant, and the number of rows at the end.
        places, entries: As in the tables, with numbers of the whole case; padding points to a zero.
        entry_visits, entry_waits, entry_first: Visits of all entries, end to end.
    """

    participants: list[str]
    first: Ints
    care: Ints
    preference: Ints
    places: Ints
    entries: Ints
    entry_visits: Ints
    entry_waits: Ints
    entry_first: Ints


def join(tables: Sequence[WeekTable], num_variables: int) -> Weeks:
    """Put tables end to end. Visit number ``num_variables`` and the last entry are padding of price zero."""
    entries, offset = [], 0
    num_entries = sum(len(t.entry_list) for t in tables)
    width = max((t.entries.shape[1] for t in tables), default=0), max((t.places.shape[1] for t in tables), default=0)
    for table in tables:
        shifted = np.where(table.entries >= 0, table.entries + offset, num_entries)
        entries.append(np.pad(shifted, ((0, 0), (0, width[0] - shifted.shape[1])), constant_values=num_entries))
        offset += len(table.entry_list)
    places = [
        np.pad(np.where(t.places >= 0, t.places, num_variables), ((0, 0), (0, width[1] - t.places.shape[1])), constant_values=num_variables)
        for t in tables
    ]
    listed = [entry for table in tables for entry in table.entry_list]
    lengths = [len(entry.visits) for entry in listed] + [1]
    return Weeks(
        participants=[t.participant for t in tables],
        first=np.cumsum([0, *(len(t.care) for t in tables)]),
        care=np.concatenate([t.care for t in tables]),
        preference=np.concatenate([t.preference for t in tables]),
        places=np.concatenate(places),
        entries=np.concatenate(entries),
        entry_visits=np.array([*(v for e in listed for v in e.visits), num_variables], dtype=np.int64),
        entry_waits=np.array([*(w for e in listed for w in e.waits), 0], dtype=np.int64),
        entry_first=np.cumsum([0, *lengths])[:-1],
    )


@dataclass(slots=True)
class Relaxed:
    """The relaxed problem solved at some prices.

    Attributes:
        bound: Less than any roster's cost.
        costs: Price of every week.
        least: Price of each participant's cheapest week.
        reduced: Reduced cost of every variable, and a zero for padding.
        entries: Price of every entry, and a zero for padding.
    """

    bound: float
    costs: Floats
    least: Floats
    reduced: Floats
    entries: Floats


class Dual:
    """The relaxed problem of one tier: shared lines priced, everybody's weeks looked at all at once."""

    def __init__(self, lines: Lines, ownership: Ownership, weeks: Weeks, tier: Tier, care_budget: int | None = None) -> None:
        """Turn the shared lines into arrays; lines of the other tier are left out (their cost is at least zero).

        Args:
            care_budget: For the preference tier: the care cost all weeks together may have; priced like a shared line.
        """
        self.weeks, self.size = weeks, len(lines.handles)
        shared = [line for line in ownership.shared if line.tier in ("hard", tier)]
        self.line_of = np.array([n for n, line in enumerate(shared) for _ in line.variables], dtype=np.int64)
        self.variable_of = np.array([v for line in shared for v in line.variables], dtype=np.int64)
        self.coefficient = np.array([float(c) for line in shared for c in line.coefficients])
        self.bounds = np.array([float(line.bound) for line in shared])
        self.most = np.array([math.inf if line.tier == "hard" else line.cost / line.step for line in shared])
        self.unit = np.zeros(self.size + 1)
        for number, cost in lines.unit_costs[tier].items():
            self.unit[number] = cost
        self.shared_variables = np.array(ownership.shared_variables, dtype=np.int64)
        self.is_budgeted = care_budget is not None
        self.own = (weeks.care if tier == "care" else weeks.preference).astype(np.float64)
        if care_budget is not None:
            self._limit_care(care_budget)
        self.prices = np.zeros(len(self.bounds))
        self.best = -math.inf

    def _limit_care(self, budget: int) -> None:
        """The last price is that of care. Where the budget is what everybody needs alone, weeks with more care cost are out."""
        least = np.minimum.reduceat(self.weeks.care, self.weeks.first[:-1])
        if least.sum() >= budget:
            self.own[self.weeks.care > np.repeat(least, np.diff(self.weeks.first))] = math.inf
        self.bounds = np.append(self.bounds, float(budget))
        self.most = np.append(self.most, math.inf)

    def relax(self, prices: Floats) -> Relaxed:
        """Solve the relaxed problem."""
        weeks = self.weeks
        reduced = self.unit + np.bincount(self.variable_of, weights=self.coefficient * prices[self.line_of], minlength=self.size + 1)
        entries = np.minimum.reduceat(reduced[weeks.entry_visits] + weeks.entry_waits, weeks.entry_first)
        costs = self.own + prices[-1] * weeks.care if self.is_budgeted else self.own.copy()
        for column in weeks.places.T:
            costs += reduced[column]
        for column in weeks.entries.T:
            costs += entries[column]
        least = np.minimum.reduceat(costs, weeks.first[:-1])
        free = np.minimum(0.0, reduced[self.shared_variables]).sum()
        bound = float(least.sum() + free - prices @ self.bounds)
        return Relaxed(bound, costs, least, reduced, entries)

    def improve(self, upper: float, rounds: int, is_over: Callable[[], bool]) -> float:
        """Move the prices towards a better bound; keeps the best prices found.

        Args:
            upper: Cost of the best roster known; sets the step length.

        Returns:
            The best bound.
        """
        prices, direction, length, stalled = self.prices, np.zeros_like(self.prices), 1.0, 0
        for _ in range(rounds):
            relaxed = self.relax(prices)
            if relaxed.bound > self.best + 1e-9:
                stalled = 0 if relaxed.bound > self.best + 0.001 * abs(upper) else stalled + 1
                self.best, self.prices = relaxed.bound, prices
            else:
                stalled += 1
            if self.best >= upper - 1 + SAFETY or is_over():
                break
            if stalled >= STALL:
                length, stalled, prices = length * 0.6, 0, self.prices
                if length < 0.005:
                    break
            gradient = self._left(relaxed) - self.bounds
            gradient[(prices <= 0) & (gradient < 0)] = 0.0
            gradient[(prices >= self.most) & (gradient > 0)] = 0.0
            direction = gradient + DEFLECTION * direction
            norm = float(direction @ direction)
            if norm <= 0:
                break
            step = length * max(1.0, 1.02 * upper - relaxed.bound) / norm
            prices = np.clip(prices + step * direction, 0.0, self.most)
        return self.best

    def _left(self, relaxed: Relaxed) -> Floats:
        """Left sides of the shared lines at the relaxed solution."""
        chosen = np.zeros(self.size + 1)
        chosen[self.shared_variables] = relaxed.reduced[self.shared_variables] < 0
        rows = self.cheapest(relaxed)
        chosen[self.picked(relaxed, rows)] = 1.0
        left = np.bincount(self.line_of, weights=self.coefficient * chosen[self.variable_of], minlength=len(self.bounds)).astype(np.float64)
        if self.is_budgeted:
            left[-1] = self.weeks.care[rows].sum()
        return left

    def cheapest(self, relaxed: Relaxed) -> list[int]:
        """The row of everybody's cheapest week."""
        ends = zip(self.weeks.first[:-1].tolist(), self.weeks.first[1:].tolist(), strict=True)
        return [first + int(np.argmin(relaxed.costs[first:last])) for first, last in ends]

    def picked(self, relaxed: Relaxed, rows: Sequence[int]) -> list[int]:
        """The visits of these weeks."""
        weeks, found = self.weeks, []
        for row in rows:
            found += [int(v) for v in weeks.places[row] if v < self.size]
            for entry in weeks.entries[row]:
                if entry < len(weeks.entry_first) - 1:
                    start, end = int(weeks.entry_first[entry]), int(weeks.entry_first[entry + 1])
                    visits = weeks.entry_visits[start:end]
                    found.append(int(visits[np.argmin(relaxed.reduced[visits] + weeks.entry_waits[start:end])]))
        return found


def rounded(bound: float) -> int:
    """The integer bound of a floating-point one."""
    return max(0, math.ceil(bound - SAFETY))
