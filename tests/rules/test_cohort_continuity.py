"""Words to numbers for `cohort_continuity`."""

from datetime import timedelta
from itertools import combinations

import pytest

from scheduler.rules.cohort_continuity import CohortContinuity
from scheduler.view import View
from tests.build import MONDAY, group, instance, meet, participant, roster, run, view
from tests.faces import both

RULE = CohortContinuity()
LAST = MONDAY - timedelta(days=7)
DAYS = {"g": "mon", "h": "tue", "k": "wed"}
GROUPS = [group(g, day) for g, day in DAYS.items()]


def week(last: dict[str, tuple[str, ...]], this: dict[str, tuple[str, ...]], *more: dict[str, object]) -> View:
    """Who was in which group last week and is this week."""
    past = [run(g, DAYS[g], "09:00", people, monday=LAST) for g, people in last.items()]
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}
    made = instance(
        participants=[participant(p, order=order) for p in ("ana", "ben")],
        groups=GROUPS,
        history={"last_week": roster(*past, monday=LAST)},
    )
    return view(made, *[run(g, DAYS[g], "09:00", people) for g, people in this.items()], *more)


def test_same_groups_cost_nothing() -> None:
    """g and h last week, g and h this week."""
    assert both(RULE, week({"g": ("ana",), "h": ("ana",)}, {"g": ("ana",), "h": ("ana",)})) == (0, 0)


def test_each_unfamiliar_place_counts_one() -> None:
    """g last week; g, h and k this week: 2."""
    assert both(RULE, week({"g": ("ana",)}, {"g": ("ana",), "h": ("ana",), "k": ("ana",)})) == (2, 2)


def test_leaving_a_group_costs_nothing() -> None:
    """g and h last week, only h this week."""
    assert both(RULE, week({"g": ("ana",), "h": ("ana",)}, {"h": ("ana",)})) == (0, 0)


def test_everybody_is_asked_alone() -> None:
    """Ana knows g, Ben knows h, both are in g and h: one place each."""
    assert both(RULE, week({"g": ("ana",), "h": ("ben",)}, {"g": ("ana", "ben"), "h": ("ana", "ben")})) == (2, 2)


def test_first_week_costs_nothing() -> None:
    """Ben was in no group last week: three new groups are free, while Ana's one new place counts."""
    here = {"g": ("ana", "ben"), "h": ("ana", "ben"), "k": ("ben",)}
    assert both(RULE, week({"g": ("ana",)}, here)) == (1, 1)


def test_telehealth_and_individual_sessions() -> None:
    """An individual session is no group place; a familiar group by telehealth stays familiar."""
    assert both(RULE, week({"g": ("ana",)}, {"g": ("ana@home",)}, meet("ana", "thu", "10:00"))) == (0, 0)


def test_without_last_week_it_does_not_apply() -> None:
    """No history, nothing to continue."""
    assert not RULE.applies_to(view(instance(groups=GROUPS)).case)
    assert RULE.applies_to(week({"g": ("ana",)}, {}).case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_weeks() -> None:
    """Every set of groups last week with every set this week."""
    subsets = [set(chosen) for n in range(4) for chosen in combinations(DAYS, n)]
    for last in subsets:
        for this in subsets:
            checked, modelled = both(RULE, week(dict.fromkeys(sorted(last), ("ana",)), dict.fromkeys(sorted(this), ("ana",))))
            assert checked == modelled == (len(this - last) if last else 0)
