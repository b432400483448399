"""The restricted master problem: a roster of the most promising weeks, one for each participant, with all shared lines.

Prices show which weeks could be in a good roster: those that cost little more than their participant's cheapest one. A model of these,
with exact shared lines, is small and nearly integral, because a week fixes what is hard to decide piece by piece: who is in which groups,
which groups meet, and who comes on which days. The result may break rules that tables leave open (waits between two appointments of
a day, lunch of clinicians), so it is a proposal to be repaired, never a bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.weeks.integer_program import IntegerProgram, solve_apart
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

Solver = Callable[[IntegerProgram, float, int], list[int] | None]
"""Solves a program within some seconds, given a seed."""


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
    """The model under construction, and the literals that make each variable of the case true."""

    program: IntegerProgram = field(default_factory=IntegerProgram)
    true_by: dict[int, list[int]] = field(default_factory=dict)

    def literal(self, cost: float, numbers: Iterable[int]) -> int:
        """Create a literal that makes variables of the case true."""
        literal = self.program.variable(round(GRAIN * cost))
        for number in numbers:
            self.true_by.setdefault(number, []).append(literal)
        return literal


def solve_restricted_master(
    relaxation: Relaxation, duals: Floats, seconds: float, seed: int, solve: Solver = solve_apart
) -> MasterSolution:
    """Propose a roster, given good prices of the shared lines."""
    ends = time.monotonic() + seconds
    for each in WEEKS_EACH:
        build = _Builder(relaxation, duals, each)
        values = solve(build.master.program, max(0.0, ends - time.monotonic()), seed)
        if values is not None:
            picked = [number for number, literals in build.master.true_by.items() if any(values[literal] for literal in literals)]
            return MasterSolution(tuple(sorted(picked)), build.promising())
    return MasterSolution((), build.promising())


class _Builder:
    """Builds the model of one relaxation at some prices."""

    def __init__(self, relaxation: Relaxation, duals: Floats, each: int) -> None:
        self.relaxation, self.weeks = relaxation, relaxation.weeks
        self.pricing = relaxation.relax(duals)
        self.above = self.pricing.costs - np.repeat(self.pricing.least, np.diff(self.weeks.first))
        self.care_price = CARE_PRICE * float(duals[-1]) if relaxation.is_budgeted else 0.0
        self.master = _Model()
        self._add_weeks(each)
        self._add_shared()

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
        everybody: dict[int, list[int]] = {n: [] for n in range(len(weeks.participants))}
        with_entry: dict[int, list[int]] = {}
        firsts = {n: first + int(np.argmin(self.above[first:last])) for n, (first, last) in enumerate(self._ends())}
        for row in dict.fromkeys([*firsts.values(), *rows.tolist()]):
            places = [int(v) for v in weeks.places[row] if v < self.relaxation.size]
            cost = float(self.relaxation.own[row] + self.care_price * weeks.care[row] + self._cost(places))
            literal = self.master.literal(cost, places)
            everybody[int(np.searchsorted(weeks.first, row, side="right")) - 1].append(literal)
            for entry in weeks.entries[row]:
                if entry < len(weeks.entry_first) - 1:
                    with_entry.setdefault(int(entry), []).append(literal)
        for literals in everybody.values():
            self.master.program.limit(dict.fromkeys(literals, 1), 1, is_equal=True)
        for entry, literals in with_entry.items():
            self.master.program.limit(dict.fromkeys(self._times(entry), 1) | dict.fromkeys(literals, -1), 0, is_equal=True)

    def _ends(self) -> Iterable[tuple[int, int]]:
        return zip(self.weeks.first[:-1].tolist(), self.weeks.first[1:].tolist(), strict=True)

    def _cost(self, numbers: list[int]) -> float:
        relaxation = self.relaxation
        return float((relaxation.unit[numbers] + self.care_price * relaxation.unit_care[numbers]).sum())

    def _times(self, entry: int) -> list[int]:
        """The possible visits of an entry."""
        weeks, waits = self.weeks, self.relaxation.waits
        span = slice(int(weeks.entry_first[entry]), int(weeks.entry_first[entry + 1]))
        visits, cost = weeks.entry_visits[span], self.pricing.reduced[weeks.entry_visits[span]] + waits[span]
        near = np.flatnonzero(cost <= cost.min() + CLOSE_TIMES)
        return [self.master.literal(float(waits[span][n]) + self._cost([int(visits[n])]), [int(visits[n])]) for n in near]

    # --- shared lines -------------------------------------------------------------------------------------------------------

    def _add_shared(self) -> None:
        relaxation, is_static = self.relaxation, np.zeros(self.relaxation.size + 1, dtype=np.bool_)
        is_static[relaxation.static] = True
        slack_of = {int(line): position for position, line in enumerate(relaxation.slack_line)}
        for position, line in enumerate(relaxation.shared):
            terms: dict[int, int] = {}
            for number, coefficient in zip(line.variables, line.coefficients, strict=True):
                if is_static[number] and number not in self.master.true_by:
                    self.master.literal(self._cost([number]), [number])
                for literal in self.master.true_by.get(number, ()):
                    terms[literal] = terms.get(literal, 0) + coefficient
            if (most := sum(c for c in terms.values() if c > 0) - line.bound) <= 0:
                continue
            if line.tier != "hard":
                at = slack_of[position]
                price = relaxation.slack_cost[at] + self.care_price * relaxation.slack_care[at]
                terms[self.master.program.variable(round(GRAIN * float(price)), -(-most // line.step))] = -line.step
            self.master.program.limit(terms, line.bound)
