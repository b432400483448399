"""A few weeks have the prices of the tables that they are in: see `shared_group` in `test_relaxation`."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.line import Tier
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Relaxation
from tests.weeks.test_relaxation import LEGAL, shared_group

PRICES = [[0.0, 0.0], [12.5, 0.0], [3.0, 2.0], [0.0, 4.0], [40.0, 1.0]]


def within_reach(relaxation: Relaxation, upper: int) -> tuple[Reach, Relaxation]:
    """What rosters below some cost can contain, without prices."""
    found, pricing = Reach(relaxation, upper), relaxation.relax(np.zeros(len(relaxation.sizes)))
    found.add(pricing, pricing.bound)
    return found, relaxation.with_only(found.rows, found.times)


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("tier", ["care", "preference"])
def test_all_legal_weeks_prove_the_same_as_the_tables(tier: Tier, prices: list[float]) -> None:
    """The bound, the cheapest weeks with their times, and what each variable costs."""
    whole = shared_group(tier)
    (found, few), duals = within_reach(whole, 10**6), np.array(prices)[: len(whole.sizes)]
    assert np.flatnonzero(found.rows).tolist() == LEGAL
    one, other = whole.relax(duals), few.relax(duals)
    assert other.bound == pytest.approx(one.bound)
    assert other.rows.tolist() == one.rows.tolist()
    assert other.least.tolist() == pytest.approx(one.least.tolist())
    assert few.least_with(other).tolist() == pytest.approx(whole.least_with(one).tolist())
    assert few.cheapest(other).times.tolist() == whole.cheapest(one).times.tolist()
    for most in (0.0, 3.0, 10.0, 40.0):
        (rows, above), (of_all, above_all) = few.above_weeks(other, most), whole.above_weeks(one, most)
        assert rows.tolist() == of_all.tolist()
        assert above == pytest.approx(above_all)


def test_what_is_beyond_reach_is_in_no_roster() -> None:
    """Below 10 there is her talk, at one of its times, and his group; below 9 only at the first."""
    found, few = within_reach(shared_group(), 10)
    rows = np.flatnonzero(found.rows)
    assert few.weeks.participant_of(rows).tolist() == [0, 1]
    assert few.weeks.preference[rows].tolist() == [1, 4]
    assert few.weeks.entry_visits[few.cheapest(few.relax(np.zeros(2))).times].tolist() == [1, 2]
    least = few.least_with(few.relax(np.zeros(2)))
    assert least[0] == np.inf
    assert np.isfinite(least[[1, 2, 3]]).all()
    _, fewer = within_reach(shared_group(), 9)
    assert fewer.weeks.entry_visits[fewer.cheapest(fewer.relax(np.zeros(2))).times].tolist() == [1]


def test_a_time_beyond_reach_is_not_worth_its_discount() -> None:
    """At a price that makes the second time of her talk the cheaper one: below 9 it is in no roster."""
    _, few = within_reach(shared_group(), 9)
    whole, duals = shared_group(), np.array([40.0, 1.0])
    assert few.relax(duals).entries[0] >= whole.relax(duals).entries[0]
    assert few.above_entries(few.relax(duals))[1] > 1000


def test_few_weeks_can_be_made_fewer() -> None:
    """Step by step or at once."""
    once, _ = within_reach(shared_group(), 9)
    _, twelve = within_reach(shared_group(), 12)
    again, _ = within_reach(twelve, 9)
    assert (again.rows.tolist(), again.times[:-1].tolist()) == (once.rows.tolist(), once.times[:-1].tolist())
