"""Who waits for a place, those in greatest need first, with the offers that are held for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.pages.phone.typed_hours import hours_in_words
from api.pages.published_week import program_now
from api.pages.words import clock
from api.programs.store.kinds import Rows
from api.programs.store.labels import ProgramLabels
from api.weeks.models.held_offers import OfferPlace
from api.weeks.store.held_offers import held_offers, places_of
from scheduler.instance import Participant
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
    people.sort(key=lambda person: (not person.has_risk_flag, person.first_session_due or date.max, person.id))
    return tuple(_person(person, labels, offers.get(person.id)) for person in people)


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
