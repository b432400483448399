"""The process that solves integer programs with CP-SAT: it reads lines, answers each with a line, and ends with its input."""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from queue import SimpleQueue

from scheduler.model.plain_model import PlainModel
from scheduler.model.solver_library import cp_model
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution


def solve(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
    """A solution within a gap, or the best one in time, found with one worker."""
    model = PlainModel()
    variables = [model.new_int_var(0, most, "") for most in program.most]
    for numbers, coefficients, most, is_equal in program.rows:
        total = cp_model.LinearExpr.weighted_sum([variables[n] for n in numbers], coefficients)
        model.add(total == most if is_equal else total <= most)
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, program.costs))
    for variable, value in zip(variables, program.hint, strict=False):
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, seed
    solver.parameters.linearization_level = 2
    # Few values of these variables follow from a single other one: probing them takes longer than all the rest.
    solver.parameters.cp_model_probing_level = 0
    # Nearly all rows are tight in the linear relaxation; added one by one, they would cost it most of its rounds.
    solver.parameters.add_lp_constraints_lazily = False
    solver.parameters.absolute_gap_limit = gap
    solver.parameters.max_time_in_seconds = max(0.0, seconds)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return IntegerSolution((), math.inf)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return IntegerSolution((), solver.best_objective_bound if status == cp_model.UNKNOWN else -math.inf)
    return IntegerSolution(tuple(solver.value(variable) for variable in variables), solver.best_objective_bound)


def _serve() -> None:
    requests: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen_for, args=(requests,), daemon=True).start()
    while True:
        program, seconds, seed, gap = json.loads(requests.get())
        solution = solve(IntegerProgram(**program), seconds, seed, gap)
        print(json.dumps([solution.values, solution.bound]), flush=True)


def _listen_for(requests: SimpleQueue[str]) -> None:
    """Collect the requests; when they end, exit at once, because no one is waiting for answers."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


if __name__ == "__main__":
    _serve()
