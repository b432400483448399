"""A session on site has a room that suits it.

Rule: Every session on site (hybrid ones too) has one room of that site, meant for its use (group or individual) and, for a group that
names rooms, one of them. It seats the participants in the room, the guests who must come (as many seats each as the service says) and
the facilitators, and offers every feature the service, the group and the people in it need; hybrid sessions need the feature `hybrid`, a
support animal the feature `animals`. No one who avoids animals is with someone else's support animal; who brings one is not counted as
avoiding them. A service animal is always admitted.
Math: run = sum of its rooms; people in the room <= seats; visit needing a feature + room without it <= 1;
support animals + people avoiding them <= 1 (as yes/no).
Amount: seats or features missing; 1 for no room, another site, another use, a room not named, people avoiding an animal.
Source: ADA Title II and III for service animals; the rest as entered by the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._clinicians import site_of
from scheduler.rules._words import session_at
from scheduler.terms import AnyOf, Handle, Housing, Row, Run, Staffing, Visit, total
from scheduler.view import PlacedSession
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class RoomFit(Rule):
    """Sessions on site have a room with the seats and features that the people in it need."""

    id = "room_fit"
    title = "The room suits the session and the people in it"
    level = "hard"
    scope = "shared"
    unit = "seats or features missing"
    source = "ADA for service animals; needs as entered"
    reads = ("need", "clinician", "site")

    def applies_to(self, case: Case) -> bool:
        """Whether there are rooms."""
        return bool(case.rooms)

    def admits(self, case: Case, visit: Visit) -> bool:
        """In an appointment on site, neither avoids the other's support animal."""
        if visit.clinician is None or visit.site is None:
            return True
        return not is_avoided(case, [visit.clinician], _people(visit))

    def admits_room(self, case: Case, session: Visit | Run, room: str) -> bool:
        """A room has the right place, use and features; for appointments also the seats."""
        if isinstance(session, Run):
            features = needed(case, case.groups[session.group].service, session.group, session.mode, ())
            return not lacking(case, room, session.site, session.group, features)
        people = _people(session)
        features = needed(case, session.service, None, "in_person", people)
        seats = len(people) + _num_guests(case, session) + 1
        return seats <= case.rooms[room].seats and not lacking(case, room, session.site, None, features)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Per run on site: one room, its seats, its features, and no animal that someone avoids."""
        for run, visits in candidates.visits_in.items():
            if run.site is not None and run not in candidates.past:
                present = tuple(v for v in visits if v.site is not None)
                yield from _room_rows(case, run, present, candidates.staffings[run], candidates.housings[run])
                yield from _animal_rows(case, run, present, candidates.staffings[run])

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at each session on site."""
        if placed.is_past or site_of(placed) is None:
            return
        people, staff = placed.participants("in_person"), placed.session.facilitators
        if placed.session.room is None:
            yield self.violation(1, people, f"{session_at(case, placed)} has no room", (placed.id,))
        else:
            yield from self._check_room(case, placed, placed.session.room)
        if is_avoided(case, staff, people):
            yield self.violation(1, (*people, *staff), f"someone in {session_at(case, placed)} avoids animals", (placed.id,))

    def _check_room(self, case: Case, placed: PlacedSession, room: str) -> Iterator[Violation]:
        session, people = placed.session, placed.participants("in_person")
        features = needed(case, session.service, session.group, session.mode, people)
        if missing := lacking(case, room, session.site, session.group, features):
            message = f"{room} does not suit {session_at(case, placed)}: {', '.join(missing)}"
            yield self.violation(len(missing), (room,), message, (placed.id,))
        group = session.group
        seated = len(people) if group is None else sum(case.guests.seats(p, group) for p in people)
        short = seated + len(session.guests) + len(session.facilitators) - case.rooms[room].seats
        if short > 0:
            message = f"{room} has {counted(short, 'seat')} too few for {session_at(case, placed)}"
            yield self.violation(short, (room,), message, (placed.id,))


