"""Care that no possible session gives: amounts by hand, never more than the best of all rosters lacks, and gaps without it."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.lines import in_force
from scheduler.model.unavoidable import unavoidable_care
from scheduler.result import TierResult, gap
from scheduler.rules import RULES
from tests.build import free, group, instance, participant
from tests.exact import best
from tests.small import tried

BLOCKS = [group("g", "mon", "09:00"), group("h", "wed", "14:00")]
"""Two groups of 180 minutes."""


def unavoidable(made: Any) -> int:
    """Of an instance."""
    case = Case(made)
    rules = in_force(case, RULES)
    return sum(unavoidable_care(case, enumerate_candidates(case, rules), rules).values())


def of_ana(minutes: int = 0, sessions: int = 0, days: int = 0, services: tuple[dict[str, Any], ...] = (), **more: Any) -> int:
    """Of a week in which only Ana is ordered anything."""
    order = {"minutes": {"floor": minutes}, "sessions": {"floor": sessions}, "days": {"floor": days}, "services": list(services)}
    return unavoidable(instance(participants=[participant("ana", order=order, **more)], groups=BLOCKS))


@pytest.mark.parametrize(
    ("ordered", "expected"),
    [
        ({"minutes": 360}, 0),
        ({"minutes": 400}, 40),
        ({"minutes": 400, "availability": free("08:00", "13:00")}, 220),
        ({"minutes": 400, "availability": free("20:00", "21:00")}, 400),
        ({"minutes": 400, "has_risk_flag": True}, 160),
        ({"sessions": 3}, 60),
        ({"days": 3}, 60),
        ({"services": ({"service": "skills", "per_week": 1},)}, 180),
        ({"minutes": 400, "services": ({"service": "individual", "per_week": 1},)}, 0),
    ],
)
def test_amounts_by_hand(ordered: dict[str, Any], expected: int) -> None:
    """What two groups leave of an order, times the care factor (4 for a risk); 60 for a missing session or day."""
    assert of_ana(**ordered) == expected


def test_what_others_take_is_not_counted() -> None:
    """One seat for two people: either could have it."""
    people = [participant(p, order={"minutes": {"floor": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}) for p in ("ana", "ben")]
    assert unavoidable(instance(participants=people, groups=[group("g", maximum=1)])) == 0


@pytest.mark.parametrize("seed", range(12))
def test_never_more_than_the_best_roster_lacks(seed: int) -> None:
    """Of drawn weeks, with all of their rosters tried."""
    week = tried(seed, 300)
    ranks = best(week.legal())
    assert ranks is None or unavoidable(week.instance) <= ranks[0]


def test_gaps_are_told_without_it() -> None:
    """Of 6200, 3560 cannot be given: 340 of the other 2640 are not proven necessary."""
    tier = TierResult(objective=6200, bound=5860, unavoidable=3560)
    assert tier.gap == 340 / 2640
    assert not tier.is_proven
    assert TierResult(objective=6200, bound=5860).gap == 340 / 6200
    assert [gap(0, 0), gap(3560, 3560, 3560), gap(3600, 0, 3560), gap(5, 9)] == [0.0, 0.0, 1.0, 0.0]
