"""The rounds of one node of a tree, with linear programs that a test gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from scheduler.terms import Run
from scheduler.timegrid import Span
from scheduler.weeks import branching
from scheduler.weeks.branching import Node, Tree
from scheduler.weeks.master import Master
from tests.weeks.scripted import NOW, Programs, Round

RUN = Run("group", Span(540, 600), "in_person", "s1")


def worked(monkeypatch: pytest.MonkeyPatch, programs: Programs, upper: int = 100, seconds: float = 60.0) -> Node:
    """The root, after its rounds; it begins at a price of 0, where the bound is 10."""
    monkeypatch.setattr(branching, "time", SimpleNamespace(monotonic=lambda: NOW))
    tree = Tree(cast(Master, programs), [RUN], np.zeros(1), upper)
    tree._work(tree.open[0], NOW + seconds)
    return tree.open[0]


def test_prices_between_the_best_and_the_last_are_tried_in_the_first_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """8 is better than 0, and 10 is the best; from the fourth round on the last ones only, and after the eighth none."""
    programs = Programs(Round(price=16.0), Round(price=12.0), *[Round(price=14.0)] * 7)
    node = worked(monkeypatch, programs)
    assert programs.tried == [0.0, 0.0, 8.0, 16.0, 10.0, 12.0, 12.0, 14.0, *[14.0] * 5]
    assert (node.bound, node.duals.tolist(), node.is_open) == (20.0, [10.0], True)
    assert programs.seconds == [60.0] * 8


@pytest.mark.parametrize(
    ("first", "rounds", "is_open"),
    [
        (Round(new=(1, 0)), 2, False),
        (Round(new=(0, 1)), 2, False),
        (Round(new=(1, 1)), 2, False),
        (Round(new=(0, 0)), 1, False),
        (Round(new=(0, 0), broken=(3,)), 2, False),
        (Round(18.0), 1, False),
        (Round(18.25), 1, False),
        (Round(18.5), 2, False),
        (Round(18.0, broken=(3,)), 1, True),
        (Round(18.0, new=(0, 0), broken=(3,)), 1, True),
    ],
)
def test_a_node_is_worked_on_while_there_is_something_new(
    monkeypatch: pytest.MonkeyPatch, first: Round, rounds: int, is_open: bool
) -> None:
    """At a price of 8 its bound is 18, and 18.5 is far enough above; what breaks lines may still rise, but its children rise with them."""
    monkeypatch.setattr(branching, "ENOUGH", 0.5)
    programs = Programs(first, Round(18.0))
    node = worked(monkeypatch, programs)
    assert (len(programs.seconds), node.is_open, programs.added) == (rounds, is_open, list(first.broken))


def test_without_new_columns_it_stops_in_any_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fourth is the first in which only one price is tried."""
    programs = Programs(*[Round()] * 3, Round(new=(0,)), Round())
    assert not worked(monkeypatch, programs).is_open
    assert len(programs.seconds) == 4


@pytest.mark.parametrize(("upper", "seconds", "rounds"), [(10, 60.0, 0), (11, 60.0, 1), (11, 0.0, 0), (11, 0.5, 1)])
def test_no_program_is_solved_without_need_or_time(monkeypatch: pytest.MonkeyPatch, upper: int, seconds: float, rounds: int) -> None:
    """Its bound is 10 from the beginning; a program gets all the time that is left."""
    programs = Programs(Round(18.0))
    node = worked(monkeypatch, programs, upper, seconds)
    assert programs.seconds == [seconds] * rounds
    assert node.is_open is (rounds == 0)


def test_what_no_program_has_looked_at_is_undecided() -> None:
    """Half true."""
    tree = Tree(cast(Master, Programs()), [RUN], np.zeros(1), 100)
    assert tree._undecided(tree.open[0], NOW) == 0
