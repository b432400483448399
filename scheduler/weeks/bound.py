"""The bounds of both tiers from everyone's weeks, and the visits that a better roster can still contain.

Every value returned holds for every legal roster: the tables contain every possible week (or relax it), and the shared lines are
priced. Stopping early leaves a weaker bound, never a wrong one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line_index import LineIndex
from scheduler.model.rounding import SAFETY, rounded_up
from scheduler.terms import Visit
from scheduler.weeks.master import Master
from scheduler.weeks.ownership import split
from scheduler.weeks.relaxation import Floats, Relaxation
from scheduler.weeks.restricted_master import MasterSolution, solve_restricted_master
from scheduler.weeks.table import TableBuilder, TooManyWeeksError
from scheduler.weeks.week_pool import WeekPool, join

MOST_WEEKS = 1_000_000
"""Maximum number of weeks in a participant's table; participants with more are relaxed to visits and lines without a table."""
SMOOTHING = 0.5
"""Smoothing: the weight of the best prices known."""
DEAR = {"care": 2000.0, "preference": 60.0}
"""Price at which the linear program may break a hard line, which keeps prices small while weeks are missing."""
CLOSE = 0.002
"""Relative gap between bound and linear program at which to stop."""
PATIENCE = 8
"""Rounds without a better bound, while it is close to the linear program, before stopping."""
FEW = 0.03
"""Share of the program's lines of which so many may be missing then."""
FIRST_WIDENING = 10
"""Rounds before the bounds of wider budgets are raised; doubled each time."""
LEAST_PRICE = 1e-4
"""Price of care below which it counts as zero."""

Report = Callable[[int], None]
IsOver = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Wider:
    """A larger care budget than the requested one, and the callback for its bound."""

    care_budget: int
    report: Report


class WeekBound:
    """Bounds of one case.

    Attributes:
        rounds: Linear programs solved so far.
        weeks: The tables, built by the first call.
    """

    def __init__(self, index: LineIndex, most_weeks: int = MOST_WEEKS) -> None:
        self.index, self.most_weeks = index, most_weeks
        self.rounds = 0
        self.weeks: WeekPool | None = None
        self.least_care = 0
        self.care_above: Floats | None = None
        self.least_with: Floats | None = None
        self._last: _Run | None = None

    def build(self) -> None:
        """Build the tables now, before the first question."""
        self._build(lambda: False)

    # --- tiers --------------------------------------------------------------------------------------------------------------

    def care(self, upper: int, seconds: float, is_over: IsOver, report: Report = lambda _: None) -> int:
        """A lower bound of the care cost of every roster.

        Args:
            upper: Care cost of the best known roster; the work ends when the bound reaches it.
        """
        ends = time.monotonic() + seconds
        if not self._build(lambda: is_over() or time.monotonic() > ends):
            return 0
        assert self.weeks is not None
        run = _Run(Relaxation(self.index.lines, self.ownership, self.weeks, "care"), DEAR["care"], report)
        self.rounds += run.improve(upper, ends, is_over)
        self.least_care = max(self.least_care, run.value)
        pricing = run.relaxation.relax(run.duals)
        self.care_above = pricing.costs - np.repeat(pricing.least, np.diff(self.weeks.first)) + pricing.bound
        return self.least_care

    def preference(
        self, care_budget: int, upper: int, seconds: float, is_over: IsOver, report: Report = lambda _: None, wider: Wider | None = None
    ) -> int:
        """A lower bound of the preference cost of every roster whose care cost is at most the budget.

        Args:
            upper: Preference cost of the best such roster; the work ends when the bound reaches it.
            wider: A larger budget, and the callback for the bound that the same prices give for it.
        """
        ends = time.monotonic() + seconds
        self.least_with = self._last = None
        if not self._build(lambda: is_over() or time.monotonic() > ends):
            return 0
        most = care_budget if wider is None else max(wider.care_budget, care_budget)
        relaxation = Relaxation(self.index.lines, self.ownership, self._affordable(most), "preference", care_budget)
        run = _Run(relaxation, DEAR["preference"], report, () if wider is None else (_Level(wider.report, most - care_budget),))
        self.rounds += run.improve(upper, ends, is_over)
        self.least_with, self._last = run.least_with, run
        return run.value

    def solve_restricted_master(self, seconds: float, seed: int = 1) -> MasterSolution | None:
        """A proposal for a whole roster at the prices of the last preference bound; None if there is no such bound."""
        return None if self._last is None else solve_restricted_master(self._last.relaxation, self._last.duals, seconds, seed)

    def survivors(self, upper: int) -> set[int] | None:
        """Numbers of the visits, and of shared variables, that can be true in a roster within the care budget below ``upper``.

        A variable is left out if every roster with it costs ``upper`` or more at the prices of the last preference bound. None if there
        is no such bound.
        """
        if self.least_with is None:
            return None
        out = set(np.flatnonzero(self.least_with[:-1] > upper - 1 + SAFETY * (1 + upper)).tolist())
        handles = self.index.lines.handles
        no_week = {n for n, h in enumerate(handles) if isinstance(h, Visit)} - set(
            np.flatnonzero(self.least_with[:-1] > -math.inf).tolist()
        )
        return set(range(len(handles))) - out - no_week

    # --- weeks --------------------------------------------------------------------------------------------------------------

    def _build(self, is_over: IsOver) -> bool:
        """Build the tables once; False if interrupted."""
        if self.weeks is not None:
            return True
        ownership, tables = split(self.index), []
        loose: list[str] = []
        for participant in self.index.lines.candidates.visits:
            if is_over():
                return False
            try:
                tables.append(TableBuilder(self.index, participant, ownership.own[participant], self.most_weeks).build())
            except TooManyWeeksError:
                loose.append(participant)
        self.ownership = split(self.index, loose) if loose else ownership
        self.weeks = join(tables, len(self.index.lines.handles))
        return True

    def _affordable(self, care_budget: int) -> WeekPool:
        """The weeks that fit the care budget if everyone else's cost is minimal; everyone keeps at least one."""
        assert self.weeks is not None
        weeks = self.weeks
        if self.care_above is None:
            alone = weeks.least_care()
            above: NDArray[np.floating[Any]] = weeks.care + float(alone.sum()) - np.repeat(alone, np.diff(weeks.first))
        else:
            above = self.care_above
        least = np.minimum.reduceat(above, weeks.first[:-1]) if len(above) else above
        return weeks.select(above <= np.maximum(care_budget + 0.5, np.repeat(least, np.diff(weeks.first))))


