"""Words to numbers for `idle_gap`."""

from itertools import product

import pytest

from scheduler.rules.idle_gap import IdleGap
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view, windows
from tests.faces import both

RULE = IdleGap()


def week(*sessions: dict[str, object]) -> View:
    """Ana's sessions; her group ends at 12:00 on Monday."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 2}]}
    program = {
        "id": "p",
        "zone": "America/New_York",
        "sites": [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")],
        "travel": [{"a": "s1", "b": "s2", "minutes": 10}],
    }
    return view(instance(program=program, participants=[participant("ana", order=order)], groups=[group("g")]), *sessions)


BLOCK = run("g", "mon", "09:00", ("ana",))


@pytest.mark.parametrize(
    ("start", "amount"),
    [("12:00", 0), ("12:01", 1), ("12:15", 1), ("12:16", 2), ("12:30", 2), ("12:47", 4), ("13:00", 4)],
)
def test_started_quarters_count(start: str, amount: int) -> None:
    """Touching sessions cost nothing; 1 minute is a quarter, 16 are two, 47 and 60 are four."""
    assert both(RULE, week(BLOCK, meet("ana", "mon", start))) == (amount, amount)


def test_the_message_says_how_long() -> None:
    """47 minutes from 12:00 to 12:47."""
    made = week(BLOCK, meet("ana", "mon", "12:47"))
    (found,) = RULE.check(made.case, made)
    assert "47 minutes" in found.message


def test_each_gap_is_rounded_alone() -> None:
    """Gaps of 20 and 10 minutes: 2 + 1, not ceil(30 / 15)."""
    first, second = meet("ana", "mon", "12:20"), meet("ana", "mon", "13:20", ordinal=2)
    assert both(RULE, week(BLOCK, first, second)) == (3, 3)


def test_only_neighbours_count() -> None:
    """50 minutes of session between two sessions are no wait: 0 + 0."""
    assert both(RULE, week(BLOCK, meet("ana", "mon", "12:00"), meet("ana", "mon", "12:50", ordinal=2))) == (0, 0)


def test_telehealth_and_other_days_are_no_wait() -> None:
    """From home an hour later; on site the day after."""
    assert both(RULE, week(BLOCK, meet("ana@home", "mon", "13:00"), meet("ana", "tue", "13:00", ordinal=2))) == (0, 0)


def test_telehealth_in_between_does_not_end_the_stay() -> None:
    """On site until 12:00 and from 13:00, with 50 minutes of telehealth between: the stay still has a gap of 60."""
    assert both(RULE, week(BLOCK, meet("ana@home", "mon", "12:05"), meet("ana", "mon", "13:00", ordinal=2))) == (4, 4)


def test_another_site_is_another_stay() -> None:
    """At the other site an hour later: no gap inside a stay."""
    assert both(RULE, week(BLOCK, meet("ana", "mon", "13:00", site="s2", room=None))) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_all_pairs_of_starts() -> None:
    """Two appointments after the block, at six and five times."""
    for first, second in product(("12:00", "12:10", "12:15", "12:31", "12:45", "13:00"), ("13:50", "13:51", "14:05", "14:20", "15:00")):
        checked, modelled = both(RULE, week(BLOCK, meet("ana", "mon", first), meet("ana", "mon", second, ordinal=2)))
        assert checked == modelled
