"""Orders that all groups and appointments of the week cannot reach: warned of before a solve, with both numbers."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.validation import validate
from tests.build import at, group, instance, participant, roster, run

DAYS = ("mon", "tue", "wed", "thu")
BLOCKS = [group(f"g-{day}", day) for day in DAYS]
TALK = {"service": "individual", "per_week": 1}


def order(floor: int, **more: Any) -> dict[str, Any]:
    """So many minutes; no sessions or days are ordered."""
    return {"minutes": {"floor": floor, "ceiling": 1500}, "sessions": {"floor": 0, "ceiling": 9}, "days": {"floor": 0}} | more


def out_of_reach(order: dict[str, Any], groups: list[dict[str, Any]] = BLOCKS, person: dict[str, Any] | None = None, **more: Any) -> str:
    """What the warning says after its advice; empty without a warning."""
    week = instance(participants=[participant("ana", order=order) | (person or {})], groups=groups, **more)
    messages = [issue.message for issue in validate(week) if issue.code == "order_out_of_reach"]
    assert len(messages) < 2
    return "".join(messages).removeprefix("order less for ana, or add a group: ")


def said(ordered: int, given: int) -> str:
    """The two numbers in words."""
    return f"{ordered} minutes are ordered, but what they may attend gives at most {given} minutes this week"


@pytest.mark.parametrize(("floor", "reached"), [(720, True), (721, False)])
def test_all_groups_together_are_enough_or_not(floor: int, reached: bool) -> None:
    """Four groups of 180 minutes give 720."""
    assert out_of_reach(order(floor)) == ("" if reached else said(721, 720))


def test_appointments_count() -> None:
    """An individual session of 50 minutes is ordered as well."""
    assert out_of_reach(order(771, services=[TALK])) == said(771, 770)
    assert out_of_reach(order(770, services=[TALK])) == ""


def test_a_category_that_is_limited_counts_only_so_often() -> None:
    """At most two process groups, the longer ones: 240 and 180."""
    groups = [*BLOCKS, group("long", "fri", minutes=240)]
    mix = [{"category": "process", "at_most": 2}]
    assert out_of_reach(order(421, mix=mix), groups) == said(421, 420)
    assert out_of_reach(order(420, mix=mix), groups) == ""


def test_a_category_that_is_not_ordered_gives_nothing() -> None:
    """At most no process group."""
    groups = [*BLOCKS, group("skills", "fri", service="skills")]
    assert out_of_reach(order(181, mix=[{"category": "process", "at_most": 0}]), groups) == said(181, 180)


def test_only_what_is_named_counts_where_the_order_says_so() -> None:
    """A number of groups does not exclude others, unless the order says only."""
    groups = [*BLOCKS, group("skills", "fri", service="skills")]
    named = {"services": [{"service": "skills", "per_week": 1}]}
    assert out_of_reach(order(900, **named), groups) == ""
    assert out_of_reach(order(900, only=True, **named), groups) == said(900, 180)


@pytest.mark.parametrize(("most", "expected"), [(4, 590), (3, 410)])
def test_no_more_groups_than_sessions_are_allowed(most: int, expected: int) -> None:
    """One of the sessions is the individual one; the others are groups of 180 minutes."""
    bands = {"sessions": {"floor": 0, "ceiling": most}, "services": [TALK]}
    assert out_of_reach(order(expected + 1, **bands)) == said(expected + 1, expected)
    assert out_of_reach(order(expected, **bands)) == ""


def test_a_group_that_counts_as_no_session_needs_no_place_among_them() -> None:
    """A support group outside the bands is attended beside the allowed session."""
    services = [
        {"id": "process", "kind": "group", "category": "process", "minutes": 180},
        {"id": "support", "kind": "group", "category": "support", "minutes": 60, "counts_as_session": False},
    ]
    groups = [group("g"), group("h", "tue"), group("s", "wed", service="support", minutes=60)]
    assert out_of_reach(order(241, sessions={"floor": 0, "ceiling": 1}), groups, services=services) == said(241, 240)


def test_the_number_of_sessions_has_both_numbers_too() -> None:
    """Six are ordered; four groups and one individual session are five."""
    text = "at least 6 sessions are ordered, but what they may attend gives at most 5 sessions this week"
    assert out_of_reach(order(0, sessions={"floor": 6, "ceiling": 9}, services=[TALK])) == text
    assert out_of_reach(order(0, sessions={"floor": 5, "ceiling": 9}, services=[TALK])) == ""


@pytest.mark.parametrize("home", [{}, {"home_track": "pm"}])
def test_groups_of_one_track_count(home: dict[str, Any]) -> None:
    """The track with more of them, and those without a track: nobody is bound to a home before a first week."""
    groups = [BLOCKS[0] | {"track": "am"}, BLOCKS[1] | {"track": "am"}, BLOCKS[2] | {"track": "pm"}, BLOCKS[3]]
    assert out_of_reach(order(541), groups, home, tracks=[{"id": "am"}, {"id": "pm"}]) == said(541, 540)


def test_somebody_who_joins_by_telehealth_only_needs_groups_by_telehealth() -> None:
    """One of the four is hybrid."""
    rooms = [{"id": "r1", "site": "s1", "seats": 20, "features": ["hybrid"]}]
    groups = [BLOCKS[0] | {"mode": "hybrid"}, *BLOCKS[1:]]
    assert out_of_reach(order(181), groups, {"modes": ["telehealth"]}, rooms=rooms) == said(181, 180)


def test_the_order_of_a_phase_is_looked_at_the_same_way() -> None:
    """The phase asks for 800 minutes, of groups that are open to it."""
    phases = [{"id": "one", "level": "2.1", "rank": 0, "weeks": 4, "order": order(800)}]
    groups = [BLOCKS[0], BLOCKS[1] | {"eligibility": {"phases": ["one"]}}, BLOCKS[2] | {"eligibility": {"phases": ["two"]}}]
    phases.append(phases[0] | {"id": "two", "rank": 1})
    assert out_of_reach({}, groups, {"phase": "one"}, phases=phases) == said(800, 360)


@pytest.mark.parametrize(("floor", "message"), [(504, ""), (506, said(361, 360))])
def test_a_shorter_week_asks_for_less(floor: int, message: str) -> None:
    """Admitted on Wednesday: five of seven days, and two of the four groups."""
    assert out_of_reach(order(floor), person={"admitted": "2026-12-02"}) == message


def test_a_group_that_meets_in_other_weeks_gives_nothing() -> None:
    """This is an A week."""
    assert out_of_reach(order(721), [*BLOCKS, group("b", "fri", weeks="B")]) == said(721, 720)


def free_for(ordered: int, given: int) -> str:
    """The two numbers, where the participant's own times decide."""
    return f"{ordered} minutes are ordered, but the groups they are free for and their appointments give at most {given} minutes this week"


