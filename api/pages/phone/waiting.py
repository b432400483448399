"""Who waits for a place, those in greatest need first: the offers that are held for them, and what each waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.offers.waiting_list import WaitingNeed, WaitingWeek, last_published
from api.pages.published_week import program_now
from api.pages.typed_hours import hours_in_words
from api.pages.words import clock
from api.programs.store.kinds import Rows
from api.programs.store.labels import ProgramLabels
from api.weeks.models.held_offers import OfferPlace
from api.weeks.store.held_offers import held_offers, places_of
from api.weeks.store.prepared import PreparedRosters
from scheduler.instance import Participant
from scheduler.offers.fitting import GroupSeats
from scheduler.offers.waiting import order_of_need
from scheduler.timegrid import WEEKDAYS
from scheduler.words import DAY_NAMES, joined


@dataclass(frozen=True, slots=True)
class HeldSchedule:
    """An offer that is held.

    Attributes:
        words: Its places.
        first: The first day.
        until: When it ends by itself, in the program's zone.
    """

    id: str
    words: str
    first: date
    until: datetime


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """A participant who waits.

    Attributes:
        due: When the first session is due at the latest.
        facts: Phase and track, as far as they are chosen.
        hours: The free hours.
    """

    id: str
    name: str
    is_urgent: bool
    due: date | None
    facts: str
    hours: tuple[str, ...]
    offer: HeldSchedule | None


@dataclass(frozen=True, slots=True)
class PersonWaitsFor:
    """What someone waits for, in words.

    Attributes:
        seats: Groups in which they could take a seat now.
        full: Groups in which a seat would have to come free.
        hours: For each ordered appointment, who has a free hour.
    """

    person: WaitingPerson
    seats: tuple[str, ...]
    full: tuple[str, ...]
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeatToGive:
    """Free seats in a group, and who could take them.

    Attributes:
        takers: Id and name, in order of need.
    """

    words: str
    free: int
    takers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WaitingOverview:
    """Everyone who waits, and the seats that are free.

    Attributes:
        is_known: Whether a published week says what is free.
        is_pending: Whether that takes seconds, and so is asked for by the page.
        alone: Those of whom that is not known.
    """

    is_known: bool
    is_pending: bool = False
    people: tuple[PersonWaitsFor, ...] = ()
    seats: tuple[SeatToGive, ...] = ()
    alone: tuple[WaitingPerson, ...] = ()


def waiting_people(session: Session, program: str, at: datetime) -> tuple[WaitingPerson, ...]:
    """Everyone who waits: at risk first, then by the day on which the first session is due, then by their number."""
    labels, zone = ProgramLabels(session, program), program_now(session, program, at).tzinfo
    offers = {
        row.participant: HeldSchedule(
            row.id, joined([_words(place, labels) for place in places_of(row)]), row.first, row.until.astimezone(zone)
        )
        for row in held_offers(session, program, at)
    }  # fmt: skip
    people = [person for person in Rows(session, program).all(Participant) if person.status == "waiting"]
    people.sort(key=order_of_need)
    return tuple(_person(person, labels, offers.get(person.id)) for person in people)


def waiting_overview(session: Session, program: str, at: datetime, prepared: PreparedRosters, *, is_patient: bool) -> WaitingOverview:
    """What everyone waits for, in order of need, and who could take which free seat of the last published week.

    Args:
        is_patient: Work it out; otherwise only who waits is shown, unless nothing has changed since it was worked out.
    """
    everyone, labels = {one.id: one for one in waiting_people(session, program, at)}, ProgramLabels(session, program)
    find, today = WaitingWeek.of if is_patient else WaitingWeek.at_hand, program_now(session, program, at).date()
    week = find(session, program, today, at, prepared)
    if week is None:
        is_pending = not is_patient and last_published(session, program, today) is not None
        return WaitingOverview(is_known=False, is_pending=is_pending, alone=tuple(everyone.values()))
    needs = [need for need in week.needs() if need.person.id in everyone]
    ids, takers = {need.person.id for need in needs}, dict[GroupSeats, list[str]]()
    for need in needs:
        for seats in need.places.seats:
            takers.setdefault(seats, []).append(need.person.id)
    return WaitingOverview(
        is_known=True,
        people=tuple(_waits_for(need, everyone[need.person.id], labels) for need in needs),
        seats=tuple(
            SeatToGive(_seats_words(seats, labels), seats.free, tuple((id, everyone[id].name) for id in takers.get(seats, ())))
            for seats in week.free_seats()
        ),
        alone=tuple(one for id, one in everyone.items() if id not in ids),
    )


def _waits_for(need: WaitingNeed, person: WaitingPerson, labels: ProgramLabels) -> PersonWaitsFor:
    return PersonWaitsFor(
        person,
        tuple(_seats_words(seats, labels) for seats in need.places.seats),
        tuple(_seats_words(seats, labels) for seats in need.places.full),
        tuple(_hours_words(need.person, service, clinicians, labels) for service, clinicians in need.places.hours),
    )


def _seats_words(seats: GroupSeats, labels: ProgramLabels) -> str:
    return f"{labels.name('groups', seats.group)}, {DAY_NAMES[seats.day]} {clock(seats.start)}"


def _hours_words(person: Participant, service: str, clinicians: Sequence[str], labels: ProgramLabels) -> str:
    """Who has a free hour for an appointment, or whom it waits for."""
    title, own = labels.name("services", service), person.primary_therapist
    if own is not None and own not in clinicians:
        return f"{title}: waits for an hour with {labels.name('clinicians', own)}"
    if not clinicians:
        return f"{title}: nobody has an hour that fits"
    return f"{title}: hours with {joined([labels.name('clinicians', id) for id in clinicians])}"


def _person(person: Participant, labels: ProgramLabels, offer: HeldSchedule | None) -> WaitingPerson:
    facts = (labels.name("phases", person.phase), labels.name("tracks", person.home_track))
    return WaitingPerson(
        id=person.id,
        name=labels.name("participants", person.id),
        is_urgent=person.has_risk_flag,
        due=person.first_session_due,
        facts=", ".join(filter(None, facts)),
        hours=hours_in_words(person.availability.weekly),
        offer=offer,
    )


def _words(place: OfferPlace, labels: ProgramLabels) -> str:
    what = labels.name("groups", place.group) or labels.name("services", place.service)
    return f"{what} on {DAY_NAMES[WEEKDAYS.index(place.day)]} at {clock(place.start)}"
