"""A CP-SAT model of all lines, or of the lines around some free variables with the rest held (a neighbourhood)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scheduler.model.line import Line, Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.plain_model import PlainModel
from scheduler.model.solver_library import cp_model
from scheduler.terms import AnyOf, FreeVariable, Handle, Visit


class CostTerm(NamedTuple):
    """A variable with its cost.

    Attributes:
        participant: Whose care it prices; None for preferences.
    """

    variable: cp_model.IntVar
    cost: int
    participant: str | None = None


@dataclass(slots=True)
class CpSatModel:
    """A built model.

    Attributes:
        variables: Variable number to CP-SAT variable; all other numbers are held.
        positions: The positions of its lines.
        costs: Tier to the cost variable of the model, without held parts.
        terms: Tier to what its cost adds up: variables with their costs, and whose care each prices.
        slacks: For a relaxed model: (line, its slack variable).
        care: The lines of unmet care, each with the variable of its steps.
    """

    model: PlainModel
    variables: dict[int, cp_model.IntVar] = field(default_factory=dict)
    positions: Sequence[int] = ()
    costs: dict[Tier, cp_model.IntVar] = field(default_factory=dict)
    terms: dict[Tier, list[CostTerm]] = field(default_factory=lambda: {"care": [], "preference": []})
    slacks: list[tuple[Line, cp_model.IntVar]] = field(default_factory=list)
    care: list[tuple[Line, cp_model.IntVar]] = field(default_factory=list)

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
    indices = {number: variable.index for number, variable in cp_sat.variables.items()}
    for position in positions:
        _add_line(cp_sat, indices, lines.lines[position], held, relaxed)
    for tier, unit in lines.unit_costs.items():
        is_care = tier == "care"
        numbered = ((n, cost) for n, cost in unit.items() if n in cp_sat.variables)
        cp_sat.terms[tier] += [CostTerm(cp_sat.variables[n], cost, owner(lines.handles[n]) if is_care else None) for n, cost in numbered]
    for tier, terms in cp_sat.terms.items():
        most = sum(term.cost * _upper(term.variable) for term in terms)
        bottom = (least or {}).get(tier, 0)
        cp_sat.costs[tier] = cp_sat.model.new_int_var(bottom, max(bottom, most), tier)
        cp_sat.model.add(
            cp_model.LinearExpr.weighted_sum([term.variable for term in terms], [term.cost for term in terms]) <= cp_sat.costs[tier]
            if terms
            else cp_sat.costs[tier] >= 0
        )
    return cp_sat


def _upper(variable: cp_model.IntVar) -> int:
    return int(variable.domain.max())


def owner(handle: Handle) -> str | None:
    """Whose week a handle of a care rule is about."""
    if isinstance(handle, Visit):
        return handle.participant
    return str(handle.key[1]) if isinstance(handle, AnyOf | FreeVariable) else None


def _add_line(cp_sat: CpSatModel, indices: dict[int, int], line: Line, held: Sequence[bool] | None, relaxed: Collection[str]) -> None:
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
        return
    cp_sat.terms[line.tier].append(CostTerm(slack, line.cost, line.participant))
    if line.tier == "care":
        cp_sat.care.append((line, slack))
