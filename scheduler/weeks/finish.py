"""The exact finish: everything that a roster better than the best one can contain, as one integer program.

When the bound is close, few weeks and times are left. The program has all shared lines; those that prices leave out, and what several
appointments of one day cost together, are added where a solution lacks them. So the last optimum is a bound that a roster nearly always
reaches, and it shows which one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from scheduler.model.line_index import LineIndex
from scheduler.model.rounding import rounded_up
from scheduler.weeks.details import Details
from scheduler.weeks.integer_program import Solver, solve_apart
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


def finish(index: LineIndex, reach: Reach, seconds: float, solve: Solver = solve_apart, details: Details | None = None) -> Finish:
    """Find the best roster within reach, or prove that there is none.

    Args:
        details: What earlier solutions lacked; what those of this program lack is added.
    """
    details, ends, least, last = details or Details(index), time.monotonic() + seconds, 0, list[int]()
    while True:
        program, constant = exact_program(reach, details), reach.relaxation.constant
        program.program.hint = last  # details come after the weeks and times, so most of the next solution is the same
        solution = solve(program.program, max(0.0, ends - time.monotonic()), SEED, 0.0)
        least = max(least, rounded_up(max(0.0, min(float(reach.upper), solution.bound + constant))))
        if not solution.values:
            return Finish(least)
        last = list(solution.values)
        if not details.learn(program, last):
            cost = constant + sum(cost * value for cost, value in zip(program.program.costs, solution.values, strict=True))
            return Finish(least, program.picked(solution.values), cost <= least)


def exact_program(reach: Reach, details: Details) -> WeekProgram:
    """The integer program of what is within reach; its cost leaves out the constant of the relaxation."""
    relaxation = reach.relaxation
    program = WeekProgram(relaxation, np.flatnonzero(reach.rows), np.flatnonzero(reach.times), relaxation.static[reach.values[1]])
    program.fix(relaxation.static[~reach.values[0]])
    details.add_to(program, reach)
    if relaxation.is_budgeted:
        program.program.limit(program.care, round(float(relaxation.sizes[-1])))
    costs = {variable: cost for variable, cost in enumerate(program.program.costs) if cost}
    program.program.limit(costs, reach.upper - 1 - relaxation.constant)
    return program
