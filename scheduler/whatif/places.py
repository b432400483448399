"""Every place that a booking, a session, its leaders or its room may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scheduler.case import Need
from scheduler.enumeration import RoomChoice
from scheduler.errors import EditError
from scheduler.possible_visits import place_visits
from scheduler.view import PlacedSession
from scheduler.whatif.appointments import AppointmentPlaces
from scheduler.whatif.edits import BookingMove, SessionMove
from scheduler.whatif.place import PossiblePlace, Where, place_with, rise
from scheduler.whatif.whatif import Whatif


def places(whatif: Whatif, session: str, participant: str) -> tuple[PossiblePlace, ...]:
    """Every place that one booking may have.

    An appointment may go wherever its participant has a possible visit: a time at which no rule refuses it by itself, with a clinician and
    a room; places of last week that are held are no reason to leave one out. A group place may go to any other session of the same
    service, and to another mode of its own.

    Raises:
        EditError: The participant is not in the session, or it is not in the roster.
    """
    placed = _session(whatif, session)
    if participant not in placed.participants():
        raise EditError(f"{participant} is not in {session}")
    if placed.session.group is None:
        return tuple(AppointmentPlaces(whatif, _need(whatif, placed, participant), placed))
    return _judged(whatif, _other_runs(whatif, placed, participant))


def places_of_need(whatif: Whatif, participant: str, service: str, ordinal: int = 1) -> tuple[PossiblePlace, ...]:
    """Every place that an ordered appointment may have that is not in the roster.

    Raises:
        EditError: It is not ordered this week, or is in the roster.
    """
    if participant not in whatif.case.participants:
        raise EditError(f"{participant} is no participant of the instance")
    needs = whatif.case.care.order(participant).needs
    need = next((need for need in needs if (need.service, need.ordinal) == (service, ordinal)), None)
    if need is None:
        raise EditError(f"{service} number {ordinal} is not ordered for {participant} this week")
    if any((v.service, v.ordinal, v.group) == (service, ordinal, None) for v in whatif.view.visits[participant]):
        raise EditError(f"{participant} has {service} number {ordinal} already")
    return tuple(AppointmentPlaces(whatif, need, None))


def places_of_session(whatif: Whatif, session: str) -> tuple[PossiblePlace, ...]:
    """Every place that a session may have: of a group each of its possible starts in each room that suits it, of an appointment as above.

    Raises:
        EditError: It is not in the roster.
    """
    placed = _session(whatif, session)
    group = placed.session.group
    if group is None:
        return places(whatif, session, placed.participants()[0])
    starts = [span.start for span in whatif.case.groups.spans(group)]
    rooms = _rooms(whatif, placed)
    moves = (SessionMove(session, start=start, room=room) for start in starts for room in rooms)
    return _judged(whatif, (move for move in moves if (move.start, move.room) != (placed.span.start, placed.session.room)))


def rooms_for(whatif: Whatif, session: str) -> tuple[PossiblePlace, ...]:
    """Every other room of its site in which a session may be; none by telehealth.

    Raises:
        EditError: It is not in the roster.
    """
    placed = _session(whatif, session)
    rooms = [room for room in whatif.case.rooms.values() if room.site == placed.session.site and room.id != placed.session.room]
    return _judged(whatif, (SessionMove(session, room=room.id) for room in rooms if placed.session.mode != "telehealth"))


def leaders_for(whatif: Whatif, session: str) -> tuple[PossiblePlace, ...]:
    """Every clinician in the place of each facilitator of a session; without any, every clinician alone.

    Raises:
        EditError: It is not in the roster.
    """
    facilitators = _session(whatif, session).session.facilitators
    others = [clinician for clinician in whatif.case.clinicians if clinician not in facilitators]
    teams = [(*facilitators[:n], clinician, *facilitators[n + 1 :]) for n in range(max(1, len(facilitators))) for clinician in others]
    return _judged(whatif, (SessionMove(session, facilitators=team) for team in teams))


def _session(whatif: Whatif, id: str) -> PlacedSession:
    if id not in whatif.view.by_id:
        raise EditError(f"{id} is no session of the roster")
    return whatif.view.by_id[id]


def _need(whatif: Whatif, placed: PlacedSession, participant: str) -> Need:
    """What is ordered of an appointment; without an order, what it is."""
    session, people = placed.session, placed.participants()
    needs = whatif.case.care.order(participant).needs
    ordered = (need for need in needs if (need.service, need.ordinal) == (session.service, session.ordinal))
    partner = next((other for other in people if other != participant), None)
    return next(ordered, Need(participant, session.service, session.ordinal, placed.span.minutes, session.guests, partner))


def _other_runs(whatif: Whatif, placed: PlacedSession, participant: str) -> Iterator[BookingMove]:
    """The moves of a group place to each run of the same service, in each mode in which it is held."""
    own = next(booking.mode for booking in placed.session.bookings if booking.participant == participant)
    for other in whatif.view.runs:
        is_booked = participant in other.participants() and other is not placed
        if other.session.service == placed.session.service and not is_booked:
            for visit in place_visits(participant, other.session.service, other.run):
                if other is not placed or visit.mode != own:
                    yield BookingMove(placed.id, participant, other.id, visit.mode)


def _rooms(whatif: Whatif, placed: PlacedSession) -> Sequence[str | None]:
    """The rooms that suit a run, and the one it has."""
    if placed.session.mode == "telehealth":
        return (None,)
    choice = RoomChoice(whatif.case, whatif.rules.in_force)
    return [room for room in whatif.case.rooms if room == placed.session.room or choice.refusing(placed.run, room) is None]


def _judged(whatif: Whatif, edits: Iterable[BookingMove | SessionMove]) -> tuple[PossiblePlace, ...]:
    """The places of some edits, each judged by itself."""
    return tuple(place_of(whatif, edit) for edit in edits)


def place_of(whatif: Whatif, edit: BookingMove | SessionMove) -> PossiblePlace:
    """The place to which a change would lead.

    Raises:
        EditError: It names what is not there.
    """
    after, before, now = whatif.compare((edit,))
    placed = after.by_id[edit.to if isinstance(edit, BookingMove) else edit.session]
    session = placed.session
    where = Where(placed.span.start, session.mode, session.site, session.room, session.facilitators)
    return place_with(edit, where, [rise(before, now)])
