"""HiGHS on the same rows as a mixed-integer program, in two stages: care first, then preferences with care held."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from ortools.math_opt.python import mathopt

from benchmarks.answer import Answer
from benchmarks.peers.compiled import Compiled
from scheduler.instance import Instance
from scheduler.model.line import Line, Tier
from scheduler.model.lines import Lines
from scheduler.result import SolveLimits

STAGES: tuple[tuple[Tier, float], ...] = (("care", 0.5), ("care", 1.0), ("preference", 1.0))
"""A tier and the largest share of the time left that it may take; care is asked again only when half the time gave no roster."""
INTEGRALITY = 1e-6


@dataclass(slots=True)
class Program:
    """A mixed-integer program: a variable for each handle, a slack for each priced line."""

    model: mathopt.Model = field(default_factory=mathopt.Model)
    variables: list[mathopt.Variable] = field(default_factory=list)
    costs: dict[Tier, list[tuple[mathopt.Variable, int]]] = field(default_factory=lambda: {"care": [], "preference": []})


def solve(instance: Instance, limits: SolveLimits) -> Answer:
    """Two stages; the second starts from the solution of the first. HiGHS chooses its threads itself, on the cores it is given."""
    week = Compiled(instance)
    program = _build(week.lines)
    build_seconds = week.seconds()
    found: list[tuple[float, list[int]]] = []
    bounds: dict[Tier, int] = {}
    proven: list[Tier] = []
    start: dict[mathopt.Variable, float] = {}
    for tier, share in STAGES:
        if tier in bounds or (tier == "preference" and not bounds):
            continue
        result = _minimize(program, tier, limits, (limits.seconds - week.seconds()) * share, start)
        if not result.has_primal_feasible_solution():
            continue
        start = result.variable_values()
        found.append((week.seconds(), [n for n, v in enumerate(program.variables) if start[v] > 0.5]))
        bounds[tier] = max(0, -int(-(result.dual_bound() - INTEGRALITY) // 1))
        if result.termination.reason == mathopt.TerminationReason.OPTIMAL:
            proven.append(tier)
        program.model.add_linear_constraint(_cost(program, tier) <= round(result.objective_value()))
    seconds = week.seconds()
    roster, trace = week.best(found)
    return Answer(
        roster,
        "unknown" if roster is None else "optimal" if len(proven) == 2 else "feasible",
        seconds,
        build_seconds,
        care_bound=bounds.get("care"),
        preference_bound=bounds.get("preference"),
        trace=trace,
    )


def _minimize(
    program: Program, tier: Tier, limits: SolveLimits, seconds: float, start: dict[mathopt.Variable, float]
) -> mathopt.SolveResult:
    program.model.minimize(_cost(program, tier))
    return mathopt.solve(
        program.model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(0.001, seconds)), random_seed=limits.seed, relative_gap_tolerance=0.0
        ),
        model_params=mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=start)] if start else []),
    )


def _cost(program: Program, tier: Tier) -> mathopt.LinearExpression:
    return mathopt.LinearExpression(mathopt.fast_sum(cost * variable for variable, cost in program.costs[tier]))


def _build(lines: Lines) -> Program:
    program = Program()
    program.variables = [program.model.add_binary_variable() for _ in lines.handles]
    for line in lines.lines:
        _add(program, line)
    for tier, unit in lines.unit_costs.items():
        program.costs[tier] += [(program.variables[number], cost) for number, cost in unit.items()]
    return program


def _add(program: Program, line: Line) -> None:
    """One line, with a slack of whole steps where it is priced."""
    row = program.model.add_linear_constraint(ub=line.bound)
    coefficients: dict[int, int] = {}
    for number, coefficient in zip(line.variables, line.coefficients, strict=True):
        coefficients[number] = coefficients.get(number, 0) + coefficient
    for number, coefficient in coefficients.items():
        row.set_coefficient(program.variables[number], coefficient)
    if line.tier != "hard":
        over = sum(c for c in line.coefficients if c > 0) - line.bound
        slack = program.model.add_integer_variable(lb=0, ub=max(0, -(-over // line.step)))
        row.set_coefficient(slack, -line.step)
        program.costs[line.tier].append((slack, line.cost))
