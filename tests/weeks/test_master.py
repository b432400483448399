"""The linear program of two people, worked by hand: what a mixture of weeks costs, which lines it breaks, and the prices."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from ortools.linear_solver import pywraplp

from scheduler.model.lines import Line
from scheduler.weeks.bound import _Level, _Run
from scheduler.weeks.master import Master
from scheduler.weeks.relaxation import Relaxation, WeekColumn
from tests.weeks.test_relaxation import NEVER, forced, line, shared_group

TALK, LATER_TALK, GROUP, NOTHING, ANAS_GROUP = (
    WeekColumn(0, (1,), 4.0, 10.0),
    WeekColumn(0, (2,), 5.0, 16.0),
    WeekColumn(1, (3,), 4.0, 0.0),
    WeekColumn(1, (), 30.0, 30.0),
    WeekColumn(0, (0,), 7.0, 0.0),
)
RUN, BESIDE, CARE = 0, 1, 2


def is_never() -> bool:
    """Time is never up."""
    return False


def master(*columns: WeekColumn, lines: tuple[int, ...] = (), dear: float = 60.0, budget: int | None = None) -> Master:
    """A program of some weeks and lines, solved."""
    found = Master(shared_group(budget=budget), dear)
    assert found.add_columns(columns) == len(columns)
    found.add_lines(lines)
    assert found.solve(20.0)
    return found


class TestMixtures:
    """What is chosen, and what it breaks."""

    def test_a_week_is_added_once(self) -> None:
        """The second time it is there; her talk at another time is another week."""
        found = master(TALK, GROUP)
        assert found.add_columns([TALK, GROUP]) == 0
        assert found.add_columns([TALK, LATER_TALK]) == 1

    def test_lines_that_are_not_in_cost_nothing_and_are_broken(self) -> None:
        """Talk and group: no run for it, and they are beside each other."""
        found = master(TALK, GROUP)
        assert found.value == pytest.approx(8.0)
        assert found.broken() == [RUN, BESIDE]
        assert found.duals().tolist() == [0.0, 0.0]

    def test_a_run_with_two_places_is_half_used(self) -> None:
        """4 + 4 + 25 / 2; a place is worth half a run. A run that is half there is not broken."""
        found = master(TALK, GROUP, lines=(RUN,))
        assert found.value == pytest.approx(20.5)
        assert found.duals().tolist() == pytest.approx([12.5, 0.0])
        assert found.broken() == [BESIDE]

    def test_a_line_that_may_be_broken_at_a_price_is(self) -> None:
        """4 more for talk and group."""
        found = master(TALK, GROUP, lines=(RUN, BESIDE))
        assert found.value == pytest.approx(24.5)
        assert found.duals().tolist() == pytest.approx([12.5, 4.0])
        assert found.broken() == []

    def test_the_better_of_two_weeks_is_chosen(self) -> None:
        """Her talk later does not count beside the group: 5 + 4 + 12.5; weeks added after the lines are in them."""
        found = master(TALK, GROUP, lines=(RUN, BESIDE))
        found.add_columns([LATER_TALK, NOTHING, ANAS_GROUP])
        assert found.solve(20.0)
        assert found.value == pytest.approx(21.5)
        assert found.duals()[RUN] == pytest.approx(12.5)

    def test_weeks_added_after_a_line_are_in_it(self) -> None:
        """Both in the group: one run, 7 + 4 + 25, and 4 for being two beside each other."""
        found = Master(shared_group(), 60.0)
        found.add_lines([RUN, BESIDE])
        found.add_columns([ANAS_GROUP, GROUP])
        assert found.solve(20.0)
        assert found.value == pytest.approx(40.0)

    @pytest.mark.parametrize("is_line_first", [False, True])
    def test_visits_of_one_week_add_up(self, is_line_first: bool) -> None:
        """In the group and beside it: 10, 30 for him without, and 4 for one too many."""
        found = Master(shared_group(), 60.0)
        if is_line_first:
            found.add_lines([BESIDE])
        found.add_columns([WeekColumn(0, (0, 1), 10.0, 0.0), NOTHING])
        if not is_line_first:
            found.add_lines([BESIDE])
        assert found.solve(20.0)
        assert found.value == pytest.approx(44.0)

    def test_what_is_just_kept_is_not_broken(self) -> None:
        """One beside nobody."""
        assert master(TALK, NOTHING).broken() == []

    def test_shares_of_weeks_add_up(self) -> None:
        """Half of Ana's week misses 20, half none; she is in the group in both, in one of them with her talk."""
        found = master(WeekColumn(0, (0,), 4.0, 20.0), WeekColumn(0, (0, 1), 6.0, 0.0), NOTHING, budget=40)
        assert found.value == pytest.approx(35.0)
        assert found.broken() == [RUN, BESIDE]

    def test_a_hard_line_that_cannot_be_kept_has_the_dear_price(self) -> None:
        """Dearer than half a run it is not worth it; cheaper, and the place is taken without a run."""
        found = master(TALK, GROUP, lines=(RUN,), dear=10.0)
        assert found.value == pytest.approx(18.0)
        assert found.duals().tolist() == pytest.approx([10.0, 0.0])

    def test_care_above_the_budget(self) -> None:
        """A budget of 10: talk, nothing (40) and talk, group (10); with 9, the dear price of a minute."""
        assert master(TALK, GROUP, NOTHING, budget=10).value == pytest.approx(8.0)
        found = master(TALK, GROUP, NOTHING, budget=9)
        assert found.value == pytest.approx(8.0 + 60.0)
        assert found.duals().tolist() == pytest.approx([0.0, 0.0, 60.0])

    def test_what_no_roster_avoids_is_in_the_value(self) -> None:
        """6 for a line over nothing, and one step of 3 for another one: 40 is 15 more than 25, half a step."""
        found = Master(forced(line([], -35, tier="preference", cost=3, step=30), line([40], 25, tier="preference", cost=3, step=30)), 60.0)
        found.add_columns([WeekColumn(0, (0,), 0.0, 0.0)])
        assert found.broken() == []
        assert found.solve(20.0)
        assert found.value == pytest.approx(6.0)
        assert found.broken() == [0]
        found.add_lines([0])
        assert found.solve(20.0)
        assert found.value == pytest.approx(6.0 + 1.5)
        assert found.duals().tolist() == pytest.approx([0.1])


