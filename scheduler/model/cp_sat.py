"""A CP-SAT model of all lines, or of the lines around some free variables with the rest held (a neighbourhood)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from scheduler.model.line import Line, Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.plain_model import PlainModel
from scheduler.model.solver_library import cp_model


@dataclass(slots=True)
class CpSatModel:
    """A built model.

    Attributes:
        variables: Variable number to CP-SAT variable; all other numbers are held.
        positions: The positions of its lines.
        costs: Tier to the cost variable of the model, without held parts.
        slacks: For a relaxed model: (line, its slack variable).
    """

    model: PlainModel
    variables: dict[int, cp_model.IntVar] = field(default_factory=dict)
    positions: Sequence[int] = ()
    costs: dict[Tier, cp_model.IntVar] = field(default_factory=dict)
    slacks: list[tuple[Line, cp_model.IntVar]] = field(default_factory=list)

    def hint(self, values: Sequence[bool]) -> None:
        """Hint at the values of variables, by number."""
        pairs = [(variable.index, values[number]) for number, variable in self.variables.items() if number < len(values)]
        self.model.proto.solution_hint.vars.extend([index for index, _ in pairs])
        self.model.proto.solution_hint.values.extend([int(value) for _, value in pairs])


def build_model(
    index: LineIndex,
    free: Collection[int] | None = None,
    held: Sequence[bool] | None = None,
    relaxed: Collection[str] = (),
    least: dict[Tier, int] | None = None,
) -> CpSatModel:
    """Build a model.

    Args:
        index: The lines and their index.
        free: Variables that may change; None for all.
        held: Values of the other variables; required with ``free``.
        relaxed: Ids of rules whose hard lines each get a slack (priced by the caller).
        least: Known lower bounds of the tiers, stated as bounds of their cost variables.
    """
    lines = index.lines
    numbers, positions = index.reach(free) if free is not None else (range(len(lines.handles)), range(len(lines.lines)))
    cp_sat = CpSatModel(PlainModel(), positions=positions)
    cp_sat.variables = {number: cp_sat.model.new_bool_var("") for number in numbers}
    costs: dict[Tier, list[tuple[cp_model.IntVar, int]]] = {"care": [], "preference": []}
    indices = {number: variable.index for number, variable in cp_sat.variables.items()}
    for position in positions:
        _add_line(cp_sat, indices, lines.lines[position], held, relaxed, costs)
    for tier, unit in lines.unit_costs.items():
        costs[tier] += [(cp_sat.variables[n], cost) for n, cost in unit.items() if n in cp_sat.variables]
    for tier, terms in costs.items():
        most = sum(cost * _upper(variable) for variable, cost in terms)
        bottom = (least or {}).get(tier, 0)
        cp_sat.costs[tier] = cp_sat.model.new_int_var(bottom, max(bottom, most), tier)
        cp_sat.model.add(
            cp_model.LinearExpr.weighted_sum([v for v, _ in terms], [c for _, c in terms]) <= cp_sat.costs[tier]
            if terms
            else cp_sat.costs[tier] >= 0
        )
    return cp_sat


def _upper(variable: cp_model.IntVar) -> int:
    return int(variable.domain.max())


def _add_line(
    cp_sat: CpSatModel,
    indices: dict[int, int],
    line: Line,
    held: Sequence[bool] | None,
    relaxed: Collection[str],
    costs: dict[Tier, list[tuple[cp_model.IntVar, int]]],
) -> None:
    """Add one line over the free variables, its held part moved to the bound.

    Args:
        indices: Variable number to index in the model.
    """
    terms: list[tuple[int, int]] = []
    bound = line.bound
    most = 0
    for number, coefficient in zip(line.variables, line.coefficients, strict=True):
        if (index := indices.get(number)) is not None:
            terms.append((index, coefficient))
            most += max(0, coefficient)
        elif held is not None and held[number]:
            bound -= coefficient
    if most <= bound:
        return
    if line.tier == "hard" and line.rule not in relaxed:
        cp_sat.model.add_row(terms, bound)
        return
    steps = -(-(most - bound) // line.step)
    slack = cp_sat.model.new_bool_var("") if steps == 1 else cp_sat.model.new_int_var(0, steps, "")
    cp_sat.model.add_row([*terms, (slack.index, -line.step)], bound)
    if line.tier == "hard":
        cp_sat.slacks.append((line, slack))
    else:
        costs[line.tier].append((slack, line.cost))
