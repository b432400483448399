"""The line of the budget, which is in the linear program before any week: see `forced` in `test_relaxation`."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.weeks.master import Master
from tests.weeks.test_master import add_lines, columns
from tests.weeks.test_relaxation import forced, line, shared_group


@pytest.mark.parametrize("cost", [1, 2])
def test_care_of_a_broken_line_counts_in_the_budget(cost: int) -> None:
    """35 over, of which 20 minutes may be missed."""
    found = Master(forced(line([40], 5, tier="care", cost=cost), budget=20), 60.0)
    found.add_columns(columns(0))
    add_lines(found, 0)
    assert found.solve(20.0)
    assert found.value == pytest.approx(60.0 * (35 * cost - 20))


def test_a_shared_variable_may_be_the_first_of_all_columns() -> None:
    """Its care is in the line of the budget, which is there before any week; visit 0 needs it."""
    found = Master(forced(line([1, -1], 0), budget=60, care_of_free=5), 60.0)
    found.add_columns(columns(0))
    for least in (0.0, 1.0):
        add_lines(found, *([0] if least == 0.0 else []))
        found.decide(np.array([least]), np.array([1.0]))
        assert found.solve(20.0)
        assert (found.static_column[1], found.static_values().tolist()) == (0, [1.0])
    found.decide(np.zeros(1), np.zeros(1))
    assert found.solve(20.0)
    assert found.static_values().tolist() == [0.0]


def test_a_place_costs_what_is_said_of_it() -> None:
    """2 for his place beside the 4 of the week, and 7 for hers."""
    relaxation = shared_group()
    relaxation.unit[3] = 2.0
    found = Master(relaxation, 60.0)
    found.add_columns(columns(1, 5))
    assert found.solve(20.0)
    assert found.value == pytest.approx(7 + 4 + 2)
