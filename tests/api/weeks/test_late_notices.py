"""Late notices through the API: noted before the end, replaced, taken back, cleared by a mark; clinicians see their own sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from api.attendance.store.attendance import Recorder
from api.attendance.store.late_notices import note_late
from api.database.tables import PublishedSessionRow
from api.kernel.errors import Problem
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
    first = coordinator.put(late, json={"minutes": 20})
    assert {"session": group, "participant": "ana", "minutes": 20, "version": 1}.items() <= first.json().items()
    assert coordinator.put(late, json={"minutes": 45}, headers={"If-Match": first.headers["ETag"]}).headers["ETag"] == '"2"'
    assert notices(coordinator) == [(group, "ana", 45)]
    assert [coordinator.put(late, json={"minutes": minutes}).status_code for minutes in (0, 241)] == [422, 422]
    seen = {"If-Match": '"2"'}
    assert [coordinator.delete(late, headers=seen).status_code for _twice in range(2)] == [204, 404]
    assert notices(coordinator) == []
    assert coordinator.put(f"{WEEK}/attendance/{group}/nobody/late", json={"minutes": 5}).status_code == 404


def test_nobody_replaces_a_notice_that_they_have_not_seen(coordinator, group):
    """Two desks: the second one did not know of the first call."""
    late = f"{WEEK}/attendance/{group}/ana/late"
    coordinator.put(late, json={"minutes": 20})
    assert coordinator.put(late, json={"minutes": 5}).status_code == coordinator.delete(late).status_code == 428
    for headers in ({"If-Match": '"2"'}, {"If-None-Match": "*"}):
        answer = coordinator.put(late, json={"minutes": 5}, headers=headers)
        assert (answer.status_code, answer.headers["ETag"]) == (412, '"1"')
    assert coordinator.delete(late, headers={"If-Match": '"2"'}).status_code == 412
    assert notices(coordinator) == [(group, "ana", 20)]
    assert coordinator.put(f"{WEEK}/attendance/{group}/ben/late", json={"minutes": 5}, headers={"If-Match": '"1"'}).status_code == 412


def test_a_mark_clears_a_notice_and_refuses_another(coordinator, group):
    late = f"{WEEK}/attendance/{group}/ana/late"
    coordinator.put(late, json={"minutes": 20})
    coordinator.put(f"{WEEK}/attendance/{group}/ana", json={"status": "excused"}, headers={"If-None-Match": "*"})
    assert notices(coordinator) == []
    assert coordinator.put(late, json={"minutes": 20}).status_code == 412


@pytest.mark.parametrize("over", [(17, 0), (23, 0)])
def test_a_notice_is_refused_once_the_session_is_over(coordinator, group, clock, over):
    """Its last minute is that before noon in New York."""
    late = f"{WEEK}/attendance/{group}/ana/late"
    clock(datetime(2026, 11, 30, 16, 59, tzinfo=UTC))
    assert coordinator.put(late, json={"minutes": 20}).status_code == 200
    clock(datetime(2026, 11, 30, *over, tzinfo=UTC))
    assert coordinator.put(late, json={"minutes": 20}, headers={"If-Match": '"1"'}).status_code == 409


@pytest.mark.parametrize(("minutes", "is_refused"), [(0, True), (1, False), (240, False), (241, True)])
def test_the_minutes_are_from_one_to_four_hours(minutes, is_refused):
    """Those of a page's form, which no model has checked; what is asked next says that they are right."""
    recorder, row = SimpleNamespace(now=EARLY), SimpleNamespace(end=EARLY)
    with pytest.raises(Problem, match="^bad_reference: minutes: write 1 to 240" if is_refused else "^wrong_state"):
        note_late(cast(Recorder, recorder), cast(PublishedSessionRow, row), "ana", minutes, None)


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
    changed = desk.put(f"{WEEK}/attendance/{number}/ana/late", json={"minutes": 5}, headers={"If-Match": '"1"'})
    assert changed.json()["session"] == number
    assert notices(coordinator) == [(group, "ana", 5)]


@pytest.mark.parametrize("sort", ["session", "-session", "changed_at", "-created_at"])
@pytest.mark.parametrize("of", ["late-notices", "attendance"])
def test_where_a_page_ends_shows_the_front_desk_no_service(coordinator, group, signed_in, of, sort):
    """A session is named by its number there, too, and the next page begins after it."""
    desk = signed_in("front_desk")
    for person in ("ana", "ben"):
        at = f"{WEEK}/attendance/{group}/{person}"
        coordinator.put(at, json={"status": "excused"}) if of == "attendance" else coordinator.put(f"{at}/late", json={"minutes": 20})
    people = [entry["participant"] for entry in coordinator.get(f"{WEEK}/{of}", params={"sort": sort}).json()["items"]]
    first = desk.get(f"{WEEK}/{of}", params={"sort": sort, "limit": 1}).json()
    assert first["items"][0]["session"] in first["next"]
    assert group not in first["next"]
    rest = desk.get(f"{WEEK}/{of}", params={"sort": sort, "after": first["next"]}).json()
    assert [entry["participant"] for entry in (*first["items"], *rest["items"])] == people
    assert rest["next"] is None
