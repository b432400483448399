"""The guests of participants in groups: who must come along, who comes if possible, and how many places and seats they take."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scheduler.case.cached import cached_method
from scheduler.case.data import CaseData
from scheduler.case.groups import Groups
from scheduler.case.times import Times
from scheduler.fields import BookingMode
from scheduler.instance import Guest, Service
from scheduler.roster import Session
from scheduler.timegrid import Span
from scheduler.words import MODE_WORDS


class Guests:
    """Who comes to groups with participants; methods take ids of participants and groups."""

    def __init__(self, data: CaseData, time: Times, groups: Groups) -> None:
        self._data = data
        self._time = time
        self._groups = groups

    @cached_method
    def required(self, participant: str, group: str) -> tuple[Guest, ...]:
        """The guests who must come."""
        service = self._service(group)
        guests = self._data.participants[participant].guests if service.guests != "none" else ()
        return tuple(guest for guest in guests if service.id in guest.required_in)

    @cached_method
    def preferred(self, participant: str, group: str) -> tuple[Guest, ...]:
        """The guests who come if possible."""
        service = self._service(group)
        guests = self._data.participants[participant].guests if service.guests != "none" else ()
        return tuple(guest for guest in guests if service.id in guest.preferred_in and service.id not in guest.required_in)

    def is_required(self, group: str) -> bool:
        """Whether nobody comes to a group without a guest."""
        return self._service(group).guests == "required"

    @cached_method
    def places(self, participant: str, group: str) -> int:
        """The places of a group that a participant takes together with the guests who must come."""
        return 1 + self._service(group).guest_places * self.num_needed(participant, group)

    @cached_method
    def seats(self, participant: str, group: str) -> int:
        """The seats in the room that a participant takes together with the guests who must come."""
        return 1 + self._service(group).guest_seats * self.num_needed(participant, group)

    def num_needed(self, participant: str, group: str) -> int:
        """How many guests come with a participant at least."""
        return max(len(self.required(participant, group)), int(self.is_required(group)))

    def refusal(self, participant: str, guest: Guest, group: str, real: Span, mode: BookingMode) -> str | None:
        """Why a guest cannot come to a run of a group, or None.

        Args:
            real: The run in elapsed minutes, see `Week.real`.
            mode: How the participant takes part, and the guest with them.
        """
        language = self._groups[group].language
        if mode not in guest.modes:
            return f"has not agreed to sessions {MODE_WORDS[mode]}"
        if language is not None and guest.languages and language not in guest.languages:
            return f"does not speak {language}"
        free = self._time.guest_free(participant, guest.id, bool(self._data.week.seams))
        return None if any(window.contains(real) for window in free) else "is not free then"

    def coming(self, participant: str, group: str, real: Span, mode: BookingMode) -> Iterator[str]:
        """The ids of the guests who can come: those who must first, then those who may."""
        for guest in (*self.required(participant, group), *self.preferred(participant, group)):
            if self.refusal(participant, guest, group, real, mode) is None:
                yield guest.id

    def missing(self, participant: str, group: str, real: Span, mode: BookingMode) -> Iterator[tuple[Guest | None, str]]:
        """The guests who must come to a run and cannot, each with the reason; None: any guest, where nobody comes without one."""
        required = self.required(participant, group)
        for guest in required:
            if (why := self.refusal(participant, guest, group, real, mode)) is not None:
                yield guest, why
        if self.is_required(group) and not required and next(self.coming(participant, group, real, mode), None) is None:
            yield None, "has no guest who can come" if self.preferred(participant, group) else "has no guest to bring"

    def attending(self, session: Session, real: Span) -> tuple[tuple[str, str], ...]:
        """Who comes to a session: pairs of participant and guest.

        To a group come those who must, then those who would like to, as long as seats and places are left.
        """
        people = [booking.participant for booking in session.bookings]
        if session.group is None:
            own = ((p, guest.id) for p in people for guest in self._data.participants[p].guests)
            return tuple(pair for pair in own if pair[1] in session.guests)
        coming = {b.participant: [*self.coming(b.participant, session.group, real, b.mode)] for b in session.bookings}
        needed = {p: self.num_needed(p, session.group) for p in people}
        pairs = [(p, guest) for p in people for guest in coming[p][: needed[p]]]
        seats, places = self._left(session, session.group)
        service, remote = self._service(session.group), {b.participant for b in session.bookings if b.mode == "telehealth"}
        for pair in [(p, guest) for p in people for guest in coming[p][needed[p] :]]:
            seat = 0 if pair[0] in remote else service.guest_seats
            if seat <= seats and service.guest_places <= places:
                pairs.append(pair)
                seats, places = seats - seat, places - service.guest_places
        return tuple(pairs)

    def _left(self, session: Session, group: str) -> tuple[float, int]:
        """The seats and places left when everybody who must come has one."""
        room = self._data.rooms.get(session.room or "")
        here = [b.participant for b in session.bookings if b.mode == "in_person"]
        seats = math.inf if room is None else room.seats - len(session.facilitators) - sum(self.seats(p, group) for p in here)
        return seats, self._groups.maximum(group) - sum(self.places(b.participant, group) for b in session.bookings)

    def _service(self, group: str) -> Service:
        return self._data.services[self._groups[group].service]