MORNINGS = {"availability": {"weekly": [{"day": day, "start": "08:00", "end": "13:00"} for day in ("mon", "tue")]}}


def test_groups_at_times_that_do_not_suit_give_nothing() -> None:
    """Free for two of four groups; the individual session counts, too."""
    assert out_of_reach(order(361), person=MORNINGS) == free_for(361, 360)
    assert out_of_reach(order(360), person=MORNINGS) == ""
    assert out_of_reach(order(411, services=[TALK]), person=MORNINGS) == free_for(411, 410)


def test_a_group_that_does_not_fit_a_free_time_with_the_way_gives_nothing() -> None:
    """Home by 13:00, 75 minutes away: the groups end at 12:00."""
    assert out_of_reach(order(1), person=MORNINGS | {"travel": {"s1": 60}}) == ""
    assert out_of_reach(order(181), person=MORNINGS | {"travel": {"s1": 60}, "availability": PARTLY}) == free_for(181, 180)


PARTLY = {"weekly": [{"day": "mon", "start": "08:00", "end": "13:00"}, {"day": "tue", "start": "08:00", "end": "12:30"}]}


def test_the_track_with_the_most_that_suits_counts() -> None:
    """Three groups in the mornings, of which one suits; two in the evenings, which both do."""
    groups = [*(g | {"track": "am"} for g in BLOCKS[:3]), *(group(f"e-{day}", day, "18:00", track="pm") for day in DAYS[:2])]
    evenings = {
        "weekly": [{"day": day, "start": "17:00", "end": "22:00"} for day in DAYS[:2]] + [{"day": "wed", "start": "08:00", "end": "13:00"}]
    }
    assert out_of_reach(order(361), groups, {"availability": evenings}, tracks=[{"id": "am"}, {"id": "pm"}]) == free_for(361, 360)


def test_whoever_may_change_tracks_has_the_groups_of_all() -> None:
    """Also where a home track is held."""
    groups = [BLOCKS[0] | {"track": "am"}, BLOCKS[1] | {"track": "am"}, BLOCKS[2] | {"track": "pm"}, BLOCKS[3] | {"track": "pm"}]
    person, tracks = {"home_track": "am"}, [{"id": "am"}, {"id": "pm"}]
    assert out_of_reach(order(720), groups, person, tracks=tracks, mode="hold") == said(720, 360)
    assert out_of_reach(order(720), groups, person | {"has_rotating_shifts": True}, tracks=tracks, mode="hold") == ""


def test_what_was_attended_counts() -> None:
    """On Wednesday: Monday's group is over, and there is no time left for Tuesday's."""
    past = roster(run("g-mon", "mon", "09:00", ("ana",)))
    more = {"now": at("wed", "08:00").isoformat(), "published": {"roster": past.model_dump(mode="json")}}
    late = {"availability": {"weekly": [{"day": day, "start": "08:00", "end": "13:00"} for day in ("wed", "thu")]}}
    assert out_of_reach(order(540), person=late, **more) == ""
    assert out_of_reach(order(541), person=late, **more) == free_for(541, 540)
