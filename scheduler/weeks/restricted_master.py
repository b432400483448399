"""The restricted master problem: a roster of the most promising weeks, one for each participant, with all shared lines.

Prices show which weeks could be in a good roster: those that cost little more than their participant's cheapest one. The result may break
rules that tables leave open, so it is a proposal to be repaired, never a bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from scheduler.weeks.integer_program import Solver, solve_apart
from scheduler.weeks.relaxation import Floats, Ints, Pricing, Relaxation
from scheduler.weeks.week_program import WeekProgram, near_times

WEEKS_EACH = (15, 25, 40)
"""Average number of weeks per participant in the model; the next number is used if the previous gives no roster."""
CLOSE_TIMES = 1.0
"""Maximum extra cost of an appointment's times over its cheapest one."""
CARE_PRICE = 3.0
"""Factor on the price of care above the budget, because a roster is wanted, not a mixture."""
GRAIN = 100
"""Costs are rounded to this fraction of one."""
PROMISING = 3.0
"""A visit is promising if the best week with it costs at most this much more than its participant's cheapest week."""

WORTH_IT = 0.005
"""Share of the cost that may stay unproven."""


@dataclass(frozen=True, slots=True)
class MasterSolution:
    """A proposal.

    Attributes:
        picked: Numbers of the visits and shared variables in the proposed roster; empty if none was found in time.
        promising: Numbers of the visits worth trying.
    """

    picked: tuple[int, ...]
    promising: tuple[int, ...]


def solve_restricted_master(
    relaxation: Relaxation, duals: Floats, seconds: float, seed: int, solve: Solver = solve_apart
) -> MasterSolution:
    """Propose a roster, given good prices of the shared lines."""
    ends = time.monotonic() + seconds
    pricing = relaxation.relax(duals)
    care_price = CARE_PRICE * float(duals[-1]) if relaxation.is_budgeted else 0.0
    for each in WEEKS_EACH:
        rows = _nearest(relaxation, pricing, each)
        times = near_times(relaxation, pricing, rows, CLOSE_TIMES)
        choice = WeekProgram(relaxation, rows, times, GRAIN, care_price)
        if (solution := solve(choice.program, max(0.0, ends - time.monotonic()), seed, WORTH_IT)).values:
            return MasterSolution(choice.picked(solution.values), _promising(relaxation, pricing))
    return MasterSolution((), _promising(relaxation, pricing))


def _nearest(relaxation: Relaxation, pricing: Pricing, each: int) -> Ints:
    """Everyone's cheapest week, and the weeks that cost least more than it: so many on average."""
    return np.array(
        [*dict.fromkeys([*pricing.rows.tolist(), *relaxation.nearest(pricing, each * len(pricing.rows)).tolist()])], dtype=np.int64
    )


def _promising(relaxation: Relaxation, pricing: Pricing) -> tuple[int, ...]:
    """The visits of all weeks within reach of their participant's cheapest one."""
    above = relaxation.least_with(pricing) - pricing.bound
    above[relaxation.static] = np.inf
    return tuple(np.flatnonzero((above[:-1] <= PROMISING) & np.isfinite(above[:-1])).tolist())
