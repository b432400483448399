"""Write chosen handles as the sessions of a roster, with ids and clock times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.roster import Booking, Roster, Session, appointment_id, group_session_id
from scheduler.terms import Handle, Housing, Run, Staffing, Visit

RoomAssigner = Callable[[Candidates, Sequence[Visit], Sequence[Housing]], dict[Visit, str] | None]
"""Gives every appointment on site a room beside those of the runs; None if it finds no way."""


def write_roster(case: Case, candidates: Candidates, solution: Iterable[Handle], assign: RoomAssigner) -> Roster | None:
    """Write the chosen handles as a roster; None if the appointments do not all get rooms.

    Past sessions are copied unchanged from the published roster.
    """
    solution = [handle for handle in solution if handle not in candidates.past]
    visits = [h for h in solution if isinstance(h, Visit)]
    appointments = [v for v in visits if v.group is None and v.is_lead]
    housings = [h for h in solution if isinstance(h, Housing)]
    rooms = assign(candidates, [v for v in appointments if v.site is not None], housings)
    if rooms is None:
        return None
    sessions = list(case.past.sessions)
    for run in (h for h in solution if isinstance(h, Run)):
        staff = [h.clinician for h in solution if isinstance(h, Staffing) and h.run == run]
        room = next((h.room for h in housings if h.run == run), None)
        sessions.append(group_session(case, run, [v for v in visits if v.group == run.group], staff, room))
    sessions += [appointment_session(case, v, rooms.get(v)) for v in appointments]
    sessions.sort(key=lambda s: (s.start, s.id))
    homes = case.places.homes_to_store(sessions)
    return Roster(monday=case.week.monday, zone=case.week.zone.key, sessions=tuple(sessions), homes=homes, seed=case.seed)


def group_session(case: Case, run: Run, visits: list[Visit], staff: list[str], room: str | None) -> Session:
    """A run as a session of the roster, led by whoever has the leading credential."""
    group = case.groups[run.group]
    leading = group.leading_credential
    ordered = sorted(staff, key=lambda c: (leading is not None and leading not in case.clinicians[c].credentials, c))
    return Session(
        id=group_session_id(group.id, case.week.monday),
        group=group.id,
        service=group.service,
        start=case.week.at(run.span.start),
        end=case.week.at(run.span.end),
        mode=run.mode,
        site=run.site,
        room=room,
        facilitators=tuple(ordered),
        bookings=tuple(Booking(participant=v.participant, mode=v.mode) for v in sorted(visits, key=lambda v: v.participant)),
    )


def appointment_session(case: Case, visit: Visit, room: str | None) -> Session:
    """An appointment as a session of the roster."""
    people = sorted(p for p in (visit.participant, visit.partner) if p is not None)
    need = next(n for n in case.care.order(visit.participant).needs if (n.service, n.ordinal) == (visit.service, visit.ordinal))
    return Session(
        id=appointment_id(people[0], visit.service, case.week.monday, visit.ordinal),
        service=visit.service,
        ordinal=visit.ordinal,
        start=case.week.at(visit.span.start),
        end=case.week.at(visit.span.end),
        mode=visit.mode,
        site=visit.site,
        room=room,
        facilitators=() if visit.clinician is None else (visit.clinician,),
        bookings=tuple(Booking(participant=p, mode=visit.mode) for p in people),
        guests=need.guests,
    )
