"""A routine week in which everybody can get what is ordered: it is drawn around a roster that gives it.

The roster comes first, as one of a new term. Whom it gives less than ordered is left out. Then the week before is made from it: the same
places and times, apart from what changes in a normal week, so that the roster is one that a coordinator could make of the week before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from random import Random

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.fields import Id
from scheduler.generate import MONDAY, generate
from scheduler.generate.care import PHASES
from scheduler.generate.last_week import WeekChanges, last_week
from scheduler.generate.next_week import at_home, tied_people, with_homes_apart
from scheduler.generate.week_changes import draw_changes
from scheduler.instance import Absence, BusySpan, History, Instance, Participant, PastOrder, PhaseChange
from scheduler.model.lines import in_force
from scheduler.model.unavoidable import unavoidable_care
from scheduler.rollover.history import past_order
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.verify import judge

EXTRA, TIGHTNESS = 0.2, 1.1
"""The share of people generated in addition, some of whom cannot get all that is ordered, and how much fewer cohorts they have for it."""
MOST_TRIES = 8


def routine_term(participants: int, seed: int, monday: date = MONDAY) -> Instance:
    """The new term around whose roster a routine week is drawn: with more people, and a clinician who is on leave for a day.

    Args:
        participants: How many the routine week will have.
    """
    term = generate(participants + max(4, round(EXTRA * participants)), seed, tightness=TIGHTNESS, monday=monday)
    rng = Random(seed + 1)
    leaders = [c for c in term.clinicians if {"licensed", "counselor"} & {*c.credentials}]
    leader, day = rng.choice(leaders), monday + timedelta(days=rng.randrange(4))
    away = leader.model_copy(update={"leave": (*leader.leave, Absence(first=day, last=day))})
    term = term.model_copy(update={"clinicians": tuple(away if c is leader else c for c in term.clinicians)})
    case = Case(term)
    rules = in_force(case, RULES)
    hopeless = _with_partners(term, unavoidable_care(case, enumerate_candidates(case, rules), rules))
    return _of(term, [p.id for p in term.participants if p.id not in hopeless])


def routine_week(term: Instance, roster: Roster, participants: int, rng: Random) -> Instance:
    """A week in ``hold`` mode in which everybody can get all that is ordered.

    Args:
        term: As `routine_term` makes it.
        roster: A legal roster of it. Its sessions, of those who stay, are a roster of the routine week, without any unmet care.
        participants: How many participants the routine week has.
        rng: Selects who stays and what has changed.

    Raises:
        ValueError: The roster gives too few participants all that is ordered.
    """
    week, roster = served(term, roster, participants, rng)
    changes = draw_changes(week, roster, rng)
    for _ in range(MOST_TRIES):
        week_after = _week(week, roster, changes)
        verdict = judge(Case(week_after), roster)
        if not verdict.violations and not verdict.score.care:
            return week_after
        concerned = {id for v in (*verdict.violations, *verdict.amounts) for id in v.about} if verdict.violations else changes.people()
        changes = changes.without(concerned)
    raise ValueError("no week before this roster was found in which it is legal")


def served(term: Instance, roster: Roster, participants: int, rng: Random) -> tuple[Instance, Roster]:
    """Some of the participants to whom a roster gives all that is ordered, and their sessions; those with ties stay first.

    Raises:
        ValueError: There are too few.
    """
    unmet = _with_partners(term, {a.participant for a in judge(Case(term), roster).amounts if a.participant is not None})
    tied = tied_people(term)
    order = [p.id for p in term.participants if p.id not in unmet]
    rng.shuffle(order)
    order.sort(key=lambda id: id not in tied)
    stay = order[:participants]
    if len(stay) < participants:
        raise ValueError(f"the roster gives only {len(stay)} participants all that is ordered; solve a larger term, or longer")
    return _of(term, stay), _of_roster(roster, stay)


def _with_partners(term: Instance, people: Collection[Id]) -> frozenset[Id]:
    """Some participants, and their partners in couple sessions."""
    return frozenset(people) | {o.partner for p in term.participants if p.id in people for o in p.order.services or () if o.partner}


def _of(term: Instance, stay: Collection[Id]) -> Instance:
    """A week with some of the participants only."""
    return term.model_copy(
        update={
            "participants": tuple(p for p in term.participants if p.id in stay),
            "relations": tuple(r for r in term.relations if r.a in stay and r.b in stay),
            "history": History(services=tuple(s for s in term.history.services if s.participant in stay)),
        }
    )


def _of_roster(roster: Roster, stay: Collection[Id]) -> Roster:
    """A roster with some of the participants only; sessions of nobody are left out."""
    sessions = (s.model_copy(update={"bookings": tuple(b for b in s.bookings if b.participant in stay)}) for s in roster.sessions)
    homes = tuple(home for home in roster.homes if home.participant in stay)
    return roster.model_copy(update={"sessions": tuple(s for s in sessions if s.bookings), "homes": homes})


def _week(week: Instance, roster: Roster, changes: WeekChanges) -> Instance:
    """The week after the one that the roster and the changes imply."""
    people = [_person(week, p, roster, changes) for p in week.participants]
    history = History(last_week=last_week(week, roster, changes), orders=tuple(_orders(week, changes)), services=week.history.services)
    return week.model_copy(
        update={
            "id": week.id.replace("generated", "generated-routine"),
            "mode": "hold",
            "participants": with_homes_apart(people, week.relations),
            "history": history,
        }
    )


def _person(week: Instance, person: Participant, roster: Roster, changes: WeekChanges) -> Participant:
    """One participant in the routine week."""
    if person.id in changes.newcomers:
        admitted = {"admitted": week.monday, "phase_since": week.monday, "first_session_due": week.monday + timedelta(days=2)}
        return person.model_copy(update={**admitted, "authorizations": ()})
    person = at_home(person, roster)
    if person.id in changes.steps:
        return person.model_copy(update={"phase_since": week.monday, "phase_change": PhaseChange(date=week.monday)})
    if person.id in changes.absences:
        day = changes.absences[person.id].day
        return _less_free(person, absences=(*person.availability.absences, Absence(first=day, last=day)))
    if person.id in changes.hours:
        session, start = changes.hours[person.id]
        minutes = next(s.end - s.start for s in roster.sessions if s.id == session)
        return _less_free(person, busy=(*person.availability.busy, BusySpan(start=start, end=start + minutes)))
    return person


def _less_free(person: Participant, **update: object) -> Participant:
    return person.model_copy(update={"availability": person.availability.model_copy(update=update)})


def _orders(week: Instance, changes: WeekChanges) -> Iterator[PastOrder]:
    """The orders of last week: those of the phase before for some, and nothing missing."""
    ranks = {phase.id: n for n, phase in enumerate(PHASES)}
    people = [
        p.model_copy(update={"phase": PHASES[ranks[p.phase or ""] - 1].id}) if p.id in changes.steps else p for p in week.participants
    ]
    case = Case(week.model_copy(update={"participants": tuple(people)}))
    yield from (past_order(case, p.id, 0) for p in people if p.id not in changes.newcomers and case.care.is_served(p.id))
