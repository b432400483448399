"""Conflicts of pins: the relaxed model confirms them, finds a minimal conflicting set, and proposes which pins to release.

Floors are never hard, so without pins and past sessions the empty roster is legal: every conflict involves them.
"""

from __future__ import annotations

from collections.abc import Collection

from scheduler.case import Case
from scheduler.model.cp_sat import CpSatModel, build_model
from scheduler.model.extract import to_roster
from scheduler.model.solver_library import cp_model
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood, Solution, Subproblem
from scheduler.result import PinConflict
from scheduler.roster import Roster
from scheduler.verify import judge

RELAXED = ("pinned",)


def explain_conflict(state: SearchState) -> PinConflict:
    """The minimal set of pins that cannot be kept together, and a verified roster that releases as few as possible."""
    pins = range(len(state.case.instance.pins))
    released, solution = _fewest_released(state)
    if solution is None:
        return PinConflict(
            pins=tuple(pins),
            message="Past sessions conflict with the pins or with each other; check the published roster and `now`.",
        )
    conflicting = _minimal(state, list(pins)) if released else ()
    roster = to_roster(state.case, state.candidates, state.in_order(solution))
    return PinConflict(
        pins=tuple(conflicting),
        rules=tuple(sorted(_rules_against(state, conflicting))),
        message=f"Pins {', '.join(map(str, conflicting))} cannot all be kept; release one of them (pins[{released[0]}] is enough to try)."
        if released
        else "The conflict of pins could not be confirmed; solve again.",
        proposal=_verified(state, roster, released),
        released=tuple(released),
    )


def _piece(state: SearchState, fixed_pins: Collection[int] = ()) -> tuple[Subproblem, CpSatModel]:
    """A model of the whole week in which pins not in ``fixed_pins`` may be released."""
    subproblem = state.compiler.compile(Neighbourhood(), state.empty())
    cp_sat = build_model(subproblem.index, subproblem.free, subproblem.held, relaxed=RELAXED)
    for line, slack in cp_sat.slacks:
        if line.key[0] in fixed_pins:
            cp_sat.model.add(slack == 0)
    return subproblem, cp_sat


def _fewest_released(state: SearchState) -> tuple[list[int], Solution | None]:
    """The smallest set of pins whose release makes a roster possible, by position, and such a roster."""
    subproblem, cp_sat = _piece(state)
    cp_sat.model.minimize(cp_model.LinearExpr.sum([slack for _, slack in cp_sat.slacks]))
    solver = _solver(20)
    if solver.solve(cp_sat.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [], None
    released = sorted({int(str(line.key[0])) for line, slack in cp_sat.slacks if solver.value(slack) > 0})
    return released, state.step("feasible", subproblem, cp_sat, solver.boolean_value).applied(state.empty())


def _minimal(state: SearchState, pins: list[int]) -> tuple[int, ...]:
    """Remove every pin without which the others still conflict."""
    core = list(pins)
    for pin in pins:
        rest = [p for p in core if p != pin]
        if not _is_possible(state, rest):
            core = rest
    return tuple(core)


def _is_possible(state: SearchState, pins: Collection[int]) -> bool:
    return bool(_solver(5).solve(_piece(state, pins)[1].model) != cp_model.INFEASIBLE)


def _solver(seconds: float) -> cp_model.CpSolver:
    """A solver with a deterministic limit, so that explanations do not change from run to run."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = seconds
    return solver


def _rules_against(state: SearchState, pins: Collection[int]) -> set[str]:
    """The hard rules with lines that contain the pinned variables."""
    lines, index = state.lines, state.index
    variables = {n for line in lines.lines if line.rule == "pinned" and line.key[0] in pins for n in line.variables}
    touched = (lines.lines[position] for n in variables for position in index.lines_of[n])
    return {line.rule for line in touched if line.tier == "hard"} - {"pinned", "identity"}


def _verified(state: SearchState, roster: Roster | None, released: list[int]) -> Roster | None:
    """The proposal, if it is legal for the instance without the released pins."""
    if roster is None:
        return None
    instance = state.case.instance
    remaining = tuple(pin for position, pin in enumerate(instance.pins) if position not in released)
    verdict = judge(Case(instance.model_copy(update={"pins": remaining})), roster, state.rules)
    return None if verdict.violations else roster
