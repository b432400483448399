"""Words to numbers for `group_balance`."""

from itertools import product

import pytest

from scheduler.rules.group_balance import GroupBalance
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view
from tests.faces import both

RULE = GroupBalance()
PEOPLE = tuple(f"p{n}" for n in range(12))


def week(booked: int, **more: object) -> View:
    """A hybrid Monday group with so many booked."""
    made = instance(participants=[participant(p) for p in PEOPLE], groups=[group("g", mode="hybrid", **more), group("h", "tue")])
    return view(made, run("g", "mon", "09:00", PEOPLE[:booked], mode="hybrid"))


def test_the_usual_target_is_eight() -> None:
    """8 booked cost nothing, 7 and 9 one each, 12 four."""
    assert both(RULE, week(8)) == (0, 0)
    assert both(RULE, week(7)) == (1, 1)
    assert both(RULE, week(9)) == (1, 1)
    assert both(RULE, week(12)) == (4, 4)


def test_a_group_has_its_own_target() -> None:
    """3 booked of 5; 9 of 5."""
    assert both(RULE, week(3, target=5)) == (2, 2)
    assert both(RULE, week(9, target=5)) == (4, 4)


def test_telehealth_places_count() -> None:
    """2 in the room and 1 at home of 4: one missing."""
    made = week(0, target=4).case.instance
    assert both(RULE, view(made, run("g", "mon", "09:00", ("p0", "p1", "p2@home"), mode="hybrid"))) == (1, 1)


def test_a_group_that_does_not_meet_costs_nothing() -> None:
    """Neither g nor h meets, Ana has only an appointment."""
    made = week(0).case.instance
    assert both(RULE, view(made, meet("p0", "mon", "09:00"))) == (0, 0)


def test_runs_add_up() -> None:
    """g has 3 of 5, h 11 of 8: 2 + 3; a balanced sum does not help."""
    made = week(0, target=5).case.instance
    here = view(made, run("g", "mon", "09:00", PEOPLE[:3], mode="hybrid"), run("h", "tue", "09:00", PEOPLE[:11]))
    assert both(RULE, here) == (5, 5)


def test_without_groups_it_does_not_apply() -> None:
    """A program of individual sessions."""
    assert not RULE.applies_to(view(instance()).case)
    assert RULE.applies_to(week(1).case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_bookings() -> None:
    """Three people absent, in the room or at home, with targets of 0, 1 and 3."""
    for target, wheres in product((0, 1, 3), product((None, "", "@home"), repeat=3)):
        made = week(0, target=target).case.instance
        people = tuple(p + where for p, where in zip(PEOPLE, wheres, strict=False) if where is not None)
        checked, modelled = both(RULE, view(made, run("g", "mon", "09:00", people, mode="hybrid")))
        assert checked == modelled == abs(len(people) - target)
