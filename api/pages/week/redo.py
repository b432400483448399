"""Doing again what was undone: the page that undid a change has it in its form, to be chosen once more.

Nothing is kept for it: the change is read from the two rosters that it was between, and made again as any other choice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.pages.week.choices import choice_of
from scheduler.roster import Roster, Session
from scheduler.timegrid import DAY
from scheduler.whatif import BookingDrop, BookingMove, Cancellation, NewAppointment, NewBooking, RosterEdit, SessionMove

MOST: Final = 20
"""How many changes can be done again one after another."""
BETWEEN: Final = " "
"""Between two choices; neither they nor ids contain it."""


def with_undone(undone: str, before: Roster, after: Roster, number: Callable[[str], str]) -> str:
    """What can be done again after an undo: the change first that was undone last. Nothing, if it was more than one choice.

    Args:
        undone: What could be done again before.
        before: The roster that is worked on now.
        after: The roster that was deleted.
        number: The number of a session.
    """
    edit = _edit_between(before, after)
    if edit is None:
        return ""
    return BETWEEN.join([choice_of(edit, number), *undone.split()][:MOST])


def next_of(undone: str) -> tuple[str, str]:
    """The choice that is done again next, and those after it."""
    first, _, rest = undone.partition(BETWEEN)
    return first, rest


def _edit_between(before: Roster, after: Roster) -> RosterEdit | None:
    """The choice that leads from one roster to another."""
    old, new = ({one.id: one for one in roster.sessions} for roster in (before, after))
    pairs = [(old.get(id), new.get(id)) for id in old | new if old.get(id) != new.get(id)]
    match pairs:
        case [(Session() as one, None)]:
            return Cancellation(one.id)
        case [(None, Session() as one)] if one.group is None and one.mode != "hybrid":
            who, mode = one.facilitators[0], one.mode
            return NewAppointment(one.bookings[0].participant, one.service, _minute(one), who, mode, one.site, one.room, one.ordinal)
        case [(Session() as one, Session() as other)]:
            return _edit_of(one, other)
        case [(Session() as a, Session() as b), (Session() as c, Session() as d)]:
            return _moved_booking(_edit_of(a, b), _edit_of(c, d))
    return None


def _edit_of(one: Session, other: Session) -> RosterEdit | None:
    """The choice that makes one session of another."""
    modes, new_modes = ({booking.participant: booking.mode for booking in session.bookings} for session in (one, other))
    gone, come = modes.keys() - new_modes.keys(), modes.keys() ^ new_modes.keys()
    if come:
        who = min(come)
        if len(come) > 1 or one.model_copy(update={"bookings": other.bookings}) != other:
            return None
        return BookingDrop(one.id, who) if gone else NewBooking(one.id, who, new_modes[who])
    moved = {name: getattr(other, name) for name in ("start", "end", "mode", "site", "room", "facilitators", "bookings")}
    if one.model_copy(update=moved) != other:
        return None
    start = None if one.start == other.start else _minute(other)
    is_there = (one.mode, one.site, one.room) == (other.mode, other.site, other.room)
    mode, site, room = (None, None, None) if is_there else (other.mode, other.site, other.room)
    return SessionMove(one.id, start, mode, site, room, None if one.facilitators == other.facilitators else other.facilitators)


def _moved_booking(one: RosterEdit | None, other: RosterEdit | None) -> RosterEdit | None:
    """A booking in one session instead of another."""
    match (one, other) if isinstance(one, BookingDrop) else (other, one):
        case (BookingDrop(session, who), NewBooking(to, participant, mode)) if who == participant:
            return BookingMove(session, who, to, mode)
    return None


def _minute(one: Session) -> int:
    """The minute of the week at which a session begins."""
    return one.start.weekday() * DAY + one.start.hour * 60 + one.start.minute
