"""The relaxed problem of one participant and a line or two, worked by hand: no price gives a bound above the true cost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.line import Line, Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.rounding import rounded_up
from scheduler.rules import RULES
from scheduler.weeks import relaxation as module
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.relaxation import Pricing, Relaxation
from scheduler.weeks.week_pool import WeekPool
from tests.build import group, instance, participant
from tests.weeks.made import entry, set_costs, table
from tests.weeks.test_week_pool import PADDING, tables

NEVER = 10**9


def forced(*shared: Line, tier: Tier = "preference", budget: int | None = None, care: int = 0, care_of_free: int = 0) -> Relaxation:
    """One participant with a single week, in which visit 0 takes place; variable 1 belongs to nobody and is free."""
    weeks = WeekPool([table("ana", {((0,), ()): (care, 0)})], 2)
    lines = cast(
        Lines, SimpleNamespace(handles=[None, None], unit_costs={"care": {1: care_of_free} if care_of_free else {}, "preference": {}})
    )
    return Relaxation(lines, Ownership({}, list(shared), [1]), weeks, tier, budget)


def line(coefficients: list[int], bound: int, **more: Any) -> Line:
    """A line over visit 0 and variable 1, as far as there are coefficients."""
    return Line("rule", (), list(range(len(coefficients))), coefficients, bound, **more)


def bound_at(found: Relaxation, *prices: float) -> float:
    """What some prices prove."""
    return found.relax(np.array(prices)).bound


def shared_group(tier: Tier = "preference", budget: int | None = None, bens: tuple[int, ...] = (3,)) -> Relaxation:
    """Two people, a group whose run (4) costs 25, and a talk.

    Ana has no week, the group (0) or her talk (1 or 2: the first is liked less by 3, the second has a wait of 4 and misses 6 more of
    care). Ben has nothing or the group (3). A run has two places; 4 is the price when both are in or the talk takes place beside.
    """
    padding = 5
    weeks = WeekPool(
        [
            table("ana", {((), ()): (60, 9), ((0,), ()): (0, 7), ((), (0,)): (10, 1)}, [entry([1, 2], [0, 4])]),
            table("ben", {((), ()): (30, 30), (bens, ()): (0, 4)}),
        ],
        padding,
    )
    units = {"care": {2: 6}, "preference": {1: 3, 4: 25}}
    lines = cast(Lines, SimpleNamespace(handles=[None] * padding, unit_costs=units))
    run = Line("rule", (), [0, 3, 4], [1, 1, -2], 0)
    beside = Line("rule", (), [0, 1, 3], [1, 1, 1], 1, "preference", 4)
    return Relaxation(lines, Ownership({}, [run, beside], [4]), weeks, tier, budget)


LEGAL = [0, 1, 2, 4, 5]
"""Her group and her talk are no week."""


def costs_of(relaxation: Relaxation, pricing: Pricing) -> list[float]:
    """The prices of all legal weeks."""
    costs = [cost for priced in relaxation.priced(pricing) for _, block in priced.blocks() for cost in block.ravel().tolist()]
    return [costs[week] for week in LEGAL]


TRUE_WITH = np.array([40, 34, 34, 34, 34])
"""By number, what the best roster with it costs: 25 + 4 + 5 (or 4 + 30), and 25 + 7 + 4 + 4 with both in the group."""


class TestSlacks:
    """A priced line is exceeded in whole steps, a started one counts."""

    @pytest.mark.parametrize(("price", "proven"), [(0.0, 0.0), (0.05, 1.75), (0.1, 3.5), (1.0, -19.0), (10.0, -244.0)])
    def test_a_started_step_is_a_step(self, price: float, proven: float) -> None:
        """40 <= 5 in steps of 30 at 3 each: two steps, so 6. At a price of 1 it is 40 - 5 + 2 x (3 - 30)."""
        assert bound_at(forced(line([40], 5, tier="preference", cost=3, step=30)), price) == pytest.approx(proven)

    @pytest.mark.parametrize("price", [0.0, 0.1, 0.2, 1.0, 10.0])
    def test_whole_steps_are_no_more(self, price: float) -> None:
        """65 <= 5: exactly two steps; at the price at which a step pays for itself all of it is proven."""
        found = bound_at(forced(line([65], 5, tier="preference", cost=3, step=30)), price)
        assert found <= 6.0
        assert price != 0.1 or found == pytest.approx(6.0)

    def test_a_line_is_exceeded_as_far_as_it_can_be(self) -> None:
        """40 <= 25 is exceeded by 15 at most, one step: 40 - 25 + (3 - 30)."""
        assert bound_at(forced(line([40], 25, tier="preference", cost=3, step=30)), 1.0) == pytest.approx(-12.0)

    def test_a_cost_no_roster_avoids_is_rounded_up_as_well(self) -> None:
        """Nothing is to be at least 35, in steps of 30 at 3 each: 6, whatever the prices."""
        found = forced(line([], -35, tier="preference", cost=3, step=30))
        assert (found.constant, bound_at(found)) == (6, 6.0)

    def test_lines_of_the_other_tier_cost_nothing(self) -> None:
        """A care line is left out of the preference tier, unless there is a budget of care."""
        assert bound_at(forced(line([40], 5, tier="care", cost=3))) == 0.0


class TestBudget:
    """Care is priced like what people share."""

    def test_care_above_the_budget_costs_its_price(self) -> None:
        """A week of 90 in a budget of 60, at 0.5 a minute."""
        assert bound_at(forced(budget=60, care=90), 0.5) == pytest.approx(15.0)

    def test_slacks_of_care_lines_count_towards_it(self) -> None:
        """35 over at 2 each, a budget of 60: 10 too much. At prices of 1 (line) and 0.5 (care) slack pays exactly for itself."""
        found = forced(line([40], 5, tier="care", cost=2), budget=60)
        assert bound_at(found, 1.0, 0.5) == pytest.approx(35.0 - 30.0)
        assert bound_at(found, 2.0, 0.5) == pytest.approx(80.0 - 35.0 - 10.0 - 30.0)

    def test_care_no_roster_avoids_is_taken_off(self) -> None:
        """A budget of 60, of which 6 are gone: 90 in a week is 36 too much; 26 within a budget of 70."""
        found = forced(line([], -35, tier="care", cost=3, step=30), budget=60, care=90)
        assert bound_at(found, 1.0) == pytest.approx(36.0)
        assert bound_at(found.within(70, found.weeks), 1.0) == pytest.approx(26.0)


def test_a_shared_variable_takes_its_cheaper_value() -> None:
    """1 <= variable 1: at a price of 4 it is worth being true, and the line costs nothing."""
    found = forced(line([1, -1], 0))
    assert bound_at(found, 4.0) == pytest.approx(0.0)
    assert found.relax(np.array([4.0])).reduced.tolist() == [4.0, -4.0, 0.0]


class TestTwo:
    """Ana and Ben share a group: see `shared_group`. Prices are those of the run, of the second place, and of care."""

    @pytest.mark.parametrize(
        ("prices", "costs", "proven"),
        [
            ((0.0, 0.0), [9, 7, 4, 30, 4], 4 + 4),
            ((10.0, 2.0), [9, 19, 5, 30, 16], 5 + 16 - 2),
            ((20.0, 2.0), [9, 29, 5, 30, 26], 5 + 26 - 15 - 2),
            ((0.0, 6.0), [9, 13, 5, 30, 10], 5 + 10 - 2 * 2 - 6),
            ((12.5, 1.0), [9, 20.5, 5, 30, 17.5], 5 + 17.5 - 1),
        ],
    )
    def test_weeks_cost_what_is_in_them(self, prices: tuple[float, ...], costs: list[float], proven: float) -> None:
        """The last prices are the best ones: half a run for Ben alone, 21.5 together."""
        relaxation = shared_group()
        found = relaxation.relax(np.array(prices))
        assert costs_of(relaxation, found) == pytest.approx(costs)
        assert found.bound == pytest.approx(proven)

    def test_care_has_costs_of_its_own(self) -> None:
        """60, 0 and 10 (or 16 at the second time) for Ana, 30 and 0 for Ben; what they like does not count, waits neither."""
        relaxation = shared_group("care")
        found = relaxation.relax(np.array([1.0]))
        assert costs_of(relaxation, found) == [60, 1, 10, 30, 1]
        assert shared_group("care").waits.tolist() == [0, 0, 0]
        assert found.bound == pytest.approx(1 + 1 - 2)
        assert found.entries.tolist() == [0, 0]

    def test_care_within_a_budget_is_priced(self) -> None:
        """At 0.5 a minute; the second time of Ana's talk costs 6 more of it."""
        relaxation = shared_group(budget=50)
        found = relaxation.relax(np.array([0.0, 0.0, 0.5]))
        assert costs_of(relaxation, found) == [9 + 30, 7, 1 + 5 + 3, 30 + 15, 4]
        assert found.reduced.tolist() == [0, 3, 3, 0, 25, 0]
        assert found.bound == pytest.approx(7 + 4 - 25)

    @pytest.mark.parametrize(
        ("prices", "with_each"),
        [((10.0, 2.0), [33, 20, 19, 19, 24]), ((20.0, 2.0), [38, 15, 14, 14, 14]), ((0.0, 0.0), [11, 8, 9, 8, 33])],
    )
    def test_what_each_costs_at_least(self, prices: tuple[float, ...], with_each: list[float]) -> None:
        """The bound, and how much dearer the best week with it is; a run is dearer by its own reduced cost, if that is above zero."""
        found = shared_group()
        least = found.least_with(found.relax(np.array(prices)))
        assert least[:-1].tolist() == pytest.approx(with_each)
        assert (least[:-1] <= TRUE_WITH).all()

    def test_what_is_in_no_week_has_no_bound(self) -> None:
        """Ben's place is gone from his weeks."""
        found = shared_group(bens=(4,))
        least = found.least_with(found.relax(np.zeros(2))).tolist()
        assert (least[3], least[-1]) == (-np.inf, -np.inf)

    @pytest.mark.parametrize(
        ("group", "prices", "rows", "times"),
        [(7.0, (0.0, 0.0), [2, 5], [0, 1]), (7.0, (40.0, 2.0), [2, 4], [1, 0]), (3.0, (0.0, 0.0), [1, 5], [])],
    )
    def test_the_cheapest_weeks(self, group: float, prices: tuple[float, ...], rows: list[int], times: list[int]) -> None:
        """Ana's talk with both of its times, the cheaper one first; or the group."""
        found = shared_group()
        set_costs(found.weeks, {1: group})
        columns = found.cheapest(found.relax(np.array(prices)))
        assert (columns.rows.tolist(), columns.times.tolist()) == (rows, times)

    @pytest.mark.parametrize(("most", "kept"), [(-3.0, [False, False, True]), (0.5, [False, False, True]), (1.0, [True, False, True])])
    def test_the_cheapest_week_is_always_kept(self, most: float, kept: list[bool]) -> None:
        """Ana's talk, 4; no week is 1 more here, and the group 3 more."""
        found = shared_group()
        set_costs(found.weeks, {0: 5.0})
        allowed = found.limited(found.relax(np.zeros(2)), most).tables[0].is_allowed
        assert allowed is not None
        assert allowed.ravel()[LEGAL[:3]].tolist() == kept

    @pytest.mark.parametrize(("most", "rows", "above"), [(2.9, [2, 5], [0, 0]), (5.0, [0, 1, 2, 5], [5, 3, 0, 0])])
    def test_weeks_that_cost_a_little_more(self, most: float, rows: list[int], above: list[int]) -> None:
        """Ana's cost 9, 7 and 4, Ben's 30 and 4."""
        found = shared_group()
        weeks, more = found.above_weeks(found.relax(np.zeros(2)), most)
        assert (weeks.tolist(), more.tolist()) == (rows, above)

    def test_a_few_times_of_each(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One of the two."""
        monkeypatch.setattr(module, "TIMES_EACH", 1)
        found = shared_group()
        assert found.cheapest(found.relax(np.zeros(2))).times.tolist() == [0]
        assert found.cheapest(found.relax(np.array([0.0, 2.0]))).times.tolist() == [1]


def test_each_entry_has_visits_of_its_own() -> None:
    """Ana's second week is the group; Ben's second has the second of his talks."""
    lines = cast(Lines, SimpleNamespace(handles=[None] * PADDING, unit_costs={"care": {}, "preference": {}}))
    found = Relaxation(lines, Ownership({}, [], []), WeekPool(tables(), PADDING), "preference")
    columns = found.cheapest(found.relax(np.zeros(0)))
    assert (columns.rows.tolist(), columns.times.tolist()) == ([2, 5], [0, 1, 3, 4])


def test_without_tables_there_is_what_is_shared() -> None:
    """1 <= variable 1 is not broken for nobody."""
    lines = cast(Lines, SimpleNamespace(handles=[None, None], unit_costs={"care": {}, "preference": {1: 7}}))
    shared = [Line("rule", (), [1], [-1], -1)]
    found = Relaxation(lines, Ownership({}, shared, [1]), WeekPool([], 2), "preference")
    priced = found.relax(np.array([3.0]))
    assert (found.shared, priced.bound, priced.least.tolist()) == (shared, 3.0, [])
    assert found.relax(np.array([9.0])).bound == 7.0


@pytest.mark.parametrize(
    ("bound", "integer"), [(2825.0000000000005, 2825), (2824.9999999999995, 2825), (2825.1, 2826), (-3.0, 0), (0.2, 1)]
)
def test_a_bound_is_rounded_up_past_the_error_of_floats(bound: float, integer: int) -> None:
    """A solver said 2825.0000000000005 and meant 2825; 2826 was called proven."""
    assert rounded_up(bound) == integer


def week_of_one() -> Instance:
    """A block gives 180 of 240 ordered minutes and costs 25: a run 7 below its target, a day on site, and its leader's hours."""
    order = {"minutes": {"floor": 240}, "sessions": {"floor": 0}, "days": {"floor": 0}}
    return instance(participants=[participant("ana", order=order)], groups=[group("g1")])


@pytest.mark.parametrize("asks_care_first", [False, True])
@pytest.mark.parametrize(("budget", "least"), [(60, 25), (239, 25), (240, 0), (241, 0)])
def test_a_week_exactly_at_the_budget_is_affordable(budget: int, least: int, asks_care_first: bool) -> None:
    """60 minutes are missing anyhow; where 240 may be, the empty week costs nothing, and with 239 it is out."""
    case = Case(week_of_one())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    bound = WeekBound(LineIndex(Lines(case, enumerate_candidates(case, rules), rules)))
    if asks_care_first:
        assert bound.care(NEVER, 20.0, lambda: False) == 60
    assert bound.preference(budget, NEVER, 20.0, lambda: False) <= least
    assert budget != 240 or bound.survivors(1) is not None