ONLY = WeekColumn(0, (0,), 0.0, 0.0)


class TestOne:
    """A single week, in which visit 0 takes place, and a variable of nobody."""

    @pytest.mark.parametrize(
        ("relaxation", "value"),
        [
            (forced(line([-40], -60)), 20 * 60.0),
            (forced(line([2, -1], 0)), 60.0),
            (forced(line([40], 5, tier="care", cost=2), budget=60), 10 * 60.0),
            (forced(line([1, -1], 0), budget=5, care_of_free=7), 60.0 * 2 / 7),
        ],
    )
    def test_what_cannot_be_is_paid_dearly(self, relaxation: Relaxation, value: float) -> None:
        """Nobody has two weeks, nothing is twice true, and care counts wherever it comes from: lines, and variables of nobody."""
        found = Master(relaxation, 60.0)
        found.add_columns([ONLY])
        found.add_lines([0])
        assert found.solve(20.0)
        assert found.value == pytest.approx(value)

    def test_a_variable_of_nobody_breaks_lines_too(self) -> None:
        """True for the first line, not to be true for the second."""
        found = Master(forced(line([1, -1], 0), Line("rule", (), [1], [1], 0)), 60.0)
        found.add_columns([ONLY])
        found.add_lines([0])
        assert found.solve(20.0)
        assert found.broken() == [1]

    @pytest.mark.parametrize(("seconds", "milliseconds"), [(2.5, 2500), (0.0002, 1)])
    def test_time_is_limited(self, seconds: float, milliseconds: int) -> None:
        """At least a thousandth of a second: 0 would be no limit."""
        found, told = Master(forced(), 60.0), list[int]()
        found.solver = SimpleNamespace(set_time_limit=told.append, Solve=lambda _: pywraplp.Solver.FEASIBLE)
        assert not found.solve(seconds)
        assert told == [milliseconds]


class TestRuns:
    """Prices raise the bound to what a mixture costs, and no further."""

    def test_the_bound_is_the_least_mixture_rounded_up(self) -> None:
        """21.5, so 22; the best roster costs 34."""
        told: list[int] = []
        run = _Run(shared_group(), 60.0, told.append)
        assert run.value == 8
        assert run.improve(NEVER, time.monotonic() + 20.0, is_never) >= 2
        assert run.best == pytest.approx(21.5, abs=0.05)
        assert (run.value, told[0], told[-1]) == (22, 8, 22)
        assert run.duals[RUN] == pytest.approx(12.5, abs=0.05)

    def test_it_stops_at_the_best_roster_known(self) -> None:
        """8 needs no prices at all."""
        assert _Run(shared_group(), 60.0, lambda _: None).improve(8, time.monotonic() + 20.0, is_never) == 0

    def test_a_wider_budget_has_a_bound_of_its_own(self) -> None:
        """Each minute more lets go of the price of care, and of no more."""
        level = _Level(lambda _: None, above=4)
        level.rise(30.0, 2.5)
        assert level.value == 20
        level.rise(25.0, 1.0)
        assert level.value == 21
        level.rise(20.0, 0.0)
        assert level.value == 21
