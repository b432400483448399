"""A room holds one session at a time.

Rule: Sessions in one room do not overlap, and none is held while the room is closed. Telehealth needs no room. Runs choose their
room; the rooms of appointments are given out afterwards, so the model only counts: at any time, for any set of rooms, the appointments
that fit nowhere else, the runs in these rooms and the rooms closed or still taken by past sessions are no more than the rooms.
Math: for rooms U and minute t: appointments at t with fitting rooms within U + runs in U at t <= rooms of U free at t, for U a single
room, the fitting rooms of an appointment, or a union of such sets that share a room. This is necessary, but not
sufficient: where rooms suit different people, there may still be no assignment.
Amount: minutes in which two sessions share the room, or a session is held while it is closed.
Source: common sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._sharing import cliques
from scheduler.rules._words import hours_of, time_of
from scheduler.terms import Handle, Row, Run, Visit, total
from scheduler.timegrid import Span, intersect, merge
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

Rooms = tuple[str, ...]


class RoomConflict(Rule):
    """No room is used by two sessions at a time, or while it is closed."""

    id = "room_conflict"
    title = "A room holds one session at a time"
    level = "hard"
    scope = "shared"
    unit = "minutes"
    source = "common sense"

    def applies_to(self, case: Case) -> bool:
        """Whether there are rooms."""
        return bool(case.rooms)

    def admits_room(self, case: Case, session: Visit | Run, room: str) -> bool:
        """A room is open during the session."""
        return not any(session.span.overlaps(closed) for closed in case.time.closed(room))

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Per set of rooms and moment, no more sessions than free rooms."""
        for rooms, start, handles, free in crowded(case, candidates):
            yield Row(self.id, (*rooms, start), total(handles), free)

    def check_room(self, case: Case, view: View, room: str) -> Iterator[Violation]:
        """Compare the sessions of a room in pairs, and with its closed time."""
        sessions = view.by_room.get(room, ())
        for number, a in enumerate(sessions, 1):
            for b in sessions[number:]:
                if b.span.start >= a.span.end:
                    break  # they are in order of start
                if not b.is_past:
                    both = min(a.span.end, b.span.end) - b.span.start
                    message = f"{room} holds two sessions for {counted(both, 'minute')} from {time_of(case, b.span.start)}"
                    yield self.violation(both, (room,), message, (a.id, b.id))
        for placed in sessions:
            closed = sum(span.minutes for span in intersect([placed.span], case.time.closed(room)))
            if closed and not placed.is_past:
                time = f"{closed} of the {placed.span.minutes} minutes of {hours_of(case, placed.span)}"
                yield self.violation(closed, (room,), f"{room} is closed for {time} ({placed.id})", (placed.id,))


class RoomUse(NamedTuple):
    """A possible appointment that keeps its published room.

    Attributes:
        fitting: All rooms it could be given.
        handle: Whether it is held at that time and keeps the room.
    """

    room: str
    fitting: Rooms
    span: Span
    handle: Handle


def crowded(case: Case, candidates: Candidates, room_uses: Sequence[RoomUse] = ()) -> Iterator[tuple[Rooms, int, tuple[Handle, ...], int]]:
    """Sets of rooms that could be too few at a minute: the rooms, the handles that need one, and how many are free.

    Args:
        room_uses: Appointments that need a room of the set although they would fit elsewhere.
    """
    housings = [h for run in candidates.runs if run not in candidates.past for h in candidates.housings[run]]
    closed_or_used = _closed_or_used(case, candidates)
    by_rooms: dict[Rooms, list[Visit]] = {}
    # Most appointments at one time have the same rooms.
    rooms_at: dict[tuple[Rooms, Span], Rooms] = {}
    for visits in candidates.appointments.values():
        for visit in visits:
            if visit.site is not None and visit not in candidates.past:
                if (key := (candidates.rooms_for(visit), visit.span)) not in rooms_at:
                    rooms_at[key] = candidates.rooms_at(visit)
                by_rooms.setdefault(rooms_at[key], []).append(visit)
    for rooms in _unions(case, by_rooms):
        inside = frozenset(rooms)
        items: list[tuple[Span, Handle | None]] = [(h.run.span, h) for h in housings if h.room in inside]
        items += [(v.span, v) for fitting, visits in by_rooms.items() if inside.issuperset(fitting) for v in visits]
        items += [(k.span, k.handle) for k in room_uses if k.room in inside and not inside.issuperset(k.fitting)]
        items += [(span, None) for room in rooms for span in closed_or_used[room]]
        for start, active in cliques(items):
            handles = tuple(handle for handle in active if handle is not None)
            if len(handles) > (free := len(rooms) - (len(active) - len(handles))):
                yield rooms, start, handles, free


def _closed_or_used(case: Case, candidates: Candidates) -> dict[str, tuple[Span, ...]]:
    """By room, the spans in which it is closed or has a session that has happened."""
    spans = {room: list(case.time.closed(room)) for room in case.rooms}
    for room, span in candidates.past_rooms:
        spans.setdefault(room, []).append(span)
    return {room: merge(of_room) for room, of_room in spans.items()}


def _unions(case: Case, fitting: Iterable[Rooms]) -> list[Rooms]:
    """Single rooms, the sets given, and unions of those that share a room; each in the order of the instance.

    Sets that share none need no union: their own rows add up to its row.
    """
    sets = [frozenset(rooms) for rooms in fitting]
    unions = dict.fromkeys([*(frozenset({room}) for room in case.rooms), *sets])
    queue = list(unions)
    for rooms in queue:
        for other in sets:
            union = rooms | other
            if rooms & other and union not in unions:
                unions[union] = None
                queue.append(union)
    return [tuple(room for room in case.rooms if room in rooms) for rooms in unions]
