"""Building blocks of the instances: people for a timetable, people who come later, a roster published for the same week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.case import Case
from scheduler.fields import Weekday
from scheduler.generate import generate
from scheduler.generate.care import CURRICULUM, INTAKE, PHASES, services_of
from scheduler.generate.lives import window
from scheduler.generate.people import Therapists
from scheduler.generate.places import make_program, make_rooms
from scheduler.generate.sizes import Sizes
from scheduler.generate.staff import initials, make_staff
from scheduler.generate.tracks import TrackPlan, make_timetable
from scheduler.instance import Availability, Group, GroupStart, Instance, Participant, Phase, Published, Service
from scheduler.roster import Roster, Session, appointment_id, group_session_id
from scheduler.timegrid import parse_clock

ZONE = ZoneInfo("America/New_York")


def free(start: str, end: str, days: Iterable[Weekday]) -> Availability:
    """The same window on several days."""
    return Availability(weekly=tuple(window(day, start, end) for day in days))


def moment(day: date, clock: str) -> datetime:
    """An aware wall-clock time of a date."""
    minutes = parse_clock(clock)
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=ZONE)


def group(id: str, service: str, minutes: int, starts: tuple[tuple[Weekday, str], ...], **more: Any) -> Group:
    """A group at the main site outside every track, unless told otherwise."""
    times = tuple(GroupStart(day=day, time=parse_clock(clock)) for day, clock in starts)
    return Group.model_validate({"id": id, "service": service, "minutes": minutes, "starts": times, "site": "main"} | more)


def program(
    id: str,
    monday: date,
    sizes: Sizes,
    plans: tuple[TrackPlan, ...],
    services: tuple[Service, ...],
    phases: tuple[Phase, ...],
    others: tuple[Group, ...] = (),
    seed: int = 1,
) -> Instance:
    """A program with a timetable and no participants yet."""
    rng = Random(seed)
    timetable = make_timetable(plans, monday, others)
    return Instance(
        id=id,
        monday=monday,
        mode="rebuild",
        program=make_program(("main",)),
        services=services,
        rooms=make_rooms(("main",), sizes),
        clinicians=make_staff(rng, ("main",), sizes),
        tracks=timetable.tracks,
        cohorts=timetable.cohorts,
        curricula=(CURRICULUM,),
        groups=timetable.groups,
        phases=phases,
        participants=(),
    )


def with_people(week: Instance, count: int, phase: str, availability: Availability, slot: Any, **more: Any) -> Instance:
    """Add participants who have the same phase and free time; ids go on from those already there."""
    start = len(week.participants)
    rng = Random(start + 1)
    therapists = Therapists(week.clinicians)
    people = [
        Participant(
            id=f"p{start + n + 1:03d}",
            label=initials(rng),
            gender=rng.choice(("female", "male")),
            state="NY",
            availability=availability,
            travel={"main": rng.randrange(5, 31, 5)},
            primary_therapist=therapists.assign(slot, ("en",), "main"),
            phase=phase,
            phase_since=week.monday - timedelta(weeks=rng.randrange(1, 4)),
            intake_done=INTAKE,
        ).model_copy(update=more)
        for n in range(count)
    ]
    return week.model_copy(update={"participants": (*week.participants, *people)})


def change(week: Instance, **more: Any) -> Instance:
    """The instance with some of its parts replaced."""
    return week.model_copy(update=more)


def change_people(week: Instance, changes: dict[str, dict[str, Any]]) -> Instance:
    """The instance with some fields of some participants replaced."""
    return change(week, participants=tuple(p.model_copy(update=changes.get(p.id, {})) for p in week.participants))


def admit(week: Instance, count: int, seed: int, admitted: date, **more: Any) -> Instance:
    """Add newcomers of the first phase; who they are comes from another generated program."""
    donors = generate(48, seed, monday=week.monday).participants
    start, staff = len(week.participants), [c for c in week.clinicians if "licensed" in c.credentials]
    plain = [p for p in donors if p.availability.weekly and not p.order.services]
    people = [
        donor.model_copy(
            update={
                "id": f"p{start + n + 1:03d}",
                "phase": PHASES[0].id,
                "phase_since": admitted,
                "admitted": admitted,
                "first_session_due": admitted + timedelta(days=2),
                "order": services_of(PHASES[0], ()),
                "authorizations": (),
                "primary_therapist": staff[n % len(staff)].id,
                "room_features": (),
            }
            | more
        )
        for n, donor in enumerate(plain[:count])
    ]
    return change(week, participants=(*week.participants, *people))


def with_steady_shifts(week: Instance) -> Instance:
    """Repeat this week's rotating shifts in the week after, so that no one loses a place because of them."""
    people = []
    for person in week.participants:
        if person.has_rotating_shifts:
            first = person.availability.dates[:7]
            again = tuple(d.model_copy(update={"date": d.date + timedelta(days=7)}) for d in first)
            person = person.model_copy(update={"availability": person.availability.model_copy(update={"dates": (*first, *again)})})
        people.append(person)
    return change(week, participants=tuple(people))


def publish(week: Instance) -> Instance:
    """Publish last week's roster again for this week: every place that is still held."""
    last, case = week.history.last_week, Case(week)
    if last is None:
        raise ValueError("publish needs last week's roster")
    held = {(p.participant, p.group or p.service, p.ordinal): p.released is None for ps in case.places.held.values() for p in ps}
    kept = []
    for session in last.sessions:
        key = session.group or session.service
        bookings = tuple(b for b in session.bookings if held.get((b.participant, key, session.ordinal)))
        if bookings:
            kept.append(_moved(session.model_copy(update={"bookings": bookings}), week.monday))
    roster = Roster(monday=week.monday, zone=last.zone, sessions=tuple(kept), homes=last.homes)
    at = moment(week.monday - timedelta(days=4), "16:00")
    return change(week, published=Published(roster=roster, at=at))


def _moved(session: Session, monday: date) -> Session:
    """A session one week later by the wall clock, with the id of its new week."""
    person = min(b.participant for b in session.bookings)
    named = group_session_id(session.group, monday) if session.group else appointment_id(person, session.service, monday, session.ordinal)
    week = timedelta(days=7)
    return session.model_copy(update={"id": named, "start": session.start + week, "end": session.end + week})
