"""A solution of a neighbourhood as a roster: what has not changed stays word for word."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.model.extract import to_roster
from scheduler.repair.neighbourhood import RepairNeighbourhood
from scheduler.repair.options import is_same
from scheduler.roster import Roster, Session
from scheduler.view import PlacedSession, View, place, visits_of


def roster_of(hood: RepairNeighbourhood, values: Sequence[bool]) -> Roster | None:
    """The roster of some values; None if the appointments cannot all get rooms."""
    case, view = hood.options.case, hood.options.view
    fresh = to_roster(case, hood.local.candidates, [h for h, value in zip(hood.local.lines.handles, values, strict=False) if value])
    if fresh is None:
        return None
    sessions = [_as_published(view, place(case, session)) for session in fresh.sessions]
    order = {session.id: number for number, session in enumerate(view.roster.sessions)}
    sessions.sort(key=lambda s: (s.start, order.get(s.id, len(order)), s.id))
    return view.roster.model_copy(update={"sessions": tuple(sessions), "homes": fresh.homes})


def _as_published(view: View, placed: PlacedSession) -> Session:
    """A session as it was written down when it was published: an unchanged appointment, and who leads a run and is in it, in that order."""
    session = placed.session
    if placed.is_past:
        return session
    if session.group is None:
        visit = next(visits_of(placed))
        before = next((v for v in view.visits[visit.participant] if is_same(v, visit)), None)
        return session if before is None else view.session_of[before].session.model_copy(update={"room": session.room})
    if session.group in view.by_group:
        published = view.by_group[session.group].session
        if sorted(published.facilitators) == sorted(session.facilitators):
            session = session.model_copy(update={"facilitators": published.facilitators})
        if _people(published) == _people(session):
            session = session.model_copy(update={"bookings": published.bookings})
    return session


def _people(session: Session) -> list[tuple[str, str]]:
    return sorted((booking.participant, booking.mode) for booking in session.bookings)
