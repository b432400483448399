"""Words to numbers for `facilitator_continuity`."""

from datetime import timedelta
from itertools import combinations

import pytest

from scheduler.rules.facilitator_continuity import FacilitatorContinuity
from scheduler.view import View
from tests.build import MONDAY, clinician, group, instance, meet, roster, run, view
from tests.faces import both

RULE = FacilitatorContinuity()
LAST = MONDAY - timedelta(days=7)
NAMES = ("cora", "dan", "eve")
GROUPS = [
    group("g", starts=[{"day": "mon", "time": "09:00"}, {"day": "mon", "time": "14:00"}, {"day": "wed", "time": "09:00"}]),
    group("h", "tue"),
]


def week(last: tuple[str, ...] | None, this: tuple[str, ...], day: str = "mon", time: str = "09:00") -> View:
    """Group g, last week on Monday 09:00 with some facilitators (None: not at all), this week with others."""
    past = [] if last is None else [run("g", "mon", "09:00", ("ana",), monday=LAST, facilitators=list(last))]
    made = instance(clinicians=[clinician(c) for c in NAMES], groups=GROUPS, history={"last_week": roster(*past, monday=LAST)})
    return view(made, run("g", day, time, ("ana",), facilitators=list(this)))


def test_same_leader_costs_nothing() -> None:
    """Cora again."""
    assert both(RULE, week(("cora",), ("cora",))) == (0, 0)


def test_new_faces_only_count_one() -> None:
    """Cora and Dan last week, Eve alone now: one run, not two people."""
    assert both(RULE, week(("cora", "dan"), ("eve",))) == (1, 1)


def test_one_familiar_face_is_enough() -> None:
    """The co-facilitator of last week leads; the leader of last week assists."""
    assert both(RULE, week(("cora", "dan"), ("dan", "eve"))) == (0, 0)
    assert both(RULE, week(("cora",), ("eve", "cora"))) == (0, 0)


def test_another_weekday_has_no_last_run() -> None:
    """Monday last week, Wednesday now: nothing to compare with."""
    assert both(RULE, week(("cora",), ("eve",), "wed")) == (0, 0)


def test_another_time_of_the_same_weekday_is_compared() -> None:
    """Monday 09:00 with Cora, Monday 14:00 with Eve."""
    assert both(RULE, week(("cora",), ("eve",), "mon", "14:00")) == (1, 1)


def test_somebody_who_left_is_no_familiar_face() -> None:
    """Last week's facilitator is not in the program any more."""
    assert both(RULE, week(("zoe",), ("cora",))) == (1, 1)


def test_groups_are_told_apart() -> None:
    """g and h with new faces, but h did not meet last week: 1."""
    made = week(("cora",), ("eve",)).case.instance
    here = view(made, run("g", "mon", "09:00", ("ana",), facilitators=["eve"]), run("h", "tue", "09:00", ("ana",)))
    assert both(RULE, here) == (1, 1)


def test_without_a_run_last_week_it_does_not_apply() -> None:
    """An appointment last week is no group."""
    assert both(RULE, week(None, ("cora",))) == (0, 0)
    assert not RULE.applies_to(week(None, ("cora",)).case)
    alone = instance(history={"last_week": roster(meet("ana", "mon", "09:00", monday=LAST), monday=LAST)})
    assert not RULE.applies_to(view(alone).case)
    assert RULE.applies_to(week(("cora",), ("cora",)).case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_staffings() -> None:
    """Every team of last week with every team of this week."""
    teams = [team for n in (1, 2, 3) for team in combinations(NAMES, n)]
    for last in teams:
        for this in teams:
            checked, modelled = both(RULE, week(last, this))
            assert checked == modelled == int(not set(last) & set(this))
