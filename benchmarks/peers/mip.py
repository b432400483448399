"""Our rows as a mixed-integer program in arrays, for solvers that take one: care first, then preferences with care held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.answer import Answer
from benchmarks.peers.compiled import Compiled
from scheduler.instance import Instance
from scheduler.model.line import Tier
from scheduler.model.lines import Lines
from scheduler.result import SolveLimits

STAGES: tuple[tuple[Tier, float], ...] = (("care", 0.5), ("care", 1.0), ("preference", 1.0))
"""A tier and the largest share of the time left that it may take; care is asked again only when half the time gave no roster."""
INTEGRALITY = 1e-6


@dataclass(frozen=True, slots=True)
class MixedProgram:
    """Yes/no variables, one for each handle, then slacks of whole steps, one for each priced line.

    Attributes:
        uppers: The upper bound of each variable; all are whole numbers from 0.
        rows: By line, its variables, their coefficients and its largest value.
        costs: By tier, variables with their costs.
    """

    num_handles: int
    uppers: list[int]
    rows: list[tuple[list[int], list[int], int]]
    costs: dict[Tier, dict[int, int]]

    @classmethod
    def of(cls, lines: Lines) -> MixedProgram:
        """The program of some lines."""
        program = cls(
            len(lines.handles), [1] * len(lines.handles), [], {tier: dict(lines.unit_costs[tier]) for tier in ("care", "preference")}
        )
        for line in lines.lines:
            coefficients: dict[int, int] = {}
            for number, coefficient in zip(line.variables, line.coefficients, strict=True):
                coefficients[number] = coefficients.get(number, 0) + coefficient
            if line.tier != "hard":
                over = sum(c for c in line.coefficients if c > 0) - line.bound
                program.costs[line.tier][len(program.uppers)] = line.cost
                coefficients[len(program.uppers)] = -line.step
                program.uppers.append(max(0, -(-over // line.step)))
            program.rows.append((list(coefficients), list(coefficients.values()), line.bound))
        return program


class MixedSolution(NamedTuple):
    """The end of one stage.

    Attributes:
        values: Of every variable; None without a solution.
        bound: No solution costs less.
    """

    values: Sequence[float] | None
    objective: float
    bound: float
    is_optimal: bool


Minimize = Callable[[Tier, float, Sequence[float] | None], MixedSolution]
"""Minimizes a tier within seconds from a start; what it holds from then on is its own."""


def in_stages(instance: Instance, limits: SolveLimits, solver: Callable[[MixedProgram, SolveLimits], Minimize]) -> Answer:
    """Two stages; the second starts from the solution of the first, and may not give up care."""
    week = Compiled(instance)
    program = MixedProgram.of(week.lines)
    minimize = solver(program, limits)
    build_seconds = week.seconds()
    rosters: list[tuple[float, list[int]]] = []
    bounds: dict[Tier, int] = {}
    proven: list[Tier] = []
    start: Sequence[float] | None = None
    for tier, share in STAGES:
        if tier in bounds or (tier == "preference" and not bounds):
            continue
        solution = minimize(tier, max(0.001, (limits.seconds - week.seconds()) * share), start)
        if solution.values is None:
            continue
        start = solution.values
        rosters.append((week.seconds(), [n for n in range(program.num_handles) if start[n] > 0.5]))
        bounds[tier] = max(0, -int(-(solution.bound - INTEGRALITY) // 1))
        proven += [tier] if solution.is_optimal else []
    seconds = week.seconds()
    roster, trace = week.best(rosters)
    status = "unknown" if roster is None else "optimal" if len(proven) == len(bounds) == 2 else "feasible"
    return Answer(roster, status, seconds, build_seconds, bounds.get("care"), bounds.get("preference"), trace=trace)
