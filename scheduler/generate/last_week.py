"""The week before a routine week: the same places and times, apart from what has changed since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduler.fields import Id
from scheduler.instance import Instance
from scheduler.roster import Booking, Roster, Session, appointment_id, group_session_id

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Leave:
    """A clinician who is on leave this week, and the session of that day that the clinician led last week."""

    clinician: Id
    session: Id


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """A day on which a participant was in a group last week, and is away this week; the session that takes its place, if any."""

    day: date
    group: Id
    instead: Id | None


@dataclass(frozen=True, slots=True)
class WeekChanges:
    """What differs from last week.

    Attributes:
        newcomers: Participants who were not there last week.
        steps: By participant who was in the phase before, the group that comes on top of this week's; None if there was no seat.
        absences: By participant, the day of this week on which they are away.
        hours: By participant, the start that their appointment had last week, as of this week; they are not free then any more.
        leave: Who is on leave.
    """

    newcomers: frozenset[Id] = frozenset()
    steps: Mapping[Id, Id | None] = field(default_factory=dict)
    absences: Mapping[Id, OtherPlace] = field(default_factory=dict)
    hours: Mapping[Id, tuple[Id, datetime]] = field(default_factory=dict)
    leave: Leave | None = None

    def people(self) -> frozenset[Id]:
        """Everyone who is changed, apart from newcomers."""
        return frozenset({*self.steps, *self.absences, *self.hours})

    def without(self, people: Collection[Id]) -> WeekChanges:
        """The changes of everyone else; newcomers stay new, and without other changes nobody is on leave."""
        steps = {id: group for id, group in self.steps.items() if id not in people}
        absences = {id: place for id, place in self.absences.items() if id not in people}
        hours = {id: start for id, start in self.hours.items() if id not in people}
        is_same = (steps, absences, hours) == (self.steps, self.absences, self.hours)
        return WeekChanges(self.newcomers, steps, absences, hours, None if is_same else self.leave)


def last_week(week: Instance, roster: Roster, changes: WeekChanges) -> Roster:
    """The roster of the week before.

    Args:
        week: This week, as of a new term.
        roster: A roster of it.
    """
    intervals = _intervals(week)
    sessions = [_session(s, changes, intervals) for s in roster.sessions]
    homes = tuple(home for home in roster.homes if home.participant not in changes.newcomers)
    return roster.model_copy(
        update={"monday": roster.monday - WEEK, "sessions": tuple(s for s in sessions if s.bookings), "homes": homes, "seed": None}
    )


def _intervals(week: Instance) -> frozenset[tuple[Id, Id]]:
    """Participants with the services that they have only every few weeks: these were not given last week."""
    own = {(p.id, o.service) for p in week.participants for o in p.order.services or () if o.every_n_weeks is not None}
    phases = {phase.id: phase for phase in week.phases}
    return frozenset(own) | {
        (p.id, o.service)
        for p in week.participants
        if p.phase is not None
        for o in phases[p.phase].order.services or ()
        if o.every_n_weeks is not None
    }


def _session(session: Session, changes: WeekChanges, intervals: frozenset[tuple[Id, Id]]) -> Session:
    """A session a week earlier, with those who were in it then."""
    monday = session.start.date() - timedelta(days=session.start.weekday()) - WEEK
    bookings = [b for b in session.bookings if _was_there(b, session, changes, intervals)]
    start = session.start
    if session.group is None:
        id = appointment_id(session.bookings[0].participant, session.service, monday, session.ordinal)
        start = next((at for moved, at in changes.hours.values() if moved == session.id), start)
    else:
        id = group_session_id(session.group, monday)
        bookings += [Booking(participant=p) for p in sorted(_also(session.group, changes))]
    leave, facilitators = changes.leave, session.facilitators
    if leave is not None and session.id == leave.session:
        facilitators = (leave.clinician, *facilitators[1:])
    # Moments of a week earlier by the clock; a generated week has no change of clocks beside it.
    moved = {"start": start - WEEK, "end": start - WEEK + (session.end - session.start)}
    return session.model_copy(update={"id": id, "bookings": tuple(bookings), "facilitators": facilitators, **moved})


def _was_there(booking: Booking, session: Session, changes: WeekChanges, intervals: frozenset[tuple[Id, Id]]) -> bool:
    person = booking.participant
    if person in changes.newcomers or (person, session.service) in intervals:
        return False
    away = changes.absences.get(person)
    return away is None or away.instead != session.id


def _also(group: Id, changes: WeekChanges) -> list[Id]:
    """Who was in a group last week, and is not this week."""
    steps = [p for p, other in changes.steps.items() if other == group]
    return steps + [p for p, away in changes.absences.items() if away.group == group]
