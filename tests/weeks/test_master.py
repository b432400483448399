"""The linear program of two people, worked by hand: what a mixture of weeks costs, which lines it breaks, and the prices."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.weeks.column_generation import ColumnGeneration, Level
from scheduler.weeks.linear_program import Terms
from scheduler.weeks.master import Index, Master
from scheduler.weeks.relaxation import Columns, Relaxation
from tests.weeks.made import set_costs
from tests.weeks.test_relaxation import NEVER, forced, line, shared_group

ANAS_NOTHING, ANAS_GROUP, TALKS, BOTH, NOTHING, GROUP = range(6)
AT_ONCE, LATER = range(2)
RUN, BESIDE, CARE = range(3)


def is_never() -> bool:
    """Time is never up."""
    return False


def columns(*rows: int, times: tuple[int, ...] = ()) -> Columns:
    """Some weeks, and times of Ana's talk."""
    return Columns(np.array(rows, dtype=np.int64), np.array(times, dtype=np.int64))


def add_lines(found: Master, *lines: int) -> None:
    """Add shared lines."""
    found.add_lines(np.array(lines, dtype=np.int64))


def master(*rows: int, times: tuple[int, ...] = (), lines: tuple[int, ...] = (), dear: float = 60.0, budget: int | None = None) -> Master:
    """A program of some weeks, times and lines, solved."""
    found = Master(shared_group(budget=budget), dear)
    assert found.add_columns(columns(*rows, times=times)) == len(rows) + len(times)
    add_lines(found, *lines)
    assert found.solve(20.0)
    return found


