"""Nobody comes to a group without the guests who must come along.

Rule: A guest who must come to the groups of a service is free for the whole of the participant's session (no travel is known for guests),
has agreed to take part in the participant's mode, and speaks the language of a group that has one. To a group of a service that requires
guests, nobody comes without one: one who must come, or one who comes if possible.
Math: a group visit is allowed if every guest who must come can come, and, where guests are required, at least one can.
Amount: guests missing.
Source: the program's multi-family groups; availability, consent and languages of the guests.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Visit
from scheduler.view import PlacedSession


class GuestPresence(Rule):
    """The guests who must come to a group can come."""

    id = "guest_presence"
    title = "Nobody comes to a group without the guests who must come"
    level = "hard"
    scope = "booking"
    unit = "guests missing"
    source = "the program's groups with guests; availability of the guests"
    reads = ()
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether guests come to any group."""
        return any(service.guests != "none" for service in case.services.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """The guests who must come to a group can come."""
        if visit.group is None:
            return True
        return not any(case.guests.missing(visit.participant, visit.group, case.week.real(visit.span), visit.mode))

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterator[Violation]:
        """Look at a group booking that can still change."""
        if visit.group is None or placed.is_past:
            return
        participant = visit.participant
        for guest, why in case.guests.missing(participant, visit.group, placed.real, visit.mode):
            who = participant if guest is None else f"guest {guest.id} of {participant}"
            about = (participant,) if guest is None else (participant, guest.id)
            yield self.violation(1, about, f"{visit.group} on {time_of(case, visit.span.start)}: {who} {why}", (placed.id,))
