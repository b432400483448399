"""Every block and every reason in words."""

import pytest

from scheduler import why
from scheduler.case import Case
from scheduler.explain.obstacles import Obstacle
from scheduler.explain.sentences import block_sentence
from tests.build import at, clinician, group, instance, meet, participant, roster, run

CASE = Case(instance(groups=[group("g", reserve=2, maximum=8)]))


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (Obstacle("group_size", ("g",), ("minimum",), 0, 0, 2), "g does not meet: it needs 3 participants, 1 would come"),
        (Obstacle("group_size", ("g",), (), 0, 0, 1), "g does not meet then"),
        (Obstacle("group_size", ("g",), ("maximum",), 6, 6, 1), "g is full (6 of 6, 2 kept in reserve)"),
        (Obstacle("held_place", ("ana", "g"), (), 0, 0, 1), "the place held in g is not taken up, so no new one is possible"),
        (Obstacle("group_intake", ("g",), (), 2, 2, 1), "g takes 2 newcomers this week, 2 are placed"),
        (Obstacle("clinician_load", ("dan",), ("week",), 1480, 1500, 30), "dan is at the limit of minutes in the week (1480 of 1500)"),
        (Obstacle("clinician_load", ("dan",), ("mon", "blocks"), 2, 2, 1), "dan is at the limit of blocks on Monday (2 of 2)"),
        (Obstacle("room_conflict", ("r1", "r2"), (), 2, 2, 1), "all of the rooms r1, r2 are taken (2 of 2)"),
        (Obstacle("weekly_ceiling", ("ana",), ("mix", "education"), 1, 1, 1), "the order allows at most 1 of education"),
        (Obstacle("weekly_ceiling", ("ana",), ("sessions", "day"), 2, 2, 1), "the ceiling of 2 sessions a day would be exceeded by 1"),
        (Obstacle("authorization", ("ana",), ("a1", "week"), 3, 3, 1), "authorization a1 has 0 units left"),
        (Obstacle("authorization", ("ana",), ("drawn", "g"), 0, 0, 1), "no authorization of ana has enough units left"),
        (Obstacle("identity", ("ana", "g"), (), 1, 1, 1), "ana is placed at another time"),
        (Obstacle("identity", ("g",), (), 1, 1, 1), "g meets at another time"),
        (Obstacle("keep_apart", ("ben", "ana"), (), 1, 1, 1), "ana is kept apart from ben"),
        (Obstacle("pinned", ("g",), (3,), 0, 0, 1), "pin 3 prevents it"),
        (Obstacle("closures", (), (), 0, 0, 1), None),
    ],
)
def test_a_block_in_words(block: Obstacle, sentence: str | None) -> None:
    """One sentence each; a rule without words of its own gives its title."""
    found = block_sentence(CASE, "ana", block)
    assert found == sentence if sentence else found.islower()


def test_reasons_of_what_is_past_pinned_or_remote() -> None:
    """Monday has happened, Tuesday is pinned and by telehealth, Wednesday gives a module of the cohort, with the team."""
    order = {"services": [{"service": "individual"}], "modules": ["m1"]}
    groups = [
        group("g"),
        group("h", "tue", mode="hybrid"),
        group("i", "wed", cohort="c", curriculum="cur", module="m1"),
    ]
    booked = [
        run("g", "mon", "09:00", ("ana",)),
        run("h", "tue", "09:00", ("ana@home",), mode="hybrid"),
        run("i", "wed", "09:00", ("ana",)),
        meet("ana", "thu", "09:00"),
    ]
    week = instance(
        now=at("mon", "20:00"),
        groups=groups,
        cohorts=[{"id": "c"}],
        curricula=[{"id": "cur", "modules": ["m1"]}],
        clinicians=[clinician("cora", team="t"), clinician("dan", team="t")],
        participants=[
            participant("ana", order=order, home_cohort="c", primary_therapist="cora", modes=["in_person", "telehealth"]),
        ],
        pins=[{"kind": "booking", "participant": "ana", "group": "h"}],
        published={"roster": roster(booked[0]).model_dump(mode="json")},
    )
    reasons = {b.what: b.reasons for b in why(week, roster(*booked), "ana").bookings}
    assert reasons["g"] == ("has happened",)
    assert {"pinned", "by telehealth, as agreed"} <= set(reasons["h"])
    assert {"home cohort c", "gives module m1"} <= set(reasons["i"])
    assert "with dan, of the own therapist's team" in reasons["individual"]
