"""The exact finish: everything that a roster better than the best one can contain, as one integer program.

When the bound is close, few weeks and times are left. The program has all shared lines, also those that prices leave out, and days with
several appointments are exact. So its optimum is a bound that a roster nearly always reaches, and it shows which one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.model.line_index import LineIndex
from scheduler.model.rounding import rounded_up
from scheduler.terms import Visit
from scheduler.weeks.day_plans import add_day_plans
from scheduler.weeks.integer_program import Solver, solve_apart
from scheduler.weeks.ownership import unpriced
from scheduler.weeks.reach import Reach
from scheduler.weeks.week_program import WeekProgram

MOST_SIZE = 20_000
"""Maximum number of weeks, times and shared variables of a program that is worth trying."""
MOST_TERMS = 2_000_000
"""Maximum number of terms of its shared lines: where many participants have no table, these are most of the week's rules."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Finish:
    """What is known about the rosters below some cost.

    Attributes:
        bound: None of them costs less; at most the cost that they stay below.
        picked: Numbers of the visits and shared variables of the best one found; empty if there is none.
        is_best: Whether that one is proven to be the best.
    """

    bound: int
    picked: tuple[int, ...] = ()
    is_best: bool = False


def finish(index: LineIndex, reach: Reach, seconds: float, solve: Solver = solve_apart) -> Finish:
    """Find the best roster within reach, or prove that there is none."""
    program, constant = exact_program(index, reach), reach.relaxation.constant
    solution = solve(program.program, seconds, SEED, 0.0)
    bound = rounded_up(max(0.0, min(float(reach.upper), solution.bound + constant)))
    if not solution.values:
        return Finish(bound)
    cost = constant + sum(cost * value for cost, value in zip(program.program.costs, solution.values, strict=True))
    return Finish(bound, program.picked(solution.values), cost <= bound)


def exact_program(index: LineIndex, reach: Reach) -> WeekProgram:
    """The integer program of what is within reach; its cost leaves out the constant of the relaxation."""
    relaxation, handles = reach.relaxation, index.lines.handles
    times = np.flatnonzero(reach.times)
    program = WeekProgram(relaxation, np.flatnonzero(reach.rows), times, 1, 0.0, relaxation.static[reach.values[1]])
    program.fix(relaxation.static[~reach.values[0]])
    left_out, shared = unpriced(index, relaxation.shared), set(relaxation.static.tolist())
    free = {v for line in left_out for v in line.variables if not isinstance(handles[v], Visit)}
    program.add_hard(left_out, free - shared)
    add_day_plans(index.lines, program, reach)
    if relaxation.is_budgeted:
        program.program.limit(program.care, round(float(relaxation.sizes[-1])))
    costs = {variable: cost for variable, cost in enumerate(program.program.costs) if cost}
    program.program.limit(costs, reach.upper - 1 - relaxation.constant)
    return program
