"""A solution of a neighbourhood as a roster: what has not changed stays word for word."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.model.rooms import assign_rooms
from scheduler.model.sessions import appointment_session, group_session
from scheduler.repair.neighbourhood import RepairNeighbourhood
from scheduler.repair.options import is_same
from scheduler.roster import Roster, Session
from scheduler.rules.published_change import identity
from scheduler.terms import Housing, Run, Staffing, Visit
from scheduler.view import PlacedSession


def roster_of(hood: RepairNeighbourhood, values: Sequence[bool]) -> Roster | None:
    """The roster of some values; None if the appointments cannot all get rooms."""
    case, view, candidates = hood.options.case, hood.options.view, hood.local.candidates
    chosen = [h for h, value in zip(hood.local.lines.handles, values, strict=False) if value and h not in candidates.past]
    visits = [h for h in chosen if isinstance(h, Visit)]
    housings = [h for h in chosen if isinstance(h, Housing)]
    appointments = [visit for visit in visits if visit.group is None and visit.is_lead]
    rooms = assign_rooms(candidates, [visit for visit in appointments if visit.site is not None], housings)
    if rooms is None:
        return None
    sessions = list(case.past.sessions)
    for run in (h for h in chosen if isinstance(h, Run)):
        staff = [h.clinician for h in chosen if isinstance(h, Staffing) and h.run == run]
        room = next((h.room for h in housings if h.run == run), None)
        members = [v for v in visits if v.group == run.group]
        sessions.append(_as_published(view.by_group.get(run.group), group_session(case, run, members, staff, room)))
    pairs = ((v, placed) for v, placed in view.session_of.items() if v.group is None and v.is_lead)
    before = {identity(visit): (visit, placed) for visit, placed in pairs}
    for visit in appointments:
        old, placed = before.get(identity(visit), (None, None))
        if old is not None and placed is not None and is_same(old, visit):
            sessions.append(placed.session.model_copy(update={"room": rooms.get(visit)}))
        else:
            sessions.append(appointment_session(case, visit, rooms.get(visit)))
    order = {session.id: number for number, session in enumerate(view.roster.sessions)}
    sessions.sort(key=lambda s: (s.start, order.get(s.id, len(order)), s.id))
    return view.roster.model_copy(update={"sessions": tuple(sessions), "homes": case.places.homes_to_store(sessions)})


def _as_published(placed: PlacedSession | None, session: Session) -> Session:
    """A run as it was written down when it was published: those who lead it, and those in it, in the same order."""
    if placed is None:
        return session
    before = placed.session
    if sorted(before.facilitators) == sorted(session.facilitators):
        session = session.model_copy(update={"facilitators": before.facilitators})
    if _people(before) == _people(session):
        session = session.model_copy(update={"bookings": before.bookings})
    return session


def _people(session: Session) -> list[tuple[str, str]]:
    return sorted((booking.participant, booking.mode) for booking in session.bookings)
