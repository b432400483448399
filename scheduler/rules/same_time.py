"""Standing appointments keep their weekday and time.

Rule: An individual, family or couple session that the participant had last week (same service, same ordinal) is on the same weekday
at the same time of day. Services that are not standing have `random_time` instead.
Math: amount of such a session = 3 on another weekday, else 1 at another time, else 0; without one last week 0.
Amount: 0, 1 or 3 a session; a couple session counts for both partners.
Source: routines of work and family; the amounts are our judgment.
"""

from __future__ import annotations

from scheduler.case import Case
from scheduler.rules._per_visit import PerVisit
from scheduler.rules._words import time_of
from scheduler.terms import Visit
from scheduler.timegrid import DAY

OTHER_DAY = 3
OTHER_TIME = 1


class SameTime(PerVisit):
    """Standing appointments stay at last week's time."""

    id = "same_time"
    title = "Standing appointments keep their day and time"
    unit = "distance from last week's time"
    weight = 5
    source = "our judgment, no published source"
    sees_clinicians = False
    price_reads = ("need", "span")

    def applies_to(self, case: Case) -> bool:
        """Whether last week had appointments."""
        return bool(standing_starts(case))

    def distance(self, case: Case, visit: Visit) -> int:
        """How far an appointment is from last week's."""
        if visit.group is not None:
            return 0
        last = standing_starts(case).get((visit.participant, visit.service, visit.ordinal), visit.span.start)
        if last // DAY != visit.day:
            return OTHER_DAY
        return 0 if last == visit.span.start else OTHER_TIME

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """The time of the appointment, and what changed."""
        changed = "time" if distance == OTHER_TIME else "day"
        what = f"{visit.service} {visit.ordinal} on {time_of(case, visit.span.start)}"
        return f"{visit.participant} has {what}, another {changed} than last week"


def standing_starts(case: Case) -> dict[tuple[str, str, int], int]:
    """Participant, service and ordinal to the start of last week's appointment, in minutes since that Monday."""
    return case.memo(
        "same_time",
        lambda: {
            (booking.participant, session.service, session.ordinal): case.past.last_week.minute(session.start)
            for session in case.past.last_sessions
            if session.group is None and session.service in case.services and case.services[session.service].standing
            for booking in session.bookings
        },
    )