class TestMixtures:
    """What is chosen, and what it breaks."""

    def test_weeks_and_times_are_added_once(self) -> None:
        """The second time they are there; a time that is asked for twice at once is one."""
        found = master(TALKS, GROUP, times=(AT_ONCE,))
        assert found.add_columns(columns(TALKS, GROUP, times=(AT_ONCE,))) == 0
        assert found.add_columns(columns(TALKS, NOTHING, NOTHING, times=(AT_ONCE, LATER, LATER))) == 2

    def test_a_week_without_a_time_of_its_entry_cannot_be_chosen(self) -> None:
        """Nothing, 9, although the talk would cost 1; with a time it is 4."""
        found = master(ANAS_NOTHING, TALKS, GROUP)
        assert found.value == pytest.approx(13.0)
        found.add_columns(columns(times=(AT_ONCE,)))
        assert found.solve(20.0)
        assert found.value == pytest.approx(8.0)

    def test_only_allowed_weeks_are_chosen(self) -> None:
        """Nothing is 9 for her and 30 for him; her group is 7 and his 4. What is not allowed may be allowed again."""
        found = master(ANAS_NOTHING, ANAS_GROUP, NOTHING, GROUP)
        assert found.rows.tolist() == [ANAS_NOTHING, ANAS_GROUP, NOTHING, GROUP]
        for is_allowed, value, chosen in (
            ([True, False, True, True], 13.0, [1, 0, 0, 1]),
            ([True, True, True, False], 37.0, [0, 1, 1, 0]),
            ([True, True, True, True], 11.0, [0, 1, 0, 1]),
        ):
            found.allow(np.array(is_allowed))
            assert found.solve(20.0)
            assert found.value == pytest.approx(value)
            assert found.week_values().tolist() == pytest.approx(chosen)

    def test_a_time_may_come_before_its_week(self) -> None:
        """It is not chosen for nothing, although it has less than no cost."""
        relaxation = shared_group()
        relaxation.waits[AT_ONCE] = -50.0
        found = Master(relaxation, 60.0)
        found.add_columns(columns(ANAS_NOTHING, GROUP, times=(AT_ONCE,)))
        assert found.solve(20.0)
        assert found.value == pytest.approx(13.0)
        found.add_columns(columns(TALKS))
        assert found.solve(20.0)
        assert found.value == pytest.approx(1.0 + 3.0 - 50.0 + 4.0)

    def test_lines_that_are_not_in_cost_nothing_and_are_broken(self) -> None:
        """Talk and group: no run for it, and they are beside each other."""
        found = master(TALKS, GROUP, times=(AT_ONCE,))
        assert found.value == pytest.approx(8.0)
        assert (found.broken().tolist(), found.num_lines) == ([RUN, BESIDE], 0)
        assert found.duals().tolist() == [0.0, 0.0]

    def test_a_run_with_two_places_is_half_used(self) -> None:
        """4 + 4 + 25 / 2; a place is worth half a run. A run that is half there is not broken."""
        found = master(TALKS, GROUP, times=(AT_ONCE,), lines=(RUN,))
        assert found.value == pytest.approx(20.5)
        assert found.duals().tolist() == pytest.approx([12.5, 0.0])
        assert (found.broken().tolist(), found.num_lines) == ([BESIDE], 1)

    def test_a_line_that_may_be_broken_at_a_price_is(self) -> None:
        """4 more for talk and group."""
        found = master(TALKS, GROUP, times=(AT_ONCE,), lines=(RUN, BESIDE))
        assert found.value == pytest.approx(24.5)
        assert found.duals().tolist() == pytest.approx([12.5, 4.0])
        assert found.broken().tolist() == []

    def test_the_better_of_two_times_is_chosen(self) -> None:
        """Her talk later does not count beside the group: 5 + 4 + 12.5; what is added after the lines is in them."""
        found = master(TALKS, GROUP, times=(AT_ONCE,), lines=(RUN, BESIDE))
        found.add_columns(columns(NOTHING, ANAS_GROUP, times=(LATER,)))
        assert found.solve(20.0)
        assert found.value == pytest.approx(21.5)
        assert found.duals()[RUN] == pytest.approx(12.5)

    def test_weeks_added_after_a_line_are_in_it(self) -> None:
        """Both in the group: one run, 7 + 4 + 25, and 4 for being two beside each other."""
        found = Master(shared_group(), 60.0)
        add_lines(found, RUN, BESIDE)
        found.add_columns(columns(ANAS_GROUP, GROUP))
        assert found.solve(20.0)
        assert found.value == pytest.approx(40.0)

    @pytest.mark.parametrize("is_line_first", [False, True])
    def test_visits_of_one_week_add_up(self, is_line_first: bool) -> None:
        """In the group and beside it: 1 and 3 for the talk, 30 for him without, and 4 for one too many."""
        relaxation = shared_group()
        set_costs(relaxation.weeks, {BOTH: 1})
        found = Master(relaxation, 60.0)
        if is_line_first:
            add_lines(found, BESIDE)
        found.add_columns(columns(BOTH, NOTHING, times=(AT_ONCE,)))
        if not is_line_first:
            add_lines(found, BESIDE)
        assert found.solve(20.0)
        assert found.value == pytest.approx(38.0)

    def test_what_is_just_kept_is_not_broken(self) -> None:
        """One beside nobody."""
        assert master(TALKS, NOTHING, times=(AT_ONCE,)).broken().tolist() == []

    def test_a_hard_line_that_cannot_be_kept_has_the_dear_price(self) -> None:
        """Dearer than half a run it is not worth it; cheaper, and the place is taken without a run."""
        found = master(TALKS, GROUP, times=(AT_ONCE,), lines=(RUN,), dear=10.0)
        assert found.value == pytest.approx(18.0)
        assert found.duals().tolist() == pytest.approx([10.0, 0.0])

    def test_care_above_the_budget(self) -> None:
        """A budget of 10: talk, nothing (40) and talk, group (10); with 9, the dear price of a minute."""
        assert master(TALKS, GROUP, NOTHING, times=(AT_ONCE,), budget=10).value == pytest.approx(8.0)
        found = master(TALKS, GROUP, NOTHING, times=(AT_ONCE,), budget=9)
        assert (found.value, found.num_lines) == (pytest.approx(8.0 + 60.0), 1)
        assert found.duals().tolist() == pytest.approx([0.0, 0.0, 60.0])

    def test_care_above_the_budget_has_a_price_of_its_own(self) -> None:
        """20 for a minute; other lines stay as dear as they are."""
        found = Master(shared_group(budget=9), 60.0, care_price=20.0)
        found.add_columns(columns(TALKS, GROUP, NOTHING, times=(AT_ONCE,)))
        assert found.solve(20.0)
        assert (found.value, found.duals().tolist()) == (pytest.approx(8.0 + 20.0), pytest.approx([0.0, 0.0, 20.0]))
        relaxation = forced(line([1], 0), budget=60)
        forbidden = Master(relaxation, 60.0, care_price=20.0)
        forbidden.add_columns(relaxation.cheapest(relaxation.relax(np.zeros(2))))
        add_lines(forbidden, 0)
        assert forbidden.solve(20.0)
        assert forbidden.value == pytest.approx(60.0)

    def test_a_time_may_miss_care_too(self) -> None:
        """Her talk later misses 6 more, half of which a budget of 13 allows."""
        found = master(TALKS, GROUP, times=(AT_ONCE, LATER), lines=(RUN, BESIDE), budget=13)
        assert found.value == pytest.approx((21.5 + 24.5) / 2)

    def test_what_no_roster_avoids_is_in_the_value(self) -> None:
        """6 for a line over nothing, and one step of 3 for another one: 40 is 15 more than 25, half a step."""
        found = Master(forced(line([], -35, tier="preference", cost=3, step=30), line([40], 25, tier="preference", cost=3, step=30)), 60.0)
        found.add_columns(columns(0))
        assert found.solve(20.0)
        assert found.value == pytest.approx(6.0)
        assert found.broken().tolist() == [0]
        add_lines(found, 0)
        assert found.solve(20.0)
        assert found.value == pytest.approx(6.0 + 1.5)
        assert found.duals().tolist() == pytest.approx([0.1])


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
        found.add_columns(columns(0))
        add_lines(found, 0)
        assert found.solve(20.0)
        assert found.value == pytest.approx(value)

    def test_a_variable_of_nobody_breaks_lines_too(self) -> None:
        """True for the first line, not to be true for the second; in the program once."""
        found = Master(forced(line([1, -1], 0), Line("rule", (), [1, 1], [1, 1], 1)), 60.0)
        found.add_columns(columns(0))
        add_lines(found, 0)
        assert found.solve(20.0)
        assert found.broken().tolist() == [1]
        before = found.program.num_columns
        add_lines(found, 1)
        assert found.program.num_columns == before + 1
        assert found.solve(20.0)
        assert found.value == pytest.approx(30.0)

    def test_a_line_broken_by_less_than_the_error_of_floats_is_not(self) -> None:
        """Half a ten-thousandth is none, two are."""
        for most, broken in ((0.99995, []), (0.9998, [0])):
            relaxation = forced(line([1], 1))
            relaxation.sizes[0] = most
            found = Master(relaxation, 60.0)
            found.add_columns(columns(0))
            assert found.solve(20.0)
            assert found.broken().tolist() == broken

    def test_time_is_limited_anew_each_time(self) -> None:
        """A limit that is over proves nothing; the next call has its own."""
        found = Master(forced(), 60.0)
        found.add_columns(columns(0))
        assert found.solve(20.0)
        limits = [found.program._highs.getOptionValue("time_limit")[1]]
        assert found.solve(30.0)
        limits.append(found.program._highs.getOptionValue("time_limit")[1])
        assert limits == [pytest.approx(20.0, abs=1.0), pytest.approx(30.0, abs=1.0)]


