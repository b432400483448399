"""No one is left without service for many open days in a row.

Rule: Where the state or payer asks, at most so many program-open days in a row pass without a counted session. Days of last week after
the last session count with them, so a long weekend is seen. Closed days neither count nor interrupt.
Math: walk through the participant's open dates (something they may attend is open); each that is without a session and makes the run
longer than the limit counts session_amount. The run begins with the open weekdays of last week after the last counted session there
(all since admission without one); last week is taken to have had the participant's regular weekdays. Without last week's roster it
begins with none.
Amount: minutes, 60 per open day beyond the limit, times the care factor.
Source: NC SAIOP: no more than 2 consecutive days; off elsewhere (policy `service_gap_days`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of
from scheduler.view import View
from scheduler.words import counted


class ServiceGap(Rule):
    """Open days in a row without service, beyond the limit."""

    id = "service_gap"
    title = "No long gaps between service days"
    level = "care"
    scope = "week"
    unit = "minutes"
    parameters = ("service_gap_days", "session_amount")
    source = "NC SAIOP: at most 2 consecutive days; none elsewhere"
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether the policy sets a limit."""
        return case.policy.service_gap_days is not None and case.policy.session_amount > 0

    def pattern(self, case: Case, participant: str, days: int) -> int:
        """The amount of a set of service dates."""
        return case.policy.session_amount * len(days_beyond(case, participant, days))

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Walk through the week of each participant."""
        beyond = days_beyond(case, participant, view.service_days(participant))
        if amount := case.policy.session_amount * len(beyond):
            message = f"{participant} goes {counted(len(beyond), 'open day')} longer without service than allowed: {days_of(case, beyond)}"
            yield self.violation(amount, (participant,), message, participant=participant)


def days_beyond(case: Case, participant: str, days: int) -> list[int]:
    """Open dates of this week that lengthen a run without service beyond the limit."""
    limit = case.policy.service_gap_days
    if limit is None or not case.care.is_served(participant):
        return []
    run, beyond = carried_in(case, participant), []
    for day in case.care.open_dates(participant):
        run = 0 if days >> day & 1 else run + 1
        if run > limit:
            beyond.append(day)
    return beyond


def carried_in(case: Case, participant: str) -> int:
    """Open days of last week without service, up to its end."""
    if case.instance.history.last_week is None:
        return 0
    admitted = case.participants[participant].admitted
    first = 0 if admitted is None else case.past.last_week.day(admitted)
    last = max(case.care.last_service_days.get(participant, (-1,)))
    return sum(last < day >= first for day in case.care.regular_dates(participant))
