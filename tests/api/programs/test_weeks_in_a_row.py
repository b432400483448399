"""Three weeks one after the other: what a week leaves behind asks for nothing that nobody ordered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.database import Store
from scheduler.generate.next_week import settle
from scheduler.instance import Instance
from scheduler.policies import PACKS
from scheduler.roster import Roster
from tests.api.programs.seed import built, publish_week, seed
from tests.build import MONDAY, WORKDAYS, clinician, group, instance
from tests.solving import objective, solved

BLOCKS = {
    "adult_iop_2_1": (3, 180),
    "adolescent_iop_2_1": (3, 120),
    "php_2_5": (4, 300),
    "adult_day_2_5": (4, 300),
    "adolescent_day_2_5": (5, 240),
    "outpatient_1": (1, 60),
}
"""Blocks a week and their minutes: exactly the floor of the pack, far below its ceiling."""
PEOPLE = ("ana", "ben", "cem", "dee")


def program(pack: str, **order: Any) -> Instance:
    """Four people whose orders say what the pack says, unless given, and as many blocks as its floor asks for."""
    count, minutes = BLOCKS[pack]
    age = "adolescent" if pack.startswith("adolescent") else "adult"
    person: dict[str, Any] = {
        "age_group": age,
        "availability": {"weekly": [{"day": d, "start": "08:00", "end": "18:00"} for d in WORKDAYS]},
    }
    return instance(
        policy={"pack": pack},
        participants=[person | {"id": id, "order": order} for id in PEOPLE],
        groups=[group(f"g{day}", day, minutes=minutes, reserve=0, eligibility={"age_group": age}) for day in WORKDAYS[:count]],
        clinicians=[clinician(id) for id in ("cora", "dan", "eve")],
    )


def solved_and_after(week: Instance) -> tuple[Instance, Roster, int]:
    """The week after, with what the week leaves behind; the week's roster and unmet care."""
    result = solved(week)
    assert result.roster is not None, result.message
    return settle(week, result.roster), result.roster, objective(result)[0]


def test_every_base_pack_is_tried() -> None:
    """Overlays bring no bands of minutes."""
    assert set(BLOCKS) == {pack.id for pack in PACKS.values() if not pack.is_overlay}


@pytest.mark.parametrize("pack", BLOCKS)
def test_the_library_asks_for_no_more_in_the_second_and_third_week(pack: str) -> None:
    """Each block is there, so nothing is unmet in any of three weeks."""
    week, unmet = program(pack), []
    for _ in range(3):
        week, _, care = solved_and_after(week)
        unmet.append(care)
    assert unmet == [0, 0, 0]


@pytest.mark.parametrize("pack", BLOCKS)
def test_the_service_asks_for_no_more_in_the_second_and_third_week(store: Store, pack: str) -> None:
    """The same with the history of published weeks."""
    id, unmet = seed(store, program(pack)), []
    for n in range(3):
        week = built(store, id, MONDAY + timedelta(weeks=n)).instance
        _, roster, care = solved_and_after(week)
        publish_week(store, id, week.monday, roster)
        unmet.append(care)
        assert {order.target for order in week.history.orders} <= {None}
    assert unmet == [0, 0, 0]


def test_an_ordered_target_is_remembered_in_full(store: Store) -> None:
    """A holiday scales the target of its own week only. 540 minutes fit: 700 - 180 = 520 is met; of 760 - 180 = 580 all four lack 40."""
    for target, missing in ((700, 0), (760, 4 * 40)):
        document = program("adult_iop_2_1", minutes={"target": target, "ceiling": 800}).model_dump(mode="json")
        document["program"]["closures"] = [{"date": str(MONDAY + timedelta(days=4))}]
        first = Instance.model_validate(document)
        after, roster, _ = solved_and_after(first)
        id = seed(store, first, f"p{target}")
        publish_week(store, id, MONDAY, roster)
        for week in (after, built(store, id, after.monday).instance):
            assert {order.target for order in week.history.orders} == {target}
            assert objective(solved(week))[0] == missing