class TestParts:
    """What the program is put together from."""

    def test_the_positions_of_keys(self) -> None:
        """In the order of the keys asked for, and of none that are not there."""
        which, positions = Index.of(np.array([2, 0, 2, 1]), 4).at(np.array([3, 2, 0, 2]))
        assert (which.tolist(), positions.tolist()) == ([1, 1, 2, 3, 3], [0, 2, 1, 0, 2])

    def test_terms_at_one_place_add_up(self) -> None:
        """By row; the second row has none."""
        terms = Terms(np.array([2, 0, 2, 2]), np.array([1, 3, 1, 0]), np.array([1.0, 2.0, 4.0, 8.0]))
        first, numbers, values = terms.compressed(3)
        assert (first.tolist(), numbers.tolist(), values.tolist()) == ([0, 1, 1], [3, 0, 1], [2.0, 8.0, 5.0])


class TestRuns:
    """Prices raise the bound to what a mixture costs, and no further."""

    def test_the_bound_is_the_least_mixture_rounded_up(self) -> None:
        """21.5, so 22; the best roster costs 34."""
        told: list[int] = []
        run = ColumnGeneration(shared_group(), 60.0, told.append)
        assert run.value == 8
        assert run.improve(NEVER, time.monotonic() + 600.0, is_never) >= 2
        assert run.best == pytest.approx(21.5, abs=0.05)
        assert (run.value, told[0], told[-1]) == (22, 8, 22)
        assert run.duals[RUN] == pytest.approx(12.5, abs=0.05)

    def test_it_stops_at_the_best_roster_known(self) -> None:
        """8 needs no prices at all."""
        assert ColumnGeneration(shared_group(), 60.0, lambda _: None).improve(8, time.monotonic() + 600.0, is_never) == 0

    def test_a_wider_budget_has_a_bound_of_its_own(self) -> None:
        """Each minute more lets go of the price of care, and of no more."""
        level = Level(lambda _: None, above=4)
        level.rise(30.0, 2.5)
        assert level.value == 20
        level.rise(25.0, 1.0)
        assert level.value == 21
        level.rise(20.0, 0.0)
        assert level.value == 21
