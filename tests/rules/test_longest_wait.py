"""Words to numbers for `longest_wait`."""

from itertools import product

import pytest

from scheduler.rules.longest_wait import LongestWait
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view, windows
from tests.faces import both

RULE = LongestWait()
BLOCK = run("g", "mon", "09:00", ("ana",))


def day(*sessions: dict[str, object], longest: int | None = None, **person: object) -> View:
    """Ana's day: her block ends at 12:00."""
    program = {
        "id": "p",
        "zone": "America/New_York",
        "sites": [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")],
        "travel": [{"a": "s1", "b": "s2", "minutes": 10}],
    }
    values = {"second_staff_required": False} | ({} if longest is None else {"longest_wait": longest})
    ana = participant("ana", order={"services": [{"service": "individual", "per_week": 2}]}, **person)
    return view(instance(program=program, policy={"values": values}, participants=[ana], groups=[group("g")]), *sessions)


@pytest.mark.parametrize(("start", "over"), [("12:00", 0), ("13:00", 0), ("13:01", 1), ("15:17", 137)])
def test_an_hour_is_allowed(start: str, over: int) -> None:
    """60 minutes of waiting are legal, 61 are one too many."""
    assert both(RULE, day(BLOCK, meet("ana", "mon", start))) == (over, None if over else 0)


def test_the_message_says_how_long_and_from_when() -> None:
    """From 12:00 to 15:17."""
    made = day(BLOCK, meet("ana", "mon", "15:17"))
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana waits 197 minutes from Monday 2026-11-30 12:00, 137 longer than allowed"


def test_the_wait_before_counts_like_the_wait_after() -> None:
    """7:00 to 7:50, then the block at 9:00: 70 minutes, 10 over."""
    assert both(RULE, day(meet("ana", "mon", "07:00"), BLOCK)) == (10, None)


def test_telehealth_taken_at_home_does_not_end_the_stay() -> None:
    """A call at 12:30 between the block and 13:30: the wait of 90 minutes on site is 30 over, as without the call."""
    between = (BLOCK, meet("ana@home", "mon", "12:30"), meet("ana", "mon", "13:30", ordinal=2))
    assert both(RULE, day(*between, modes=["in_person", "telehealth"])) == (30, None)
    assert both(RULE, day(BLOCK, meet("ana@home", "mon", "12:10"), meet("ana", "mon", "13:00", ordinal=2))) == (0, 0)


def test_the_policy_sets_the_limit() -> None:
    """A wait of 31 minutes with a limit of 30."""
    assert both(RULE, day(BLOCK, meet("ana", "mon", "12:31"), longest=30)) == (1, None)
    assert both(RULE, day(BLOCK, meet("ana", "mon", "12:30"), longest=30)) == (0, 0)


def test_agreed_waits_may_be_longer() -> None:
    """Ana agreed; five hours are legal."""
    assert both(RULE, day(BLOCK, meet("ana", "mon", "17:00"), may_wait_longer=True)) == (0, 0)


def test_a_session_in_between_ends_the_wait() -> None:
    """12:00, then 13:00-13:50, then 14:50: twice 60 minutes; one minute later 1 over."""
    between = meet("ana", "mon", "13:00")
    assert both(RULE, day(BLOCK, between, meet("ana", "mon", "14:50", ordinal=2))) == (0, 0)
    assert both(RULE, day(BLOCK, between, meet("ana", "mon", "14:51", ordinal=2))) == (1, None)


def test_every_wait_counts_for_itself() -> None:
    """61 and 63 minutes: 1 + 3."""
    sessions = (BLOCK, meet("ana", "mon", "13:01"), meet("ana", "mon", "14:54", ordinal=2))
    assert both(RULE, day(*sessions)) == (4, None)


def test_telehealth_other_sites_and_other_days_are_no_wait() -> None:
    """From home, at the other site, or on Tuesday in the afternoon."""
    assert both(RULE, day(BLOCK, meet("ana@home", "mon", "16:00"))) == (0, 0)
    assert both(RULE, day(BLOCK, meet("ana", "mon", "16:00", site="s2", room=None))) == (0, 0)
    assert both(RULE, day(BLOCK, meet("ana", "tue", "16:00"))) == (0, 0)


def test_telehealth_in_between_does_not_end_the_wait() -> None:
    """On site until 12:00 and from 13:30, with telehealth between: 90 minutes away from any session on site, 30 over."""
    assert both(RULE, day(BLOCK, meet("ana@home", "mon", "12:20"), meet("ana", "mon", "13:30", ordinal=2))) == (30, None)


@pytest.mark.unmeasured
def test_faces_agree_on_a_sweep_of_two_appointments() -> None:
    """An appointment before and one after the block, each at six times."""
    for first, second in product(
        ("06:30", "07:00", "07:09", "07:10", "07:11", "08:10"), ("12:00", "12:59", "13:00", "13:01", "14:00", "16:00")
    ):
        checked, modelled = both(RULE, day(meet("ana", "mon", first), BLOCK, meet("ana", "mon", second, ordinal=2)))
        assert (checked == 0) == (modelled == 0)
