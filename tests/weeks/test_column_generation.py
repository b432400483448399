"""The rounds of column generation, with linear programs that a test gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from scheduler.weeks import column_generation
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.relaxation import Relaxation
from tests.weeks.scripted import NOW, Programs, Round

SAME = Round(40.0, 10.0, (1, 2, 3))
"""Twice the best bound, and three lines are broken."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still; half of a program's value is close."""
    monkeypatch.setattr(column_generation, "time", SimpleNamespace(monotonic=lambda: NOW))
    monkeypatch.setattr(column_generation, "CLOSE", 0.5)
    monkeypatch.setattr(column_generation, "Master", lambda relaxation, dear, care_price: relaxation)


def run(programs: Programs) -> ColumnGeneration:
    """It begins at a price of 0, where the bound is 10."""
    return ColumnGeneration(cast(Relaxation, programs), 60.0, lambda _: None)


def improved(programs: Programs, patience: int = 8, upper: int = 100, seconds: float = 60.0) -> int:
    """The number of rounds, which is what it says."""
    rounds = run(programs).improve(upper, NOW + seconds, lambda: False, patience)
    assert programs.seconds == [seconds] * rounds
    return rounds


@pytest.mark.parametrize(
    ("first", "rounds"),
    [
        (Round(41.0, 10.0, new=(1, 0)), 2),
        (Round(41.0, 10.0, new=(0, 1)), 2),
        (Round(41.0, 10.0, new=(1, 1)), 2),
        (Round(41.0, 10.0, new=(0, 0)), 1),
        (Round(41.0, 10.0, (3,), (0, 0)), 2),
        (Round(40.0, 10.0, (3,)), 2),
        (Round(40.0, 10.0), 1),
        (Round(24.0, 10.0), 1),
    ],
)
def test_it_ends_when_nothing_is_new_or_the_bound_is_close(first: Round, rounds: int) -> None:
    """20 of 40 is close; while lines are broken a program may still rise."""
    programs = Programs(first, Round(20.0, new=(0, 0)))
    assert improved(programs) == rounds
    assert programs.added == list(first.broken)


@pytest.mark.parametrize(("patience", "rounds"), [(-1, 1), (0, 2), (1, 2), (2, 3), (3, 3), (4, 4), (8, 6), (9, 6)])
def test_a_bound_that_is_close_is_given_up_after_a_while(patience: int, rounds: int) -> None:
    """From the second round on, two prices in each raise nothing; three lines of a hundred are few."""
    assert improved(Programs(*[SAME] * 6, is_budgeted=True, num_lines=100), patience) == rounds


def test_it_is_not_given_up_while_there_is_something_to_gain() -> None:
    """Many lines are broken, or it is not close, or there is no budget, whose price takes long to find."""
    assert improved(Programs(*[SAME] * 6, is_budgeted=True, num_lines=99), 0) == 6
    assert improved(Programs(*[Round(41.0, 10.0, (1,))] * 6, is_budgeted=True, num_lines=100), 0) == 6
    assert improved(Programs(*[SAME] * 6, num_lines=100), 0) == 6


def test_gains_that_are_small_count_as_none() -> None:
    """At 10.5 the bound is 19.5, and at 10 it is 20: half more is not more than half."""
    rounds = [Round(39.0, 10.5, (1,)), Round(39.0, 9.5, (1,)), *[Round(39.0, 10.0, (1,))] * 3]
    assert improved(Programs(*rounds, is_budgeted=True, num_lines=100), 1) == 2


def test_wider_budgets_are_looked_at_more_and_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    """After 10 and 20 rounds, and in the end."""
    programs, looks = Programs(*[SAME] * 25), list[int]()
    found = run(programs)
    widen = found._widen
    monkeypatch.setattr(found, "_widen", lambda: (looks.append(len(programs.seconds)), widen()))
    found.improve(100, NOW + 60.0, lambda: False)
    assert looks == [10, 20, 25]


@pytest.mark.parametrize(("upper", "seconds", "rounds"), [(10, 60.0, 0), (11, 60.0, 1), (100, 0.0, 0), (100, 0.5, 2)])
def test_no_program_is_solved_without_need_or_time(upper: int, seconds: float, rounds: int) -> None:
    """Its bound is 10 from the beginning and 20 after a round; a program gets all the time that is left."""
    assert improved(Programs(SAME, SAME), upper=upper, seconds=seconds) == rounds
