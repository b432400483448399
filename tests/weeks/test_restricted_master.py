"""Proposals for two people who share a group: see `shared_group` in `test_relaxation`."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.model.lines import Lines
from scheduler.weeks import integer_solver
from scheduler.weeks import restricted_master as module
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.relaxation import Relaxation
from scheduler.weeks.restricted_master import MasterSolution, solve_restricted_master
from scheduler.weeks.week_pool import join
from tests.weeks.made import set_costs
from tests.weeks.test_relaxation import LEGAL, forced, line, shared_group
from tests.weeks.test_week_pool import PADDING, tables

ANAS_NOTHING, ANAS_GROUP, ANAS_TALK, BENS_NOTHING, BENS_GROUP = LEGAL
SECONDS = 20.0
GROUP, TALK, LATER_TALK, BENS, RUN = range(5)


def proposed(found: Relaxation, *prices: float) -> tuple[int, ...]:
    """What is picked at some prices."""
    return solve_restricted_master(found, np.array(prices), SECONDS, 1, integer_solver.solve).picked


def shared(nothing: int = 30, more: tuple[Line, ...] = (), **asked: Any) -> Relaxation:
    """Two people, where Ben without the group costs so much; with more lines."""
    found = shared_group(**asked)
    set_costs(found.weeks, {BENS_NOTHING: nothing})
    lines = cast(Lines, SimpleNamespace(handles=[None] * 5, unit_costs={"care": {2: 6}, "preference": {1: 3, 4: 25}}))
    return Relaxation(lines, Ownership({}, [*found.shared, *more], [RUN]), found.weeks, "preference", asked.get("budget"))


class TestPicked:
    """The best roster of the weeks at hand, shared lines and all."""

    @pytest.mark.parametrize(("nothing", "picked"), [(29, (TALK,)), (31, (LATER_TALK, BENS, RUN)), (61, (LATER_TALK, BENS, RUN))])
    def test_the_best_roster(self, nothing: int, picked: tuple[int, ...]) -> None:
        """Her talk at once and nothing for him, 4 + 29; or her talk later with a wait, 5, the group for him, 4, and its run, 25."""
        assert proposed(shared(nothing), 0.0, 0.0) == picked

    def test_a_talk_is_near_its_cheapest_time(self) -> None:
        """One dearer it may be later; with a wait of 5 it is at once, and 4 is paid for being beside the group."""
        found = shared(61)
        found.waits[1] = 5
        assert proposed(found, 0.0, 0.0) == (TALK, BENS, RUN)

    def test_what_is_near_is_near_at_the_prices(self) -> None:
        """At 3 for being beside the group her first talk is 2 dearer than the second one."""
        assert proposed(shared(28), 0.0, 3.0) == (LATER_TALK,)

    def test_costs_are_compared_to_the_hundredth(self) -> None:
        """34 by itself, or a little less."""
        for less, picked in ((-0.3, (TALK,)), (0.3, (LATER_TALK, BENS, RUN))):
            found = shared()
            set_costs(found.weeks, {BENS_NOTHING: 30 + less})
            assert proposed(found, 0.0, 0.0) == picked

    def test_a_place_has_a_cost_of_its_own(self) -> None:
        """5 for his, which is then no longer worth it."""
        found = shared(31)
        found.unit[BENS] = 5
        assert proposed(found, 0.0, 0.0) == (TALK,)

    def test_everybody_has_times_of_their_own(self) -> None:
        """Her talk at 1 + 0, his group and second talk at 4 + 0: see `test_week_pool`."""
        lines = cast(Lines, SimpleNamespace(handles=[None] * PADDING, unit_costs={"care": {}, "preference": {}}))
        assert proposed(Relaxation(lines, Ownership({}, [], []), join(tables(), PADDING), "preference")) == (1, 3, 6)

    def test_a_run_has_two_places(self) -> None:
        """Her talk is dear, no week is dearer: both in the group, 7 + 4 + 25 + 4. With one place a run she stays at home."""
        found = shared(61)
        set_costs(found.weeks, {ANAS_NOTHING: 50, ANAS_GROUP: 7, ANAS_TALK: 90})
        assert proposed(found, 0.0, 0.0) == (GROUP, BENS, RUN)
        found.terms.coefficients[2] = -1
        assert proposed(found, 0.0, 0.0) == (BENS, RUN)

    def test_everybody_has_one_week(self) -> None:
        """Weeks that cost less than nothing are not added up."""
        found = shared(61)
        set_costs(found.weeks, {ANAS_NOTHING: -50, ANAS_GROUP: -40, ANAS_TALK: -10})
        assert proposed(found, 0.0, 0.0) == (BENS, RUN)


class TestCare:
    """Within a budget a minute costs three times its price."""

    @pytest.mark.parametrize(("price", "picked"), [(0.0, (TALK,)), (0.29, (TALK,)), (0.31, (GROUP, BENS, RUN))])
    def test_of_weeks(self, price: float, picked: tuple[int, ...]) -> None:
        """Her talk costs 4 and misses 10, his nothing misses 30: 40 minutes or 40, what both in the group cost."""
        assert proposed(shared(0, budget=50), 0.0, 0.0, price) == picked

    @pytest.mark.parametrize(("price", "picked"), [(0.4, (0, 1)), (0.5, (0,))])
    def test_of_what_is_no_visit(self, price: float, picked: tuple[int, ...]) -> None:
        """7 minutes, or 10 for doing without."""
        found = forced(line([1, -1], 0, tier="preference", cost=10), budget=5, care_of_free=7)
        assert proposed(found, 0.0, price) == picked

    @pytest.mark.parametrize(("price", "picked"), [(0.2, (0,)), (0.25, (0, 1))])
    def test_of_lines(self, price: float, picked: tuple[int, ...]) -> None:
        """35 minutes at 2 each, or 50 for doing something about it."""
        found = forced(line([40, -40], 5, tier="care", cost=2), budget=60)
        found.unit[1] = 50
        assert proposed(found, 0.0, price) == picked

    def test_without_a_budget_it_costs_nothing(self) -> None:
        """7 minutes for nothing."""
        assert proposed(forced(line([1, -1], 0, tier="preference", cost=1), care_of_free=7), 0.0) == (0, 1)


class TestLines:
    """What is shared is kept, or paid for in started steps."""

    @pytest.mark.parametrize(("cost", "picked"), [(5.5, (0, 1)), (6.5, (0,))])
    @pytest.mark.parametrize("made", [([0, 1], [40, -40]), ([0, 1, 0], [20, -40, 20]), ([0, 1, 0, 1], [40, -40, 25, -25])])
    def test_a_started_step_is_a_step(self, made: tuple[list[int], list[int]], cost: float, picked: tuple[int, ...]) -> None:
        """40 (or 65) is two steps of 30 above 5, at 3 each; what is there twice counts twice."""
        found = forced(Line("rule", (), *made, 5, "preference", 3, 30))
        found.unit[1] = cost
        assert proposed(found, 0.0) == picked

    @pytest.mark.parametrize("most", [35, 36, 65])
    def test_a_line_is_exceeded_as_far_as_it_can_be(self, most: int) -> None:
        """By one step or two."""
        assert proposed(forced(line([most], 5, tier="preference", cost=3, step=30)), 0.0) == (0,)

    def test_a_line_just_exceeded(self) -> None:
        """By 1, at 3, or 2 for doing something about it."""
        for cost, picked in ((2.0, (0, 1)), (4.0, (0,))):
            found = forced(line([1, -1], 0, tier="preference", cost=3))
            found.unit[1] = cost
            assert proposed(found, 0.0) == picked

    def test_lines_of_both_tiers_have_prices_of_their_own(self) -> None:
        """The hard one has none; 10 for the third: doing something about it costs 4."""
        hard, free, dear = line([1], 5), line([1, -1], 0, tier="care", cost=99), line([1, -1], 0, tier="preference", cost=10)
        found = forced(hard, free, dear, budget=60)
        found.unit[1] = 4
        assert proposed(found, 0.0, 0.0, 0.0, 0.0) == (0, 1)


class TestWeeks:
    """Which weeks the model chooses from."""

    @pytest.mark.parametrize(("each", "picked"), [(1, (LATER_TALK, BENS, RUN)), (2, (LATER_TALK, BENS, RUN)), (3, (TALK,))])
    def test_so_many_on_average(self, monkeypatch: pytest.MonkeyPatch, each: int, picked: tuple[int, ...]) -> None:
        """His week without the group is 25 above the one with it, the last of five to be looked at."""
        monkeypatch.setattr(module, "WEEKS_EACH", (each,))
        assert proposed(shared(29), 0.0, 0.0) == picked

    @pytest.mark.parametrize(("each", "is_there"), [(1, False), (2, True)])
    def test_at_most_twice_as_many(self, monkeypatch: pytest.MonkeyPatch, each: int, is_there: bool) -> None:
        """All cost the same, and his place in the group, the fifth week, is worth 200."""
        monkeypatch.setattr(module, "WEEKS_EACH", (each,))
        found = shared(0, (Line("rule", (), [BENS], [-1], -1, "preference", 200),))
        set_costs(found.weeks, dict(zip(LEGAL, (0, 0, -3, 0, 0), strict=True)))
        assert (BENS in proposed(found, 0.0, 0.0, 0.0)) is is_there

    def test_the_nearest_to_everybodys_best_come_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Her place in the group is 3 above, or only one half; it would be worth 200, but two weeks are nearer, although his are dear."""
        monkeypatch.setattr(module, "WEEKS_EACH", (1,))
        for above in (3.0, 0.5):
            found = shared(34, (Line("rule", (), [GROUP], [-1], -1, "preference", 200),))
            set_costs(found.weeks, {ANAS_GROUP: 4 + above, BENS_GROUP: 24})
            assert GROUP not in proposed(found, 0.0, 0.0, 0.0)

    def test_more_weeks_are_looked_at_where_there_is_no_roster(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """He may not be in the group, and his other week comes with the second number."""
        monkeypatch.setattr(module, "WEEKS_EACH", (1, 3))
        assert proposed(shared(31, (Line("rule", (), [BENS], [1], 0),)), 0.0, 0.0, 0.0) == (TALK,)

    def test_where_there_is_no_roster_there_is_no_proposal(self) -> None:
        """He may be neither in the group nor out of it; what is promising is told all the same."""
        neither = Line("rule", (), [BENS], [1], 0), Line("rule", (), [BENS, RUN], [-1, 0], -1)
        assert solve_restricted_master(shared(31, neither), np.zeros(4), SECONDS, 1, integer_solver.solve) == MasterSolution(
            (), (0, 1, 2, 3)
        )


def test_without_tables_what_is_shared_is_decided() -> None:
    """1 <= variable 1."""
    lines = cast(Lines, SimpleNamespace(handles=[None, None], unit_costs={"care": {}, "preference": {1: 7}}))
    shared = [Line("rule", (), [1], [-1], -1)]
    found = Relaxation(lines, Ownership({}, shared, [1]), join([], 2), "preference")
    assert proposed(found, 0.0) in ((1,), ())


def test_nothing_is_proposed_for_nobody() -> None:
    """No weeks, no lines."""
    lines = cast(Lines, SimpleNamespace(handles=[], unit_costs={"care": {}, "preference": {}}))
    found = Relaxation(lines, Ownership({}, [], []), join([], 0), "preference")
    assert solve_restricted_master(found, np.zeros(0), SECONDS, 1, integer_solver.solve) == MasterSolution((), ())


@pytest.mark.parametrize(
    ("prices", "promising"), [((0.0, 0.0), (0, 1, 2, 3)), ((10.0, 2.0), (1, 2, 3)), ((20.0, 2.0), (1, 2, 3)), ((0.0, 1.5), (1, 2, 3))]
)
def test_visits_close_to_the_best_are_promising(prices: tuple[float, float], promising: tuple[int, ...]) -> None:
    """Up to 3 above; a run is no visit."""
    assert solve_restricted_master(shared_group(), np.array(prices), SECONDS, 1, integer_solver.solve).promising == promising


def test_what_is_in_no_week_is_not_promising() -> None:
    """His place."""
    found = shared_group(bens=(4,))
    assert solve_restricted_master(found, np.zeros(2), SECONDS, 1, integer_solver.solve).promising == (0, 1, 2)


@pytest.mark.parametrize(("seconds", "least"), [(50.0, 25.0), (-1.0, 0.0)])
def test_it_is_solved_within_the_time(seconds: float, least: float) -> None:
    """Once for each number of weeks, with the seed that is given, as far as it is worth it."""
    calls: list[tuple[float, int, float]] = []

    def find_nothing(program: IntegerProgram, left: float, seed: int, gap: float) -> IntegerSolution:
        calls.append((left, seed, gap))
        return IntegerSolution((), -math.inf)

    assert solve_restricted_master(shared_group(), np.zeros(2), seconds, 7, find_nothing) == MasterSolution((), (0, 1, 2, 3))
    assert [asked for _, *asked in calls] == [[7, module.WORTH_IT]] * len(module.WEEKS_EACH)
    assert all(least <= left <= max(0.0, seconds) for left, _, _ in calls)
