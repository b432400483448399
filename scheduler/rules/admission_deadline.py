"""Newcomers have their first session in time.

Rule: Someone admitted this week or in the seven days before it, or with a stated due date, who had no counted session last week, has the
first one by the due date: the stated one, or else two days after admission.
Math: amount = session_amount x max(0, date of the first counted session - due), in calendar days; without one this week the first is
taken to be next Monday. A due date before this Monday counts from that date.
Amount: minutes, 60 per calendar day, times the care factor.
Source: first session within 2 days (NIATx); policy `admission_days`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import day_of
from scheduler.view import View

RECENT_DAYS = 7
NEXT_MONDAY = 7


class AdmissionDeadline(Rule):
    """Days by which a newcomer's first session is late."""

    id = "admission_deadline"
    title = "The first session is soon after admission"
    level = "care"
    scope = "week"
    unit = "minutes"
    parameters = ("admission_days", "session_amount")
    source = "NIATx: first session within 2 days"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether anyone is waiting for a first session."""
        return case.policy.session_amount > 0 and any(due_day(case, p) is not None for p in case.participants)

    def pattern(self, case: Case, participant: str, days: int) -> int:
        """The amount of a set of service dates."""
        return case.policy.session_amount * days_late(case, participant, days)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Compare the first session of each newcomer with the due date."""
        days, due = view.service_days(participant), due_day(case, participant)
        late = days_late(case, participant, days)
        if due is not None and (amount := case.policy.session_amount * late):
            first = next((day for day in range(7) if days >> day & 1), None)
            message = f"{participant} has no session this week; the first was due by {day_of(case, due)}"
            if first is not None:
                message = f"{participant} has the first session on {day_of(case, first)}; it was due by {day_of(case, due)}"
            yield self.violation(amount, (participant,), message, participant=participant)


def days_late(case: Case, participant: str, days: int) -> int:
    """Calendar days from the due date to the first service date."""
    due = due_day(case, participant)
    if due is None:
        return 0
    first = next((day for day in range(7) if days >> day & 1), NEXT_MONDAY)
    return max(0, first - due)


def due_day(case: Case, participant: str) -> int | None:
    """Weekday index of the due date (negative before this week), or None if no first session is due."""
    person = case.participants[participant]
    if not case.care.is_served(participant) or case.care.last_service_days.get(participant):
        return None
    if person.first_session_due is not None:
        return case.week.day(person.first_session_due)
    if person.admitted is None or case.week.day(person.admitted) < -RECENT_DAYS:
        return None
    return case.week.day(person.admitted + timedelta(days=case.policy.admission_days))
