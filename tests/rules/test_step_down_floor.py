"""Words to numbers for `step_down_floor`."""

from itertools import combinations
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.step_down_floor import StepDownFloor
from scheduler.view import View
from tests.build import WORKDAYS, group, instance, participant, roster, run
from tests.faces import both

RULE = StepDownFloor()
LENGTHS = dict(zip(WORKDAYS, (180, 180, 90, 60, 45), strict=True))


def case(floor: int = 0, past: dict[str, Any] | None = None, closures: tuple[str, ...] = (), **person: Any) -> Case:
    """Groups of 180, 180, 90, 60, 45 minutes on the workdays; last week's order had the target 700 unless given."""
    order = {"minutes": {"floor": floor}, "sessions": {"floor": 0}, "days": {"floor": 0}}
    orders = [{"participant": "ana", "floor": 540, "target": 700, "ceiling": 800} | past] if past is not None else []
    made = instance(
        participants=[participant("ana", order=order, **person)],
        groups=[group(f"g{day}", day, minutes=minutes) for day, minutes in LENGTHS.items()],
        phases=[{"id": "two", "level": "2.1", "rank": 1}, {"id": "three", "level": "2.1", "rank": 2}],
        history={"orders": orders},
    )
    program = made.program.model_dump() | {"closures": [{"date": day} for day in closures]}
    return Case(type(made).model_validate(made.model_dump() | {"program": program}))


def amount(case: Case, *days: str) -> tuple[int, int | None]:
    """Both faces for sessions on the given days."""
    sessions = (run(f"g{day}", day, "09:00", ("ana",), minutes=LENGTHS[day]) for day in days)
    return both(RULE, View(case, roster(*sessions)))


def test_fall_by_the_largest_step_is_free() -> None:
    """700 - 180 = 520 minutes at least: 510 scheduled is 10 short, 555 none."""
    assert amount(case(past={}), "mon", "tue", "wed", "thu") == (10, 10)
    assert amount(case(past={}), *WORKDAYS) == (0, 0)


def test_a_step_larger_than_the_target_asks_for_nothing() -> None:
    """170 - 180."""
    assert amount(case(past={"floor": 0, "target": 170})) == (0, 0)


def test_exactly_at_the_step() -> None:
    """690 - 180 = 510 scheduled."""
    assert amount(case(past={"target": 690}), "mon", "tue", "wed", "thu") == (0, 0)


def test_what_the_weekly_floor_counts_is_left_to_it() -> None:
    """360 scheduled, floor 500: only 520 - 500 = 20 count here; with a floor of 400: 120."""
    assert amount(case(floor=500, past={}), "mon", "tue") == (20, 20)
    assert amount(case(floor=400, past={}), "mon", "tue") == (120, 120)


def test_floor_above_the_step_leaves_nothing() -> None:
    """Floor 540 is above 520: nothing, the rule does not apply."""
    assert amount(case(floor=540, past={})) == (0, 0)
    assert not RULE.applies_to(case(floor=540, past={}))
    assert RULE.applies_to(case(floor=500, past={}))


def test_a_ceiling_is_no_target() -> None:
    """No target last week, ceiling 800: nothing is asked, whatever is scheduled; the rule does not apply."""
    assert amount(case(past={"target": None})) == (0, 0)
    assert amount(case(past={"target": None}), *WORKDAYS) == (0, 0)
    assert not RULE.applies_to(case(past={"target": None}))


def test_the_care_factor_weighs_what_is_missing() -> None:
    """510 of 520 with a short last week: 10 times 4."""
    assert amount(case(past={"short_minutes": 30}), "mon", "tue", "wed", "thu") == (40, 40)


def test_recorded_phase_change_brings_its_own_step() -> None:
    """A step of 300: 400 at least, 360 scheduled, 40 short; without a step: nothing."""
    change = {"date": "2026-11-27", "largest_step": 300}
    assert amount(case(past={"phase": "two"}, phase="three", phase_change=change), "mon", "tue") == (40, 40)
    assert amount(case(past={"phase": "two"}, phase="three", phase_change={"date": "2026-11-27"})) == (0, 0)


def test_other_phase_without_a_record_has_no_step() -> None:
    """Phase two last week, three now: nothing; the same phase: 520 short."""
    assert amount(case(past={"phase": "two"}, phase="three")) == (0, 0)
    assert amount(case(past={"phase": "two"}, phase="two")) == (520, 520)


def test_no_order_last_week_or_a_short_week() -> None:
    """No past order; a closed Friday makes the week partial: nothing."""
    assert amount(case()) == (0, 0)
    assert amount(case(past={}, closures=("2026-12-04",))) == (0, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("floor", [0, 200, 500, 519, 520])
def test_faces_agree_on_every_roster(floor: int) -> None:
    """Every choice of days: max(0, 520 - max(minutes, floor))."""
    made = case(floor=floor, past={})
    for size in range(6):
        for days in combinations(WORKDAYS, size):
            expected = max(0, 520 - max(sum(LENGTHS[d] for d in days), floor))
            assert amount(made, *days) == (expected, expected)
