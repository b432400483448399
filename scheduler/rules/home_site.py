"""Participants who are bound to a home site come to no other.

Rule: Every session on site of a participant whose home site is required is at that site. Telehealth is free.
Math: visits at other sites are refused.
Amount: sessions elsewhere.
Source: the participant's home site, agreed with the participant.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Visit
from scheduler.view import PlacedSession


class HomeSite(Rule):
    """A required home site is kept."""

    id = "home_site"
    title = "A participant with a required home site comes to no other site"
    level = "hard"
    scope = "booking"
    unit = "sessions"
    source = "the participant's home site"
    reads = ("need", "site")
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether a home site is required of anyone."""
        return any(p.home_site is not None and p.home_site_use == "required" for p in case.participants.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """A visit on site is at the required home site."""
        return not is_elsewhere(case, visit, "required")

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterator[Violation]:
        """Look at a booking that can still change."""
        if is_elsewhere(case, visit, "required") and not case.time.is_past(visit.span.start):
            home, what = case.participants[visit.participant].home_site, visit.group or visit.service
            message = f"{visit.participant} has {what} on {time_of(case, visit.span.start)} at {visit.site}, but comes only to {home}"
            yield self.violation(1, (visit.participant,), message, (placed.id,))


def is_elsewhere(case: Case, visit: Visit, use: str) -> bool:
    """Whether a visit is on site, but not at its participant's home site, used as given (required or preferred)."""
    person = case.participants[visit.participant]
    return person.home_site is not None and person.home_site_use == use and visit.site not in (None, person.home_site)
