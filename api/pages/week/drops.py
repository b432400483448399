"""What was let go somewhere on the board, as a change: a session at another time or in another column, or someone in another group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from api.pages.week.views import ONLINE
from scheduler.errors import EditError
from scheduler.timegrid import DAY
from scheduler.whatif import PossiblePlace, SessionMove, Whatif, place_of, places

ROOM: Final = "room"
LEADER: Final = "leader"
SESSION: Final = "session"
BETWEEN: Final = "~"


class Drop(NamedTuple):
    """Where something was let go.

    Attributes:
        at: The time by the clock; None: on a session.
        to: The column or the session, e.g. ``room~r1``, ``room~online``, ``leader~c2`` or ``session~`` and its number.
        source: The column where it was taken.
    """

    at: datetime | None = None
    to: str = ""
    source: str = ""


def places_of_drop(whatif: Whatif, session: str, person: str, drop: Drop, sessions: Mapping[str, str]) -> tuple[PossiblePlace, ...]:
    """The place where a session was let go; or those that a participant may have in the session where they were let go.

    Args:
        person: The participant; empty: the whole session.
        sessions: The id of each session by its number.

    Raises:
        EditError: Something of it is not there any more, or nothing can be there.
    """
    kind, _, id = drop.to.partition(BETWEEN)
    if person:
        if kind != SESSION or id not in sessions:
            raise EditError("it was let go on no session of the roster")
        return tuple(place for place in places(whatif, session, person) if getattr(place.edit, "to", None) == sessions[id])
    if session not in whatif.view.by_id or drop.at is None:
        raise EditError("the session is not in the roster, or was let go at no time")
    return (place_of(whatif, _move(whatif, session, drop.at, kind, id, drop.source.partition(BETWEEN)[2])),)


def _move(whatif: Whatif, session: str, at: datetime, kind: str, id: str, source: str) -> SessionMove:
    placed, days = whatif.view.by_id[session], (at.date() - whatif.case.week.monday).days
    if not 0 <= days < 7:
        raise EditError("the day is not in the week")
    start = days * DAY + at.hour * 60 + at.minute
    if kind == LEADER:
        leaders = placed.session.facilitators
        return SessionMove(session, start, facilitators=tuple(dict.fromkeys(id if one == source else one for one in leaders)))
    if kind == ROOM and id == ONLINE:
        return SessionMove(session, start, mode="telehealth")
    if kind == ROOM and id != placed.session.room:
        room = whatif.case.rooms.get(id)
        if room is None:
            raise EditError("there is no such room")
        return SessionMove(session, start, "in_person" if placed.session.mode == "telehealth" else None, room.site, id)
    return SessionMove(session, start)
