"""Appointments that are not standing have random times.

Rule: An appointment of a service that is not standing (a drug screen) is at a time drawn by lot, never at the weekday and time of last
week's if any other fits. Each possible start of each appointment has a number, drawn from the seed of the week; the start with the lowest
number that fits is taken. An appointment that is published keeps its time.
Math: amount of such an appointment = 0 at its published start, 1000 at a weekday and time that the participant had for this service last
week, else the first 8 hex digits of SHA-256("seed participant service ordinal minute") mod 1000, with minutes since Monday 00:00.
Amount: the number drawn, 0 to 1000; a couple session has the numbers of both partners. It outweighs all other preferences, so that nobody
can predict the time.
Source: drug tests are random and unannounced (ASAM, Appropriate Use of Drug Testing in Clinical Addiction Medicine, 2017).
"""

from __future__ import annotations

from hashlib import sha256

from scheduler.case import Case
from scheduler.rules._per_visit import PerVisit
from scheduler.rules._words import time_of
from scheduler.rules.published_change import identity, published_visits
from scheduler.terms import Visit

NUMBERS = 1000


class RandomTime(PerVisit):
    """Appointments of services that are not standing are where the lot puts them."""

    id = "random_time"
    title = "Appointments that are not standing have random times"
    unit = "number drawn"
    weight = 1
    source = "random drug testing: ASAM 2017"
    sees_clinicians = False
    price_reads = ("need", "span")

    def applies_to(self, case: Case) -> bool:
        """Whether a service is not standing."""
        return case.seed is not None

    def distance(self, case: Case, visit: Visit) -> int:
        """The number drawn for an appointment's start."""
        if visit.group is not None or case.services[visit.service].standing or is_published(case, visit):
            return 0
        return NUMBERS if is_as_last_week(case, visit) else number(case, visit)

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """When the appointment is, and its number."""
        what = f"{visit.participant} has {visit.service} on {time_of(case, visit.span.start)}"
        return f"{what}, as last week" if distance == NUMBERS else f"{what}; this time has number {distance} in the draw"


def is_published(case: Case, visit: Visit) -> bool:
    """Whether a visit is at its published start."""
    published = published_visits(case).get(identity(visit))
    return published is not None and published.span.start == visit.span.start


def is_as_last_week(case: Case, visit: Visit) -> bool:
    """Whether the participant had a session of the service at this weekday and time last week."""
    last = case.memo(
        "random_time",
        lambda: frozenset(
            (booking.participant, session.service, case.past.last_week.minute(session.start))
            for session in case.past.last_sessions
            for booking in session.bookings
        ),
    )
    return (visit.participant, visit.service, visit.span.start) in last


def number(case: Case, visit: Visit) -> int:
    """The number that the seed of the week gives to an appointment's start."""
    text = f"{case.seed} {visit.participant} {visit.service} {visit.ordinal} {visit.span.start}"
    return int(sha256(text.encode()).hexdigest()[:8], 16) % NUMBERS
