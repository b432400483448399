"""Words to numbers for `weekly_floor`."""

from itertools import combinations

import pytest

from scheduler.case import Case
from scheduler.rules.weekly_floor import WeeklyFloor
from scheduler.view import View
from tests.build import MONDAY, group, instance, instance_json, meet, participant, roster, run
from tests.faces import both

RULE = WeeklyFloor()
DAYS = ("mon", "tue", "wed", "thu")
BREAK = [{"service": "process", "minutes": 160}, {"service": None, "minutes": 20}]


def case(floor: int | None = 540, program: dict[str, object] | None = None, **person: object) -> Case:
    """Four blocks of 180 minutes (Thursday's with a break), a peer group that does not count, an individual session for ana."""
    services = [{"service": "individual", "per_week": 1}]
    groups = [group(f"g{day}", day, segments=BREAK if day == "thu" else []) for day in DAYS]
    peer = group("peer", "fri", service="peer", minutes=60)
    order = {"minutes": {"floor": floor}, "services": services}
    values = {"second_staff_required": False, "breaks_count": person.pop("breaks_count", True)}
    more = {"program": instance_json()["program"] | program} if program else {}
    return Case(
        instance(participants=[participant("ana", order=order, **person)], groups=[*groups, peer], policy={"values": values}, **more)
    )


BLOCKS = [run(f"g{day}", day, "09:00", ("ana",)) for day in DAYS]
PEER = run("peer", "fri", "09:00", ("ana",), minutes=60, service="peer")
TALK = meet("ana", "fri", "13:00")


def amount(case: Case, *sessions: dict[str, object]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


def test_at_the_floor_nothing_is_missing() -> None:
    """3 x 180 = 540."""
    assert amount(case(), *BLOCKS[:3]) == (0, 0)


def test_minutes_below_the_floor_are_missing() -> None:
    """2 x 180 + 50 = 410 of 540: 130."""
    assert amount(case(), *BLOCKS[:2], TALK) == (130, 130)


def test_a_floor_of_a_minute_is_a_floor() -> None:
    """One minute without anything, none ordered."""
    assert amount(case(floor=1)) == (1, 1)
    assert amount(case(floor=0)) == (0, 0)


def test_more_than_the_floor_earns_nothing() -> None:
    """770 of 540."""
    assert amount(case(), *BLOCKS, TALK) == (0, 0)


def test_minutes_that_do_not_count_do_not_help() -> None:
    """180 and 60 minutes of peer support: 360 of 540 are missing."""
    assert amount(case(), BLOCKS[0], PEER) == (360, 360)


def test_breaks_count_by_policy() -> None:
    """A block with a 20-minute break: 360 missing, or 380 where breaks do not count."""
    assert amount(case(), BLOCKS[3]) == (360, 360)
    assert amount(case(breaks_count=False), BLOCKS[3]) == (380, 380)


def test_the_care_factor_multiplies() -> None:
    """130 missing with a risk flag: 4 x 130."""
    assert amount(case(has_risk_flag=True), *BLOCKS[:2], TALK) == (520, 520)


def test_without_an_own_floor_the_policy_holds() -> None:
    """540 by default, 200 of it missing after 360 - 20 uncounted minutes."""
    assert amount(case(floor=None, breaks_count=False), BLOCKS[0], BLOCKS[3]) == (200, 200)


def test_a_closed_day_lowers_the_floor() -> None:
    """Six of seven days open: floor(540 x 6 / 7) = 462, 282 missing after one block."""
    closed = case(program={"closures": [{"date": MONDAY.isoformat()}]})
    assert amount(closed, BLOCKS[1]) == (282, 282)


def test_who_is_not_served_is_owed_nothing() -> None:
    """Waiting, and on hold."""
    assert amount(case(status="waiting")) == (0, 0)
    assert amount(case(status="on_hold")) == (0, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", range(7))
def test_faces_agree_on_every_roster(size: int) -> None:
    """Every choice of the six sessions: what lies below 540."""
    made = case(breaks_count=False)
    minutes = {id(BLOCKS[3]): 160, id(PEER): 0, id(TALK): 50}
    for sessions in combinations([*BLOCKS, PEER, TALK], size):
        expected = max(0, 540 - sum(minutes.get(id(s), 180) for s in sessions))
        assert amount(made, *sessions) == (expected, expected)
