"""Column generation on one relaxation: linear programs give prices, prices give a bound, and weeks and lines for the next program."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.model.rounding import rounded_up
from scheduler.terms import Handle
from scheduler.weeks.branching import Tree
from scheduler.weeks.master import Master
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Columns, Floats, Relaxation

SMOOTHING = 0.5
"""Smoothing: the weight of the best prices known."""
CLOSE = 0.002
"""Relative gap between bound and linear program at which to stop."""
PATIENCE = 8
"""Rounds without a better bound, while it is close to the linear program, after which to stop."""
FEW = 0.03
"""Share of the program's lines of which so many may be missing then."""
MOST_LISTED = 400_000
"""Maximum number of weeks and times in a list."""
LISTED_ABOVE = 0.1
"""How much above the cost that is asked for a list goes, relative to the bound, so that the tree can go on from it."""
FIRST_WIDENING = 10
"""Rounds before the bounds of wider budgets are raised; doubled each time."""
LEAST_PRICE = 1e-4
"""Price of care below which it counts as zero."""

Report = Callable[[int], None]
IsOver = Callable[[], bool]


@dataclass(slots=True)
class Level:
    """A rising bound for a budget above the relaxation's, from the bound minus the price of the difference."""

    report: Report
    above: int = 0
    value: int = 0

    def rise(self, bound: float, price: float) -> None:
        """Update it with a bound for the relaxation's own budget, found at a price of care."""
        if (value := rounded_up(bound - price * self.above)) > self.value:
            self.value = value
            self.report(value)


