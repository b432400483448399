"""The last tie-break between rosters of equal cost: in `hold`, runs return to last week's room."""

from __future__ import annotations

from scheduler.model.cp_sat import build_model
from scheduler.model.free_rooms import last_rooms
from scheduler.model.solver_library import cp_model
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood
from scheduler.terms import Housing

MOST_WORK = 2.0
"""Deterministic time limit: only rooms are free, and this must also run when the search has used up its time."""


def restore_rooms(state: SearchState) -> None:
    """Move as many runs of the best roster as possible to last week's rooms, if this costs nothing."""
    last = last_rooms(state.case)
    if state.best is None or not any(_is_moved(handle, last) for handle in state.best.solution):
        return
    solution = state.best.solution
    subproblem = state.compiler.compile(Neighbourhood((), frees_needs=False), solution)
    rooms = [
        n for n, h in enumerate(subproblem.lines.handles) if isinstance(h, Housing) and h.run in solution and h not in state.candidates.past
    ]
    cp_sat = build_model(subproblem.index, rooms, subproblem.held)
    moved = [cp_sat.variables[n] for n in rooms if _is_moved(subproblem.lines.handles[n], last)]
    scale = int(cp_sat.costs["preference"].domain.max()) + 1
    cp_sat.model.minimize((cp_sat.costs["care"] * scale + cp_sat.costs["preference"]) * (len(moved) + 1) + sum(moved))
    cp_sat.hint(subproblem.held)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = MOST_WORK
    if solver.solve(cp_sat.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        state.take_step(state.step("feasible", subproblem, cp_sat, solver.boolean_value), solution)


def _is_moved(handle: object, last: dict[tuple[str, ...], str]) -> bool:
    """Whether a run is in another room than last week."""
    return isinstance(handle, Housing) and last.get((handle.run.group,), handle.room) != handle.room
