"""The bounds of both tiers from everyone's weeks, and the visits that a better roster can still contain.

Every value returned holds for every legal roster: the tables contain every possible week (or relax it), and the shared lines are
priced. Stopping early leaves a weaker bound, never a wrong one.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass

import numpy as np

from scheduler.model.line import Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.rounding import SAFETY
from scheduler.terms import Visit
from scheduler.weeks.column_generation import ColumnGeneration, IsOver, Level, Report
from scheduler.weeks.cuts import cuts
from scheduler.weeks.details import Details
from scheduler.weeks.finish import MOST_SIZE, MOST_TERMS, Finish, finish
from scheduler.weeks.group_sets import TooManyWeeksError
from scheduler.weeks.integer_program import Solver, solve_apart
from scheduler.weeks.ownership import split
from scheduler.weeks.relaxation import Floats, Relaxation
from scheduler.weeks.table import TableBuilder
from scheduler.weeks.week_pool import WeekPool

MOST_WEEKS = 50_000_000
"""Maximum number of weeks in a participant's table; participants with more are relaxed to visits and lines without a table."""
DEAR = {"care": 2000.0, "preference": 60.0}
"""Price at which the linear program may break a hard line, which keeps prices small while weeks are missing."""

CARE_PRICE = 20.0
"""What a minute of care is worth in preferences where both are one cost."""
BOTH_SHARE = 0.5
"""Maximum share of the time for the care bound in which both are one cost."""


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
        """Take the lines of a case; tables know the days of their participants, so the lines need not have any.

        Args:
            most_weeks: Maximum number of weeks in a participant's table.
        """
        self.index, self.most_weeks = index, most_weeks
        self.rounds = 0
        self.weeks: WeekPool | None = None
        self.least_care = 0
        self.least_with: Floats | None = None
        self._details = Details(index)
        self._runs: dict[Tier, ColumnGeneration] = {}
        self._budgets: tuple[int, int | None] | None = None  # of the last preference bound: the care budget, and the wider one
        self._last: ColumnGeneration | None = None  # of both tiers together: the next one begins with what it knows

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
        before, unit = self._runs.get("care"), 1.0
        if before is None:
            before = self._last = self._both(time.monotonic() + BOTH_SHARE * (ends - time.monotonic()), is_over)
            unit = CARE_PRICE
        run = ColumnGeneration(Relaxation(self.index.lines, self.ownership, self.weeks, "care"), DEAR["care"], report)
        run.begin_with(before, unit)
        self.rounds += run.improve(upper, ends, is_over)
        self._runs["care"] = run
        self.least_care = max(self.least_care, run.value)
        return self.least_care

    def _both(self, ends: float, is_over: IsOver) -> ColumnGeneration:
        """Both tiers as one cost: care alone leaves many prices open, and with these both bounds are nearly reached at once."""
        assert self.weeks is not None
        relaxation = Relaxation(self.index.lines, self.ownership, self.weeks, "preference", care_budget=0)
        run = ColumnGeneration(relaxation, CARE_PRICE * DEAR["care"], lambda _: None, care_price=CARE_PRICE)
        # A bound that is close has good prices, and the bounds of both tiers go on from there.
        self.rounds += run.improve(sys.maxsize, ends, is_over, patience=-1)
        return run

    def preference(
        self, care_budget: int, upper: int, seconds: float, is_over: IsOver, report: Report = lambda _: None, wider: Wider | None = None
    ) -> int:
        """A lower bound of the preference cost of every roster whose care cost is at most the budget.

        Asked again for the same budgets, it goes on from what was proven and decided.

        Args:
            upper: Preference cost of the best such roster; the work ends when the bound reaches it.
            wider: A larger budget, and the callback for the bound that the same prices give for it.
        """
        ends = time.monotonic() + seconds
        if not self._build(lambda: is_over() or time.monotonic() > ends):
            return 0
        most = care_budget if wider is None else max(wider.care_budget, care_budget)
        levels = () if wider is None else (Level(wider.report, most - care_budget),)
        budgets = care_budget, None if wider is None else wider.care_budget
        if self._budgets == budgets:
            run = self._runs["preference"]
            run.report_to(report, levels)
        else:
            run, self._budgets = self._preference_run(care_budget, most, report, levels), budgets
        if run.tree is None:  # what has been decided is beyond what prices can show
            self.rounds += run.improve(upper, ends, is_over)
        self.least_with, self._runs["preference"], self._last = run.least_with, run, run
        return run.value

    def _preference_run(self, care_budget: int, most: int, report: Report, levels: tuple[Level, ...]) -> ColumnGeneration:
        """A new relaxation within a care budget, which begins with what the last one knows."""
        if self._last is None:
            relaxation = Relaxation(self.index.lines, self.ownership, self._affordable(most), "preference", care_budget)
        else:
            relaxation = self._last.relaxation.within(care_budget, self._affordable(most))
        run = ColumnGeneration(relaxation, DEAR["preference"], report, levels)
        if self._last is not None:
            run.begin_with(self._last, 1.0)
        return run

    def branch(self, upper: int, seconds: float, is_over: IsOver, tier: Tier = "preference") -> int:
        """Raise the last bound of a tier by deciding what people share; it is reported as it rises.

        Args:
            upper: Cost of the best roster; for preferences, of the best one within the budget of that bound.
        """
        if (run := self._runs.get(tier)) is None:
            return 0
        run.branch(self.index.lines.handles, upper, time.monotonic() + seconds, is_over)
        if tier == "care":
            self.least_care = max(self.least_care, run.value)
        else:
            self.least_with = run.least_with
        return run.value

    def is_near(self, upper: int, tier: Tier, most: int = MOST_SIZE) -> bool:
        """Whether the last bound of a tier leaves little enough for an exact program of the rosters below ``upper``.

        Args:
            most: The largest number of weeks, times and shared variables.
        """
        if (run := self._runs.get(tier)) is None:
            return False
        reach = run.reach(upper)
        return reach.size <= most and reach.num_terms <= MOST_TERMS

    def finish(self, upper: int, seconds: float, tier: Tier = "preference", solve: Solver = solve_apart) -> Finish:
        """The best roster below ``upper``, or the proof that there is none, after a bound of that tier."""
        run = self._runs[tier]
        result = finish(self.index, run.reach(upper), seconds, solve, self._details)
        run.level.rise(result.bound, 0.0)
        if tier == "care":
            self.least_care = max(self.least_care, run.value)
        return result

    @property
    def prices(self) -> ColumnGeneration | None:
        """The last prices of both tiers together, with their linear program; None before the first bound."""
        return self._last

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
        lines = self.index.lines
        lines.add(cuts(lines.case, lines.candidates, [rule.id for rule in lines.rules]))
        ownership, tables = split(self.index), []
        loose: list[str] = []
        for participant in lines.candidates.visits:
            if is_over():
                return False
            try:
                tables.append(TableBuilder(self.index, participant, ownership.own[participant], self.most_weeks).build())
            except TooManyWeeksError:
                loose.append(participant)
        if loose:
            lines.complete()
            ownership = split(self.index, loose)
        self.ownership = ownership
        self.weeks = WeekPool(tables, len(lines.handles))
        return True

    def _affordable(self, care_budget: int) -> WeekPool:
        """The weeks that fit the care budget if everyone else's cost is minimal; everyone keeps at least one."""
        assert self.weeks is not None
        if (run := self._runs.get("care")) is None:
            relaxation = Relaxation(self.index.lines, self.ownership, self.weeks, "care")
            pricing = relaxation.relax(np.zeros(len(relaxation.sizes)))
        else:
            relaxation, pricing = run.relaxation, run.relaxation.relax(run.duals)
        return relaxation.limited(pricing, care_budget + 0.5 - pricing.bound)
