"""Words to numbers for `trips`."""

from itertools import product

import pytest

from scheduler.rules.trips import Trips
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view
from tests.faces import both

RULE = Trips()
DAYS = ("mon", "tue", "wed", "thu", "fri")
GROUPS = [group(f"g-{day}", day, mode="hybrid") for day in DAYS] + [group("late", "mon", "14:00", minutes=90)]


def week(floor: int, *sessions: dict[str, object], **more: object) -> View:
    """Ana, ordered so many service days, in these sessions."""
    order = {"minutes": {"floor": 0}, "days": {"floor": floor}, "services": [{"service": "individual", "per_week": 1}]}
    return view(instance(participants=[participant("ana", order=order, **more)], groups=GROUPS), *sessions)


def block(day: str, where: str = "") -> dict[str, object]:
    """A hybrid group of that day, in person or from home."""
    return run(f"g-{day}", day, "09:00", (f"ana{where}",), mode="hybrid")


def test_as_many_days_as_the_floor_cost_nothing() -> None:
    """Three days of three; two of three."""
    assert both(RULE, week(3, *map(block, DAYS[:3]))) == (0, 0)
    assert both(RULE, week(3, *map(block, DAYS[:2]))) == (0, 0)


def test_each_day_more_counts_one() -> None:
    """Four and five days of three; five of none."""
    assert both(RULE, week(3, *map(block, DAYS[:4]))) == (1, 1)
    assert both(RULE, week(3, *map(block, DAYS))) == (2, 2)
    assert both(RULE, week(0, *map(block, DAYS))) == (5, 5)


def test_two_sessions_of_a_day_are_one_trip() -> None:
    """Monday morning and afternoon, and Tuesday: two days of one."""
    late = run("late", "mon", "14:00", ("ana",), minutes=90)
    assert both(RULE, week(1, block("mon"), late, block("tue"))) == (1, 1)


def test_telehealth_is_no_trip() -> None:
    """Three days in person, two from home."""
    here = [block(day) for day in DAYS[:3]] + [block(day, "@home") for day in DAYS[3:]]
    assert both(RULE, week(3, *here)) == (0, 0)


def test_a_session_outside_the_bands_is_a_trip_all_the_same() -> None:
    """An individual session alone on Friday: the second day of one."""
    assert both(RULE, week(1, block("mon"), meet("ana", "fri", "10:00"))) == (1, 1)


def test_partial_week_scales_the_floor() -> None:
    """Admitted on Thursday: 4 of 7 open dates, floor int(3 x 4/7) = 1; two days are one too many."""
    assert both(RULE, week(3, block("thu"), block("fri"), admitted="2026-12-03")) == (1, 1)


@pytest.mark.unmeasured
def test_faces_agree_on_all_weeks() -> None:
    """Four days, each absent, in person or from home; floors 1 and 2."""
    for floor, wheres in product((1, 2), product((None, "", "@home"), repeat=4)):
        here = [block(day, where) for day, where in zip(DAYS, wheres, strict=False) if where is not None]
        checked, modelled = both(RULE, week(floor, *here))
        assert checked == modelled
