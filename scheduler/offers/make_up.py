"""Sessions to come in which a participant could make up for a missed one: of the same service, with a seat, within all rules."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.possible_visits import place_visits
from scheduler.rules.group_size import places, sum_of_places
from scheduler.view import PlacedSession
from scheduler.whatif import Effect, NewBooking, Whatif


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
    missed = whatif.view.by_id.get(session)
    if missed is None or participant not in whatif.case.participants:
        raise EditError(f"{session} or {participant} is not in the week")
    others = (p for p in whatif.view.runs if p.session.service == missed.session.service and not p.is_past and p is not missed)
    options = (_place(whatif, placed, participant) for placed in others if participant not in placed.participants())
    return tuple(place for place in options if place is not None)


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
