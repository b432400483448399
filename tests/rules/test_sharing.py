"""Words to numbers for what rules about shared people and things have in common."""

import random

import numpy as np

from scheduler.columns import crowds
from scheduler.rules._sharing import Thresholds, cliques, within
from scheduler.terms import AnyOf, FreeVariable, Row, total
from scheduler.timegrid import Span

A, B, C = (FreeVariable((name,)) for name in "abc")


def test_cliques_are_the_largest_sets_under_way() -> None:
    """0-10, 5-15 and 10-20: the first two meet at 5, the last two at 10, where the first has just ended."""
    items = [(Span(10, 20), "c"), (Span(0, 10), "a"), (Span(5, 15), "b")]
    assert list(cliques(items)) == [(5, ("a", "b")), (10, ("b", "c"))]
    assert list(cliques(reversed(items))) == list(cliques(items))
    assert list(cliques([])) == []


def test_past_lifts_a_bound_and_never_breaks_it() -> None:
    """4 allowed, 5 happened: the bound becomes 5; rows that cannot be exceeded, or hold the past only, are left out."""
    row = Row("r", (), ((A, 5), (B, 2)), 4)
    assert [r.bound for r in within(row, ())] == [4]
    assert [r.bound for r in within(row, {A})] == [5]
    assert [r.bound for r in within(row, {B})] == [4]
    assert list(within(row, {A, B})) == []
    assert list(within(Row("r", (), total([A, B]), 2), ())) == []


def test_any_of_has_happened_with_one_member() -> None:
    """One of two members happened: that is 1 of 1, so the other handle is left with nothing."""
    either = AnyOf(("either",), (A, B))
    assert [r.bound for r in within(Row("r", (), total([either, C]), 0), {B})] == [1]


def test_thresholds_ask_for_the_nearest_time() -> None:
    """Starts 10 and 30, ends 20 and 40: at 29 only the first can have begun, from 21 on only the second can last."""
    asked = Thresholds(("r",), [(Span(10, 20), A), (Span(30, 40), B)])
    first, second = asked.begun(10), asked.begun(30)
    assert (first.members, second.members) == ((A,), (first, B))
    assert [asked.begun(minute) for minute in (9, 29, 31)] == [None, first, second]
    last, earlier = asked.lasting(40), asked.lasting(20)
    assert (last.members, earlier.members) == ((B,), (last, A))
    assert [asked.lasting(minute) for minute in (19, 21, 41)] == [earlier, last, None]


def test_crowds_are_the_same_in_columns() -> None:
    draw = random.Random(5)
    for _ in range(60):
        starts = [draw.randrange(0, 300, 5) for _ in range(draw.randrange(0, 25))]
        spans = [Span(start, start + draw.choice((10, 45, 150))) for start in starts]
        expected = list(cliques((span, n) for n, span in enumerate(spans)))
        start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
        assert [(minute, tuple(crowd.tolist())) for minute, crowd in crowds(start, end)] == expected
