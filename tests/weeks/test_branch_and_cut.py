"""Integer programs with HiGHS, and two solvers in turns."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from scheduler.weeks import branch_and_cut
from scheduler.weeks import integer_program as module
from scheduler.weeks.branch_and_cut import solve
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution, in_turns
from tests.weeks.test_integer_program import knapsack

NOTHING = IntegerSolution((), -math.inf)


def test_the_best_solution() -> None:
    assert solve(knapsack(), 600.0, 1, 0.0) == IntegerSolution((2, 1), -17.0)


def test_no_solution() -> None:
    """At most one and one are not three."""
    assert solve(knapsack(1), 600.0, 1, 0.0) == IntegerSolution((), math.inf)


def test_nothing_is_known_without_time() -> None:
    program = drawn(1, size=40)
    found = solve(program, 0.0, 1, 0.0)
    assert (found.values, found.bound) == ((), -math.inf)


def test_what_may_stay_unproven_does() -> None:
    """The best one costs -17; anything within 20 of it will do."""
    found = solve(knapsack(), 600.0, 1, 20.0)
    assert found.bound <= -17.0 <= sum(map(np.multiply, knapsack().costs, found.values)) <= found.bound + 20


def drawn(seed: int, size: int = 7) -> IntegerProgram:
    """A program with rows of all kinds."""
    draw, program = np.random.default_rng(seed), IntegerProgram()
    for most in draw.integers(1, 3, size).tolist():
        program.variable(int(draw.integers(-9, 10)), most)
    for row in range(4):
        numbers = draw.choice(size, 4, replace=False).tolist()
        program.limit(dict(zip(numbers, draw.integers(-5, 8, 4).tolist(), strict=True)), int(draw.integers(0, 9)), is_equal=row == 0)
    return program


@pytest.mark.parametrize("seed", range(30))
def test_its_optimum_is_that_of_all_solutions(seed: int) -> None:
    program = drawn(seed)
    costs = [
        sum(map(int.__mul__, program.costs, values))
        for values in product(*(range(most + 1) for most in program.most))
        if branch_and_cut._is_solution(program, np.array(values))
    ]
    assert solve(program, 600.0, 1, 0.0).bound == pytest.approx(min(costs, default=math.inf))


@pytest.mark.parametrize(
    ("values", "is_one"),
    [((2, 1), True), ((3, 0), True), ((1, 1), False), ((3, 1), False), ((4, -1), False), ((2,), False), ((), False)],
)
def test_whole_numbers_have_to_keep_every_row(values: tuple[int, ...], is_one: bool) -> None:
    """Together exactly three, at most nine, and within the limits of each."""
    assert branch_and_cut._is_solution(knapsack(), np.array(values, dtype=np.int64)) is is_one


class Turns:
    """Solvers that take all their time and answer as they are told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.calls = 0.0, list[tuple[str, float]]()
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))

    def solver(self, name: str, *answers: IntegerSolution) -> Callable[..., IntegerSolution]:
        """One of them."""
        left = iter(answers)

        def solve(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
            assert (seed, gap) == (1, 0.0)
            self.calls.append((name, seconds))
            self.now += seconds
            return next(left)

        return solve


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Time passes as they take it."""
    return Turns(monkeypatch)


def test_the_second_solver_has_a_turn_when_the_first_did_not_finish(turns: Turns) -> None:
    solver = in_turns(turns.solver("first", NOTHING), turns.solver("second", IntegerSolution((2, 1), -17.0)))
    assert solver(knapsack(), 60.0, 1, 0.0) == IntegerSolution((2, 1), -17.0)
    assert turns.calls == [("first", 4.0), ("second", 8.0)]


@pytest.mark.parametrize("answer", [IntegerSolution((), math.inf), IntegerSolution((2, 1), -17.0)])
def test_a_solved_program_is_not_solved_again(turns: Turns, answer: IntegerSolution) -> None:
    """Or one that has no solution."""
    assert in_turns(turns.solver("first", answer), turns.solver("second"))(knapsack(), 60.0, 1, 0.0) == answer
    assert turns.calls == [("first", 4.0)]


def test_the_best_of_all_turns_is_known_in_the_end(turns: Turns) -> None:
    """One has the better solution, the other one the better bound; together they are a proof."""
    first = turns.solver("first", IntegerSolution((3, 0), -20.0), IntegerSolution((2, 1), -21.0))
    second = turns.solver("second", IntegerSolution((), -17.0))
    assert in_turns(first, second)(knapsack(), 60.0, 1, 0.0) == IntegerSolution((2, 1), -17.0)
    assert turns.calls == [("first", 4.0), ("second", 8.0), ("first", 16.0)]


@pytest.mark.parametrize(("seconds", "calls"), [(0.0, [0.0]), (4.0, [4.0]), (5.0, [4.0, 1.0]), (13.0, [4.0, 8.0, 1.0])])
def test_turns_end_with_the_time(turns: Turns, seconds: float, calls: list[float]) -> None:
    solver = in_turns(*(turns.solver(name, NOTHING, NOTHING) for name in "ab"))
    assert solver(knapsack(), seconds, 1, 0.0) == NOTHING
    assert [call[1] for call in turns.calls] == calls