def needs(case: Case, participant: str) -> tuple[str, ...]:
    """Features that a participant needs in every room, including those for a support animal."""
    person = case.participants[participant]
    return (*person.room_features, *(("animals",) if person.animal == "support" else ()))


def needed(case: Case, service: str, group: str | None, mode: str, people: Iterable[str]) -> tuple[str, ...]:
    """Features that a session and the people in the room need, without repetition."""
    features = [*case.services[service].room_features]
    features += [] if group is None else case.groups[group].room_features
    features += ["hybrid"] if mode == "hybrid" else []
    return tuple(dict.fromkeys([*features, *(feature for p in people for feature in needs(case, p))]))


def lacking(case: Case, room: str, site: str | None, group: str | None, features: Iterable[str]) -> list[str]:
    """Requirements that a room does not meet for a session at a site, apart from seats."""
    place, use = case.rooms[room], "individual" if group is None else "group"
    named = () if group is None else case.groups[group].rooms
    wrong = [] if place.site == site else [f"site {site}"]
    wrong += [] if use in place.uses else [f"use {use}"]
    wrong += [] if not named or room in named else ["place among the group's rooms"]
    return wrong + [feature for feature in features if feature not in place.features]


def is_avoided(case: Case, clinicians: Iterable[str], people: Iterable[str]) -> bool:
    """Whether one person in the room brings a support animal and another avoids animals."""
    people = tuple(people)
    return any(_brings(case, p) for p in people) and (
        any(_avoids(case, p) for p in people) or any(case.clinicians[c].avoids_animals for c in clinicians)
    )


def _brings(case: Case, participant: str) -> bool:
    return case.participants[participant].animal == "support"


def _avoids(case: Case, participant: str) -> bool:
    return case.participants[participant].avoids_animals and not _brings(case, participant)


def _people(visit: Visit) -> list[str]:
    return [p for p in (visit.participant, visit.partner) if p is not None]


def _num_guests(case: Case, visit: Visit) -> int:
    needs = case.care.order(visit.participant).needs
    return next((len(n.guests) for n in needs if (n.service, n.ordinal) == (visit.service, visit.ordinal)), 0)


def _room_rows(case: Case, run: Run, visits: Sequence[Visit], staff: Sequence[Staffing], rooms: Sequence[Housing]) -> Iterator[Row]:
    """One room when the run meets, with seats for all and the features of each."""
    rule, key = RoomFit.id, (run.group, run.span.start)
    yield Row(rule, (*key, "room"), ((run, 1), *total(rooms, -1)), 0)
    yield Row(rule, (*key, "one_room"), (*total(rooms), (run, -1)), 0)
    seats = tuple((housing, -case.rooms[housing.room].seats) for housing in rooms)
    people = tuple((visit, case.guests.seats(visit.participant, run.group)) for visit in visits)
    yield Row(rule, (*key, "seats"), (*people, *total(staff), *seats), 0)
    for feature in dict.fromkeys(feature for v in visits for feature in needs(case, v.participant)):
        without = [housing for housing in rooms if feature not in case.rooms[housing.room].features]
        if without:
            needing = AnyOf((rule, *key, feature), tuple(v for v in visits if feature in needs(case, v.participant)))
            yield Row(rule, (*key, "feature", feature), ((needing, 1), *total(without)), 1)


def _animal_rows(case: Case, run: Run, visits: Sequence[Visit], staff: Sequence[Staffing]) -> Iterator[Row]:
    """Support animals or people who avoid them, not both."""
    rule, key = RoomFit.id, (run.group, run.span.start)
    bringing: tuple[Handle, ...] = tuple(v for v in visits if _brings(case, v.participant))
    avoiding: tuple[Handle, ...] = (
        *(v for v in visits if _avoids(case, v.participant)),
        *(s for s in staff if case.clinicians[s.clinician].avoids_animals),
    )
    if bringing and avoiding:
        animals, avoided = AnyOf((rule, *key, "bringing"), bringing), AnyOf((rule, *key, "avoiding"), avoiding)
        yield Row(rule, (*key, "animals"), ((animals, 1), (avoided, 1)), 1)
