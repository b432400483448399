"""What to have at hand when a payer is called: authorizations, phase, days attended and missed, hours to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from api.attendance.models import AttendedDay
from api.attendance.store.minutes import attended_days, missed_dates
from api.programs.store.entities import find_participant
from api.programs.store.labels import labels_of_kind
from api.programs.store.programs import zone_of
from api.weeks.store.building import build_instance
from scheduler.case.stay import phase_week
from scheduler.instance import Authorization, Participant

LONGEST = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class PayerSheet:
    """A participant's care as a payer asks for it.

    Attributes:
        phase: The name of the phase, with its week; empty without one.
        first: The first date that is counted.
        missed: Dates of missed sessions, each with its mark.
        unrecorded: Sessions that have begun without attendance recorded.
    """

    name: str
    person: Participant
    phase: str
    authorizations: tuple[Authorization, ...]
    first: date
    last: date
    days: tuple[AttendedDay, ...]
    missed: tuple[tuple[date, str], ...]
    unrecorded: int

    @property
    def minutes(self) -> int:
        """Minutes delivered to date."""
        return sum(day.minutes for day in self.days)


def payer_sheet(session: Session, program: str, participant: str, at: datetime) -> PayerSheet:
    """The sheet of a participant, from admission (if it is not known, from the first authorization) to today, at most a year.

    Raises:
        Problem: No such participant exists.
    """
    find_participant(session, program, participant)
    today = at.astimezone(zone_of(session, program)).date()
    monday = today - timedelta(days=today.weekday())
    week = build_instance(session, program, monday, at)
    person = next(p for p in week.participants if p.id == participant)
    phases = {phase.id: phase for phase in week.phases}
    planned = phase_week(person, phases, week.plans, monday)
    phase = "" if person.phase is None else labels_of_kind(session, program, "phases").get(person.phase, person.phase)
    begun = min((grant.first for grant in person.authorizations), default=today - LONGEST)
    first = max(person.stay_since or person.admitted or begun, today - LONGEST)
    days, unrecorded = attended_days(session, program, participant, first, today, at)
    return PayerSheet(
        name=labels_of_kind(session, program, "participants")[participant],
        person=person,
        phase=phase if planned is None else f"{phase}, week {planned[0]} of {planned[1]}",
        authorizations=tuple(sorted(person.authorizations, key=lambda grant: (grant.last, grant.id), reverse=True)),
        first=first,
        last=today,
        days=tuple(days),
        missed=tuple(missed_dates(session, program, participant, first, today)),
        unrecorded=unrecorded,
    )
