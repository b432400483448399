"""What is drawn to have changed since last week, around a roster of this week that stays possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from scheduler.case import Case
from scheduler.fields import Id
from scheduler.generate.care import PHASES
from scheduler.generate.last_week import Leave, OtherPlace, WeekChanges
from scheduler.generate.next_week import tied_people
from scheduler.instance import Clinician, Instance
from scheduler.roster import Roster
from scheduler.timegrid import DAY, WEEKDAYS, Span
from scheduler.view import PlacedSession, View

NEWCOMERS, STEPS, ABSENCES, HOURS = 0.08, 0.10, 0.05, 0.05
"""The shares of participants who are new, come from the phase before, are away for a day, or lose the hour of an appointment."""
NEWCOMERS_PER_GROUP = 2
"""Of the policy `newcomers_per_group`."""
ON_THE_WAY = 60
"""Minutes around what a participant has this week in which they are surely not busy otherwise."""
GRAIN = 15
"""Appointments start at multiples of these minutes."""


def draw_changes(week: Instance, roster: Roster, rng: Random) -> WeekChanges:
    """Draw who is new, who comes from the phase before, who is away, whose hours change, and who has a day of leave."""
    return _Draw(week, roster, rng).changes()


class _Draw:
    """The participants in random order, each changed at most once, and the seats that are left in the groups."""

    def __init__(self, week: Instance, roster: Roster, rng: Random) -> None:
        self.case, self.rng, self.view = Case(week), rng, View(Case(week), roster)
        tied = tied_people(week)
        self.people = [p.id for p in week.participants if p.id not in tied]
        rng.shuffle(self.people)
        self.cohorts = {home.participant: home.cohort for home in roster.homes}
        self.groups = {run.session.group: run for run in self.view.runs if run.session.group is not None}
        self.seats = {group: self.case.groups.maximum(group) - len(run.session.bookings) for group, run in self.groups.items()}

    def changes(self) -> WeekChanges:
        """All changes; the order of the fields is that of drawing."""
        return WeekChanges(
            newcomers=frozenset(self._newcomers()),
            steps=self._steps(),
            absences=self._absences(),
            hours=self._hours(),
            leave=self._leave(),
        )

    def _count(self, share: float) -> int:
        return max(1, round(share * len(self.case.participants)))

    def _newcomers(self) -> list[Id]:
        """Participants of the first phase, at most two in any group."""
        chosen: list[Id] = []
        joined: Counter[Id] = Counter()
        for person in self.people:
            groups = [visit.group for visit in self.view.visits[person] if visit.group is not None]
            is_first = self.case.participants[person].phase == PHASES[0].id
            if is_first and len(chosen) < self._count(NEWCOMERS) and all(joined[g] < NEWCOMERS_PER_GROUP for g in groups):
                chosen.append(person)
                joined.update(groups)
        return self._take(chosen)

    def _steps(self) -> dict[Id, Id | None]:
        """Participants who were in the phase before last week, with the group of their cohort that they attended in addition."""
        before = {PHASES[1].id, PHASES[2].id}
        chosen = [p for p in self.people if self.case.participants[p].phase in before][: self._count(STEPS)]
        return {person: self._seat_in(next(self._other_groups(person), None)) for person in self._take(chosen)}

    def _absences(self) -> dict[Id, OtherPlace]:
        """Participants who are away on a day on which they were in a group of their cohort; another day takes its place."""
        drawn: dict[Id, OtherPlace] = {}
        for person in self.people:
            group = next(self._other_groups(person), None)
            own = [run for g, run in self.groups.items() if g in self._own_groups(person)]
            if group is not None and own and len(drawn) < self._count(ABSENCES):
                day = self.groups[group].session.start.date()
                drawn[person] = OtherPlace(day, group, self.rng.choice(own).session.id)
                self._seat_in(group)
        self._take(list(drawn))
        return drawn

    def _other_groups(self, person: Id) -> Iterator[Id]:
        """The groups of a participant's cohort with a seat left, on days without a session of theirs."""
        days = {visit.day for visit in self.view.visits[person]}
        cohort = self.cohorts.get(person)
        for group, run in self.groups.items():
            if cohort is not None and self.case.groups[group].cohort == cohort and run.day not in days and self.seats[group] > 0:
                yield group

    def _own_groups(self, person: Id) -> list[Id]:
        cohort = self.cohorts.get(person)
        own = [v.group for v in self.view.visits[person] if v.group is not None]
        return [g for g in own if cohort is not None and self.case.groups[g].cohort == cohort]

    def _seat_in(self, group: Id | None) -> Id | None:
        """Take a seat in a group."""
        if group is not None:
            self.seats[group] -= 1
        return group

    def _hours(self) -> dict[Id, tuple[Id, datetime]]:
        """Participants whose weekly appointment was at a time of that day at which they are not free any more."""
        drawn: dict[Id, tuple[Id, datetime]] = {}
        for person in self.people:
            weekly = [p for v, p in self.view.bookings[person] if v.group is None and v.partner is None and not p.session.guests]
            for placed in weekly if len(drawn) < self._count(HOURS) else ():
                starts = list(self._other_starts(person, placed))
                if starts and person not in drawn and not self._is_at_intervals(person, placed.session.service):
                    drawn[person] = placed.session.id, placed.session.start + timedelta(minutes=self.rng.choice(starts) - placed.span.start)
        self._take(list(drawn))
        return drawn

    def _is_at_intervals(self, person: Id, service: Id) -> bool:
        return service in self.case.care.order(person).interval_services

    def _other_starts(self, person: Id, placed: PlacedSession) -> Iterator[int]:
        """Other starts on the day of an appointment at which neither side has anything else, and not beside the present one."""
        length, clinician = placed.span.end - placed.span.start, placed.session.facilitators[0]
        occupied = [other.span for other in self.view.by_clinician[clinician]]
        occupied += [Span(visit.span.start - ON_THE_WAY, visit.span.end + ON_THE_WAY) for visit in self.view.visits[person]]
        work = [span for span, _ in self.case.time.work(clinician)]
        for start in range(placed.day * DAY, (placed.day + 1) * DAY, GRAIN):
            span = Span(start, start + length)
            is_free = any(w.contains(span) for w in work) and any(f.contains(span) for f in self.case.time.free(person))
            if is_free and not any(span.overlaps(other) for other in occupied):
                yield start

    def _leave(self) -> Leave | None:
        """The clinician who is on leave for a day, who led a group of that day last week; None if there was none to lead."""
        for clinician in self.case.instance.clinicians:
            for absence in clinician.leave:
                if led := self._led(clinician, (absence.first - self.case.instance.monday).days):
                    return Leave(clinician.id, led)
        return None

    def _led(self, clinician: Clinician, day: int) -> Id | None:
        """The first group session of a day that a clinician could have led, by credentials and hours."""
        hours = [w for w in clinician.hours if WEEKDAYS[day] == w.day]
        for run in self.groups.values():
            able = {*self.case.services[run.session.service].credentials} & {*clinician.credentials}
            start = run.span.start - day * DAY
            if run.day == day and able and any(w.start <= start and start + run.span.end - run.span.start <= w.end for w in hours):
                return run.session.id
        return None

    def _take(self, chosen: list[Id]) -> list[Id]:
        """Leave out those who have been chosen from what is drawn later."""
        self.people = [person for person in self.people if person not in chosen]
        return chosen
