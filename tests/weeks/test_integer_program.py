"""Small integer programs, solved here and in a process of their own."""

from __future__ import annotations

import io
import json
import math
import time
from dataclasses import asdict
from queue import SimpleQueue
from types import SimpleNamespace
from typing import ClassVar

import pytest
from ortools.sat.python import cp_model

from scheduler.weeks import integer_solver
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution, IntegerSolver, solve_apart


def knapsack(most: int = 3) -> IntegerProgram:
    """Up to so many at 2 a piece and one at 5 a piece, together exactly 3; each is worth 4 or 9."""
    program = IntegerProgram()
    many, one = program.variable(-4, most), program.variable(-9)
    program.limit({many: 1, one: 1}, 3, is_equal=True)
    program.limit({many: 2, one: 5}, 9)
    return program


def test_the_best_solution() -> None:
    """Two at 2 and one at 5 are 9; with one less of money none of them is the one."""
    assert integer_solver.solve(knapsack(), 600.0, 1, 0.0) == IntegerSolution((2, 1), -17.0)
    program = knapsack()
    program.limit({0: 2, 1: 5}, 8)
    assert integer_solver.solve(program, 600.0, 1, 0.0) == IntegerSolution((3, 0), -12.0)


def test_a_variable_is_yes_or_no_unless_more_is_said() -> None:
    """It costs once."""
    program = IntegerProgram()
    assert (program.variable(5), program.variable(7, 3)) == (0, 1)
    assert (program.costs, program.most) == ([5, 7], [1, 3])


def test_no_solution() -> None:
    """At most one and one are not three."""
    assert integer_solver.solve(knapsack(1), 600.0, 1, 0.0) == IntegerSolution((), math.inf)


def test_the_process_answers_each_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Two programs, in their order."""
    requests = [json.dumps([asdict(program), 600.0, 1, 0.0]) for program in (knapsack(), knapsack(1))]

    def put(queue: SimpleQueue[str]) -> None:
        for request in requests:
            queue.put(request)
        queue.put("")

    monkeypatch.setattr(integer_solver, "_listen_for", put)
    with pytest.raises(json.JSONDecodeError):
        integer_solver._serve()
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [[[2, 1], -17.0], [[], math.inf]]


def test_the_process_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests until then; it ends well."""
    ended: list[int] = []
    requests: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nb\n"))
    integer_solver._listen_for(requests)
    assert [requests.get_nowait(), requests.get_nowait()] == ["a\n", "b\n"]
    assert (requests.empty(), ended) == (True, [0])


def test_one_process_solves_one_program_after_the_other() -> None:
    """A hint may be wrong."""
    with IntegerSolver() as solver:
        program = knapsack()
        program.hint = [3, 0]
        assert solver.solve(program, 600.0, 1, 0.0) == IntegerSolution((2, 1), -17.0)
        assert solver.solve(knapsack(1), 600.0, 1, 0.0) == IntegerSolution((), math.inf)


def test_a_process_that_breaks_down_is_replaced() -> None:
    """Nothing is known of the program that it had, or was to have."""
    with IntegerSolver() as solver:
        for _ in range(2):
            assert solver.solve(knapsack(), 600.0, 1, 0.0).values == (2, 1)
            assert solver._process is not None
            solver._process._process.kill()
            solver._process._process.wait()
            assert solver.solve(knapsack(), 600.0, 1, 0.0) == IntegerSolution((), -math.inf)
            assert solver._process is None


def test_a_process_of_its_own() -> None:
    """The same, and it is over at once."""
    began = time.monotonic()
    assert solve_apart(knapsack(), 600.0, 1, 0.0) == IntegerSolution((2, 1), -17.0)
    assert solve_apart(knapsack(1), 600.0, 1, 0.0) == IntegerSolution((), math.inf)
    assert time.monotonic() - began < 300.0


class FakeSolver:
    """Finds nothing, but knows that 5 is the least."""

    made: ClassVar[list[FakeSolver]] = []
    status: ClassVar[cp_model.CpSolverStatus] = cp_model.UNKNOWN
    best_objective_bound = 5.0

    def __init__(self) -> None:
        self.parameters = SimpleNamespace()
        self.made.append(self)

    def solve(self, model: cp_model.CpModel) -> cp_model.CpSolverStatus:
        """In time."""
        return self.status


@pytest.mark.parametrize(("seconds", "limit"), [(50.0, 50.0), (-1.0, 0.0)])
def test_one_worker_within_the_time(monkeypatch: pytest.MonkeyPatch, seconds: float, limit: float) -> None:
    """With the seed that is given."""
    monkeypatch.setattr(FakeSolver, "made", [])
    monkeypatch.setattr(cp_model, "CpSolver", FakeSolver)
    assert integer_solver.solve(knapsack(), seconds, 7, 0.125) == IntegerSolution((), 5.0)
    assert [vars(solver.parameters) for solver in FakeSolver.made] == [
        {
            "num_workers": 1,
            "random_seed": 7,
            "linearization_level": 2,
            "cp_model_probing_level": 0,
            "add_lp_constraints_lazily": False,
            "absolute_gap_limit": 0.125,
            "max_time_in_seconds": limit,
        }
    ]


def test_a_program_that_is_refused_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever bound the solver shows."""
    monkeypatch.setattr(FakeSolver, "made", [])
    monkeypatch.setattr(FakeSolver, "status", cp_model.MODEL_INVALID)
    monkeypatch.setattr(cp_model, "CpSolver", FakeSolver)
    assert integer_solver.solve(knapsack(), 1.0, 7, 0.0) == IntegerSolution((), -math.inf)
