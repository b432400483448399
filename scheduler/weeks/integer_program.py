"""An integer program as plain lists: written by the prover, which has no CP-SAT, and solved by a process that has."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from operator import mul
from types import TracebackType
from typing import Self

from scheduler.line_process import LineProcess

FIRST_TURN = 4.0
"""Seconds of the first turn of the first of several solvers: programs that take CP-SAT 2.6 s are common, and each turn begins anew."""
NOTHING = "[[], -Infinity]"
"""The answer of a process that has ended without one."""


@dataclass(slots=True)
class IntegerProgram:
    """Minimizes the cost of variables from 0 to their maximum, within rows.

    Attributes:
        costs: Cost of one unit of each variable.
        most: Maximum of each variable.
        rows: Variables, coefficients, and the largest sum; with True at the end, the sum must be equal to it.
        hint: Likely values of the first variables.
    """

    costs: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    rows: list[tuple[list[int], list[int], int, bool]] = field(default_factory=list)
    hint: list[int] = field(default_factory=list)

    def variable(self, cost: int, most: int = 1) -> int:
        """Add a variable and return its number."""
        self.costs.append(cost)
        self.most.append(most)
        return len(self.costs) - 1

    def limit(self, terms: Mapping[int, int], most: int, is_equal: bool = False) -> None:
        """Add a row over some variables."""
        self.rows.append((list(terms), list(terms.values()), most, is_equal))


@dataclass(frozen=True, slots=True)
class IntegerSolution:
    """What is known about a program.

    Attributes:
        values: The values of the variables in the best solution found; empty if there is none.
        bound: A lower bound of the cost of every solution; infinite if there is none.
    """

    values: tuple[int, ...]
    bound: float


Solver = Callable[[IntegerProgram, float, int, float], IntegerSolution]
"""Solves a program within some seconds, given a seed and the amount of the cost that may stay unproven."""


def in_turns(*solvers: Solver) -> Solver:
    """Several solvers as one: each tries twice as long as the one before, until one of them has solved the program."""

    def solve(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
        ends, turn = time.monotonic() + seconds, FIRST_TURN
        best, bound = IntegerSolution((), -math.inf), -math.inf
        for solver in cycle(solvers):
            left = ends - time.monotonic()
            solution = solver(program, min(turn, max(0.0, left)), seed, gap)
            best, bound = min(best, solution, key=partial(_cost, program)), max(bound, solution.bound)
            if left <= turn or _cost(program, best) <= bound + gap:
                break
            turn *= 2
        return IntegerSolution(best.values, bound)

    return solve


def _cost(program: IntegerProgram, solution: IntegerSolution) -> float:
    """What a solution costs; infinite if there is none."""
    return float(sum(map(mul, program.costs, solution.values))) if solution.values else math.inf


class IntegerSolver:
    """CP-SAT in a process of its own, which ends with its input, so that it does not outlive the one that asks.

    It begins with the first program, because loading CP-SAT takes a second. When it breaks down, the next program has a new one.
    """

    def __init__(self) -> None:
        self._process: LineProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def solve(self, program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
        """A good solution.

        Args:
            gap: Amount of the cost that may stay unproven.
        """
        parts = {"costs": program.costs, "most": program.most, "rows": program.rows, "hint": program.hint}
        answer = self._ask(json.dumps([parts, seconds, seed, gap]))
        if not answer:
            self._end()
        values, bound = json.loads(answer or NOTHING)
        return IntegerSolution(tuple(values), bound)

    def _ask(self, request: str) -> str:
        if self._process is None:
            self._process = LineProcess("scheduler.weeks.integer_solver")
        return self._process.line() if self._process.send(request) else ""

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
        self._process = None


def solve_apart(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
    """A good solution, found in a process that is over then."""
    with IntegerSolver() as solver:
        return solver.solve(program, seconds, seed, gap)
