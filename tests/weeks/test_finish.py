"""The exact program of what is within reach, for two people who share a group: see `shared_group` in `test_relaxation`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from scheduler.model.line import Line, Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.rounding import SAFETY
from scheduler.terms import Run, Visit
from scheduler.timegrid import Span
from scheduler.weeks import details as module
from scheduler.weeks import integer_solver
from scheduler.weeks.details import Details
from scheduler.weeks.finish import Finish, exact_program, finish
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Relaxation
from scheduler.weeks.week_program import WeekProgram
from tests.weeks.test_relaxation import LEGAL, shared_group

GROUP, TALK, LATER_TALK, BENS, RUN = range(5)
BEST = 34


def index() -> LineIndex:
    """No lines but the shared ones."""
    visits = [Visit("ana", "talk", None, n, Span(60 * n, 60 * n + 50), "in_person", None) for n in range(4)]
    handles = [*visits, Run("group", Span(0, 60), "in_person", "s1")]
    lines = SimpleNamespace(handles=handles, lines=[], rules=[], case=None, add_later=lambda: None)
    return cast(LineIndex, SimpleNamespace(lines=lines, is_choice=[False] * len(handles), members=[], members_of={}))


@pytest.fixture(autouse=True)
def no_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs one."""
    monkeypatch.setattr(module, "duties_without_breaks", lambda *_: set())


def nothing() -> Details:
    """Nothing that programs have to know."""
    return Details(index())


def reach(relaxation: Relaxation, upper: int, *prices: float) -> Reach:
    """What prices leave."""
    found = Reach(relaxation, upper)
    pricing = relaxation.relax(np.array(prices))
    found.add(pricing, pricing.bound)
    return found


