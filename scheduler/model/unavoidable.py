"""The unmet care that no roster can avoid, because no possible visit gives it: gaps are told without it."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.line import Line
from scheduler.model.lines import Lines
from scheduler.rule import Rule
from scheduler.terms import AnyOf, Handle, Visit


def unavoidable_care(case: Case, candidates: Candidates, rules: Sequence[Rule]) -> dict[str, int]:
    """By participant, the care cost, factor included, that remains if they take whatever would help, whoever else needs it.

    Each line of care is looked at by itself, with at most one visit for each place or appointment, so the sum is a bound of care, too.
    """
    care = [rule for rule in rules if rule.level == "care"]
    # Rules of care do not see times: one visit for each place or appointment and day stands for all of them.
    visits = {p: tuple(candidates.visits[p][n] for n in candidates.looks(p).alike("item", "day")[0].tolist()) for p in candidates.visits}
    lines = Lines(case, candidates.part(visits, {}, {}), care)
    costs: dict[str, int] = {}
    for line in lines.lines:
        if line.tier == "care" and line.participant is not None and (cost := _least_cost(lines.handles, line)):
            costs[line.participant] = costs.get(line.participant, 0) + cost
    return costs


def _least_cost(handles: Sequence[Handle], line: Line) -> int:
    """What a line costs at least."""
    least: dict[object, int] = {}
    for variable, coefficient in zip(line.variables, line.coefficients, strict=True):
        handle = handles[variable]
        key = handle.item if isinstance(handle, Visit) else variable
        if coefficient < 0 and not _is_never(handle):
            least[key] = min(coefficient, least.get(key, 0))
    over = sum(least.values()) - line.bound
    return line.cost * -(-over // line.step) if over > 0 else 0


def _is_never(handle: Handle) -> bool:
    """Whether a handle is an `AnyOf` of nothing."""
    return isinstance(handle, AnyOf) and all(map(_is_never, handle.members))
