"""Which variable to decide, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.weeks import pseudo_costs
from scheduler.weeks.pseudo_costs import PseudoCosts

HALVES = np.array([0.5, 0.5, 0.5])


def chosen(gains: dict[int, tuple[float, float]], values: np.ndarray = HALVES, of: PseudoCosts | None = None) -> int:
    """What is decided if 0 and 1 gain so much, variable by variable; they are tried in this order."""
    found = PseudoCosts(len(values)) if of is None else of
    return found.best(np.array([*gains], dtype=np.int64), values, lambda position, value: gains[position][int(value)])


@pytest.mark.parametrize(
    ("gains", "best"),
    [
        ({0: (2.0, 2.0), 1: (9.0, 0.0)}, 0),  # 4, and 9 times next to nothing
        ({0: (1.0, 3.0), 1: (2.0, 2.0)}, 1),  # 3 and 4
        ({0: (0.0, 1.0), 1: (0.0, 2.0)}, 1),  # with one useless value each, the other counts
        ({0: (-5.0, 4.0), 1: (0.0, 5.0)}, 1),  # nothing gets cheaper by being decided: a limit of pivots made it look so
        ({2: (1.0, 1.0), 0: (1.0, 1.0)}, 2),  # the first of equals
    ],
)
def test_both_values_must_gain(gains: dict[int, tuple[float, float]], best: int) -> None:
    """The product decides."""
    assert chosen(gains) == best


def test_a_gain_is_relative_to_the_distance() -> None:
    """At 0.25, 1 gained by 0 is 4 each, 1 by 1 is 4/3 each; at 0.5 that would be 2 and 2/3."""
    found, values = PseudoCosts(1), np.array([0.25])
    assert chosen({0: (1.0, 1.0)}, values, found) == 0
    assert found.totals[:, 0].tolist() == pytest.approx([4.0, 4.0 / 3.0])
    assert found._scores(np.array([0]), np.array([0.5])).tolist() == pytest.approx([4.0 / 3.0])


def test_hardly_any_distance_counts_as_a_twentieth() -> None:
    """0.001 away from 0: 1 gained is 20, not 1,000."""
    found = PseudoCosts(1)
    found.record(0, 0.0, 0.001, 1.0)
    assert found.totals[0, 0] == pytest.approx(20.0)


def test_what_was_tried_is_judged_by_all_that_it_gained() -> None:
    """It is not tried again; what its decisions gained counts as much as the trial."""
    found = PseudoCosts(3)
    assert chosen({0: (4.0, 4.0), 1: (3.0, 3.0)}, of=found) == 0
    for value in (0.0, 1.0):
        found.record(0, value, 0.5, 1.0)
    assert found.counts[:, 0].tolist() == [2, 2]
    assert found.best(np.array([0, 1]), HALVES, pytest.fail) == 1  # 2.5 and 3


def test_a_node_tries_out_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of those that are new, beside all that have been tried."""
    monkeypatch.setattr(pseudo_costs, "MOST_TRIALS", 1)
    found = PseudoCosts(3)
    gains = {0: (1.0, 1.0), 1: (2.0, 2.0), 2: (3.0, 3.0)}
    assert [chosen(gains, of=found) for _ in range(3)] == [0, 1, 2]