class ColumnGeneration:
    """Column generation on one relaxation.

    Attributes:
        duals: The prices of the best bound.
        least_with: By variable, the best proven bound of rosters with it; minus infinity if none is known.
        tree: What has been decided after the prices could do no more.
    """

    def __init__(
        self, relaxation: Relaxation, dear: float, report: Report, wider: tuple[Level, ...] = (), care_price: float | None = None
    ) -> None:
        self.relaxation, self.level, self.wider, self.dear = relaxation, Level(report), wider, dear
        self.master = Master(relaxation, dear, care_price)
        self.is_least_asked = relaxation.tier == "preference" and care_price is None
        self.duals = np.zeros(len(relaxation.sizes))
        self.best, self.stalled, self.widen_at = -math.inf, 0, FIRST_WIDENING
        self.least_with = np.full(relaxation.size + 1, -math.inf)
        self.tree: Tree | None = None
        self.list_limit = 0
        self._try(self.duals)

    @property
    def value(self) -> int:
        """The bound so far."""
        return self.level.value

    def report_to(self, report: Report, wider: tuple[Level, ...]) -> None:
        """Report to others from now on; wider budgets are the same as before."""
        self.level.report = report
        for level, other in zip(self.wider, wider, strict=True):
            level.report = other.report

    def improve(self, upper: int, ends: float, is_over: IsOver, patience: int = PATIENCE) -> int:
        """Raise the bound until it cannot rise, reaches ``upper`` or time is up; return the number of rounds.

        Args:
            patience: Rounds without a better bound, while it is close to the linear program, after which to stop.
        """
        rounds = 0
        while self.value < upper and not is_over() and (left := ends - time.monotonic()) > 0 and self.master.solve(left):
            rounds += 1
            level, duals, broken = self.master.value, self.master.duals(), self.master.broken()
            added = self._try(SMOOTHING * self.duals + (1 - SMOOTHING) * duals) + self._try(duals)
            self.master.add_lines(broken)
            is_level = level - self.best <= CLOSE * abs(level)
            # While lines are missing, the program may stay level far below the value that it rises to with them.
            if not len(broken) and (is_level or not added):
                break
            if self.relaxation.is_budgeted and len(broken) <= FEW * self.master.num_lines and is_level and self.stalled > patience:
                break
            if rounds >= self.widen_at:
                self._widen()
        self._widen()
        return rounds

    def begin_with(self, other: ColumnGeneration, unit: float) -> None:
        """Take over the prices, lines, weeks and times of another relaxation of the same weeks.

        Args:
            other: It has all lines of this one, and a care budget if this one has.
            unit: What a unit of this cost is worth there.
        """
        there = {id(line): number for number, line in enumerate(other.relaxation.shared)}
        same = np.array([there[id(line)] for line in self.relaxation.shared], dtype=np.int64)
        if self.relaxation.is_budgeted:
            same = np.append(same, len(other.relaxation.shared))
        self._try(other.duals[same] / unit)
        has_line = (other.master.row_of_line[same] >= 0) & (self.master.row_of_line < 0)
        self.master.add_lines(np.flatnonzero(has_line))
        rows = np.flatnonzero(other.master.has_week)
        rows = rows[self.relaxation.weeks.allows(rows)]
        self.master.add_columns(Columns(rows, np.flatnonzero(other.master.has_time)))

    def branch(self, handles: Sequence[Handle], upper: int, ends: float, is_over: IsOver) -> None:
        """Raise the bound by deciding what people share, until nothing is left to decide or time is up.

        A tree goes on from what has been decided, if its weeks and times are all that rosters below ``upper`` can contain.

        Args:
            upper: Rosters that cost as much are left out, so no bound is higher.
        """
        if self.value >= upper:
            return
        if self.tree is None or upper > self.list_limit:
            self.list_limit = upper + math.ceil(LISTED_ABOVE * max(self.value, upper - self.value))
            near = self._near(self.list_limit)
            self.tree = Tree(near.master, handles, near.duals, upper)
        self.tree.upper = upper
        is_growing = True
        while is_growing and not is_over() and time.monotonic() < ends:
            is_growing = self.tree.grow(ends)
            self.level.rise(min(self.tree.bound, upper), 0.0)
        if self.tree.is_complete:
            self.least_with = np.fmax(
                self.least_with, np.minimum(self.tree.least_with(), upper)
            )  # the tree says nothing of what costs more

    def _near(self, upper: int) -> ColumnGeneration:
        """The same with a list of the weeks and times that rosters below ``upper`` can contain: no better, but quicker."""
        if (reach := self._root(upper)).size > MOST_LISTED:
            return self
        near = ColumnGeneration(self.relaxation.with_only(reach.rows, reach.times), self.dear, lambda _: None)
        near.master.add_lines(np.flatnonzero((self.master.row_of_line >= 0) & (near.master.row_of_line < 0)))
        near._try(self.duals)
        weeks, times = self.master.has_week & reach.rows, self.master.has_time & reach.times
        near.master.add_columns(Columns(np.flatnonzero(weeks), np.flatnonzero(times)))
        return near

    def reach(self, upper: int) -> Reach:
        """What rosters below ``upper`` can contain."""
        return self._root(upper) if self.tree is None or self.tree.upper != upper else self.tree.reach()

    def _root(self, upper: int) -> Reach:
        """What they can contain as far as the best prices show."""
        reach, pricing = Reach(self.relaxation, upper), self.relaxation.relax(self.duals)
        reach.add(pricing, pricing.bound)
        return reach

    def _widen(self) -> None:
        """Raise the bounds of wider budgets, at lower prices of care. The bound is concave in that price; the other prices stay."""
        self.widen_at *= 2
        for level in self.wider:
            price, last = float(self.duals[-1]), -math.inf
            while (bound := self._at(level, price)) > last and price > LEAST_PRICE:
                price, last = price / 2, bound

    def _at(self, level: Level, price: float) -> float:
        """The bound of a wider budget at another price of care."""
        duals = self.duals.copy()
        duals[-1] = price
        bound = self.relaxation.relax(duals).bound
        level.rise(bound, price)
        return bound - price * level.above

    def _try(self, duals: Floats) -> int:
        """Solve the relaxed problem at some prices and add its weeks; return how many were new."""
        pricing = self.relaxation.relax(duals)
        for level in (self.level, *self.wider):
            level.rise(pricing.bound, float(duals[-1]) if self.relaxation.is_budgeted else 0.0)
        gained, self.stalled = pricing.bound - self.best, self.stalled + 1
        if gained > 0:
            self.best, self.duals = pricing.bound, duals
            if gained > CLOSE:
                self.stalled = 0
            if self.is_least_asked:
                self.least_with = np.fmax(self.least_with, self.relaxation.least_with(pricing))
        return self.master.add_columns(self.relaxation.cheapest(pricing))
