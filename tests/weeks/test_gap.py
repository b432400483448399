"""The steps in which the gap between a bound and the best roster is closed."""

from __future__ import annotations

from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any, cast

import pytest

from scheduler.model.line import Tier
from scheduler.weeks import gap as module
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.finish import Finish
from scheduler.weeks.gap import close_gap
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution


def solve(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
    """Not used."""
    raise AssertionError


class FakeBound:
    """Knows what the best roster costs; trees and exact programs prove as much as they are told to."""

    def __init__(self, best: int, tree: int = 0, near: int = 10**6, least: int = 10**6, few: int = 0) -> None:
        self.best, self.tree, self.near, self.least, self.few = best, tree, near, least, few
        self.calls: list[tuple[Any, ...]] = []

    def is_near(self, upper: int, tier: Tier, most: int = 10**6) -> bool:
        """Up to a cost; to another one, if only few are meant."""
        return upper <= (self.few if most == module.FEW else self.near)

    def branch(self, upper: int, seconds: float, is_over: Any, tier: Tier) -> int:
        """As far as the tree proves."""
        self.calls.append(("branch", upper, round(seconds), tier))
        return min(self.tree, upper)

    def finish(self, upper: int, seconds: float, tier: Tier, solver: Any) -> Finish:
        """The best roster, if it costs less."""
        assert solver is solve
        self.calls.append(("finish", upper, round(seconds), tier))
        return Finish(self.best, (7,), True) if self.best < upper else Finish(min(self.least, upper))


def closed(bound: FakeBound, value: int = 100, best: int = 200, tier: Tier = "preference", *, is_over: bool = False) -> Finish:
    """What is known in the end, with 100 seconds of time."""
    return close_gap(cast(WeekBound, bound), tier, value, best, 100.0, lambda: is_over, solve)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Time stands still."""
    found = SimpleNamespace(now=5.0)
    found.monotonic = lambda: found.now
    monkeypatch.setattr(module, "time", found)
    return found


def test_the_best_roster_is_found_at_the_first_level_above_it() -> None:
    """103 is within 4 of 100, 107 within 4 of 104; levels that hold nothing are proven."""
    bound = FakeBound(103)
    assert closed(bound) == Finish(103, (7,), is_best=True)
    assert bound.calls == [("branch", 104, 10, "preference"), ("finish", 104, 100, "preference")]
    bound = FakeBound(107)
    assert closed(bound) == Finish(107, (7,), is_best=True)
    assert [call[:2] for call in bound.calls] == [("branch", 104), ("finish", 104), ("branch", 108), ("finish", 108)]


def test_the_steps_are_shares_of_the_bound() -> None:
    """2 % of 1,010, of 1,031 and of 1,052, rounded up."""
    bound = FakeBound(2000, near=1080)
    assert closed(bound, 1010, 3000) == Finish(1074)
    assert [call[1] for call in bound.calls if call[0] == "finish"] == [1031, 1052, 1074]


@pytest.mark.parametrize(("few", "levels"), [(107, [104, 108, 112]), (108, [108, 112]), (199, [196, 200]), (200, [200]), (300, [200])])
def test_several_steps_are_one_while_little_is_left_to_try(few: int, levels: list[int]) -> None:
    """At least one step; nothing above the best known roster."""
    bound = FakeBound(levels[-1] - 1, few=few)
    assert closed(bound).is_best
    assert [call[1] for call in bound.calls if call[0] == "finish"] == levels


def test_care_is_at_least_an_hour_above() -> None:
    """From nothing, too."""
    bound = FakeBound(500)
    assert closed(bound, 0, 100, "care") == Finish(100)
    assert [call[1] for call in bound.calls] == [60, 60, 100, 100]
    assert {call[3] for call in bound.calls} == {"care"}


def test_nothing_is_looked_for_above_the_best_known_roster() -> None:
    """It is proven."""
    bound = FakeBound(104)
    assert closed(bound, 100, 104) == Finish(104)
    assert [call[1] for call in bound.calls] == [104, 104]
    bound.calls.clear()
    assert closed(bound, 104, 104) == Finish(104)
    assert bound.calls == []


def test_a_tree_may_prove_a_level() -> None:
    """It needs no exact program then, and the next one may."""
    bound = FakeBound(109, tree=107)
    assert closed(bound) == Finish(109, (7,), is_best=True)
    assert [call[:2] for call in bound.calls] == [("branch", 104), ("branch", 108), ("finish", 108), ("branch", 112), ("finish", 112)]


@pytest.mark.parametrize("found", [103, 95])
def test_an_exact_program_that_is_not_solved_ends_it(found: int) -> None:
    """What the tree or the program has proven remains."""
    bound = FakeBound(125, tree=101, least=found)
    assert closed(bound) == Finish(max(101, found))
    assert len(bound.calls) == 2


def test_what_is_too_much_is_not_tried() -> None:
    """Up to 107 is near, so 104 is proven and 108 is not."""
    assert closed(FakeBound(125, near=107)) == Finish(104)
    assert closed(FakeBound(125, near=103)) == Finish(100)


def test_it_can_be_interrupted(clock: SimpleNamespace) -> None:
    """By whoever asked, or by time."""
    assert closed(FakeBound(103), is_over=True) == Finish(100)
    times = iter([5.0, 105.0])
    clock.monotonic = lambda: next(times)
    assert closed(FakeBound(103)) == Finish(100)


def test_half_a_second_is_time(clock: SimpleNamespace) -> None:
    """For what is little."""
    times = chain([5.0], repeat(104.5))
    clock.monotonic = lambda: next(times)
    assert closed(FakeBound(105)).is_best


def test_a_program_has_the_time_that_is_left(clock: SimpleNamespace) -> None:
    """None may be left."""
    times = iter([5.0, 45.0, 150.0])
    clock.monotonic = lambda: next(times)
    bound = FakeBound(103)
    assert closed(bound).is_best
    assert [call[2] for call in bound.calls] == [6, 0]