def solve(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
    """To the end."""
    assert gap == 0.0
    return integer_solver.solve(program, seconds, seed, gap)


def finished(upper: int, **more: Any) -> Finish:
    """Without prices, so that everything is within reach that the cost itself allows."""
    return finish(index(), reach(shared_group(**more), upper, *[0.0] * (3 if "budget" in more else 2)), 60.0, solve)


@pytest.mark.parametrize(
    ("upper", "hers", "his", "times"),
    [(8, "", "", ""), (9, "t", "g", "1"), (10, "t", "g", "12"), (12, "gt", "g", "12"), (14, "ngt", "g", "12"), (35, "ngt", "ng", "12")],
)
def test_what_is_within_reach_without_prices(upper: int, hers: str, his: str, times: str) -> None:
    """The cheapest weeks are her talk, 4, and the group for him, 4. Nothing costs 5 or 26 more, her group 3, the later talk 1, a run 25."""
    found = reach(shared_group(), upper, 0.0, 0.0)
    assert found.rows[LEGAL].tolist() == [week in hers for week in "ngt"] + [week in his for week in "ng"]
    assert found.times[:2].tolist() == [time in times for time in "12"]
    assert found.values.ravel().tolist() == [upper > 8, upper > 33]  # without and with the run
    assert found.size == found.rows.sum() + found.times.sum() + found.values[1]


def test_several_prices_leave_more() -> None:
    """What either of two nodes leaves."""
    relaxation = shared_group()
    found, pricing = reach(relaxation, 11, 0.0, 0.0), relaxation.relax(np.zeros(2))
    found.add(pricing, pricing.bound - 100)
    assert found.rows[LEGAL].all()
    assert found.times[:2].all()


def test_prices_that_leave_less_take_nothing_away() -> None:
    """A run is left out in the one node and sure in the other, at which nothing costs more than the cheapest."""
    relaxation, (none, one) = shared_group(), np.array([[0.0], [1.0]])
    found, pricing = Reach(relaxation, 60), relaxation.relax(np.array([20.0, 0.0]))
    found.add(pricing, 0.0, none, none)
    assert (found.values.ravel().tolist(), found.times[:2].all(), found.rows[LEGAL].all()) == ([True, False], True, True)
    found.add(pricing, 59.0, one, one)
    assert (found.values.ravel().tolist(), found.times[:2].all(), found.rows[LEGAL].all()) == ([True, True], True, True)
    assert len(found.limits[1].rows) == 2


def test_a_shared_variable_keeps_the_values_that_pay_or_are_decided() -> None:
    """At a price of 20 for its places a run pays 15, and costs as much to do without; in a node it is what was decided there."""
    relaxation = shared_group()
    pricing = relaxation.relax(np.array([20.0, 0.0]))
    for above, values in ((14, [False, True]), (15, [True, True]), (-1, [False, False])):
        found = Reach(relaxation, 50)
        found.add(pricing, 49.0 - above)
        assert found.values.ravel().tolist() == values
    for decided, values in ((0.0, [True, False]), (1.0, [False, True])):
        found = Reach(relaxation, 50)
        found.add(pricing, 49.0, np.array([decided]), np.array([decided]))
        assert found.values.ravel().tolist() == values


@pytest.mark.parametrize(("share", "is_within"), [(0.5, True), (1.5, False)])
def test_floats_may_be_off_by_a_share_of_the_cost(share: float, is_within: bool) -> None:
    """A bound that much above 9999 may still be 9999."""
    relaxation = shared_group()
    found = Reach(relaxation, 10_000)
    found.add(relaxation.relax(np.zeros(2)), 9999 + share * 10_000 * SAFETY)
    assert bool(found.limits) == is_within


def test_terms_are_counted_of_what_can_be_true() -> None:
    """At 12 no run, so her two talks, her group and his are in the lines, her group twice and his, too."""
    assert reach(shared_group(), 12, 0.0, 0.0).num_terms == 5
    assert reach(shared_group(), 35, 0.0, 0.0).num_terms == 6
    assert reach(shared_group(), 9, 0.0, 0.0).num_terms == 3  # her first talk beside, his place in both


def test_a_run_that_is_sure_takes_place() -> None:
    """Whatever it costs."""
    found = reach(shared_group(), BEST + 10, 0.0, 0.0)
    found.values[0] = False
    program = exact_program(found, nothing())
    assert (list(program.true_by[RUN]), [-1], -1, False) in program.program.rows
    assert finish(index(), found, 60.0, solve).picked == (LATER_TALK, BENS, RUN)
    found.values[:] = [[True], [False]]
    assert RUN not in exact_program(found, nothing()).true_by


def test_the_best_roster_and_what_it_costs() -> None:
    """Her talk and nothing for him, 4 + 30, or her later talk and his group, 5 + 4 + 25."""
    found = finished(BEST + 10)
    assert (found.bound, found.is_best) == (BEST, True)
    assert found.picked in ((TALK,), (LATER_TALK, BENS, RUN))


@pytest.mark.parametrize("upper", [20, BEST])
def test_without_a_better_roster_the_cost_is_proven(upper: int) -> None:
    """No roster costs less."""
    assert finished(upper) == Finish(upper)


def test_a_budget_of_care_is_kept() -> None:
    """Both in the group miss nothing and cost 40, which is too much here."""
    assert finished(41, budget=0).picked == (GROUP, BENS, RUN)
    assert finished(41, budget=0).bound == 40
    assert finished(40, budget=0) == Finish(40)


def test_care_within_a_budget_costs_nothing() -> None:
    """Her first talk misses 10: 4 + 4 + 25, and 4 for the talk beside."""
    assert finished(41, budget=10) == Finish(37, (TALK, BENS, RUN), is_best=True)


@pytest.mark.parametrize(("tier", "best"), [("care", 0), ("preference", BEST)])
def test_the_best_roster_of_a_list_of_weeks_is_the_same(tier: Tier, best: int) -> None:
    """Both in the group miss nothing."""
    relaxation = shared_group(tier)
    prices = [0.0] * len(relaxation.sizes)
    within = reach(relaxation, BEST + 10, *prices)
    found = finish(index(), reach(relaxation.with_only(within.rows, within.times), BEST + 10, *prices), 60.0, solve)
    assert (found.bound, found.is_best) == (best, True)


def test_no_visit_is_free_that_is_out_of_reach() -> None:
    """Only what is no visit may be chosen as lines like that were left out; his place needs hers, which costs too much here."""
    details, line = nothing(), Line("rule", (), [BENS, GROUP, RUN], [2, -1, -1], 0)
    details.duties, vars(details)["_breaks"] = {("cora", "mon")}, SimpleNamespace(of=lambda _: [line])
    within = reach(shared_group(), BEST + 10, 0.0, 0.0)
    within.rows[1] = False
    program = exact_program(within, details)
    assert {BENS, RUN} < program.true_by.keys()
    assert GROUP not in program.true_by
    assert finish(index(), within, 60.0, solve, details).picked == (TALK,)


class Lacking(Details):
    """Lacks something until the third program, whose run costs 10 more each time."""

    programs = 0

    def add_to(self, program: WeekProgram, reach: Reach) -> None:
        self.programs += 1
        program.program.costs[program.true_by[RUN][0]] += 10 * self.programs

    def learn(self, program: WeekProgram, values: Sequence[int]) -> bool:
        return self.programs < 3


def test_what_a_solution_lacks_is_added_until_nothing_is_new() -> None:
    """Dearer each time: 34, 44 and 54, or his group left out, which costs 34."""
    details = Lacking(index())
    assert finish(index(), reach(shared_group(), BEST + 30, 0.0, 0.0), 60.0, solve, details).picked == (TALK,)
    assert details.programs == 3


def test_the_bound_of_an_earlier_program_holds() -> None:
    """The second one has no time: its solution is not known, and its bound is lower."""
    answers = iter([IntegerSolution((1,) * 99, 40.0), IntegerSolution((), 12.0)])
    details = Lacking(index())
    details.learn = lambda *_: True  # type: ignore[method-assign]  # whatever the solution is
    assert finish(index(), reach(shared_group(), 60, 0.0, 0.0), 1.0, lambda *_: next(answers), details) == Finish(40)


def test_a_constant_is_part_of_the_cost() -> None:
    """5 more for everybody."""
    relaxation = shared_group()
    relaxation.constant = 5
    found = finish(index(), reach(relaxation, BEST + 6, 0.0, 0.0), 60.0, solve)
    assert (found.bound, found.is_best) == (BEST + 5, True)
    assert finish(index(), reach(relaxation, BEST + 5, 0.0, 0.0), 60.0, solve) == Finish(BEST + 5)


@pytest.mark.parametrize(("bound", "proven"), [(-math.inf, 0), (-3.0, 0), (12.3, 13), (99.0, 60), (math.inf, 60)])
def test_a_program_without_a_solution_proves_its_bound(bound: float, proven: int) -> None:
    """Rounded up, but no more than was asked."""
    within = reach(shared_group(), 60, 0.0, 0.0)
    assert finish(index(), within, 1.0, lambda *_: IntegerSolution((), bound)) == Finish(proven)


@pytest.mark.parametrize(("bound", "proven", "is_best"), [(22.0, 31, False), (24.0, 33, False), (24.5, 34, True), (25.0, 34, True)])
def test_a_solution_is_the_best_if_the_bound_reaches_it(bound: float, proven: int, is_best: bool) -> None:
    """A run for nobody costs 25 and the constant."""
    within = reach(shared_group(), 60, 0.0, 0.0)
    within.relaxation.constant = 9
    program = exact_program(within, nothing())
    (run,) = program.true_by[RUN]
    values = tuple(int(n == run) for n in range(len(program.program.costs)))
    found = finish(index(), within, 1.0, lambda *_: IntegerSolution(values, bound))
    assert found == Finish(proven, (RUN,), is_best)
