"""The last thing that decides between rosters that cost the same: in `hold`, runs go back to last week's room."""

from __future__ import annotations

from ortools.sat.python import cp_model

from scheduler.model.desk import Desk
from scheduler.model.parts import Part
from scheduler.model.piece import build
from scheduler.model.rooms import last_rooms
from scheduler.terms import Housing

MOST_WORK = 2.0
"""Deterministic time: only rooms are open, and that the search is over must not keep them from being settled."""


def settle_rooms(desk: Desk) -> None:
    """Let the runs of the best roster change rooms, as many as possible to last week's, where that costs nothing."""
    last = last_rooms(desk.case)
    if desk.best is None or not any(_is_moved(handle, last) for handle in desk.best.chosen):
        return
    chosen = desk.best.chosen
    compiled = desk.workshop.compile(Part((), frees_needs=False), chosen)
    rooms = [
        n for n, h in enumerate(compiled.lines.handles) if isinstance(h, Housing) and h.run in chosen and h not in desk.candidates.past
    ]
    piece = build(compiled.index, rooms, compiled.held)
    moved = [piece.variables[n] for n in rooms if _is_moved(compiled.lines.handles[n], last)]
    scale = int(piece.costs["preference"].domain.max()) + 1
    piece.model.minimize((piece.costs["care"] * scale + piece.costs["preference"]) * (len(moved) + 1) + sum(moved))
    for number, variable in piece.variables.items():
        piece.model.add_hint(variable, compiled.held[number])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = MOST_WORK
    if solver.solve(piece.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        desk.take_step(desk.step("feasible", compiled, piece, solver.boolean_value), chosen)


def _is_moved(handle: object, last: dict[tuple[str, ...], str]) -> bool:
    """Whether a run is in another room than last week."""
    return isinstance(handle, Housing) and last.get((handle.run.group,), handle.room) != handle.room
