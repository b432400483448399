"""A solution of the model of offers, written as sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from scheduler.model.free_rooms import change
from scheduler.model.sessions import appointment_session, group_session
from scheduler.offers.open_week import OpenWeek
from scheduler.roster import Booking, Session
from scheduler.terms import Handle, Housing, Run, Staffing, Visit
from scheduler.timegrid import Span


@dataclass(frozen=True)
class OfferedSessions:
    """The sessions of a solution; those of everyone who does not move stay as they are."""

    week: OpenWeek
    solution: Sequence[Handle]

    def sessions(self) -> tuple[Session, ...] | None:
        """The sessions by start; None if an appointment finds no room."""
        case, past = self.week.case, self.week.local.candidates.past
        chosen = [handle for handle in self.solution if handle not in past]
        visits = [handle for handle in chosen if isinstance(handle, Visit)]
        sessions = {session.id: session for session in self._staying(frozenset(visits))}
        there = frozenset(visit for mover in self.week.movers for visit in self.week.view.visits[mover])
        added = [visit for visit in visits if visit not in there]
        places = [visit for visit in added if visit.group is not None]
        met = {session.group: id for id, session in sessions.items() if session.group is not None}
        for visit in places:
            if (id := met.get(visit.group or "")) is not None:
                sessions[id] = _joined(sessions[id], visit)
        for run in (handle for handle in chosen if isinstance(handle, Run) and handle.group not in met):
            staff = [h.clinician for h in chosen if isinstance(h, Staffing) and h.run == run]
            room = next((h.room for h in chosen if isinstance(h, Housing) and h.run == run), None)
            if members := [visit for visit in places if visit.group == run.group]:
                opened = group_session(case, run, members, staff, room)
                sessions[opened.id] = opened
        appointments = [visit for visit in added if visit.group is None and visit.is_lead]
        rooms = self._rooms(appointments, sessions)
        if rooms is None:
            return None
        for visit in appointments:
            session = appointment_session(case, visit, rooms.get(visit))
            sessions[session.id] = session
        return tuple(sorted(sessions.values(), key=lambda session: (session.start, session.id)))

    def _staying(self, visits: frozenset[Visit]) -> Iterator[Session]:
        """The sessions of the open week, without what those who move give up."""
        for placed in self.week.view.placed:
            given_up = {v.participant for v in self.week.view.visits_in(placed) if v.participant in self.week.movers and v not in visits}
            given_up = set() if placed.is_past or any(v.partner for v in self.week.view.visits_in(placed)) else given_up
            left = tuple(booking for booking in placed.session.bookings if booking.participant not in given_up)
            if left or not placed.session.bookings:
                yield placed.session if not given_up else placed.session.model_copy(update={"bookings": left})

    def _rooms(self, appointments: Sequence[Visit], sessions: Mapping[str, Session]) -> dict[Visit, str] | None:
        """The rooms that change least, for all appointments on site; None if they cannot all have one."""
        case = self.week.case
        used = [(session.room, case.week.span(session.start, session.end)) for session in sessions.values() if session.room is not None]
        on_site = [visit for visit in appointments if visit.site is not None]
        options = [self._rooms_for(visit, used) for visit in on_site]
        for n, visit in enumerate(on_site):
            if not any(visit.span.overlaps(other.span) for other in on_site if other is not visit):
                options[n] = sorted(options[n], key=lambda room: (change(case, visit, room), room))[:1]
        best = min(
            (rooms for rooms in product(*options) if _is_possible(on_site, rooms)),
            key=lambda rooms: (sum(change(case, visit, room) for visit, room in zip(on_site, rooms, strict=True)), rooms),
            default=None,
        )
        return None if best is None else dict(zip(on_site, best, strict=True))

    def _rooms_for(self, visit: Visit, used: Sequence[tuple[str, Span]]) -> list[str]:
        rooms = self.week.local.candidates.rooms_at(visit)
        return [room for room in rooms if not any(room == other and visit.span.overlaps(span) for other, span in used)]


def _is_possible(visits: Sequence[Visit], rooms: Sequence[str]) -> bool:
    """Whether no two appointments at one time are in one room."""
    pairs = list(zip(visits, rooms, strict=True))
    return not any(r == room and v.span.overlaps(visit.span) for n, (visit, room) in enumerate(pairs) for v, r in pairs[:n])


def _joined(session: Session, visit: Visit) -> Session:
    """A group session with one more booking."""
    bookings = (*session.bookings, Booking(participant=visit.participant, mode=visit.mode))
    return session.model_copy(update={"bookings": tuple(sorted(bookings, key=lambda booking: booking.participant))})
