"""The routine week after a roster: most places stay; a few people arrive, step down or are away; a clinician has a day of leave."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from scheduler.case import Case
from scheduler.fields import Id
from scheduler.generate.care import CURRICULUM, PHASES, services_of
from scheduler.generate.places import WEEK_A
from scheduler.generate.ties import extras_of
from scheduler.greedy.place import place
from scheduler.instance import (
    Absence,
    Clinician,
    Group,
    History,
    Instance,
    LastService,
    Participant,
    Phase,
    PhaseChange,
    Relation,
    ServiceOrder,
    StepUp,
)
from scheduler.rollover.history import past_order
from scheduler.roster import Roster

NEWCOMERS, STEPS, CHANGES = 0.10, 0.08, 0.05
"""The shares of participants who are new, change phase, or are less available than last week."""


def week_before(week: Instance, rng: Random) -> Instance:
    """A generated week without the newcomers of the week after, to be solved for last week's roster.

    Args:
        rng: The random generator, in the same state as it will be passed to `next_week`.
    """
    return _without(week, _drawn(week, set(), rng)[1])


def _drawn(week: Instance, booked: set[str], rng: Random) -> tuple[list[str], list[str]]:
    """All participants in random order, and the newcomers among them: none with a place or with ties to others."""
    ids = [p.id for p in week.participants]
    rng.shuffle(ids)
    tied = tied_people(week)
    movable = [p for p in ids if p not in booked and p not in tied]
    return ids, movable[: max(1, round(NEWCOMERS * len(ids)))]


def _without(week: Instance, newcomers: list[str]) -> Instance:
    return week.model_copy(update={"participants": tuple(p for p in week.participants if p.id not in newcomers)})


def next_week(week: Instance, last_week: Roster | None, rng: Random) -> Instance:
    """The week after ``week`` in ``hold`` mode.

    Args:
        week: A generated ``rebuild`` instance.
        last_week: Its roster; None: a greedy one, made without the newcomers of the week after.
        rng: The random generator that selects who changes.
    """
    monday = week.monday + timedelta(weeks=1)
    booked = {b.participant for s in (last_week.sessions if last_week else ()) for b in s.bookings}
    ids, newcomers = _drawn(week, booked, rng)
    tied, before = tied_people(week), _without(week, newcomers)
    roster = last_week or place(before)
    rest = [p for p in ids if p not in newcomers]
    steps = [p for p in rest if p not in tied][: max(1, round(STEPS * len(ids)))]
    changes = [p for p in rest if p not in steps][: max(1, round(CHANGES * len(ids)))]
    return week.model_copy(
        update={
            "id": week.id.replace("generated", "generated-hold"),
            "monday": monday,
            "mode": "hold",
            "clinicians": _with_leave(week.clinicians, roster, monday, rng),
            "groups": tuple(_next_module(group, monday) for group in week.groups),
            "participants": with_homes_apart(
                [_person(p, roster, monday, newcomers, steps, changes, rng) for p in week.participants], week.relations
            ),
            "history": make_history(before, roster),
        }
    )


def settle(week: Instance, roster: Roster) -> Instance:
    """The unchanged week after a roster: everyone keeps homes and places, and only the dates differ."""
    monday = week.monday + timedelta(weeks=1)
    people = tuple(at_home(p, roster) for p in week.participants)
    history = make_history(week, roster)
    return week.model_copy(update={"monday": monday, "mode": "hold", "participants": people, "history": history})


def make_history(week: Instance, roster: Roster) -> History:
    """The history after a week: its roster, its orders with shortfalls, and the dates of interval services."""
    case = Case(week)
    minutes = dict.fromkeys(case.participants, 0)
    dates = {(entry.participant, entry.service): entry.date for entry in week.history.services}
    for session in roster.sessions:
        for booking in session.bookings:
            minutes[booking.participant] += case.care.minutes(session.service, session.group)
            key = (booking.participant, session.service)
            if key in dates or session.service in case.care.order(booking.participant).interval_services:
                dates[key] = session.start.date()
    short = {id: max(0, case.care.order(id).floor - minutes[id]) for id in case.participants if case.care.is_served(id)}
    orders = tuple(past_order(case, id, missing) for id, missing in short.items())
    services = tuple(LastService(participant=p, service=s, date=last) for (p, s), last in dates.items())
    return History(last_week=roster, orders=orders, services=services, modules=week.history.modules)


def tied_people(week: Instance) -> list[Id]:
    """The people in relations and couples: they keep their phase and are never newcomers."""
    couples = [p.id for p in week.participants for o in p.order.services or () if o.partner is not None]
    return [*couples, *(id for r in week.relations for id in (r.a, r.b))]


def _person(
    person: Participant,
    roster: Roster,
    monday: date,
    newcomers: list[Id],
    steps: list[Id],
    changes: list[Id],
    rng: Random,
) -> Participant:
    """One participant a week later."""
    if person.id in newcomers:
        return _newcomer(person, monday, rng)
    person = at_home(person, roster)
    if person.id in steps:
        return _step(person, monday, is_up=person.id == steps[-1] and len(steps) > 3)
    if person.id in changes:
        day = monday + timedelta(days=rng.randrange(5))
        absence = Absence(first=day, last=day)
        availability = person.availability.model_copy(update={"absences": (absence,)})
        return person.model_copy(update={"availability": availability})
    return person


def with_homes_apart(people: list[Participant], relations: tuple[Relation, ...]) -> tuple[Participant, ...]:
    """Resolve a shared home of two people kept apart: the second loses the given home and keeps only the places."""
    homes = {p.id: (p.home_track, p.home_cohort) for p in people}
    homeless = {r.b for r in relations if homes.get(r.a) == homes.get(r.b)}
    return tuple(p.model_copy(update={"home_track": None, "home_cohort": None}) if p.id in homeless else p for p in people)


def at_home(person: Participant, roster: Roster) -> Participant:
    """A participant with the home that a roster gives."""
    home = next((h for h in roster.homes if h.participant == person.id), None)
    if home is None:
        return person
    return person.model_copy(update={"home_track": home.track, "home_cohort": home.cohort})


def _newcomer(person: Participant, monday: date, rng: Random) -> Participant:
    """Admitted on Monday or Tuesday into the first phase; every second one still needs the orientation."""
    first = PHASES[0]
    admitted = monday + timedelta(days=rng.randrange(2))
    needs_orientation = rng.random() < 0.5
    ongoing = tuple(e for e in extras_of(person, _phase(person)) if e.service not in ("multi_family", "couple"))
    extras = (*ongoing, ServiceOrder(service="orientation", per_week=1)) if needs_orientation else ongoing
    return person.model_copy(
        update={
            "phase": first.id,
            "phase_since": admitted,
            "admitted": admitted,
            "first_session_due": admitted + timedelta(days=2),
            "stepped_down": monday - timedelta(days=5) if rng.random() < 0.3 else None,
            "intake_done": ("assessment",) if needs_orientation else person.intake_done,
            "authorizations": (),
            "order": services_of(first, extras),
        }
    )


def _phase(person: Participant) -> Phase:
    return next(p for p in PHASES if p.id == person.phase)


def _step(person: Participant, monday: date, is_up: bool) -> Participant:
    """The next phase of the plan, or the previous one with a recorded step-up order; the last phase is extended."""
    rank = _phase(person).rank
    phase = PHASES[max(0, rank - 1) if is_up else min(len(PHASES) - 1, rank + 1)]
    if phase.rank == rank:
        return person
    extras = tuple(e for e in extras_of(person, _phase(person)) if phase.id != "aftercare" or e.service == "medication")
    update: dict[str, object] = {
        "phase": phase.id,
        "phase_since": monday,
        "phase_change": PhaseChange(date=monday),
        "order": services_of(phase, extras),
    }
    if phase.id == "aftercare":
        update |= {"home_track": None, "home_cohort": None, "guests": ()}
    if is_up:
        update["step_up"] = StepUp(date=monday, reason="plan_review")
    return person.model_copy(update=update)


def _with_leave(staff: tuple[Clinician, ...], roster: Roster, monday: date, rng: Random) -> tuple[Clinician, ...]:
    """Give a clinician who led a group last week leave on one of the days of those groups."""
    led = [(s.facilitators[0], s.start.date()) for s in roster.sessions if s.group is not None and s.facilitators]
    if not led:
        return staff
    clinician, last = rng.choice(led)
    day = monday + timedelta(days=last.weekday())
    leave = Absence(first=day, last=day)
    return tuple(c.model_copy(update={"leave": (*c.leave, leave)}) if c.id == clinician else c for c in staff)


def _next_module(group: Group, monday: date) -> Group:
    if group.module is None:
        return group
    week = (monday - WEEK_A).days // 7
    return group.model_copy(update={"module": CURRICULUM.modules[week % len(CURRICULUM.modules)]})
