"""Assign rooms to appointments by interval coloring, after the model has counted them; known rooms are kept if possible."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.candidates import Candidates
from scheduler.model.free_rooms import Costs, first_fit, free_rooms
from scheduler.model.plain_model import PlainModel
from scheduler.model.solver_library import cp_model
from scheduler.terms import Housing, Visit


def assign_rooms(candidates: Candidates, appointments: Sequence[Visit], housings: Sequence[Housing]) -> dict[Visit, str] | None:
    """Assign a room to every on-site appointment: the published one for as many as possible, then last week's.

    Args:
        appointments: Lead visits on site that still need a room.
        housings: Rooms used by runs.

    Returns:
        Visit to room id, or None if no assignment exists (which the counts alone cannot rule out if rooms suit different
        people).
    """
    costs = free_rooms(candidates, appointments, housings)
    rooms = first_fit(costs)
    if rooms is not None and all(costs[visit][room] == min(costs[visit].values()) for visit, room in rooms.items()):
        return rooms
    return _exact(costs) or rooms


def _exact(costs: Costs) -> dict[Visit, str] | None:
    """Assign rooms at minimum cost, by search."""
    model = PlainModel()
    picks = {visit: {room: model.new_bool_var("") for room in rooms} for visit, rooms in costs.items()}
    for visit, rooms in picks.items():
        model.add_exactly_one(rooms.values())
        for other, others in picks.items():
            if other is not visit and other.span.start <= visit.span.start < other.span.end:
                for room in rooms.keys() & others.keys():
                    if (other.span.start, other.participant) <= (visit.span.start, visit.participant):
                        model.add_at_most_one(rooms[room], others[room])
    model.minimize(sum(costs[visit][room] * pick for visit, rooms in picks.items() for room, pick in rooms.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 5
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {visit: next(room for room, pick in rooms.items() if solver.boolean_value(pick)) for visit, rooms in picks.items()}
