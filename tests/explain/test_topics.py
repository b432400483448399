"""The week of one group, clinician or room."""

from __future__ import annotations

import pytest

from scheduler.explain import explain_topic
from tests.build import clinician, group, instance, meet, participant, roster, run

FLOOR = {"minutes": {"floor": 180}, "sessions": {"floor": 1}, "days": {"floor": 1}}
WEEK = instance(
    participants=[participant(p, order=FLOOR, primary_therapist="cora") for p in ("ana", "ben", "cam")],
    clinicians=[clinician("cora"), clinician("dan"), clinician("eve", hours=[])],
    rooms=[{"id": "r1", "site": "s1", "seats": 12}, {"id": "r2", "site": "s1", "seats": 12}],
    groups=[
        group("g1", maximum=6, reserve=1, starts=[{"day": "mon", "time": "09:00"}, {"day": "tue", "time": "09:00"}]),
        group("g2", "wed", facilitators=["eve"]),
    ],
)
ROSTER = roster(
    run("g1", "mon", "09:00", ("ana", "ben"), facilitators=["cora"], room="r1"),
    meet("ana", "thu", "10:00", facilitators=["cora"], room="r1"),
)


def lines(id: str) -> tuple[str, ...]:
    """What is said of an id."""
    return explain_topic(WEEK, ROSTER, id).lines


def test_a_group_that_meets():
    assert lines("g1") == (
        "g1: Monday 09:00-12:00 led by cora in r1",
        "  2 of 5 places taken (1 more place kept for admissions): ana, ben",
        "  could meet instead: Tuesday 09:00-12:00",
        "  could also be led by: dan",
        "  could also use: r2",
        "  by themselves, could also join: cam",
    )


def test_a_group_that_nobody_can_lead():
    first, second, third = lines("g2")
    assert (first, second) == ("g2: does not meet", "  0 of 12 places taken")
    assert third.startswith("  cannot meet this week: ")


def test_a_clinician():
    assert lines("cora") == (
        "cora: 230 of at most 1500 direct minutes in 2 sessions, 1 of at most 24 own participants",
        "  Monday, 180 of at most 360 minutes:",
        "    09:00-12:00 g1 in r1",
        "  Thursday, 50 of at most 360 minutes:",
        "    10:00-10:50 individual of ana in r1",
    )


def test_a_clinician_who_could_lead_more():
    assert lines("dan")[-1] == "  could also lead: g1"


def test_a_clinician_who_does_not_work():
    assert "  does not work this week" in lines("eve")


def test_a_room():
    assert lines("r1") == (
        "r1: 12 seats, in use for 230 of the 6720 minutes that s1 is open",
        "  Monday 09:00-12:00 g1 led by cora",
        "  Thursday 10:00-10:50 individual of ana led by cora",
    )
    assert lines("r2")[-1] == "  could also hold: g1"


def test_what_breaks_a_rule_comes_first():
    twice = roster(
        run("g1", "mon", "09:00", ("ana",), facilitators=["cora"], room="r1"),
        meet("ben", "mon", "10:00", facilitators=["cora"], room="r2"),
    )
    explanation = explain_topic(WEEK, twice, "cora")
    assert explanation.violations
    assert explanation.lines[0] == f"Not legal: {explanation.violations[0]}"


def test_an_unknown_id():
    with pytest.raises(KeyError):
        explain_topic(WEEK, ROSTER, "zoe")
