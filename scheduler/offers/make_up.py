"""How a participant could make up for a missed session within all rules: a seat in another of the same service, or another appointment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scheduler.case import Need
from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.possible_visits import place_visits
from scheduler.rules.group_size import places, sum_of_places
from scheduler.view import PlacedSession
from scheduler.whatif import Effect, NewBooking, PossiblePlace, Whatif
from scheduler.whatif.appointments import AppointmentPlaces

MOST_TIMES: Final = 12


@dataclass(frozen=True, slots=True)
class MakeUpPlace:
    """A session in which a participant could make up for a missed one.

    Attributes:
        mode: How the participant would be booked, in person where that is possible.
        seats: The seats that are free without this booking.
        effect: What the booking changes; nothing that is forbidden.
    """

    placed: PlacedSession
    mode: BookingMode
    seats: int
    effect: Effect


def make_up_places(whatif: Whatif, session: str, participant: str) -> tuple[MakeUpPlace, ...]:
    """The places in which a participant could make up for a session, the soonest first.

    The missed booking stays, and its minutes count as scheduled: a place that goes above the week's ceiling is none.

    Raises:
        EditError: The session is not in the roster, or the participant not in the instance.
    """
    missed = _missed(whatif, session, participant)
    others = (p for p in whatif.view.runs if p.session.service == missed.session.service and not p.is_past and p is not missed)
    options = (_place(whatif, placed, participant) for placed in others if participant not in placed.participants())
    return tuple(place for place in options if place is not None)


def make_up_times(whatif: Whatif, session: str, participant: str) -> tuple[PossiblePlace, ...]:
    """The times at which a participant could have another appointment for a missed one, the soonest first.

    At each time, the clinician of the missed one is preferred, then whoever makes the week least worse. The missed appointment stays, as in
    `make_up_places`. An appointment of two has none: they are asked together.

    Raises:
        EditError: The session is not in the roster, or the participant not in the instance.
    """
    missed = _missed(whatif, session, participant)
    if missed.session.group is not None or missed.participants() != (participant,):
        return ()
    service, clinicians = missed.session.service, missed.session.facilitators
    last = max(visit.ordinal for visit in whatif.view.visits[participant] if visit.service == service and visit.group is None)
    need = Need(participant, service, last + 1, whatif.case.services[service].minutes)
    best: dict[int, PossiblePlace] = {}
    possible = (place for place in AppointmentPlaces(whatif, need, None) if place.kind != "forbidden")
    for place in sorted(possible, key=lambda p: (p.clinicians != clinicians, p.care or 0, p.preference or 0, p.clinicians, p.room or "")):
        best.setdefault(place.start, place)
    chosen = sorted(best.values(), key=lambda place: (place.care or 0, place.clinicians != clinicians, place.start))[:MOST_TIMES]
    return tuple(sorted(chosen, key=lambda place: place.start))


def _missed(whatif: Whatif, session: str, participant: str) -> PlacedSession:
    missed = whatif.view.by_id.get(session)
    if missed is None or participant not in whatif.case.participants:
        raise EditError(f"{session} or {participant} is not in the week")
    return missed


def _place(whatif: Whatif, placed: PlacedSession, participant: str) -> MakeUpPlace | None:
    """A place in a session, in the first mode that no rule forbids."""
    case, group = whatif.case, placed.session.group or ""
    seats = places(case, group) - sum_of_places(case, group, placed.participants())
    for visit in place_visits(participant, placed.session.service, placed.run):
        if visit.mode in case.participants[participant].modes:
            effect = whatif.judge(NewBooking(placed.id, participant, visit.mode))
            if not effect.broken:
                return MakeUpPlace(placed, visit.mode, seats, effect)
    return None
