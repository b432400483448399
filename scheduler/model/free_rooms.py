"""The rooms that appointments can have and what each costs, and a first try to give everyone one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.rules.published_room import identity, published_rooms
from scheduler.terms import Housing, Visit
from scheduler.timegrid import Span

Costs = Mapping[Visit, Mapping[str, int]]
"""By visit, its possible rooms, each with the cost of changing to it."""


def free_rooms(candidates: Candidates, appointments: Sequence[Visit], housings: Sequence[Housing]) -> Costs:
    """The rooms that no run has at the time of an appointment.

    Args:
        appointments: Lead visits on site that still need a room.
        housings: Rooms used by runs.
    """
    uses: dict[str, list[Span]] = {}
    for housing in housings:
        uses.setdefault(housing.room, []).append(housing.run.span)
    for placed in candidates.past_rooms:
        uses.setdefault(placed[0], []).append(placed[1])
    todo = sorted(appointments, key=lambda v: (v.span, v.participant))
    return {
        visit: {r: change(candidates.case, visit, r) for r in candidates.rooms_at(visit) if not _is_taken(uses, r, visit.span)}
        for visit in todo
    }


def change(case: Case, visit: Visit, room: str) -> int:
    """The cost of an appointment in a room; one changed published room outweighs any number of last week's."""
    key = (visit.participant, visit.service, str(visit.ordinal))
    published, last = published_rooms(case), last_rooms(case)
    is_published = case.instance.weights.get("published_room", 1) > 0 and published.get(key, room) != room
    return is_published * (len(last) + 1) + (last.get(key, room) != room)


def last_rooms(case: Case) -> dict[tuple[str, ...], str]:
    """In `hold`, last week's sessions with their rooms, the last tie-break between two rosters."""
    return case.memo("last_rooms", lambda: _last_rooms(case))


def _last_rooms(case: Case) -> dict[tuple[str, ...], str]:
    sessions = case.past.last_sessions if case.is_hold else ()
    return {identity(session): session.room for session in sessions if session.room in case.rooms}


def _is_taken(uses: Mapping[str, Sequence[Span]], room: str, span: Span) -> bool:
    return any(span.overlaps(other) for other in uses.get(room, ()))


def first_fit(costs: Costs) -> dict[Visit, str] | None:
    """Assign the cheapest, then rarest suitable free room, in order of time; None if this gets stuck."""
    rooms = first_rooms(costs)
    return rooms if len(rooms) == len(costs) else None


def first_rooms(costs: Costs) -> dict[Visit, str]:
    """The same without those that find no room."""
    demand: dict[str, int] = {}
    for rooms in costs.values():
        for room in rooms:
            demand[room] = demand.get(room, 0) + 1
    uses: dict[str, list[Span]] = {}
    solution: dict[Visit, str] = {}
    # Appointments that lose by most other rooms come first, so that no other takes their room.
    for visit, rooms in sorted(costs.items(), key=lambda item: len(set(item[1].values())) < 2):
        if fitting := [r for r in rooms if not _is_taken(uses, r, visit.span)]:
            room = min(fitting, key=lambda r: (rooms[r], demand[r], r))
            uses.setdefault(room, []).append(visit.span)
            solution[visit] = room
    return solution
