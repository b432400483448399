"""A CP-SAT model of all lines, or of the lines around some free variables with the rest held (a neighbourhood)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from scheduler.model.lines import Line, Lines, Tier
from scheduler.model.plain_model import PlainModel
from scheduler.terms import AnyOf, FreeVariable


@dataclass(slots=True)
class CpSatModel:
    """A built model.

    Attributes:
        variables: Variable number to CP-SAT variable; all other numbers are held.
        costs: Tier to the cost variable of the model, without held parts.
        slacks: For a relaxed model: (line, its slack variable).
    """

    model: cp_model.CpModel
    variables: dict[int, cp_model.IntVar] = field(default_factory=dict)
    costs: dict[Tier, cp_model.IntVar] = field(default_factory=dict)
    slacks: list[tuple[Line, cp_model.IntVar]] = field(default_factory=list)


class LineIndex:
    """The lines of each variable and the `AnyOf` it is a member of: computed once, used by every neighbourhood."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.lines_of: list[list[int]] = [[] for _ in lines.handles]
        for position, line in enumerate(lines.lines):
            for variable in line.variables:
                self.lines_of[variable].append(position)
        self.parents: list[list[int]] = [[] for _ in lines.handles]
        self.members = self._members()
        self.is_choice = [isinstance(handle, FreeVariable) for handle in lines.handles]
        for number, members in self.members:
            for member in members:
                self.parents[member].append(number)
        self.settled = self._settled()

    def _settled(self) -> list[int]:
        """The lines without candidates: pins that cannot be kept, costs that cannot be avoided. They belong to every model."""
        never: set[int] = set()
        for number, members in self.members:
            if never.issuperset(members):
                never.add(number)
        return [n for n, line in enumerate(self.lines.lines) if all(v in never or self.is_choice[v] for v in line.variables)]

    def _members(self) -> list[tuple[int, list[int]]]:
        """Every `AnyOf` with the numbers of its members; inner ones come before those that contain them."""
        members_of: dict[int, list[int]] = {}

        def visit(number: int) -> None:
            handle = self.lines.handles[number]
            if number in members_of or not isinstance(handle, AnyOf):
                return
            members = [inner for m in handle.members if (inner := self.lines.number(m)) is not None]
            for member in members:
                visit(member)
            members_of[number] = members

        for number in range(len(self.lines.handles)):
            visit(number)
        return list(members_of.items())

    def reach(self, free: Collection[int]) -> tuple[list[int], list[int]]:
        """The scope of freeing variables: all free variables (with their `AnyOf` and choices), their lines, and the settled lines."""
        choices = (v for position in self.settled for v in self.lines.lines[position].variables if self.is_choice[v])
        queue = list(dict.fromkeys([*free, *choices]))
        reached = dict.fromkeys(queue)
        touched: dict[int, None] = dict.fromkeys(self.settled)
        while queue:
            variable = queue.pop()
            waiting = list(self.parents[variable])
            for position in self.lines_of[variable]:
                if position not in touched:
                    touched[position] = None
                    waiting += [v for v in self.lines.lines[position].variables if self.is_choice[v]]
            for other in waiting:
                if other not in reached:
                    reached[other] = None
                    queue.append(other)
        return sorted(reached), sorted(touched)


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
    cp_sat = CpSatModel(PlainModel())
    cp_sat.variables = {number: cp_sat.model.new_bool_var("") for number in numbers}
    costs: dict[Tier, list[tuple[cp_model.IntVar, int]]] = {"care": [], "preference": []}
    for position in positions:
        _add_line(cp_sat, lines.lines[position], held, relaxed, costs)
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
    line: Line,
    held: Sequence[bool] | None,
    relaxed: Collection[str],
    costs: dict[Tier, list[tuple[cp_model.IntVar, int]]],
) -> None:
    """Add one line over the free variables, its held part moved to the bound."""
    variables: list[cp_model.IntVar] = []
    coefficients: list[int] = []
    bound = line.bound
    for number, coefficient in zip(line.variables, line.coefficients, strict=True):
        variable = cp_sat.variables.get(number)
        if variable is not None:
            variables.append(variable)
            coefficients.append(coefficient)
        elif held is not None and held[number]:
            bound -= coefficient
    most = sum(c for c in coefficients if c > 0)
    if most <= bound:
        return
    if line.tier == "hard" and line.rule not in relaxed:
        cp_sat.model.add(cp_model.LinearExpr.weighted_sum(variables, coefficients) <= bound)
        return
    steps = -(-(most - bound) // line.step)
    slack = cp_sat.model.new_bool_var("") if steps == 1 else cp_sat.model.new_int_var(0, steps, "")
    cp_sat.model.add(cp_model.LinearExpr.weighted_sum([*variables, slack], [*coefficients, -line.step]) <= bound)
    if line.tier == "hard":
        cp_sat.slacks.append((line, slack))
    else:
        costs[line.tier].append((slack, line.cost))
