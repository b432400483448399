"""The seats in groups that a participant's leaving frees, and who of those waiting could take each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from api.kernel.errors import Problem
from api.programs.store.labels import ProgramLabels
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import published_roster
from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.instance import Participant
from scheduler.timegrid import Span
from scheduler.view import PlacedSession
from scheduler.whatif import BookingDrop, NewBooking, Whatif

WAITING: Final = ("waiting", "cleared")
MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A seat in a group.

    Attributes:
        title: The group.
        day: The weekday, 0 for Monday.
        start: Minute of the day.
        takers: Id and name of those waiting who could take it by every rule, the one due first on top.
    """

    title: str
    day: int
    start: int
    takers: tuple[tuple[str, str], ...]


def freed_seats(session: Session, program: str, participant: str, today: date, at: datetime) -> tuple[FreeSeat, ...]:
    """The seats that a participant has in the last published week, this one or the next; none if there is no such week."""
    monday = today - timedelta(days=today.weekday())
    published = ((week, published_roster(session, program, week)) for week in (monday + timedelta(weeks=1), monday))
    last = next(((week, row) for week, row in published if row is not None), None)
    if last is None:
        return ()
    week, row = last
    labels = ProgramLabels(session, program)
    try:
        # Asked long before the week, when nothing of it has happened.
        case = week_now(session, program, week, at - timedelta(weeks=8))
        whatif = Whatif(_with_waiting_let_in(case), roster_of(session, row))
    except (Problem, EditError):
        return ()
    days = {person.id: person.first_session_due or person.admitted for person in case.instance.participants}
    return tuple(_seats(whatif, participant, {id: day for id, day in days.items() if day is not None}, labels))


def _with_waiting_let_in(case: Case) -> Case:
    """The week as if everyone who waits could begin, with all intake done."""
    intake = tuple(service.id for service in case.instance.services)
    people = tuple(_let_in(person, intake) if person.status in WAITING else person for person in case.instance.participants)
    return Case(case.instance.model_copy(update={"participants": people}))


def _let_in(person: Participant, intake: tuple[str, ...]) -> Participant:
    return person.model_copy(update={"status": "cleared", "intake_done": intake, "admitted": None, "first_session_due": None})


def _seats(whatif: Whatif, participant: str, due: Mapping[str, date], labels: ProgramLabels) -> Iterator[FreeSeat]:
    waiting = [person for person in whatif.case.instance.participants if _waits(whatif, person, participant)]
    waiting.sort(key=lambda person: (due.get(person.id, date.max), person.id))
    for visit, placed in whatif.view.bookings[participant]:
        if placed.session.group is None:
            continue
        takers = [person.id for person in waiting if _fits(whatif, placed, visit.span, participant, person)]
        names = labels.of_kind("participants")
        yield FreeSeat(
            title=labels.name("groups", placed.session.group),
            day=visit.day,
            start=visit.span.start % 1440,
            takers=tuple((id, names.get(id, id)) for id in takers[:MOST_NAMED]),
        )


def _waits(whatif: Whatif, person: Participant, participant: str) -> bool:
    return person.id != participant and person.status == "cleared" and not whatif.view.visits[person.id]


def _fits(whatif: Whatif, placed: PlacedSession, span: Span, participant: str, person: Participant) -> bool:
    """Whether someone could sit there instead, by every rule: what breaks with them breaks without them, too."""
    drop = BookingDrop(placed.id, participant)
    mode: BookingMode = "telehealth" if placed.session.mode == "telehealth" else "in_person"
    try:
        alone = {violation.rule for violation in whatif.judge(drop).broken}
        return all(violation.rule in alone for violation in whatif.judge(drop, NewBooking(placed.id, person.id, mode)).broken)
    except EditError:
        return False
