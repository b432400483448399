"""Every roster that can be made from candidates, one by one: what brute force and the faces are tried on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from math import prod

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.roster import Booking, Home, Roster, Session, appointment_id, group_session_id
from scheduler.terms import Run, Visit

Option = Session | None


def decisions(case: Case, candidates: Candidates) -> list[list[Option]]:
    """What is to be decided: one group or one appointment each, with every way to decide it (None: it does not take place)."""
    past = {session.group or (session.bookings[0].participant, session.service, session.ordinal) for session in case.past.sessions}
    made: list[list[Option]] = [[None, session] for session in case.past.sessions]
    for group in case.groups:
        runs = [run for run in candidates.runs if run.group == group]
        if runs and group not in past:
            made.append([None, *chain.from_iterable(_meetings(case, candidates, run) for run in runs)])
    for participant, visits in candidates.visits.items():
        leads = [v for v in visits if v.group is None and v.is_lead and (participant, v.service, v.ordinal) not in past]
        for item in dict.fromkeys((v.service, v.ordinal) for v in leads):
            options = (_appointments(case, candidates, v) for v in leads if (v.service, v.ordinal) == item)
            made.append([None, *chain.from_iterable(options)])
    return made


def count(choices: Sequence[Sequence[Option]]) -> int:
    """How many rosters there are."""
    return prod(len(options) for options in choices)


def all_rosters(case: Case, choices: Sequence[Sequence[Option]]) -> Iterator[Roster]:
    """Every roster, the empty one first."""
    return (roster_of(case, picked) for picked in product(*choices))


def some_rosters(case: Case, choices: Sequence[Sequence[Option]], number: int, seed: int = 1) -> Iterator[Roster]:
    """All rosters when they are no more than ``number``, else so many drawn at random."""
    if count(choices) <= number:
        yield from all_rosters(case, choices)
        return
    draw = random.Random(seed)
    for _ in range(number):
        yield roster_of(case, [draw.choice(options) for options in choices])


def roster_of(case: Case, picked: Sequence[Option]) -> Roster:
    """The roster of some sessions; the home of a newcomer is the first track and cohort in order of names that most places are in."""
    sessions = [session for session in picked if session is not None]
    homes = []
    for participant, person in case.participants.items():
        groups = [case.groups[s.group] for s in sessions if s.group and any(b.participant == participant for b in s.bookings)]
        track = person.home_track or _most([g.track for g in groups if g.track])
        cohort = person.home_cohort or _most([g.cohort for g in groups if g.cohort])
        if groups and (track or cohort):
            homes.append(Home(participant=participant, track=track, cohort=cohort))
    return Roster(monday=case.week.monday, zone=case.week.zone.key, sessions=tuple(sessions), homes=tuple(homes))


def _most(names: list[str]) -> str | None:
    return min(names, key=lambda name: (-names.count(name), name)) if names else None


def _meetings(case: Case, candidates: Candidates, run: Run) -> Iterator[Session]:
    """The ways a group can meet at one time: staff, room, people."""
    staff = [s.clinician for s in candidates.staffings[run]]
    teams = [team for size in range(len(staff) + 1) for team in combinations(staff, size)]
    rooms = [h.room for h in candidates.housings[run]] or [None]
    people: dict[str, list[Booking | None]] = {}
    for visit in candidates.visits_in[run]:
        people.setdefault(visit.participant, [None]).append(Booking(participant=visit.participant, mode=visit.mode))
    for team, room, bookings in product(teams, rooms, product(*people.values())):
        group = case.groups[run.group]
        leader_first = sorted(team, key=lambda c: (group.leading_credential not in (None, *case.clinicians[c].credentials), c))
        yield Session(
            id=group_session_id(run.group, case.week.monday),
            group=run.group,
            service=group.service,
            start=case.week.at(run.span.start),
            end=case.week.at(run.span.end),
            mode=run.mode,
            site=run.site,
            room=room,
            facilitators=tuple(leader_first),
            bookings=tuple(b for b in bookings if b is not None),
        )


def _appointments(case: Case, candidates: Candidates, visit: Visit) -> Iterator[Session]:
    """The ways to hold an appointment at one time: one for each room."""
    need = next(n for n in case.care.order(visit.participant).needs if (n.service, n.ordinal) == (visit.service, visit.ordinal))
    people = sorted(p for p in (visit.participant, visit.partner) if p is not None)
    for room in candidates.rooms_for(visit) if visit.site is not None else (None,):
        yield Session(
            id=appointment_id(people[0], visit.service, case.week.monday, visit.ordinal),
            service=visit.service,
            ordinal=visit.ordinal,
            start=case.week.at(visit.span.start),
            end=case.week.at(visit.span.end),
            mode=visit.mode,
            site=visit.site,
            room=room,
            facilitators=(visit.clinician or "",),
            bookings=tuple(Booking(participant=p, mode=visit.mode) for p in people),
            guests=need.guests,
        )


def rehoused(case: Case, roster: Roster) -> Iterator[Roster]:
    """The roster with its appointments in every choice of rooms: a model leaves them to the end."""
    fixed = [s for s in roster.sessions if s.group is not None or s.room is None or case.time.is_past(case.week.minute(s.start))]
    movable = [s for s in roster.sessions if s not in fixed]
    for rooms in product(case.rooms, repeat=len(movable)):
        moved = [s.model_copy(update={"room": room}) for s, room in zip(movable, rooms, strict=True)]
        yield roster.model_copy(update={"sessions": (*fixed, *moved)})
