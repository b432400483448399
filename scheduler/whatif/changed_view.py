"""A roster after a few changes, as every check reads it; whatever the changes do not concern is shared with the view before them."""

from __future__ import annotations

from bisect import insort
from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import cast

from scheduler.roster import Home, Roster
from scheduler.terms import Visit
from scheduler.view import PlacedSession, View, in_order, visits_of, with_groups_left

Bookings = tuple[tuple[Visit, PlacedSession], ...]


class ChangedView(View):
    """A view with some sessions taken out and others put in.

    Attributes:
        participants, clinicians, rooms: The ids of those who are in a session taken out or put in, and of its rooms.
    """

    def __init__(self, before: View, out: Collection[PlacedSession], new: Sequence[PlacedSession]) -> None:
        """Change a view.

        Args:
            out: Sessions of the view before.
        """
        self.case = before.case
        self._before = before
        self._out = {_key(placed) for placed in out}
        self._new = tuple(sorted(new, key=in_order))
        both = (*out, *self._new)
        self.participants = tuple(dict.fromkeys(b.participant for placed in both for b in placed.session.bookings))
        self.clinicians = tuple(dict.fromkeys(c for placed in both for c in placed.session.facilitators))
        self.rooms = tuple(dict.fromkeys(placed.session.room for placed in both if placed.session.room is not None))

    @cached_property
    def homes(self) -> dict[str, Home]:  # type: ignore[override]  # an attribute of views that nobody assigns to
        """The homes stored with the roster; those of participants whose group places change are stored anew."""
        moved = [p for p in self.participants if _group_places(self._before, p) != _group_places(self, p)]
        sessions = {placed.id: placed.session for p in moved for _, placed in self.bookings[p]}
        homes = {p: home for p, home in self._before.homes.items() if p not in moved}
        fresh = self.case.places.homes_to_store(sessions.values(), moved)
        return homes | {home.participant: home for home in fresh} if moved else homes

    @cached_property
    def roster(self) -> Roster:  # type: ignore[override]  # as above
        """The roster after the changes."""
        homes = tuple(self.homes[p] for p in sorted(self.homes))
        return self._before.roster.model_copy(update={"sessions": tuple(p.session for p in self.placed), "homes": homes})

    @cached_property
    def placed(self) -> tuple[PlacedSession, ...]:
        """The sessions, by start."""
        return self._with_new(self._before.placed, self._new)

    def _with_new(self, before: Sequence[PlacedSession], new: Sequence[PlacedSession]) -> tuple[PlacedSession, ...]:
        sessions = [placed for placed in before if _key(placed) not in self._out]
        for placed in new:
            insort(sessions, placed, key=in_order)
        return tuple(sessions)

    @cached_property
    def by_id(self) -> Mapping[str, PlacedSession]:
        """The sessions by id."""
        left = {id: placed for id, placed in self._before.by_id.items() if _key(placed) not in self._out}
        return left | {placed.id: placed for placed in self._new}

    @cached_property
    def by_group(self) -> Mapping[str, PlacedSession]:
        """The runs by group."""
        left = {group: placed for group, placed in self._before.by_group.items() if _key(placed) not in self._out}
        return left | {placed.session.group: placed for placed in self._new if placed.session.group is not None}

    @cached_property
    def bookings(self) -> dict[str, Bookings]:
        """Visits by participant, by start, each with its session."""
        new: dict[str, list[tuple[Visit, PlacedSession]]] = {participant: [] for participant in self.participants}
        for placed in self._new:
            for visit in visits_of(placed):
                new[visit.participant].append((visit, placed))
        return self._before.bookings | {participant: self._with_bookings(participant, pairs) for participant, pairs in new.items()}

    def _with_bookings(self, participant: str, new: Sequence[tuple[Visit, PlacedSession]]) -> Bookings:
        pairs = [pair for pair in self._before.bookings[participant] if _key(pair[1]) not in self._out]
        for pair in new:
            insort(pairs, pair, key=lambda pair: in_order(pair[1]))
        return with_groups_left(self.case, pairs)

    @cached_property
    def visits(self) -> dict[str, tuple[Visit, ...]]:
        """Visits by participant, by start."""
        return self._before.visits | {p: tuple([visit for visit, _ in self.bookings[p]]) for p in self.participants}

    @cached_property
    def session_of(self) -> Mapping[Visit, PlacedSession]:
        """The session a visit belongs to."""
        changed = {visit: placed for participant in self.participants for visit, placed in self.bookings[participant]}
        # The first of the two is asked first, and nothing is written to the other.
        return ChainMap(changed, cast("dict[Visit, PlacedSession]", self._before.session_of))

    @cached_property
    def by_clinician(self) -> dict[str, tuple[PlacedSession, ...]]:
        """Sessions by facilitator, by start."""
        new = {c: [placed for placed in self._new if c in placed.session.facilitators] for c in self.clinicians}
        return self._before.by_clinician | {c: self._with_new(self._before.by_clinician.get(c, ()), new[c]) for c in self.clinicians}

    @cached_property
    def by_room(self) -> dict[str, tuple[PlacedSession, ...]]:
        """Sessions by room, by start."""
        new = {room: [placed for placed in self._new if placed.session.room == room] for room in self.rooms}
        return self._before.by_room | {room: self._with_new(self._before.by_room.get(room, ()), new[room]) for room in self.rooms}


_key = id
"""Sessions of a view are told apart by identity, which is quicker than comparing them."""


def _group_places(view: View, participant: str) -> list[str]:
    """The groups in which a participant is."""
    return sorted(visit.group for visit in view.visits[participant] if visit.group is not None)
