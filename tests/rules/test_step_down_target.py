"""Words to numbers for `step_down_target`."""

from itertools import product

import pytest

from scheduler.rules.step_down_target import StepDownTarget
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view
from tests.faces import both

RULE = StepDownTarget()
GROUPS = [group("g", "mon"), group("h", "tue"), group("k", "wed", "09:00", minutes=90)]


def order(target: int | None) -> dict[str, object]:
    """One individual session of 50 minutes a week and a target."""
    return {"minutes": {"floor": 0, "target": target}, "services": [{"service": "individual", "per_week": 1}]}


def week(target: int | None, *groups: str, individual: bool = False, **more: object) -> View:
    """Ana in some of the groups g (180), h (180), k (90), with or without her individual session (50)."""
    made = instance(participants=[participant("ana", order=order(target), **more)], groups=GROUPS)
    times = {"g": ("mon", 180), "h": ("tue", 180), "k": ("wed", 90)}
    sessions = [run(g, times[g][0], "09:00", ("ana",), minutes=times[g][1]) for g in groups]
    return view(made, *sessions, *([meet("ana", "thu", "10:00")] if individual else []))


def test_target_reached_costs_nothing() -> None:
    """180 + 180 of 360 minutes."""
    assert both(RULE, week(360, "g", "h")) == (0, 0)


def test_one_minute_away_counts_a_ten() -> None:
    """180 of 181 minutes, and of 179: one started ten each."""
    assert both(RULE, week(181, "g")) == (1, 1)
    assert both(RULE, week(179, "g")) == (1, 1)


def test_whole_tens_are_not_rounded_up() -> None:
    """180 of 190 minutes is 1, of 191 is 2."""
    assert both(RULE, week(190, "g")) == (1, 1)
    assert both(RULE, week(191, "g")) == (2, 2)


def test_above_counts_as_much_as_below() -> None:
    """180 + 90 + 50 = 320 minutes: 87 above 233 is 9, 87 below 407 is 9."""
    assert both(RULE, week(233, "g", "k", individual=True)) == (9, 9)
    assert both(RULE, week(407, "g", "k", individual=True)) == (9, 9)


def test_empty_week_is_the_whole_target_away() -> None:
    """0 of 545 minutes: 55 tens."""
    assert both(RULE, week(545)) == (55, 55)


def test_without_target_no_amount() -> None:
    """180 minutes and no target; the rule does not apply."""
    made = week(None, "g")
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert RULE.applies_to(week(360).case)


def test_partial_week_scales_the_target() -> None:
    """Admitted on Thursday, 4 of 7 open dates: 4/7 of 371 is 212; nothing scheduled is 22 tens away."""
    assert both(RULE, week(371, admitted="2026-12-03")) == (22, 22)


def test_people_who_are_not_served_have_no_target() -> None:
    """A discharged participant with a target of 360."""
    assert both(RULE, week(360, status="discharged")) == (0, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("target", [0, 95, 233, 500])
def test_faces_agree_on_every_week(target: int) -> None:
    """All 16 weeks of three groups and an individual session."""
    for chosen in product((False, True), repeat=4):
        groups = [g for g, is_in in zip("ghk", chosen, strict=False) if is_in]
        checked, modelled = both(RULE, week(target, *groups, individual=chosen[3]))
        assert checked == modelled
