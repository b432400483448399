"""Bounds of two people who share a group, worked by hand: see `shared_group` in `test_relaxation`."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from scheduler.model.line import Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.rounding import SAFETY
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.weeks import bound as module
from scheduler.weeks.bound import WeekBound, Wider
from scheduler.weeks.column_generation import LEAST_PRICE, ColumnGeneration, Level
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.relaxation import Relaxation
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_table import ILLEGAL
from tests.test_proofs import compiled
from tests.weeks.made import set_costs
from tests.weeks.test_relaxation import NEVER, shared_group, week_of_one
from tests.weeks.test_week_pool import PADDING, tables

BENS_GROUP = 5
SECONDS = 600.0
TIERS: tuple[Tier, ...] = ("care", "preference")


def is_never() -> bool:
    """Time is never up."""
    return False


def ready(is_bens_group_open: bool = True) -> WeekBound:
    """The bounds with the tables built. What takes the place of the run is free, as if of somebody without a table."""
    found = shared_group()
    visits = [Visit("ana", "talk", None, n, Span(60 * n, 60 * n + 50), "in_person", None) for n in range(5)]
    made = SimpleNamespace(handles=visits, unit_costs={"care": {2: 6}, "preference": {1: 3, 4: 25}})
    lines = cast(Lines, made)
    bound = WeekBound(cast(LineIndex, SimpleNamespace(lines=lines)))
    if not is_bens_group_open:
        for tier in TIERS:
            set_costs(found.weeks, {BENS_GROUP: ILLEGAL}, tier)
    bound.weeks, bound.ownership = found.weeks, Ownership({}, list(found.shared), [4])
    return bound


class TestTiers:
    """What a mixture of weeks costs at least, rounded up."""

    @pytest.mark.parametrize("asks_care_first", [False, True])
    @pytest.mark.parametrize(("budget", "least"), [(0, 40), (10, 25), (16, 22), (100, 22)])
    def test_preference_within_a_budget_of_care(self, budget: int, least: int, asks_care_first: bool) -> None:
        """Both in the group: 7 + 4 + 25 + 4. Within 10 her first talk beside it, 24.5; within 16 the second, 21.5."""
        bound = ready()
        if asks_care_first:
            assert bound.care(NEVER, SECONDS, is_never) == 0
        assert bound.preference(budget, NEVER, SECONDS, is_never) == least
        assert bound.rounds > 0

    def test_care(self) -> None:
        """Without the group Ben misses 30; Ana need not miss any: told as it rises, and kept."""
        bound, told = ready(is_bens_group_open=False), list[int]()
        assert bound.care(NEVER, SECONDS, is_never, told.append) == 30
        assert (told, bound.least_care) == ([30], 30)

    def test_without_time_care_has_the_bound_that_needs_no_prices(self) -> None:
        """Both tiers as one cost have no time either."""
        bound, told = ready(is_bens_group_open=False), list[int]()
        assert bound.care(NEVER, 0.0, is_never, told.append) == 30
        assert (told, bound.rounds) == ([30], 0)

    def test_the_next_question_begins_with_what_is_known(self) -> None:
        """Preferences with the prices, lines and affordable weeks of both tiers together, care with those of care."""
        bound = ready()
        bound.care(NEVER, SECONDS, is_never)
        rounds = bound.rounds
        assert bound.preference(0, NEVER, 0.0, is_never) == 40
        assert bound.care(NEVER, 0.0, is_never) == 0
        assert bound.rounds == rounds
        known, weeks = bound._runs["preference"].master, bound._affordable(0)
        assert weeks.allows(np.flatnonzero(known.has_week)).all()
        assert known.has_week.any()

    def test_one_cost_of_both(self) -> None:
        """Both in the group cost 40 and no care; 20 for a minute is more than any other week saves. All of it is there for care."""
        bound = ready()
        both = bound._both(time.monotonic() + SECONDS, is_never)
        assert both.value == 40
        assert bound.rounds > 0
        bound.care(NEVER, SECONDS, is_never)
        care = bound._runs["care"].master
        assert (care.has_week >= both.master.has_week).all()
        assert (care.has_time >= both.master.has_time).all()
        assert (care.row_of_line >= 0).sum() == (both.master.row_of_line[:-1] >= 0).sum() - 1  # without that of preferences

    def test_the_same_question_goes_on_from_its_last_answer(self) -> None:
        """Without time, and told to whoever asks now; within another budget the bound begins anew."""
        bound, first, second = ready(), list[int](), list[int]()
        wider = [Wider(16, told.append) for told in (first, second)]
        bound.preference(10, NEVER, 0.0, is_never, first.append, wider[0])
        before = list(first)
        assert max(before) < 25
        assert bound.preference(10, NEVER, SECONDS, is_never, second.append, wider[1]) == 25
        run = bound._runs["preference"]
        assert first == before
        assert {22, 25} <= set(second)
        assert bound.preference(10, NEVER, 0.0, is_never, wider=Wider(16, first.append)) == 25
        assert bound._runs["preference"] is run
        for budget, again in ((10, None), (16, Wider(20, first.append))):
            bound.preference(budget, NEVER, SECONDS, is_never, wider=again)
            assert bound._runs["preference"] is not run

    def test_a_share_of_the_time_is_for_both(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Half of it."""
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 1000.0))
        bound, ends = ready(), list[float]()
        both = bound._both(2000.0, is_never)

        def known(until: float, _: object) -> ColumnGeneration:
            ends.append(until)
            return both

        monkeypatch.setattr(bound, "_both", known)
        bound.care(NEVER, 60.0, lambda: True)
        assert ends == [1030.0]

    def test_what_is_small_enough_for_an_exact_program(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Within both limits; nothing is before there is a bound."""
        bound = ready()
        assert not bound.is_near(NEVER, "preference")
        bound.preference(100, NEVER, SECONDS, is_never)
        size, num_terms = bound._runs["preference"].reach(40).size, len(bound._runs["preference"].relaxation.terms.variables)
        for less in (0, 1):
            assert bound.is_near(40, "preference", size - less) == (not less)
            with monkeypatch.context() as patch:
                patch.setattr(module, "MOST_TERMS", num_terms - less)
                assert bound.is_near(40, "preference") == (not less)

    def test_a_wider_budget_is_told_of(self) -> None:
        """6 more of care: 21.5."""
        told: list[int] = []
        bound = ready()
        assert bound.preference(10, NEVER, SECONDS, is_never, wider=Wider(16, told.append)) == 25
        assert told == sorted(told)
        assert told[-1] == 22

    def test_time_that_is_over_proves_what_needs_no_prices(self) -> None:
        """8 or 4 + 5: everybody's best week by itself."""
        assert ready().preference(100, NEVER, 0.0, is_never) == 8
        assert ready().preference(100, NEVER, SECONDS, lambda: True) == 8
        assert ready().preference(100, 8, SECONDS, is_never) == 8

    @pytest.mark.parametrize("asks_care_first", [False, True])
    @pytest.mark.parametrize(("budget", "rows"), [(20, 2), (30, 2), (39, 2), (40, 3), (89, 3), (90, 4)])
    def test_weeks_within_a_budget(self, budget: int, rows: int, asks_care_first: bool) -> None:
        """Ben misses 30 in any case; Ana's weeks with 0, 10 and 60 are affordable one after the other, and one of them always is."""
        bound = ready(is_bens_group_open=False)
        if asks_care_first:
            bound.care(NEVER, SECONDS, is_never)
        tables = bound._affordable(budget).tables
        assert sum(int(table.is_allowed.sum()) for table in tables if table.is_allowed is not None) == rows

    def test_rounds_are_counted(self) -> None:
        """Of all questions."""
        bound = ready(is_bens_group_open=False)
        counted = [bound.rounds]
        assert counted == [0]
        for _ in range(2):
            bound.care(NEVER, SECONDS, is_never)
            counted.append(bound.rounds)
            bound.preference(100, NEVER, SECONDS, is_never)
            counted.append(bound.rounds)
        assert counted == sorted(set(counted))


class TestSurvivors:
    """What a roster below a cost can have."""

    @pytest.mark.parametrize(("upper", "left"), [(40, set()), (41, {0, 3, 4})])
    def test_what_costs_as_much_is_left_out(self, upper: int, left: set[int]) -> None:
        """Both in the group, at 40: the only affordable weeks."""
        bound = ready()
        bound.preference(0, NEVER, SECONDS, is_never)
        assert bound.survivors(upper) == left

    def test_what_is_too_dear_is_left_out(self) -> None:
        """Ana in the group costs 37 at least; below 35 it is out."""
        bound = ready()
        bound.preference(100, NEVER, SECONDS, is_never)
        assert bound.survivors(35) == {1, 2, 3, 4}
        assert bound.survivors(41) == {0, 1, 2, 3, 4}

    def test_what_is_in_no_week_is_left_out(self) -> None:
        """Ben's place."""
        bound = ready(is_bens_group_open=False)
        bound.preference(100, NEVER, SECONDS, is_never)
        assert bound.survivors(NEVER) == {0, 1, 2, 4}

    def test_floats_may_be_off_by_a_share_of_the_cost(self) -> None:
        """Half of what is allowed above 999 it may still be 999; one and a half of it is more."""
        bound = ready()
        bound.least_with = np.array([999.0, 999.0 + 500 * SAFETY, 999.0 + 1500 * SAFETY, -np.inf, 0.0, np.inf])
        assert bound.survivors(1000) == {0, 1, 4}

    def test_a_question_that_was_interrupted_leaves_none(self) -> None:
        """Those of the question before are gone, and so is its proposal."""
        bound = WeekBound(compiled(week_of_one())[1])
        assert (bound.survivors(30), bound.prices) == (None, None)
        for is_over, seconds in ((lambda: True, SECONDS), (is_never, -1.0)):
            assert bound.care(NEVER, seconds, is_over) == 0
            assert bound.preference(60, NEVER, seconds, is_over) == 0
        assert (bound.survivors(30), bound.prices) == (None, None)
        bound.preference(60, NEVER, SECONDS, is_never)
        assert bound.survivors(30)
        assert bound.prices is not None


def test_where_nothing_is_shared_everybody_has_the_best_week() -> None:
    """0 and 10 of care: see `test_week_pool`. There is no price."""
    lines, told = cast(Lines, SimpleNamespace(handles=[None] * PADDING, unit_costs={"care": {}, "preference": {}})), list[int]()
    run = ColumnGeneration(Relaxation(lines, Ownership({}, [], []), WeekPool(tables(), PADDING), "care"), 60.0, told.append)
    run.improve(NEVER, time.monotonic() + SECONDS, is_never)
    assert (run.value, told, run.duals.tolist()) == (10, [10], [])


@pytest.mark.parametrize("most_weeks", [1, 1000])
def test_who_has_too_many_weeks_is_relaxed_further(most_weeks: int) -> None:
    """60 are missing and 25 is the best; without a table the bound is no higher."""
    index = compiled(week_of_one())[1]
    bound = WeekBound(index, most_weeks)
    bound.build()
    assert bound.weeks is not None
    assert bound.weeks.participants == ([] if most_weeks == 1 else ["ana"])
    care, preference = bound.care(NEVER, SECONDS, is_never), bound.preference(60, NEVER, SECONDS, is_never)
    assert care <= 60
    assert preference <= 25
    assert care == 60


def test_prices_of_care_are_halved_while_a_wider_budget_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 2 the group is cheapest for her, 40 - 16 x 2; at 1 her first talk, 24.5 - 6; at 0.5 either, 21.5, and no more is gained below."""
    told, prices = list[int](), list[float]()
    run = ColumnGeneration(shared_group(budget=10), 60.0, lambda _: None, (Level(told.append, 6),))
    inner = run._at
    monkeypatch.setattr(run, "_at", lambda level, price: (prices.append(price), inner(level, price))[1])
    told.clear()
    run.wider[0].value = 0
    run.duals = np.array([12.5, 4.0, 2.0])
    run._widen()
    assert (told, prices) == ([8, 19, 22], [2.0, 1.0, 0.5, 0.25])
    assert run.duals.tolist() == [12.5, 4.0, 2.0]
    run.duals[-1] = LEAST_PRICE
    run._widen()
    assert (told, prices[4:]) == ([8, 19, 22], [LEAST_PRICE])


def test_a_much_wider_budget_gains_for_longer() -> None:
    """Within 26, 21.5 - 10 times a price below 0.5: more than 21 from a sixteenth on."""
    told: list[int] = []
    run = ColumnGeneration(shared_group(budget=10), 60.0, lambda _: None, (Level(told.append, 16),))
    told.clear()
    run.wider[0].value = 0
    run.duals = np.array([12.5, 4.0, 1.0])
    run._widen()
    assert told == [9, 17, 19, 21, 22]


def test_a_wider_budget_lets_go_of_the_price_of_care() -> None:
    """At 0.75 for care and 1 for the second place it is 12.5 + 17.5 - 1 - 7.5 = 21.5 within 10, and 4.5 less within 16."""
    told: list[int] = []
    run = ColumnGeneration(shared_group(budget=10), 60.0, lambda _: None, (Level(told.append, 6),))
    run._try(np.array([12.5, 1.0, 0.75]))
    assert told == [8, 17]
    assert run.best == pytest.approx(21.5)


def test_prices_stay_near_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first program knows no lines; the second tries half of its prices and all of them."""
    run = ColumnGeneration(shared_group(), 60.0, lambda _: None)
    tried: list[list[float]] = []
    inner = run._try
    monkeypatch.setattr(run, "_try", lambda prices: (tried.append(prices.tolist()), inner(prices))[1])
    run.improve(NEVER, time.monotonic() + SECONDS, is_never)
    assert tried[:2] == [[0.0, 0.0], [0.0, 0.0]]
    assert tried[2] == pytest.approx([6.25, tried[3][1] / 2])
    assert tried[3][0] == pytest.approx(12.5)
