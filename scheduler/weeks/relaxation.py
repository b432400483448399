"""Lagrangian relaxation of shared lines, and the bound it proves.

Shared lines are relaxed by prices. Then each participant takes the cheapest week of the table and each shared variable its cheaper
value. The sum, minus the prices times the bounds of the lines, is a lower bound of any roster's cost, for all nonnegative prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.model.lines import Line, Lines, Tier
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.week_pool import WeekPool

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
TIMES_EACH = 4
"""Visits of an entry that are added with its week: with one the program needs more rounds, with ten more columns."""


@dataclass(slots=True)
class Pricing:
    """The relaxed problem solved at some prices.

    Attributes:
        bound: Lower bound of any roster's cost.
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


@dataclass(frozen=True, slots=True)
class Columns:
    """Weeks by row, and visits by position in the entries, that are worth having in the master program."""

    rows: Ints
    times: Ints


class Relaxation:
    """One tier with its shared lines priced.

    Attributes:
        sizes: Right side of each line; the last is the care budget, if any.
        unit: Cost of choosing a variable.
        has_waits: Whether waits cost anything.
        constant: Unavoidable cost, of lines without variables.
    """

    def __init__(self, lines: Lines, ownership: Ownership, weeks: WeekPool, tier: Tier, care_budget: int | None = None) -> None:
        """Convert the shared lines to arrays.

        Args:
            care_budget: For the preference tier, the maximum care cost of a roster; priced like a shared line.
        """
        self.weeks, self.size, self.is_budgeted = weeks, len(lines.handles), care_budget is not None
        shared = [line for line in ownership.shared if line.variables and (self.is_budgeted or line.tier in ("hard", tier))]
        self.shared = shared
        self.own = (weeks.care if tier == "care" else weeks.preference).astype(np.float64)
        self.has_waits = tier == "preference"
        self.waits = weeks.entry_waits if self.has_waits else np.zeros_like(weeks.entry_waits)
        self.static = np.array(ownership.shared_variables, dtype=np.int64)
        self.unit, self.unit_care = _units(lines, tier, self.size), _units(lines, "care", self.size)
        fixed = {
            t: sum(li.cost * -(li.bound // li.step) for li in ownership.shared if not li.variables and li.tier == t) for t in ("care", tier)
        }
        self.constant = fixed[tier]
        self.sizes = np.array([float(line.bound) for line in shared])
        triples = [(n, v, float(c)) for n, line in enumerate(shared) for v, c in zip(line.variables, line.coefficients, strict=True)]
        self.line_of = np.array([n for n, _, _ in triples], dtype=np.int64)
        self.variable_of = np.array([v for _, v, _ in triples], dtype=np.int64)
        self.coefficient = np.array([c for _, _, c in triples])
        self._read_slacks(shared, tier)
        if care_budget is not None:
            self._limit_care(care_budget - fixed["care"])

    def _read_slacks(self, shared: Sequence[Line], tier: Tier) -> None:
        """Add the slacks of priced lines, each bounded by the largest possible excess."""
        pricing = [n for n, line in enumerate(shared) if line.tier != "hard"]
        self.slack_line = np.array(pricing, dtype=np.int64)
        self.slack_step = np.array([float(shared[n].step) for n in pricing])
        self.slack_cost = np.array([float(shared[n].cost if shared[n].tier == tier else 0) for n in pricing])
        self.slack_care = np.array([float(shared[n].cost if shared[n].tier == "care" else 0) for n in pricing])
        most = [sum(c for c in shared[n].coefficients if c > 0) - shared[n].bound for n in pricing]
        self.slack_most = np.array([float(-(-m // shared[n].step)) for m, n in zip(most, pricing, strict=True)])

    def _limit_care(self, budget: int) -> None:
        """Add the care budget as the last line: care of weeks, variables and slacks."""
        chosen = np.flatnonzero(self.unit_care)
        self.line_of = np.append(self.line_of, np.full(len(chosen), len(self.sizes)))
        self.variable_of = np.append(self.variable_of, chosen)
        self.coefficient = np.append(self.coefficient, self.unit_care[chosen])
        self.sizes = np.append(self.sizes, float(budget))

    def relax(self, duals: Floats) -> Pricing:
        """Solve the relaxed problem."""
        weeks, budget = self.weeks, float(duals[-1]) if self.is_budgeted else 0.0
        reduced = self.unit + np.bincount(self.variable_of, weights=self.coefficient * duals[self.line_of], minlength=self.size + 1)
        slacks = self.slack_cost + budget * self.slack_care - self.slack_step * duals[self.slack_line]
        entries = np.minimum.reduceat(reduced[weeks.entry_visits] + self.waits, weeks.entry_first)
        costs = self.own + budget * weeks.care
        for column in weeks.places.T:
            costs += reduced[column]
        for column in weeks.entries.T:
            costs += entries[column]
        least = np.minimum.reduceat(costs, weeks.first[:-1]) if len(costs) else np.zeros(0)
        free = np.minimum(0.0, reduced[self.static]).sum() + (np.minimum(0.0, slacks) * self.slack_most).sum()
        bound = float(self.constant + least.sum() + free - duals @ self.sizes)
        return Pricing(bound, costs, least, reduced, entries)

    # --- columns ------------------------------------------------------------------------------------------------------------

    def cheapest(self, pricing: Pricing) -> Columns:
        """The cheapest week of each participant, and the cheapest visits of its entries."""
        weeks, ends = self.weeks, zip(self.weeks.first[:-1].tolist(), self.weeks.first[1:].tolist(), strict=True)
        rows = np.array([first + int(np.argmin(pricing.costs[first:last])) for first, last in ends], dtype=np.int64)
        is_used = np.zeros(len(weeks.entry_first), dtype=np.bool_)
        is_used[weeks.entries[rows]] = True
        is_used[weeks.padding] = False
        times = np.flatnonzero(is_used[weeks.entry_of])
        times = times[np.lexsort((pricing.reduced[weeks.entry_visits[times]] + self.waits[times], weeks.entry_of[times]))]
        _, firsts, lengths = np.unique(weeks.entry_of[times], return_index=True, return_counts=True)
        return Columns(rows, times[np.arange(len(times)) - np.repeat(firsts, lengths) < TIMES_EACH])

    def above(self, pricing: Pricing) -> tuple[Floats, Floats]:
        """By week, and by position in the entries: how much more everyone's cheapest week with it costs than their cheapest one."""
        weeks = self.weeks
        above = pricing.costs - np.repeat(pricing.least, np.diff(weeks.first))
        with_entry = np.full(len(weeks.entry_first), np.inf)
        for column in weeks.entries.T:
            np.minimum.at(with_entry, column, above)
        own = pricing.reduced[weeks.entry_visits] + self.waits - pricing.entries[weeks.entry_of]
        return above, with_entry[weeks.entry_of] + own

    def least_with(self, pricing: Pricing) -> Floats:
        """By variable, the bound of all rosters in which it is true, for table visits and shared variables; minus infinity for others."""
        weeks, bounds = self.weeks, np.full(self.size + 1, -np.inf)
        bounds[self.static] = pricing.bound + np.maximum(0.0, pricing.reduced[self.static])
        above, above_times = self.above(pricing)
        least = np.full(self.size + 1, np.inf)
        for column in weeks.places.T:
            np.minimum.at(least, column, above)
        np.minimum.at(least, weeks.entry_visits, above_times)
        visits = np.unique(np.concatenate([weeks.places.ravel(), weeks.entry_visits]))
        bounds[visits] = pricing.bound + least[visits]
        return bounds


def _units(lines: Lines, tier: Tier, size: int) -> Floats:
    costs = np.zeros(size + 1)
    for number, cost in lines.unit_costs[tier].items():
        costs[number] = cost
    return costs
