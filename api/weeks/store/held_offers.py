"""Offers that are held: stored, found while they last, and kept free of others in every week that is generated, edited or offered.

A held seat is one more place that its group keeps free, a held appointment makes its clinician and room busy. So nobody who is not in the
program yet appears in a roster, a calendar or a call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import HeldOfferRow
from api.database.tables.base import new_id, stamps
from api.weeks.models.held_offers import OfferPlace, OfferPlaces
from scheduler.case import Case
from scheduler.instance import Absence, Clinician, Group, Instance, Room
from scheduler.instance.calendar import BusySpan
from scheduler.timegrid import DAY, WEEKDAYS, Week

SUNDAY = timedelta(days=6)


def hold_offer(
    session: Session, program: str, participant: str, first: date, until: datetime, places: OfferPlaces, by: str, at: datetime,
    id: str | None = None,
) -> HeldOfferRow:  # fmt: skip
    """Hold the places of an offer until a time.

    Args:
        id: An id that no offer has; None: a new one.
    """
    row = HeldOfferRow(
        id=id or new_id(), program=program, participant=participant, first=first, until=until,
        document=places.model_dump(mode="json"), **stamps(by, at),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def held_offers(session: Session, program: str, now: datetime) -> Sequence[HeldOfferRow]:
    """The offers that are held now, the one that ends first on top."""
    return session.scalars(_held(program, now).order_by(HeldOfferRow.until, HeldOfferRow.id)).all()


def list_offers(session: Session, program: str, now: datetime, listing: Listing) -> ListedRows[HeldOfferRow]:
    """The same, as a caller asks for them."""
    return list_rows(session, _held(program, now), listing, orders_of(HeldOfferRow, "until"), HeldOfferRow.id)


def _held(program: str, now: datetime) -> Select[HeldOfferRow]:
    return select(HeldOfferRow).where(HeldOfferRow.program == program, HeldOfferRow.until > now)


def find_offer(session: Session, program: str, offer: str) -> HeldOfferRow:
    """An offer, held or ended by itself.

    Raises:
        Problem: The program has no such offer.
    """
    return find_row(session, HeldOfferRow, offer, "The program has no such offer.", program=program)


def offer_with_id(session: Session, id: str) -> HeldOfferRow | None:
    """The offer of any program with an id; None if there is none."""
    return session.get(HeldOfferRow, id)


def places_of(row: HeldOfferRow) -> tuple[OfferPlace, ...]:
    """The places of an offer."""
    return OfferPlaces.model_validate(row.document).places


def without_held(session: Session, program: str, instance: Instance, now: datetime) -> Instance:
    """A week without the places that are held for others from that week on."""
    rows = (row for row in held_offers(session, program, now) if row.first <= instance.monday + SUNDAY)
    return _without([place for row in rows for place in places_of(row)], instance)


def _without(places: Sequence[OfferPlace], instance: Instance) -> Instance:
    if not places:
        return instance
    case, seats = Case(instance), Counter(place.group for place in places if place.group is not None)
    times = [place for place in places if place.group is None]
    groups = (_group(group, case.groups.reserve(group.id) + seats[group.id]) if group.id in seats else group for group in instance.groups)
    return instance.model_copy(
        update={
            "groups": tuple(groups),
            "clinicians": tuple(_clinician(one, [p for p in times if one.id in p.clinicians], case.week) for one in instance.clinicians),
            "rooms": tuple(_room(one, [p for p in times if p.room == one.id], case.week) for one in instance.rooms),
        }
    )


def _group(group: Group, reserve: int) -> Group:
    return group.model_copy(update={"reserve": reserve})


def _clinician(clinician: Clinician, places: Sequence[OfferPlace], week: Week) -> Clinician:
    busy = tuple(BusySpan(start=week.at(_minute(p) + p.start), end=week.at(_minute(p) + p.end)) for p in places)
    return clinician.model_copy(update={"busy": (*clinician.busy, *busy)}) if busy else clinician


def _room(room: Room, places: Sequence[OfferPlace], week: Week) -> Room:
    days = ((week.date_of(WEEKDAYS.index(p.day)), p) for p in places)
    closed = tuple(Absence(first=day, last=day, start=p.start, end=p.end) for day, p in days)
    return room.model_copy(update={"closed": (*room.closed, *closed)}) if closed else room


def _minute(place: OfferPlace) -> int:
    return WEEKDAYS.index(place.day) * DAY