@dataclass(slots=True)
class _Level:
    """A rising bound for a budget above the relaxation's, from the bound minus the price of the difference."""

    report: Report
    above: int = 0
    value: int = 0

    def rise(self, bound: float, price: float) -> None:
        """Update it with a bound for the relaxation's own budget, found at a price of care."""
        if (value := rounded_up(bound - price * self.above)) > self.value:
            self.value = value
            self.report(value)


class _Run:
    """Column generation on one relaxation.

    Attributes:
        prices: The prices of the best bound.
        least_with: By variable, the best proven bound of rosters with it; minus infinity if none is known.
    """

    def __init__(self, relaxation: Relaxation, dear: float, report: Report, wider: tuple[_Level, ...] = ()) -> None:
        self.relaxation, self.level, self.wider = relaxation, _Level(report), wider
        self.master = Master(relaxation, dear)
        self.duals = np.zeros(len(relaxation.sizes))
        self.best, self.stalled, self.widen_at = -math.inf, 0, FIRST_WIDENING
        self.least_with = np.full(relaxation.size + 1, -math.inf)
        self._try(self.duals)

    @property
    def value(self) -> int:
        """The bound so far."""
        return self.level.value

    def improve(self, upper: int, ends: float, is_over: IsOver) -> int:
        """Raise the bound until it cannot rise, reaches ``upper`` or time is up; return the number of rounds."""
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
            if self.relaxation.is_budgeted and len(broken) <= FEW * self.master.num_lines and is_level and self.stalled > PATIENCE:
                break
            if rounds >= self.widen_at:
                self._widen()
        self._widen()
        return rounds

    def _widen(self) -> None:
        """Raise the bounds of wider budgets, at lower prices of care. The bound is concave in that price; the other prices stay."""
        self.widen_at *= 2
        for level in self.wider:
            price, last = float(self.duals[-1]), -math.inf
            while (bound := self._at(level, price)) > last and price > LEAST_PRICE:
                price, last = price / 2, bound

    def _at(self, level: _Level, price: float) -> float:
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
            self.least_with = np.fmax(self.least_with, self.relaxation.least_with(pricing))
        return self.master.add_columns(self.relaxation.cheapest(pricing))
