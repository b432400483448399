"""People who are not in the program yet: their usual week asked about, an offer held for them, accepted, released or declined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy.orm import Session

from api.database.tables import HeldOfferRow, PinRow, RosterRow
from api.database.tables.base import stamps
from api.kernel.errors import Problem
from api.offers.models import OfferedSchedule
from api.offers.store import AskedWeek, draft_with
from api.programs.store.entities import archive_kept, find_kept, replace_kept
from api.programs.store.kinds import KINDS
from api.weeks.models.edits import AddSession, BookParticipant, Edit
from api.weeks.models.held_offers import OfferPlace, OfferPlaces
from api.weeks.store.building import build_instance
from api.weeks.store.editing import edited
from api.weeks.store.held_offers import held_offers, hold_offer, places_of, without_held
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import find_week, lock_week, published_roster
from scheduler.case import Case
from scheduler.fields import Weekday
from scheduler.instance import Instance, Participant, Pin
from scheduler.offers import PersonWeek
from scheduler.roster import Roster, group_session_id
from scheduler.timegrid import DAY, WEEKDAYS, Week
from scheduler.verify import judge

PARTICIPANTS: Final = KINDS["participants"]
WEEK: Final = timedelta(weeks=1)
LONGEST_HELD: Final = timedelta(days=14)
"""How long an offer may be held."""
PLACES_GONE = "Someone else has got one of these places: find schedules again."


def usual_week(session: Session, program: str, monday: date, person: Participant, now: datetime) -> AskedWeek | None:
    """The last published week, this one or the next, as if nothing of it had happened and a newcomer were in it; None without one.

    Args:
        monday: This week's Monday.
    """
    for start in (monday + WEEK, monday):
        if (row := published_roster(session, program, start)) is not None:
            instance = _with_newcomer(without_held(session, program, build_instance(session, program, start), now), person)
            return AskedWeek(find_week(session, program, start).version, instance, roster_of(session, row))
    return None


def _with_newcomer(instance: Instance, person: Participant) -> Instance:
    """The week with someone who may begin at once: as the week has them if they wait already, with their order."""
    newcomer = next((one for one in instance.participants if one.id == person.id), person)
    let_in = newcomer.model_copy(update={"status": "cleared", "admitted": None})
    others = tuple(one for one in instance.participants if one.id != person.id)
    return instance.model_copy(update={"participants": (*others, let_in)})


def next_id(ids: Iterable[str]) -> str:
    """An id for a newcomer, after the largest number in use."""
    numbers = [int(id) for id in ids if id.isascii() and id.isdecimal() and len(id) < 9]
    return str(max(numbers, default=1000) + 1)


def places_in(week: Week, roster: Roster, participant: str) -> OfferPlaces:
    """What a participant has in a roster."""
    return OfferPlaces(places=tuple(_places(week, roster, participant)))


def _places(week: Week, roster: Roster, participant: str) -> Iterator[OfferPlace]:
    for session in roster.sessions:
        mode = next((booking.mode for booking in session.bookings if booking.participant == participant), None)
        if mode is not None:
            span = week.span(session.start, session.end)
            yield OfferPlace(
                group=session.group, service=session.service, day=cast(Weekday, WEEKDAYS[span.day]), start=span.start % DAY,
                end=span.end - span.day * DAY,
                mode=mode, clinicians=session.facilitators, site=session.site, room=session.room,
            )  # fmt: skip


def first_day(week: Week, places: Sequence[OfferPlace], now: datetime) -> date:
    """The first day on which one of some weekly places is still to come."""
    days = []
    for place in places:
        number = WEEKDAYS.index(place.day)
        is_ahead = week.at(number * DAY + place.start) > now
        days.append(week.monday + timedelta(days=number) + (timedelta() if is_ahead else WEEK))
    return min(days)


def schedules_in(week: Week, participant: str, offers: Sequence[PersonWeek], now: datetime) -> list[OfferedSchedule]:
    """Offered weeks as weekly schedules."""
    schedules = []
    for offer in offers:
        places = places_in(week, offer.roster, participant).places
        schedules.append(
            OfferedSchedule(
                places=places, first=first_day(week, places, now), minutes=offer.minutes, missing=offer.missing, moved=offer.moved
            )
        )
    return schedules


def hold_for(
    session: Session, program: str, week_asked: AskedWeek, person: Participant, places: OfferPlaces, until: datetime, by: str,
    now: datetime, id: str | None = None,
) -> HeldOfferRow:  # fmt: skip
    """Hold an offer for a participant who waits, or who is to be created with it.

    Args:
        id: Its id, which no offer has; None: a new one.

    Raises:
        Problem: Someone else has got one of the places in the meantime (`changed_meanwhile`), an offer is held for them already
            (`exists`), they do not wait (`wrong_state`), or it ends too late or in the past (`bad_reference`).
    """
    check_offered(session, program, person, now)
    if not now < until <= now + LONGEST_HELD:
        raise Problem("bad_reference", f"An offer must end in the future, within {LONGEST_HELD.days} days.")
    case = Case(week_asked.instance)
    try:
        roster = edited(case, week_asked.roster, edits_for(person.id, week_asked.roster, places.places))
    except Problem:
        raise Problem("changed_meanwhile", PLACES_GONE) from None
    before = judge(case, week_asked.roster).violations
    if any(violation not in before for violation in judge(case, roster).violations):
        raise Problem("changed_meanwhile", PLACES_GONE)
    return hold_offer(session, program, person.id, first_day(case.week, places.places, now), until, places, by, now, id)


def check_offered(session: Session, program: str, person: Participant, now: datetime) -> None:
    """Check that someone may be offered places.

    Raises:
        Problem: They do not wait for a place (`wrong_state`), or an offer is held for them already (`exists`).
    """
    if person.status != "waiting":
        raise Problem("wrong_state", "Only a participant who is waiting for a place is offered one.")
    if any(offer.participant == person.id for offer in held_offers(session, program, now)):
        raise Problem("exists", "An offer is held already: release it first.")


def edits_for(participant: str, roster: Roster, places: Iterable[OfferPlace]) -> list[Edit]:
    """The edits that book some places in a roster; a group that does not meet in it yet meets then."""
    groups = {session.group for session in roster.sessions}
    return [_edit(participant, roster, place, place.group is not None and place.group in groups) for place in places]


def _edit(participant: str, roster: Roster, place: OfferPlace, is_there: bool) -> Edit:
    if is_there:
        id = group_session_id(place.group or "", roster.monday)
        return BookParticipant(do="book", session=id, participant=participant, mode=place.mode)
    return AddSession(
        do="add", group=place.group, service=None if place.group else place.service, day=place.day, time=place.start, mode=place.mode,
        site=place.site, room=place.room, facilitators=place.clinicians, participants=(participant,),
    )  # fmt: skip


def accept_offer(session: Session, offer: HeldOfferRow, week: Week, by: str, now: datetime) -> RosterRow | None:
    """Clear the participant to begin, and give them the places: in a draft of the first week if it is published, otherwise as its pins.

    Args:
        week: The first week of the schedule.

    Raises:
        Problem: The offer has ended, so its places may be someone else's by now (`wrong_state`).
    """
    if offer.until <= now:
        raise Problem("wrong_state", "The offer has ended: look for free seats again.")
    row = find_kept(session, offer.program, PARTICIPANTS, offer.participant, to_change=True)
    person = Participant.model_validate(row.document).model_copy(update={"status": "cleared", "admitted": offer.first})
    replace_kept(session, row, PARTICIPANTS, person, by)
    places = [place for place in places_of(offer) if week.monday + timedelta(days=WEEKDAYS.index(place.day)) >= offer.first]
    _end(session, offer, now)
    lock_week(session, offer.program, week.monday, by)
    roster = published_roster(session, offer.program, week.monday)
    if roster is not None:
        return draft_with(session, roster, edits_for(offer.participant, roster_of(session, roster), places), by, now)
    for place in places:
        document = _pin(offer.participant, place).model_dump(mode="json", exclude_defaults=True)
        session.add(PinRow(program=offer.program, monday=week.monday, document=document, **stamps(by, now)))
    return None


def _pin(participant: str, place: OfferPlace) -> Pin:
    if place.group is not None:
        return Pin(kind="booking", participant=participant, group=place.group, mode=place.mode)
    clinician = next(iter(place.clinicians), None)
    return Pin(
        kind="booking", participant=participant, service=place.service, day=place.day, time=place.start, clinician=clinician,
        mode=place.mode,
    )  # fmt: skip


def is_accepted(session: Session, offer: HeldOfferRow) -> bool:
    """Whether the participant is cleared to begin with the offer."""
    person = Participant.model_validate(find_kept(session, offer.program, PARTICIPANTS, offer.participant).document)
    return (person.status, person.admitted) == ("cleared", offer.first)


def release_offer(session: Session, offer: HeldOfferRow, now: datetime) -> None:
    """Free the places; the participant goes on waiting."""
    _end(session, offer, now)


def decline_offer(session: Session, offer: HeldOfferRow, by: str, now: datetime) -> None:
    """Free the places, and archive the participant.

    Raises:
        Problem: The participant waits no more, e.g. because the offer was accepted in another tab (`wrong_state`).
    """
    row = find_kept(session, offer.program, PARTICIPANTS, offer.participant, to_change=True)
    if row.document["status"] != "waiting":
        raise Problem("wrong_state", "The participant is no longer waiting.")
    _end(session, offer, now)
    archive_kept(session, row, PARTICIPANTS, by, now)


def _end(session: Session, offer: HeldOfferRow, now: datetime) -> None:
    """End an offer now. The row stays, so that a form that is sent again is known."""
    offer.until = min(offer.until, now)
    session.flush()
