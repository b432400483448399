"""The waiting list of a week in order of need: when each could begin, with how many hours, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, cast

from pydantic import Field

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.explain.missing import missing_care
from scheduler.fields import Id, Model, Weekday
from scheduler.instance import Instance, Participant
from scheduler.model.clock import Clock
from scheduler.offers.fitting import Fitting, GroupSeats
from scheduler.offers.week_offers import WeekOffer, offer_weeks
from scheduler.roster import Roster
from scheduler.timegrid import WEEKDAYS
from scheduler.verify import judge, shape_faults
from scheduler.view import View
from scheduler.whatif import Whatif
from scheduler.words import DAY_NAMES, counted, day_name

WAITING: Final = ("waiting", "cleared")
"""The statuses of those who have not begun."""
A_WEEK: Final = timedelta(weeks=1)


class SeatInGroup(Model):
    """A group with seats in it, the same each week."""

    group: Id
    day: Weekday
    start: int = Field(description="Minute of the day.")
    free: int = Field(description="Seats that are free now.")


class AppointmentWaitedFor(Model):
    """An appointment that is ordered, and who has an hour for it."""

    service: Id
    clinicians: tuple[Id, ...] = Field(description="Who has a free hour that fits; none: it is waited for.")
    therapist: Id | None = Field(None, description="The primary therapist whose hour is waited for.")


class PersonWaiting(Model):
    """Someone who waits, and what for."""

    participant: Id
    is_at_risk: bool
    due: date | None = Field(description="When the first session is due at the latest.")
    first: date | None = Field(description="The first day on which they could begin with what is free; null: nothing is.")
    minutes: int = Field(description="Care minutes a week that they could have with what is free.")
    missing: tuple[str, ...] = Field((), description="Ordered care that it lacks.")
    seats: tuple[SeatInGroup, ...] = Field(description="Groups in which they could take a free seat now.")
    full: tuple[SeatInGroup, ...] = Field(description="Groups in which a seat would have to come free.")
    appointments: tuple[AppointmentWaitedFor, ...] = ()


class WaitingList(Model):
    """Everyone who waits, in order of need: at risk first, then by the day on which the first session is due, then by id."""

    people: tuple[PersonWaiting, ...]
    lines: tuple[str, ...] = ()


def order_of_need(person: Participant) -> tuple[bool, date, str]:
    """The sort key: those at risk first, then by the day on which the first session is due, then by number."""
    return not person.has_risk_flag, person.first_session_due or person.admitted or date.max, person.id


def with_let_in(instance: Instance) -> Instance:
    """The week in which everyone who waits could begin, with all intake done."""
    intake = tuple(service.id for service in instance.services)
    let_in = {"status": "cleared", "intake_done": intake, "admitted": None, "first_session_due": None}

    def begun(person: Participant) -> Participant:
        return person.model_copy(update=let_in) if person.status in WAITING else person

    return instance.model_copy(update={"participants": tuple(map(begun, instance.participants))})


def first_day(view: View, participant: str, starts: datetime) -> date | None:
    """The first day on which someone who has not begun could come, if each of their sessions is held every week; None without any.

    Args:
        starts: The moment after which they may begin.
    """
    begins = [placed.session.start for _, placed in view.bookings[participant]]
    return min((start.date() + max(0, -(-(starts - start) // A_WEEK)) * A_WEEK for start in begins), default=None)


def waiting_list(instance: Instance, roster: Roster, clock: Clock) -> WaitingList:
    """Everyone who waits and has no session yet, in order of need, each as if alone: nobody is given a seat here.

    The week is taken as the usual one, as if nothing of it had happened, and intake as done.

    Args:
        clock: Limits all solves together; whoever comes after its end has no first day.

    Raises:
        EditError: The roster does not belong to the instance.
    """
    case = Case(with_let_in(instance.model_copy(update={"now": None})))
    if (fault := next(shape_faults(case, roster), None)) is not None:
        raise EditError(f"the roster does not belong to the instance: {fault.message}")
    whatif = Whatif(case, roster)
    fitting = Fitting(whatif)
    waiting = (person for person in instance.participants if person.status in WAITING and not whatif.view.visits[person.id])
    people = []
    for person in sorted(waiting, key=order_of_need):
        best = None if clock.is_over() else next(iter(offer_weeks(whatif, person.id, clock, most=1).offers), None)
        people.append(_person(case, person, fitting, best, instance.now))
    answer = WaitingList(people=tuple(people))
    return answer.model_copy(update={"lines": tuple(_lines(answer))})


def _person(case: Case, person: Participant, fitting: Fitting, best: WeekOffer | None, now: datetime | None) -> PersonWaiting:
    starts, places = case.week.at(0), fitting.places_of(person.id)
    if person.admitted is not None:
        starts = max(starts, datetime.combine(person.admitted, time(), case.week.zone))
    view = None if best is None else View(case, best.roster)
    missing = () if best is None or view is None else missing_care(case, view, judge(case, best.roster))
    return PersonWaiting(
        participant=person.id,
        is_at_risk=person.has_risk_flag,
        due=person.first_session_due,
        first=None if view is None else first_day(view, person.id, max(starts, now or starts)),
        minutes=0 if view is None else view.care_minutes(person.id),
        missing=tuple(one.what for one in missing if one.participant == person.id),
        seats=tuple(map(_seat, places.seats)),
        full=tuple(map(_seat, places.full)),
        appointments=tuple(_appointment(person, service, clinicians) for service, clinicians in places.hours),
    )


def _seat(seats: GroupSeats) -> SeatInGroup:
    return SeatInGroup(group=seats.group, day=cast(Weekday, WEEKDAYS[seats.day]), start=seats.start, free=seats.free)


def _appointment(person: Participant, service: str, clinicians: tuple[str, ...]) -> AppointmentWaitedFor:
    therapist = person.primary_therapist
    return AppointmentWaitedFor(service=service, clinicians=clinicians, therapist=None if therapist in clinicians else therapist)


def _lines(answer: WaitingList) -> Iterator[str]:
    """The answer, line by line."""
    yield f"{counted(len(answer.people), 'person waits', 'people wait')}" if answer.people else "Nobody waits"
    for number, one in enumerate(answer.people, 1):
        need = ", at risk" if one.is_at_risk else ""
        due = "" if one.due is None else f", first session due by {day_name(one.due)} {one.due}"
        yield f"{number}. {one.participant}{need}{due}"
        if one.first is None:
            yield "   cannot begin with what is free"
        else:
            yield "; ".join(
                (f"   could begin on {day_name(one.first)} {one.first} with {counted(one.minutes, 'minute')} a week", *one.missing)
            )
        if one.seats:
            yield f"   free seats: {_groups(one.seats)}"
        if one.full:
            yield f"   waits for a seat: {_groups(one.full)}"
        if not one.seats and not one.full:
            yield "   no group fits the free hours and the order"
        yield from map(_appointment_line, one.appointments)


def _appointment_line(one: AppointmentWaitedFor) -> str:
    if one.therapist is not None:
        return f"   {one.service}: waits for an hour with {one.therapist}"
    return f"   {one.service}: {'hours with ' + ', '.join(one.clinicians) if one.clinicians else 'nobody has an hour that fits'}"


def _groups(seats: tuple[SeatInGroup, ...]) -> str:
    days = (DAY_NAMES[WEEKDAYS.index(one.day)] for one in seats)
    return "; ".join(f"{one.group} on {day} {one.start // 60:02}:{one.start % 60:02}" for one, day in zip(seats, days, strict=True))
