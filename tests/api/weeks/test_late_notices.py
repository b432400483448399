"""Late notices through the API: noted before the end, replaced, taken back, cleared by a mark; clinicians see their own sessions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.weeks.small import WEEK

EARLY = datetime(2026, 11, 30, 13, 30, tzinfo=UTC)
"""Half an hour before the group of Monday."""


@pytest.fixture
def group(coordinator, published, clock) -> str:
    """The session of Monday's group."""
    clock(EARLY)
    return next(one["id"] for one in coordinator.get(f"{WEEK}/published").json()["sessions"] if one["group"] == "g1")


def notices(client) -> list[tuple[str, str, int]]:
    return [(one["session"], one["participant"], one["minutes"]) for one in client.get(f"{WEEK}/late-notices").json()["items"]]


def test_a_notice_is_replaced_and_taken_back(coordinator, group):
    late = f"{WEEK}/attendance/{group}/ana/late"
    assert coordinator.put(late, json={"minutes": 20}).json() == {"session": group, "participant": "ana", "minutes": 20}
    assert coordinator.put(late, json={"minutes": 45}).status_code == 200
    assert notices(coordinator) == [(group, "ana", 45)]
    assert [coordinator.put(late, json={"minutes": minutes}).status_code for minutes in (0, 241)] == [422, 422]
    assert [coordinator.delete(late).status_code for _twice in range(2)] == [204, 204]
    assert notices(coordinator) == []
    assert coordinator.put(f"{WEEK}/attendance/{group}/nobody/late", json={"minutes": 5}).status_code == 404


def test_a_mark_clears_a_notice_and_refuses_another(coordinator, group):
    late = f"{WEEK}/attendance/{group}/ana/late"
    coordinator.put(late, json={"minutes": 20})
    coordinator.put(f"{WEEK}/attendance/{group}/ana", json={"status": "excused"}, headers={"If-None-Match": "*"})
    assert notices(coordinator) == []
    assert coordinator.put(late, json={"minutes": 20}).status_code == 412


def test_a_notice_is_refused_once_the_session_is_over(coordinator, group, clock):
    clock(datetime(2026, 11, 30, 23, 0, tzinfo=UTC))
    assert coordinator.put(f"{WEEK}/attendance/{group}/ana/late", json={"minutes": 20}).status_code == 409


@pytest.mark.parametrize("is_leader", [True, False])
def test_clinicians_see_and_note_those_of_their_own_sessions(coordinator, group, signed_in, is_leader):
    coordinator.put(f"{WEEK}/attendance/{group}/ana/late", json={"minutes": 20})
    (leader,) = next(one["facilitators"] for one in coordinator.get(f"{WEEK}/published").json()["sessions"] if one["id"] == group)
    client = signed_in("clinician", leader if is_leader else "dan" if leader == "cora" else "cora")
    assert notices(client) == ([(group, "ana", 20)] if is_leader else [])
    assert client.put(f"{WEEK}/attendance/{group}/ben/late", json={"minutes": 5}).status_code == (200 if is_leader else 404)


def test_the_front_desk_sees_numbers(coordinator, group, signed_in):
    desk = signed_in("front_desk")
    coordinator.put(f"{WEEK}/attendance/{group}/ana/late", json={"minutes": 20})
    ((number, _, _),) = notices(desk)
    assert number != group
    assert desk.put(f"{WEEK}/attendance/{number}/ana/late", json={"minutes": 5}).json()["session"] == number
    assert notices(coordinator) == [(group, "ana", 5)]
