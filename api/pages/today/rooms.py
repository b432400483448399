"""The rooms as they are now: who is in them, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from api.pages.published_week import StaffSession


class RoomNow(NamedTuple):
    """A room at the present time.

    Attributes:
        current: The session in it; None: it is free.
        next: The next session of the day.
    """

    name: str
    current: StaffSession | None
    next: StaffSession | None


def rooms_now(names: Mapping[str, str], sessions: Iterable[StaffSession]) -> tuple[RoomNow, ...]:
    """Every room with its sessions of today that are not over, in the order of the names.

    Args:
        names: The names of rooms by id.
        sessions: Sorted by start.
    """
    of_room: dict[str | None, list[StaffSession]] = {}
    for session in sessions:
        if not session.is_over and not session.is_cancelled:
            of_room.setdefault(session.room, []).append(session)
    return tuple(_room(name, of_room.get(id, [])) for id, name in sorted(names.items(), key=lambda pair: pair[1]))


def _room(name: str, sessions: list[StaffSession]) -> RoomNow:
    current = next((session for session in sessions if session.is_begun), None)
    return RoomNow(name, current, next((session for session in sessions if not session.is_begun), None))
