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
from scheduler.rules._words import hours_of, time_of
from scheduler.terms import Handle, Housing, Row, Run, Visit, total
from scheduler.timegrid import Span, intersect, merge
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import NumberedTerms

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
        for rooms, start, terms, free in crowded(case, candidates):
            yield Row(self.id, (*rooms, start), terms, free)

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


def crowded(case: Case, candidates: Candidates, room_uses: Sequence[RoomUse] = ()) -> Iterator[tuple[Rooms, int, NumberedTerms, int]]:
    """Sets of rooms that could be too few at a minute: the rooms, the sessions that need one, and how many rooms are free.

    Args:
        room_uses: Appointments that need a room of the set although they would fit elsewhere.
    """
    closed_or_used, appointments = _closed_or_used(case, candidates), candidates.by_rooms()
    housings = candidates.columns.housings.at(~candidates.columns.housings.is_past)
    for rooms in _unions(case, appointments):
        inside = frozenset(rooms)
        of_runs = housings.where(isinstance(h, Housing) and h.room in inside for h in housings.handles())
        sessions = of_runs.plus(visits for suitable, visits in appointments.items() if inside.issuperset(suitable))
        uses = [use for use in room_uses if use.room in inside and not inside.issuperset(use.fitting)]
        spans = [*(use.span for use in uses), *(span for room in rooms for span in closed_or_used[room])]
        for minute, crowd, others in sessions.crowds(spans):
            handles = [uses[n].handle for n in others if n < len(uses)]
            if len(crowd) + len(handles) > (free := len(rooms) - (len(others) - len(handles))):
                yield rooms, minute, crowd.terms(more=total(handles)), free


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
