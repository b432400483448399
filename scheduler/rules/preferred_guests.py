"""Groups meet at times at which the guests who would like to come can.

Rule: A guest who comes to the groups of a service if possible can come: is free for the whole of the session, has agreed to take part in
the participant's mode, and speaks the language of a group that has one. Whether a seat is left for the guest is not asked.
Math: amount of a group booking = number of its participant's guests who would come if they could, and cannot.
Amount: guests, for each booking.
Source: the guests that the participant names, and their availability.
"""

from __future__ import annotations

from scheduler.case import Case
from scheduler.rules._per_visit import PerVisit
from scheduler.rules._words import time_of
from scheduler.terms import Visit


class PreferredGuests(PerVisit):
    """Guests who would like to come can come."""

    id = "preferred_guests"
    title = "Guests can come to groups where they are welcome"
    unit = "guests"
    weight = 2
    source = "the participant's guests and their availability"
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether any guest comes to a group if possible."""
        return any(guest.preferred_in for person in case.participants.values() for guest in person.guests)

    def distance(self, case: Case, visit: Visit) -> int:
        """The number of guests who cannot come."""
        return len(_absent(case, visit))

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """Who cannot come, and when."""
        names = ", ".join(_absent(case, visit))
        return f"{visit.participant} is in {visit.group} on {time_of(case, visit.span.start)} without {names}"


def _absent(case: Case, visit: Visit) -> list[str]:
    if visit.group is None:
        return []
    real, guests = case.week.real(visit.span), case.guests.preferred(visit.participant, visit.group)
    return [g.id for g in guests if case.guests.refusal(visit.participant, g, visit.group, real, visit.mode) is not None]
