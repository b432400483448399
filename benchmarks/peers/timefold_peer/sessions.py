"""Timefold's week written as sessions, with rooms given out one after the other."""

from benchmarks.peers.timefold_peer.domain import Week
from benchmarks.peers.timefold_peer.facts import Facts
from scheduler.roster import Booking, Roster, Session, appointment_id, group_session_id
from scheduler.rules.facilitator_ratio import may_lead
from scheduler.terms import Staffing, Visit
from scheduler.timegrid import Span


class Rooms:
    """Which rooms are taken when."""

    def __init__(self, facts: Facts) -> None:
        self.taken: dict[str, list[Span]] = {room: list(facts.case.time.closed(room)) for room in facts.case.rooms}
        self.rooms = facts.case.rooms

    def take(self, rooms: list[str], span: Span, seats: int, features: set[str]) -> str | None:
        """A free one with enough seats, with what is needed if there is one, the smallest of these; now taken."""
        fitting = [r for r in rooms if self.rooms[r].seats >= seats and not any(span.overlaps(s) for s in self.taken[r])]
        room = min(fitting, key=lambda r: (not features <= set(self.rooms[r].features), self.rooms[r].seats, r), default=None)
        if room is not None:
            self.taken[room].append(span)
        return room


def to_roster(facts: Facts, week: Week) -> Roster:
    """All sessions, the groups first; what has happened is taken over."""
    case, rooms = facts.case, Rooms(facts)
    chosen = [facts.visits[place.option.id] for place in week.places if place.option is not None]
    visits = [handle for handle in chosen if isinstance(handle, Visit) and handle.is_lead]
    staffings = [handle for handle in chosen if isinstance(handle, Staffing)]
    sessions = {s.id: s for s in case.past.sessions}
    for session in [*_groups(facts, staffings, visits, rooms), *_appointments(facts, visits, rooms)]:
        sessions.setdefault(session.id, session)
    return Roster(
        monday=case.week.monday, zone=case.week.zone.key, sessions=tuple(sorted(sessions.values(), key=lambda s: (s.start, s.id)))
    )


def _groups(facts: Facts, staffings: list[Staffing], visits: list[Visit], rooms: Rooms) -> list[Session]:
    case, found = facts.case, []
    for group in facts.groups:
        run, mine = facts.runs[group], [v for v in visits if v.group == group]
        staff = [s.clinician for s in staffings if s.run == run]
        if not mine or not staff:
            continue
        here = [case.participants[v.participant] for v in mine if v.mode == "in_person"]
        features = {feature for person in here for feature in person.room_features}
        suitable = [h.room for h in facts.candidates.housings[run]]
        room = rooms.take(suitable, run.span, len(here) + len(staff), features) if run.site is not None else None
        found.append(
            Session(
                id=group_session_id(group, case.week.monday),
                group=group,
                service=case.groups[group].service,
                start=case.week.at(run.span.start),
                end=case.week.at(run.span.end),
                mode=run.mode,
                site=run.site,
                room=room,
                facilitators=tuple(sorted(dict.fromkeys(staff), key=lambda c: not may_lead(case, group, c))),
                bookings=tuple(Booking(participant=v.participant, mode=v.mode) for v in mine),
            )
        )
    return found


def _appointments(facts: Facts, visits: list[Visit], rooms: Rooms) -> list[Session]:
    case, found = facts.case, []
    for visit in (v for v in visits if v.group is None):
        people = sorted(p for p in (visit.participant, visit.partner) if p is not None)
        need = next(n for n in case.care.order(visit.participant).needs if (n.service, n.ordinal) == (visit.service, visit.ordinal))
        seats = len(people) + len(need.guests) + 1
        found.append(
            Session(
                id=appointment_id(people[0], visit.service, case.week.monday, visit.ordinal),
                service=visit.service,
                ordinal=visit.ordinal,
                start=case.week.at(visit.span.start),
                end=case.week.at(visit.span.end),
                mode=visit.mode,
                site=visit.site,
                room=rooms.take(list(facts.candidates.rooms_for(visit)), visit.span, seats, set()) if visit.site is not None else None,
                facilitators=() if visit.clinician is None else (visit.clinician,),
                bookings=tuple(Booking(participant=p, mode=visit.mode) for p in people),
                guests=need.guests,
            )
        )
    return found
