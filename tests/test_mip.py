"""An unrelated solver, HiGHS, reads the compiled lines and comes to the same result."""

from __future__ import annotations

import math

import pytest
from ortools.linear_solver.python import model_builder

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.generate import generate
from scheduler.instance import Instance
from scheduler.model.line import Tier
from scheduler.model.lines import Lines
from scheduler.rules import RULES
from tests.solving import solved
from tests.tiny import WEEKS, drawn

pytestmark = pytest.mark.unmeasured

SECONDS = 20.0


class Mip:
    """The lines of a case as a mixed-integer program."""

    def __init__(self, instance: Instance) -> None:
        case = Case(instance)
        rules = [rule for rule in RULES if rule.applies_to(case)]
        self.lines = Lines(case, enumerate_candidates(case, rules), rules)
        self.model = model_builder.Model()
        self.variables = [self.model.new_bool_var(f"x{n}") for n in range(len(self.lines.handles))]
        self.costs: dict[Tier, list[tuple[object, int]]] = {"care": [], "preference": []}
        for line in self.lines.lines:
            terms = zip([self.variables[n] for n in line.variables], line.coefficients, strict=True)
            left = sum(c * v for v, c in terms)
            if line.tier != "hard":
                steps = self.model.new_int_var(0, 10**6, "")
                self.costs[line.tier].append((steps, line.cost))
                left = left - line.step * steps
            self.model.add(left <= line.bound)
        for tier, prices in self.lines.unit_costs.items():
            self.costs[tier] += [(self.variables[n], price) for n, price in prices.items()]

    def cost(self, tier: Tier) -> object:
        """The cost of a tier as an expression."""
        return sum(price * variable for variable, price in self.costs[tier])

    def least(self, tier: Tier) -> tuple[int | None, float]:
        """The least cost of a tier (None: none found in time) and the proven bound."""
        self.model.minimize(self.cost(tier))
        solver = model_builder.Solver("HIGHS")
        solver.set_time_limit_in_seconds(SECONDS)
        status = solver.solve(self.model)
        if status not in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE):
            return None, -math.inf
        return round(solver.objective_value), solver.best_objective_bound

    def hold(self, tier: Tier, most: int) -> None:
        """Keep the cost of a tier."""
        if self.costs[tier]:
            self.model.add(self.cost(tier) <= most)


def compare(instance: Instance) -> None:
    """Care first, then preferences with the care that was found: objectives and bounds of both solvers fit together."""
    result = solved(instance)
    mip = Mip(instance)
    for tier, mine in (("care", result.care), ("preference", result.preference)):
        assert mine is not None
        theirs, bound = mip.least(tier)
        assert bound <= mine.objective + 1e-6, f"{tier}: HiGHS proves {bound}, the roster costs {mine.objective}"
        if theirs is not None:
            assert mine.bound <= theirs, f"{tier}: {mine.bound} is said to be proven, HiGHS found {theirs}"
        if mine.is_proven and theirs is not None and bound > theirs - 1 + 1e-6:
            assert mine.objective == theirs
        mip.hold(tier, mine.objective)


@pytest.mark.parametrize("week", WEEKS)
def test_tiny_weeks_agree(week: str) -> None:
    """The weeks that exercise every rule."""
    compare(WEEKS[week]())


@pytest.mark.parametrize("seed", [1, 10, 17])
def test_drawn_weeks_agree(seed: int) -> None:
    """Weeks with far too many rosters for brute force."""
    compare(drawn(seed))


@pytest.mark.proof
@pytest.mark.parametrize("seed", [1, 2])
def test_generated_weeks_agree(seed: int) -> None:
    """Eight participants of a generated program."""
    compare(generate(8, seed=seed))
