"""Rooms for appointments: after the model has counted them, each gets one, by interval colouring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from scheduler.candidates import Candidates
from scheduler.terms import Housing, Visit
from scheduler.timegrid import Span


def assign_rooms(candidates: Candidates, appointments: Sequence[Visit], housings: Sequence[Housing]) -> dict[Visit, str] | None:
    """Give every on-site appointment a room.

    Args:
        appointments: Lead visits held on site that still need a room.
        housings: Rooms taken by runs.

    Returns:
        Visit to room id, or None when there is no such assignment (rooms that suit different people can make the counts add up and
        the assignment fail).
    """
    taken: dict[str, list[Span]] = {}
    for housing in housings:
        taken.setdefault(housing.room, []).append(housing.run.span)
    for placed in candidates.past_rooms:
        taken.setdefault(placed[0], []).append(placed[1])
    todo = sorted(appointments, key=lambda v: (v.span, v.participant))
    options = {visit: [r for r in candidates.rooms_at(visit) if not _is_taken(taken, r, visit.span)] for visit in todo}
    return _first_fit(options) or _exact(options)


def _is_taken(taken: Mapping[str, Sequence[Span]], room: str, span: Span) -> bool:
    return any(span.overlaps(other) for other in taken.get(room, ()))


def _first_fit(options: Mapping[Visit, Sequence[str]]) -> dict[Visit, str] | None:
    """The rarest suitable room that is free, in order of time; None when that gets stuck."""
    demand: dict[str, int] = {}
    for rooms in options.values():
        for room in rooms:
            demand[room] = demand.get(room, 0) + 1
    taken: dict[str, list[Span]] = {}
    chosen: dict[Visit, str] = {}
    for visit, rooms in options.items():
        fitting = [r for r in rooms if not _is_taken(taken, r, visit.span)]
        if not fitting:
            return None
        room = min(fitting, key=lambda r: (demand[r], r))
        taken.setdefault(room, []).append(visit.span)
        chosen[visit] = room
    return chosen


def _exact(options: Mapping[Visit, Sequence[str]]) -> dict[Visit, str] | None:
    """The same by search."""
    model = cp_model.CpModel()
    picks = {visit: {room: model.new_bool_var("") for room in rooms} for visit, rooms in options.items()}
    for visit, rooms in picks.items():
        model.add_exactly_one(rooms.values())
        for other, others in picks.items():
            if other is not visit and other.span.start <= visit.span.start < other.span.end:
                for room in rooms.keys() & others.keys():
                    if (other.span.start, other.participant) <= (visit.span.start, visit.participant):
                        model.add_at_most_one(rooms[room], others[room])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 5
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {visit: next(room for room, pick in rooms.items() if solver.boolean_value(pick)) for visit, rooms in picks.items()}
