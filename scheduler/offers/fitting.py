"""Where someone who waits would fit into a prepared roster: which groups, now or as soon as a seat comes free, and whose hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.rules.group_size import places, sum_of_places
from scheduler.rules.held_place import HeldPlaceRule
from scheduler.timegrid import DAY
from scheduler.view import PlacedSession
from scheduler.whatif import BookingDrop, NewBooking, RosterEdit, Whatif, places_of_need

HELD_PLACE: Final = HeldPlaceRule.id
"""The rule that keeps the places of last week's participants for them."""


class GroupSeats(NamedTuple):
    """The seats of a group in the week.

    Attributes:
        day: The weekday, 0 for Monday.
        start: Minute of the day.
        free: How many seats are free.
    """

    group: str
    day: int
    start: int
    free: int


class PlacesThatFit(NamedTuple):
    """Where someone would fit.

    Attributes:
        seats: Groups in which they could take a free seat now, by every rule.
        full: Groups in which they could take a seat as soon as one comes free.
        hours: For each ordered appointment, its service and the clinicians with a free hour that fits; none: nobody has one.
    """

    seats: tuple[GroupSeats, ...]
    full: tuple[GroupSeats, ...]
    hours: tuple[tuple[str, tuple[str, ...]], ...]


class Fitting:
    """Who would fit where in one roster. What was found out is kept, since neither the roster nor its week changes."""

    def __init__(self, whatif: Whatif) -> None:
        """Ask about a roster."""
        self._whatif = whatif
        self._groups = [placed for placed in whatif.view.runs if placed.session.group is not None]
        self._places: dict[str, PlacesThatFit] = {}
        self._broken_without: dict[tuple[str, str], frozenset[str]] = {}

    def places_of(self, person: str) -> PlacesThatFit:
        """Where someone would fit."""
        if person not in self._places:
            seats = [placed for placed in self._groups if self.seats_of(placed).free > 0 and self.fits(placed, person)]
            rest = (placed for placed in self._groups if placed not in seats)
            full = [placed for placed in rest if self._could_follow(placed, person)]
            self._places[person] = PlacesThatFit(self._in_order(seats), self._in_order(full), tuple(self._hours(person)))
        return self._places[person]

    def has(self, person: str) -> bool:
        """Whether it is worked out where someone would fit."""
        return person in self._places

    def free_seats(self) -> tuple[GroupSeats, ...]:
        """The groups with a free seat, in the order of the week."""
        return tuple(seats for seats in self._in_order(self._groups) if seats.free)

    def seats_of(self, placed: PlacedSession) -> GroupSeats:
        """The seats of a group's session."""
        case, group = self._whatif.case, placed.session.group or ""
        free = places(case, group) - sum_of_places(case, group, placed.participants())
        return GroupSeats(group, placed.span.start // DAY, placed.span.start % DAY, max(0, free))

    def fits(self, placed: PlacedSession, person: str, leaving: str | None = None) -> bool:
        """Whether someone could sit in a session, by every rule: what breaks because another leaves breaks without them, too."""
        mode: BookingMode = "telehealth" if placed.session.mode == "telehealth" else "in_person"
        edits: tuple[RosterEdit, ...] = () if leaving is None else (BookingDrop(placed.id, leaving),)
        try:
            # The place of who leaves is held for them no longer.
            alone = set() if leaving is None else {HELD_PLACE, *self._broken_by(placed.id, leaving)}
            broken = self._whatif.judge(*edits, NewBooking(placed.id, person, mode)).broken
        except EditError:
            return False
        return all(violation.rule in alone for violation in broken)

    def _broken_by(self, session: str, leaving: str) -> frozenset[str]:
        """The rules that break because someone leaves a session."""
        key = session, leaving
        if key not in self._broken_without:
            broken = self._whatif.judge(BookingDrop(session, leaving)).broken
            self._broken_without[key] = frozenset(violation.rule for violation in broken)
        return self._broken_without[key]

    def _in_order(self, sessions: Sequence[PlacedSession]) -> tuple[GroupSeats, ...]:
        return tuple(sorted(map(self.seats_of, sessions), key=lambda seats: (seats.day, seats.start, seats.group)))

    def _could_follow(self, placed: PlacedSession, person: str) -> bool:
        """Whether someone could sit in a session instead of the first person in it."""
        there = placed.participants()
        return person not in there and bool(there) and self.fits(placed, person, there[0])

    def _hours(self, person: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        needs = self._whatif.case.care.order(person).needs
        for need in (need for need in needs if need.ordinal == 1):
            possible = (place for place in places_of_need(self._whatif, person, need.service) if place.kind != "forbidden")
            yield need.service, tuple(sorted({clinician for place in possible for clinician in place.clinicians}))
