"""The process that solves one integer program with CP-SAT: it reads a line, answers with a line, and ends with its input."""

from __future__ import annotations

import json
import os
import sys
import threading

from ortools.sat.python import cp_model

from scheduler.model.plain_model import PlainModel
from scheduler.weeks.integer_program import IntegerProgram

WORTH_IT = 0.005
"""Share of the cost that may stay unproven."""


def solve(program: IntegerProgram, seconds: float, seed: int) -> list[int] | None:
    """The values of a nearly optimal solution, found with one worker; None if there is none in time."""
    model = PlainModel()
    variables = [model.new_int_var(0, most, "") for most in program.most]
    for numbers, coefficients, most, is_equal in program.rows:
        total = cp_model.LinearExpr.weighted_sum([variables[n] for n in numbers], coefficients)
        model.add(total == most if is_equal else total <= most)
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, program.costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, seed
    solver.parameters.linearization_level = 2
    solver.parameters.relative_gap_limit = WORTH_IT
    solver.parameters.max_time_in_seconds = max(0.0, seconds)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [solver.value(variable) for variable in variables]


def _serve() -> None:
    request = json.loads(sys.stdin.readline())
    # The next line never comes: when the input ends, no one is waiting for the answer.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    values = solve(IntegerProgram(request["costs"], request["most"], request["rows"]), request["seconds"], request["seed"])
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    _serve()
