"""No one travels to the program on more days than the order asks for.

Rule: The days on which a participant comes to a site do not exceed the service-day floor of the order.
Math: amount = max(0, on-site days - service-day floor). The floor of a partial week is scaled.
Amount: on-site days too many.
Source: travel is the common reason to leave a program; policy `days_floor`, phase, order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of
from scheduler.terms import Row, total
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class Trips(Rule):
    """No more on-site days than the service days that the order requires."""

    id = "trips"
    title = "No more trips than needed"
    level = "preference"
    scope = "week"
    unit = "days"
    weight = 8
    parameters = ("days_floor",)
    source = "travel is a burden; our judgment"
    sees_times = False

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row per participant who could come on more days than the floor."""
        for participant, visits in candidates.visits.items():
            floor = case.care.order(participant).days_floor
            days = sorted({v.day for v in visits if v.site is not None})
            if len(days) > floor:
                yield Row(self.id, (participant,), total(candidates.on_site_day(participant, day) for day in days), floor, price=1)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Count each participant's days on site."""
        floor = case.care.order(participant).days_floor
        days = sorted({v.day for v in view.visits[participant] if v.site is not None})
        if len(days) > floor:
            message = f"{participant} comes on {counted(len(days), 'day')} ({days_of(case, days)}), {floor} would be enough"
            yield self.violation(len(days) - floor, (participant,), message)
