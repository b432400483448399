"""Service days are spread over the week.

Rule: Between two service days there is a free date where the week allows it. Two dates with a closed date between them are
not consecutive; Sunday and Monday are in different weeks.
Math: amount = max(0, consecutive pairs of service dates - fewest pairs with so many of the participant's open dates: enrolled, and
something they may attend is open). A service date outside the open dates counts as chosen; more service dates than open dates leave
no choice and have no amount.
Amount: pairs of consecutive dates that could be avoided.
Source: programs spread their days (Mon, Wed, Fri); our judgment.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of
from scheduler.view import View, mask


class DaySpread(Rule):
    """No two service days in a row unless the number of days requires it."""

    id = "day_spread"
    title = "Service days are spread over the week"
    level = "preference"
    scope = "week"
    unit = "pairs of days"
    weight = 2
    source = "program practice; our judgment"
    sees_times = False

    def pattern(self, case: Case, participant: str, days: int) -> int:
        """Avoidable pairs of consecutive service dates."""
        return avoidable(case, participant, days)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look at each participant's service dates."""
        days = view.service_days(participant)
        if (amount := avoidable(case, participant, days)) > 0:
            named = days_of(case, (day for day in range(7) if days >> day & 1))
            message = f"{participant} comes on consecutive days ({named}) that could be spread out"
            yield self.violation(amount, (participant,), message)


def avoidable(case: Case, participant: str, days: int) -> int:
    """Consecutive pairs beyond the fewest possible for that number of dates."""
    dates = case.memo(f"day_spread {participant}", lambda: case.care.open_dates(participant))
    fewest = fewest_pairs(dates, days.bit_count())
    return 0 if fewest is None else max(0, pairs(days) - fewest)


def pairs(days: int) -> int:
    """Consecutive pairs in a mask of weekdays."""
    return (days & days >> 1).bit_count()


@cache
def fewest_pairs(dates: tuple[int, ...], number: int) -> int | None:
    """Fewest consecutive pairs among that many of the dates; None if there are too few. Cached for good: there are few sets of dates."""
    return min((pairs(mask(chosen)) for chosen in combinations(dates, number)), default=None)
