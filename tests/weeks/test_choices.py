"""The free choices of a week, by hand: each tier takes the cheapest way that the hard lines allow."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.weeks import choices
from scheduler.weeks.choices import ChoiceBlock, blocks_of, distinct

BOUNDS, STEPS = np.array([5.0, 0.0, 10.0]), np.array([1.0, 1.0, 30.0])
RATES, HARD = np.array([[0.0, 0.0], [9.0, 9.0], [3.0, 0.0]]), np.array([True, False, False])


def line(variables: list[int], coefficients: list[int], bound: int, **more: Any) -> Line:
    """A line; 0 is a visit, the others are choices."""
    return Line("rule", (), variables, coefficients, bound, **more)


LINES = [
    line([1, 2], [1, 1], 1),
    line([0, 1, 0], [40, -60, 20], 0, tier="care", cost=1),
    line([0], [1], 0),
    line([0, 2], [-1, 1], 0),
    line([1, 2], [1, 1], 0, tier="preference", cost=5),
    line([3], [1], 0, tier="care", cost=2),
]


def read(lines: list[Line]) -> list[ChoiceBlock]:
    """The blocks of some lines; choosing 1 costs 4 of care, 2 is liked less by 6."""
    units = {"care": {1: 4}, "preference": {2: 6}}
    return blocks_of(cast(LineIndex, SimpleNamespace(choices=frozenset({1, 2, 3}), lines=SimpleNamespace(unit_costs=units))), lines)


@pytest.mark.parametrize(
    ("left", "cheapest", "is_legal"),
    [
        ([5.0, 99.0, 10.0], [0.0, 0.0], True),
        ([5.0, 99.0, 11.0], [3.0, 0.0], True),
        ([6.0, 99.0, 10.0], [8.0, 0.0], True),
        ([9.0, 99.0, -31.0], [2.0, 0.0], True),
        ([10.0, 99.0, 10.0], [0.0, 0.0], False),
    ],
)
def test_the_cheapest_way_of_each_tier(left: list[float], cheapest: list[float], is_legal: bool) -> None:
    """One way is liked less by 7; the other makes room for 4 in a hard line, costs 2 of care and 40 minutes at 3 a started half hour."""
    block = ChoiceBlock([0, 2], np.array([[0.0, 0.0], [-4.0, 40.0]]), np.array([[0.0, 7.0], [2.0, 0.0]]))
    least, legal = block.cheapest(np.array([left]), BOUNDS, STEPS, RATES, HARD)
    assert (least.tolist(), legal.tolist()) == ([cheapest], [is_legal])


def test_lines_that_share_a_choice_are_decided_together() -> None:
    """1 and 2 never both; what a visit has a say in, or is only priced, forbids no way."""
    both, alone = read(LINES)
    assert both.lines == [0, 1, 3, 4]
    assert both.ways.tolist() == [[0, 0, 0, 0], [1, 0, 1, 1], [1, -60, 0, 1]]
    assert both.costs.tolist() == [[0, 0], [0, 6], [4, 0]]
    assert (alone.lines, alone.ways.tolist(), alone.costs.tolist()) == ([5], [[0], [1]], [[0, 0], [0, 0]])


def test_lines_join_through_a_later_one() -> None:
    """The third ties the first two together."""
    (block,) = read([line([1], [1], 0), line([2], [1], 0), line([2, 1], [2, 3], 5)])
    assert block.lines == [0, 1, 2]
    assert block.ways.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("last", [1, 2, 3])
def test_lines_that_are_tied_stay_tied(last: int) -> None:
    """One more over any of their choices joins them."""
    (block,) = read([line([1], [1], 0), line([2], [1], 0), line([1, 2, 3], [1, 1, 1], 2), line([last], [1], 0)])
    assert block.lines == [0, 1, 2, 3]


@pytest.mark.parametrize(("most_choices", "most_ways", "blocks"), [(2, 3, 2), (1, 3, 1), (2, 2, 1)])
def test_too_many_choices_or_ways_are_left_out(monkeypatch: pytest.MonkeyPatch, most_choices: int, most_ways: int, blocks: int) -> None:
    """Two choices and three ways in one block, one and two in the other."""
    monkeypatch.setattr(choices, "MOST_CHOICES", most_choices)
    monkeypatch.setattr(choices, "MOST_WAYS", most_ways)
    assert len(read(LINES)) == blocks


def test_a_choice_that_is_twice_in_a_line_counts_twice() -> None:
    """1 + 2 for the same."""
    (block,) = read([line([1, 0, 1], [1, 7, 2], 2)])
    assert block.ways.tolist() == [[0], [3]]


@pytest.mark.parametrize("large", [1.0, 2.0**40])
def test_rows_that_are_equal_are_one_kind(large: float) -> None:
    """Also where they could be more kinds than a number can tell apart."""
    rows = np.array([[0.0, -large, large], [1.0, large, -large], [0.0, -large, large], [1.0, large, large]])
    first, which = distinct(rows)
    assert rows[first][which].tolist() == rows.tolist()
    assert len(first) == 3
    assert [part.tolist() for part in distinct(np.zeros((0, 2)))] == [[], []]
    assert distinct(np.zeros((2, 0)))[1].tolist() == [0, 0]


def test_rows_of_small_numbers_are_told_apart() -> None:
    """Below zero, too: every row of two columns is a kind of its own."""
    rows = np.array([[a, b] for a in (0.0, 1.0) for b in (-2.0, -1.0, 0.0)])
    assert sorted(distinct(rows)[1].tolist()) == list(range(6))


@pytest.mark.parametrize(("columns", "most", "first"), [(70, 1.0, 1.0), (3, 2.0**41 - 1, 1.0), (2, 2.0**41 - 1, 2.0**40)])
def test_rows_that_differ_in_the_first_of_many_columns_are_told_apart(columns: int, most: float, first: float) -> None:
    """Their numbers are longer than an integer."""
    rows = np.zeros((3, columns))
    rows[1, 0], rows[2] = first, most
    assert len(distinct(rows)[0]) == 3
