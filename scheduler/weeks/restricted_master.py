"""The restricted master problem: a roster of the most promising weeks, one for each participant, with all shared lines.

Prices show which weeks could be in a good roster: those that cost little more than their participant's cheapest one. A model of these,
with exact shared lines, is small and nearly integral, because a week fixes what is hard to decide piece by piece: who is in which groups,
which groups meet, and who comes on which days. The result may break rules that tables leave open (waits between two appointments of
a day, lunch of clinicians), so it is a proposal to be repaired, never a bound.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from scheduler.model.plain_model import PlainModel
from scheduler.weeks.relaxation import Relaxation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
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


@dataclass(slots=True)
class _Model:
    """The model under construction: the literals that make each variable of the case true, and the cost."""

    model: cp_model.CpModel
    true_by: dict[int, list[cp_model.IntVar]] = field(default_factory=dict)
    costs: list[tuple[cp_model.IntVar, int]] = field(default_factory=list)

    def literal(self, cost: float, numbers: Iterable[int]) -> cp_model.IntVar:
        """Create a literal that makes variables of the case true."""
        literal = self.model.new_bool_var("")
        self.costs.append((literal, round(GRAIN * cost)))
        for number in numbers:
            self.true_by.setdefault(number, []).append(literal)
        return literal


def solve_restricted_master(relaxation: Relaxation, duals: Floats, seconds: float, seed: int) -> MasterSolution:
    """Propose a roster, given good prices of the shared lines; uses one worker."""
    ends = time.monotonic() + seconds
    for each in WEEKS_EACH:
        build = _Builder(relaxation, duals, each)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.random_seed = 1, seed
        solver.parameters.linearization_level = 2
        solver.parameters.relative_gap_limit = WORTH_IT
        solver.parameters.max_time_in_seconds = max(0.0, ends - time.monotonic())
        status = solver.solve(build.built.model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            true_by = build.built.true_by.items()
            picked = [n for n, literals in true_by if any(solver.boolean_value(literal) for literal in literals)]
            return MasterSolution(tuple(sorted(picked)), build.promising())
    return MasterSolution((), build.promising())


class _Builder:
    """Builds the model of one relaxation at some prices."""

    def __init__(self, relaxation: Relaxation, duals: Floats, each: int) -> None:
        self.relaxation, self.weeks = relaxation, relaxation.weeks
        self.pricing = relaxation.relax(duals)
        self.above = self.pricing.costs - np.repeat(self.pricing.least, np.diff(self.weeks.first))
        self.care_price = CARE_PRICE * float(duals[-1]) if relaxation.is_budgeted else 0.0
        self.built = _Model(PlainModel())
        self._add_weeks(each)
        self._add_shared()
        variables, costs = zip(*self.built.costs, strict=True) if self.built.costs else ((), ())
        self.built.model.minimize(cp_model.LinearExpr.weighted_sum(list(variables), list(costs)))

    def promising(self) -> tuple[int, ...]:
        """The visits of all weeks within reach of their participant's cheapest one."""
        above = self.relaxation.least_with(self.pricing) - self.pricing.bound
        above[self.relaxation.static] = np.inf
        return tuple(np.flatnonzero((above[:-1] <= PROMISING) & np.isfinite(above[:-1])).tolist())

    # --- weeks --------------------------------------------------------------------------------------------------------------

    def _add_weeks(self, each: int) -> None:
        """Add one week per participant, and one visit for each entry of it."""
        weeks = self.weeks
        most = min(len(self.above), each * len(weeks.participants))
        level = np.partition(self.above, most - 1)[most - 1] if most else 0.0
        rows = np.flatnonzero(self.above <= level)[: 2 * most]
        everybody: dict[int, list[cp_model.IntVar]] = {n: [] for n in range(len(weeks.participants))}
        with_entry: dict[int, list[cp_model.IntVar]] = {}
        firsts = {n: first + int(np.argmin(self.above[first:last])) for n, (first, last) in enumerate(self._ends())}
        for row in dict.fromkeys([*firsts.values(), *rows.tolist()]):
            places = [int(v) for v in weeks.places[row] if v < self.relaxation.size]
            cost = float(self.relaxation.own[row] + self.care_price * weeks.care[row] + self._cost(places))
            literal = self.built.literal(cost, places)
            everybody[int(np.searchsorted(weeks.first, row, side="right")) - 1].append(literal)
            for entry in weeks.entries[row]:
                if entry < len(weeks.entry_first) - 1:
                    with_entry.setdefault(int(entry), []).append(literal)
        for literals in everybody.values():
            self.built.model.add_exactly_one(literals)
        for entry, literals in with_entry.items():
            self.built.model.add(sum(self._times(entry)) == sum(literals))

    def _ends(self) -> Iterable[tuple[int, int]]:
        return zip(self.weeks.first[:-1].tolist(), self.weeks.first[1:].tolist(), strict=True)

    def _cost(self, numbers: list[int]) -> float:
        relaxation = self.relaxation
        return float((relaxation.unit[numbers] + self.care_price * relaxation.unit_care[numbers]).sum())

    def _times(self, entry: int) -> list[cp_model.IntVar]:
        """The possible visits of an entry."""
        weeks, waits = self.weeks, self.relaxation.waits
        span = slice(int(weeks.entry_first[entry]), int(weeks.entry_first[entry + 1]))
        visits, cost = weeks.entry_visits[span], self.pricing.reduced[weeks.entry_visits[span]] + waits[span]
        near = np.flatnonzero(cost <= cost.min() + CLOSE_TIMES)
        return [self.built.literal(float(waits[span][n]) + self._cost([int(visits[n])]), [int(visits[n])]) for n in near]

    # --- shared lines -------------------------------------------------------------------------------------------------------

    def _add_shared(self) -> None:
        relaxation, is_static = self.relaxation, np.zeros(self.relaxation.size + 1, dtype=np.bool_)
        is_static[relaxation.static] = True
        slack_of = {int(line): position for position, line in enumerate(relaxation.slack_line)}
        for position, line in enumerate(relaxation.shared):
            terms: dict[int, tuple[cp_model.IntVar, int]] = {}
            for number, coefficient in zip(line.variables, line.coefficients, strict=True):
                if is_static[number] and number not in self.built.true_by:
                    self.built.literal(self._cost([number]), [number])
                for literal in self.built.true_by.get(number, ()):
                    terms[literal.index] = (literal, terms.get(literal.index, (literal, 0))[1] + coefficient)
            most = sum(c for _, c in terms.values() if c > 0) - line.bound
            if most > 0:
                variables, coefficients = [v for v, _ in terms.values()], [c for _, c in terms.values()]
                if line.tier != "hard":
                    slack = self.built.model.new_int_var(0, -(-most // line.step), "")
                    at = slack_of[position]
                    price = relaxation.slack_cost[at] + self.care_price * relaxation.slack_care[at]
                    self.built.costs.append((slack, round(GRAIN * float(price))))
                    variables, coefficients = [*variables, slack], [*coefficients, -line.step]
                self.built.model.add(cp_model.LinearExpr.weighted_sum(variables, coefficients) <= line.bound)
