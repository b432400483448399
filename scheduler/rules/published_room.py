"""Published sessions keep their rooms.

Rule: A published session that still takes place is held in its published room. A session is the group, or the participant (of a couple the
first in id order), the service and its ordinal, at whatever time. A session that had no room and gets one, or loses it to telehealth,
has changed it, too. Cancelled and new sessions have none to change, and what has happened never counts.
Math: amount = published sessions ahead that are held in another room than published. Runs choose their room; of appointments the model
asks which keep theirs, and counts the rooms they take as `room_conflict` does.
Amount: sessions.
Source: door signs, sign-in sheets, routes of wheelchair users; weight below every change of a person's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.roster import Session
from scheduler.rule import Rule, Violation
from scheduler.rules._words import session_at
from scheduler.rules.room_conflict import RoomUse, crowded
from scheduler.terms import FreeVariable, Handle, Housing, Row, Run, Visit, total
from scheduler.timegrid import Span
from scheduler.view import PlacedSession

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

Identity = tuple[str, ...]


class PublishedRoom(Rule):
    """Published sessions stay in their room."""

    id = "published_room"
    title = "Published sessions keep their rooms"
    level = "preference"
    scope = "shared"
    unit = "sessions"
    weight = 2
    source = "door signs, sign-in sheets, routes of wheelchair users"
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether this week is published."""
        return case.published is not None

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row per published session, and rows for the rooms that kept appointments use."""
        published, room_uses = published_rooms(case), list[RoomUse]()
        for group, runs in _runs_by_group(candidates).items():
            if (group,) in published:
                yield Row(self.id, (group,), total(_elsewhere(candidates, runs, published[group,])), 0, price=1)
        for key, visits in _appointments(candidates).items():
            if key in published:
                mine = _unchanged(candidates, key, visits, published[key])
                for stays, members in mine:
                    yield Row(self.id, (*key, stays.span.start), ((stays.handle, 1), *total(members, -1)), 0)
                room_uses += [stays for stays, _ in mine]
                changing = [v for v in visits if _rooms(candidates, v) != (published[key],)]
                yield Row(self.id, key, (*total(changing), *total((stays.handle for stays, _ in mine), -1)), 0, price=1)
        for rooms, start, terms, free in crowded(case, candidates, room_uses) if room_uses else ():
            sessions = {_session_of(handle) for handle, _ in terms}
            if len(sessions) > free and any(isinstance(handle, FreeVariable) for handle, _ in terms):
                yield Row(self.id, (*rooms, start), terms, free)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Compare the room of a session with the published one."""
        published, key, room = published_rooms(case), identity(placed.session), placed.session.room
        if key in published and not placed.is_past and room != published[key]:
            what = session_at(case, placed)
            message = f"{what} is in {room or 'no room'}, published in {published[key] or 'no room'}"
            about = [id for id in (room, published[key]) if id is not None]
            yield self.violation(1, about, message, (placed.id,))


def identity(session: Session) -> Identity:
    """The identity of a session, which it keeps when it moves; without a group, its participants."""
    if session.group is not None:
        return (session.group,)
    return (min((b.participant for b in session.bookings), default=""), session.service, str(session.ordinal))


def published_rooms(case: Case) -> dict[Identity, str | None]:
    """The published sessions still to come, each with its room."""
    sessions = () if case.published is None else case.published.sessions
    return case.memo("published_room", lambda: {identity(s): s.room for s in sessions if not case.time.is_past(case.week.minute(s.start))})


def _runs_by_group(candidates: Candidates) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {}
    for run in candidates.runs:
        if run not in candidates.past:
            runs.setdefault(run.group, []).append(run)
    return runs


def _elsewhere(candidates: Candidates, runs: Iterable[Run], room: str | None) -> Iterator[Run | Housing]:
    """Handles of a group meeting elsewhere; none for a run without a choice of rooms."""
    for run in runs:
        yield from (housing for housing in candidates.housings[run] if housing.room != room)
        if not candidates.housings[run] and room is not None:
            yield run


def _appointments(candidates: Candidates) -> dict[Identity, list[Visit]]:
    """The possible appointments by session, couples at the first of the two."""
    visits_of: dict[Identity, list[Visit]] = {}
    for visits in candidates.visits.values():
        for visit in visits:
            if visit.group is None and visit.is_lead and visit not in candidates.past:
                visits_of.setdefault((visit.participant, visit.service, str(visit.ordinal)), []).append(visit)
    return visits_of


def _rooms(candidates: Candidates, visit: Visit) -> tuple[str | None, ...]:
    """The rooms that an appointment may have; none by telehealth."""
    return (None,) if visit.site is None else candidates.rooms_at(visit)


def _unchanged(candidates: Candidates, key: Identity, visits: Iterable[Visit], room: str | None) -> list[tuple[RoomUse, list[Visit]]]:
    """By time, the handle that an appointment keeps its room, with its possible visits; only where it has the choice."""
    by_span: dict[Span, list[Visit]] = {}
    for visit in visits:
        rooms = _rooms(candidates, visit)
        if room is not None and room in rooms and len(rooms) > 1:
            by_span.setdefault(visit.span, []).append(visit)
    return [
        (RoomUse(room or "", candidates.rooms_at(members[0]), span, FreeVariable((PublishedRoom.id, *key, span.start))), members)
        for span, members in by_span.items()
    ]


def _session_of(handle: Handle) -> Identity:
    """The session that uses a room by a handle; it uses at most one."""
    if isinstance(handle, Housing):
        return (handle.run.group,)
    if isinstance(handle, Visit):
        return (handle.participant, handle.service, str(handle.ordinal))
    return tuple(str(part) for part in handle.key[1:4]) if isinstance(handle, FreeVariable) else ()
