"""A list of weeks has the prices of the tables that it was made from: see `shared_group` in `test_relaxation`."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.line import Tier
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Relaxation
from tests.weeks.test_relaxation import LEGAL, shared_group

PRICES = [[0.0, 0.0], [12.5, 0.0], [3.0, 2.0], [0.0, 4.0], [40.0, 1.0]]


def within_reach(relaxation: Relaxation, upper: int) -> Relaxation:
    """What rosters below some cost can contain, without prices."""
    found, pricing = Reach(relaxation, upper), relaxation.relax(np.zeros(len(relaxation.sizes)))
    found.add(pricing, pricing.bound)
    return relaxation.with_only(found.rows, found.times)


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("tier", ["care", "preference"])
def test_a_list_of_all_weeks_proves_the_same(tier: Tier, prices: list[float]) -> None:
    """The bound, the cheapest weeks, and what each variable costs."""
    whole = shared_group(tier)
    few, duals = within_reach(whole, 10**6), np.array(prices)[: len(whole.sizes)]
    assert len(few.weeks.care) == len(LEGAL)
    one, other = whole.relax(duals), few.relax(duals)
    assert other.bound == pytest.approx(one.bound)
    assert [LEGAL[row] for row in other.rows] == one.rows.tolist()
    assert other.least.tolist() == pytest.approx(one.least.tolist())
    assert few.least_with(other).tolist() == pytest.approx(whole.least_with(one).tolist())
    for most in (0.0, 3.0, 10.0, 40.0):
        (rows, above), (of_all, above_all) = few.above_weeks(other, most), whole.above_weeks(one, most)
        assert [LEGAL[row] for row in rows.tolist()] == of_all.tolist()
        assert above == pytest.approx(above_all)


def test_what_is_beyond_reach_is_in_no_roster() -> None:
    """Below 10 there is her talk, at one of its times, and his group; below 9 only at the first."""
    few = within_reach(shared_group(), 10)
    assert few.weeks.participant_of(np.arange(2)).tolist() == [0, 1]
    assert few.weeks.preference.tolist() == [1, 4]
    assert (few.weeks.places.max(axis=1).tolist(), few.weeks.entry_visits.tolist()) == ([5, 3], [1, 2, 5])
    assert within_reach(shared_group(), 9).weeks.entry_visits.tolist() == [1, 5]
    least = few.least_with(few.relax(np.zeros(2)))
    assert least[0] == np.inf
    assert np.isfinite(least[[1, 2, 3]]).all()


def test_a_list_can_be_made_shorter() -> None:
    """Step by step or at once."""
    once = within_reach(shared_group(), 9)
    again = within_reach(within_reach(shared_group(), 12), 9)
    for name in ("first", "care", "preference", "places", "entries", "entry_visits", "entry_waits", "entry_first", "entry_of"):
        assert getattr(again.weeks, name).tolist() == getattr(once.weeks, name).tolist(), name
