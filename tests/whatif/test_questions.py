"""Questions as documents: which lists answer them, in which order."""

from __future__ import annotations

import pytest

from scheduler.errors import EditError
from scheduler.whatif import ListedPlace, Whatif, WhatifQuestion, ask
from tests.build import meet
from tests.whatif.test_places import BOTH, G1, MEETING, MORNING, TUESDAY, week

HERE = meet("ana", "tue", "13:00", facilitators=["cora"], room="r2")


def answer(whatif: Whatif, **question: str) -> dict[str, tuple[ListedPlace, ...]]:
    """The places by title."""
    lists = ask(whatif.case.instance, whatif.roster, WhatifQuestion(**question)).lists
    return {one.title: one.places for one in lists}


def test_a_participant_may_move_every_booking_and_what_is_not_scheduled() -> None:
    """By start, then what is ordered and missing; or of one service only."""
    assert [*answer(week(BOTH, HERE), participant="ana")] == [
        "ana: g1 on Monday 2026-11-30 09:00",
        "ana: individual on Tuesday 2026-12-01 13:00",
    ]
    missing = answer(week(BOTH), participant="ana")
    assert [*missing] == ["ana: g1 on Monday 2026-11-30 09:00", "ana: individual, not scheduled"]
    assert {place.session for place in missing["ana: individual, not scheduled"]} == {None}
    assert [*answer(week(BOTH, HERE), participant="ana", service="process")] == ["ana: g1 on Monday 2026-11-30 09:00"]


def test_places_come_in_the_order_of_what_they_cost() -> None:
    """Free ones, then costly ones by cost, then those forbidden, whose costs are not known."""
    (places,) = answer(week(MORNING, HERE), participant="ana", service="individual").values()
    kinds = ["free", "costly", "forbidden"]
    order = [(kinds.index(p.kind), p.care or 0, p.preference or 0) for p in places]
    assert order == sorted(order)
    assert {p.kind for p in places} >= {"free", "forbidden"}
    assert all((p.care is None) == (p.kind == "forbidden") for p in places)
    assert {p.session for p in places} == {MEETING}
    assert places[0].start.isoformat().endswith("-05:00")


def test_a_session_may_be_named_by_its_group() -> None:
    """Places, leaders and rooms."""
    titles = [f"other {what} for {G1} on Monday 2026-11-30 09:00" for what in ("places", "leaders", "rooms")]
    assert [*answer(week(MORNING), session="g1")] == [*answer(week(MORNING), session=G1)] == titles


def test_a_booking_in_another_group_names_its_session() -> None:
    """The session in which the participant would be."""
    (places,) = answer(week(MORNING, TUESDAY), participant="ben").values()
    assert [place.session for place in places] == ["g.g2.2026-11-30"]


def test_a_clinician_is_replaced_in_every_session_and_stays_in_none() -> None:
    """Others only: a session of two keeps the other one."""
    lists = answer(week(MORNING | {"facilitators": ["cora", "dan"]}, HERE), clinician="cora")
    assert [*lists] == [f"other leaders for {G1} on Monday 2026-11-30 09:00", f"other leaders for {MEETING} on Tuesday 2026-12-01 13:00"]
    assert [place.clinicians for places in lists.values() for place in places] == [("dan",)]


def test_a_room_is_replaced_in_every_session() -> None:
    """By each other room."""
    lists = answer(week(MORNING, HERE), room="r2")
    assert {title: [place.room for place in places] for title, places in lists.items()} == {
        f"other rooms for {MEETING} on Tuesday 2026-12-01 13:00": ["r1"]
    }


def test_a_service_goes_with_a_participant() -> None:
    """It says which bookings are meant."""
    with pytest.raises(EditError, match="name a service together with a participant"):
        answer(week(MORNING), room="r1", service="process")


@pytest.mark.parametrize("question", [{}, {"participant": "ana", "room": "r1"}])
def test_one_thing_is_asked_about(question: dict[str, str]) -> None:
    """Neither nothing nor two things."""
    with pytest.raises(EditError, match="ask about one participant, session, clinician or room"):
        answer(week(MORNING), **question)
