"""Participants come to the site they prefer.

Rule: A session on site of a participant with a preferred home site is at that site. Telehealth is free; for required sites see `home_site`.
Math: amount of a booking at another site = 1.
Amount: sessions elsewhere.
Source: the participant's home site; travel is a burden.
"""

from __future__ import annotations

from scheduler.case import Case
from scheduler.rules._per_visit import PerVisit
from scheduler.rules._words import time_of
from scheduler.rules.home_site import is_elsewhere
from scheduler.terms import Visit


class HomeSitePreference(PerVisit):
    """Sessions are at the preferred home site."""

    id = "home_site_preference"
    title = "Sessions are at the home site that the participant prefers"
    unit = "sessions elsewhere"
    weight = 6
    source = "our judgment, no published source"
    sees_clinicians = False
    price_reads = ("need", "site")

    def applies_to(self, case: Case) -> bool:
        """Whether anyone prefers a site."""
        return any(p.home_site is not None and p.home_site_use == "preferred" for p in case.participants.values())

    def distance(self, case: Case, visit: Visit) -> int:
        """1 at another site."""
        return int(is_elsewhere(case, visit, "preferred"))

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """Where the session is, and where it would best be."""
        home, what = case.participants[visit.participant].home_site, visit.group or visit.service
        return f"{visit.participant} has {what} on {time_of(case, visit.span.start)} at {visit.site} instead of {home}"
