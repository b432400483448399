"""Lagrangian relaxation of shared lines, and the bound it proves.

Shared lines are relaxed by prices. Then each participant takes the cheapest week of the table and each shared variable its cheaper
value. The sum, minus the prices times the bounds of the lines, is a lower bound of any roster's cost, for all nonnegative prices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line import Line, Tier, most
from scheduler.model.lines import Lines
from scheduler.weeks.line_terms import LineTerms, ranked
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.week_pool import WeekColumn, WeekPool
from scheduler.weeks.week_table import ILLEGAL, PricedWeeks

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
        rows: Each participant's cheapest week.
        least: The price of each of these.
        reduced: Reduced cost of every variable, and a zero for padding.
        entries: Price of every entry, and a zero for padding.
        budget: Price of care, if there is a budget.
    """

    bound: float
    rows: Ints
    least: Floats
    reduced: Floats
    entries: Floats
    budget: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Weeks by row, and visits by position in the entries, that are worth having in the master program."""

    rows: Ints
    times: Ints


class Relaxation:
    """One tier with its shared lines priced.

    Attributes:
        terms: The terms of the shared lines; the last line is the care budget, if any.
        sizes: Right side of each line.
        unit: Cost of choosing a variable.
        has_waits: Whether waits cost anything.
        constant: Unavoidable cost, of lines without variables.
    """

    def __init__(self, lines: Lines, ownership: Ownership, weeks: WeekPool, tier: Tier, care_budget: int | None = None) -> None:
        """Convert the shared lines to arrays.

        Args:
            care_budget: For the preference tier, the maximum care cost of a roster; priced like a shared line.
        """
        self.weeks, self.size, self.is_budgeted = weeks, weeks.num_variables, care_budget is not None
        shared = [line for line in ownership.shared if line.variables and (self.is_budgeted or line.tier in ("hard", tier))]
        self.shared = shared
        self.tier = tier
        self.own: WeekColumn = weeks.care if tier == "care" else weeks.preference
        self.has_waits = tier == "preference"
        self.waits = weeks.entry_waits if self.has_waits else np.zeros_like(weeks.entry_waits)
        self.static = np.array(ownership.shared_variables, dtype=np.int64)
        self.unit, self.unit_care = _units(lines, tier, self.size), _units(lines, "care", self.size)
        fixed = {
            t: sum(li.cost * -(li.bound // li.step) for li in ownership.shared if not li.variables and li.tier == t) for t in ("care", tier)
        }
        self.constant, self.fixed_care = fixed[tier], fixed["care"]
        self.sizes = np.array([float(line.bound) for line in shared])
        self.terms = LineTerms.of(shared, self.size + 1)
        self._read_slacks(shared, tier)
        if care_budget is not None:
            self._limit_care(care_budget - self.fixed_care)

    def _read_slacks(self, shared: Sequence[Line], tier: Tier) -> None:
        """Add the slacks of priced lines, each bounded by the largest possible excess."""
        pricing = [n for n, line in enumerate(shared) if line.tier != "hard"]
        self.slack_line = np.array(pricing, dtype=np.int64)
        self.slack_step = np.array([float(shared[n].step) for n in pricing])
        self.slack_cost = np.array([float(shared[n].cost if shared[n].tier == tier else 0) for n in pricing])
        self.slack_care = np.array([float(shared[n].cost if shared[n].tier == "care" else 0) for n in pricing])
        excess = [most(shared[n].coefficients) - shared[n].bound for n in pricing]
        self.slack_most = np.array([float(-(-m // shared[n].step)) for m, n in zip(excess, pricing, strict=True)])

    def _limit_care(self, budget: int) -> None:
        """Add the care budget as the last line: care of weeks, variables and slacks."""
        chosen = np.flatnonzero(self.unit_care)
        care = LineTerms(np.array([0, len(chosen)]), chosen.astype(np.int32), self.unit_care[chosen].astype(np.int32), self.size + 1)
        self.terms = self.terms.plus(care)
        self.sizes = np.append(self.sizes, float(budget))

    def relax(self, duals: Floats) -> Pricing:
        """Solve the relaxed problem."""
        weeks, budget = self.weeks, float(duals[-1]) if self.is_budgeted else 0.0
        reduced = self.unit + self.terms.by_variable(duals)
        slacks = self.slack_cost + budget * self.slack_care - self.slack_step * duals[self.slack_line]
        entries = np.minimum.reduceat(reduced[weeks.entry_visits] + self.waits, weeks.entry_first)
        cheapest = [priced.cheapest() for priced in self._priced(reduced, entries, budget)]
        rows = weeks.first[:-1] + np.array([week for _, week in cheapest], dtype=np.int64)
        least = np.array([price for price, _ in cheapest])
        free = np.minimum(0.0, reduced[self.static]).sum() + (np.minimum(0.0, slacks) * self.slack_most).sum()
        bound = float(self.constant + least.sum() + free - duals @ self.sizes)
        return Pricing(bound, rows, least, reduced, entries, budget)

    def priced(self, pricing: Pricing) -> Iterator[PricedWeeks]:
        """The weeks of each participant at some prices."""
        return self._priced(pricing.reduced, pricing.entries, pricing.budget)

    def _priced(self, reduced: Floats, entries: Floats, budget: float) -> Iterator[PricedWeeks]:
        return self.weeks.priced((1.0, 0.0) if self.tier == "care" else (budget, 1.0), reduced, entries)

    # --- columns ------------------------------------------------------------------------------------------------------------

    def cheapest(self, pricing: Pricing) -> Columns:
        """The cheapest week of each participant, and the cheapest visits of its entries."""
        weeks, rows = self.weeks, pricing.rows
        is_used = np.zeros(len(weeks.entry_first), dtype=np.bool_)
        is_used[weeks.entries[rows]] = True
        is_used[weeks.padding] = False
        times = np.flatnonzero(is_used[weeks.entry_of] & (self.waits < ILLEGAL))
        order, rank = ranked(weeks.entry_of[times], pricing.reduced[weeks.entry_visits[times]] + self.waits[times])
        return Columns(rows, times[order[rank < TIMES_EACH]])

    def with_only(self, rows: Flags, times: Flags) -> Relaxation:
        """The same with some of the weeks, and some visits of their entries."""
        few = copy(self)
        few.weeks = self.weeks.only(np.flatnonzero(rows))
        few.waits = np.where(times | (self.weeks.entry_of == self.weeks.padding), self.waits, ILLEGAL)
        return few

    def within(self, care_budget: int, weeks: WeekPool) -> Relaxation:
        """The same within another care budget, with other limits to the weeks."""
        other = copy(self)
        other.weeks, other.sizes = weeks, np.append(self.sizes[:-1], float(care_budget - self.fixed_care))
        return other

    def limited(self, pricing: Pricing, most: float) -> WeekPool:
        """Everyone's weeks that cost at most so much more than their cheapest one; that one is always kept."""
        both = zip(pricing.least.tolist(), self.priced(pricing), strict=True)
        return self.weeks.limit([priced.limit(least + max(0.0, most)) for least, priced in both])

    def above(self, pricing: Pricing) -> tuple[Floats, Floats]:
        """By number of a place, and by position in the entries: how much more the cheapest week with it costs than the cheapest one."""
        with_place, with_entry = self.weeks.above(pricing.least, self.priced(pricing))
        return with_place, with_entry[self.weeks.entry_of] + self.above_entries(pricing)

    def above_entries(self, pricing: Pricing) -> Floats:
        """By position in the entries: how much more the visit costs than the cheapest one of its entry."""
        weeks = self.weeks
        above: Floats = pricing.reduced[weeks.entry_visits] + self.waits - pricing.entries[weeks.entry_of]
        return above

    def above_weeks(self, pricing: Pricing, most: float) -> tuple[Ints, Floats]:
        """The weeks that cost at most so much more than their participant's cheapest one, in order of number, and how much more."""
        rows, above = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for first, least, priced in zip(self.weeks.first.tolist(), pricing.least.tolist(), self.priced(pricing), strict=False):
            weeks, prices = priced.within(least + most)
            rows.append(first + weeks)
            above.append(prices - least)
        return np.concatenate(rows), np.concatenate(above)

    def least_with(self, pricing: Pricing) -> Floats:
        """By variable, the bound of all rosters in which it is true, for table visits and shared variables; minus infinity for others."""
        weeks, bounds = self.weeks, np.full(self.size + 1, -np.inf)
        bounds[self.static] = pricing.bound + np.maximum(0.0, pricing.reduced[self.static])
        least, above_times = self.above(pricing)
        np.minimum.at(least, weeks.entry_visits, above_times)
        bounds[weeks.visits] = pricing.bound + least[weeks.visits]
        bounds[-1] = -np.inf
        return bounds


def _units(lines: Lines, tier: Tier, size: int) -> Floats:
    costs = np.zeros(size + 1)
    for number, cost in lines.unit_costs[tier].items():
        costs[number] = cost
    return costs
