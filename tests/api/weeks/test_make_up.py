"""Who missed sessions of a published week and is short of minutes for it, with attendance as marked so far."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.api.weeks.small import WEEK

G1, G2 = "g.g1.2026-11-30", "g.g2.2026-11-30"
TUESDAY = datetime(2026, 12, 1, 19, 0, tzinfo=UTC)


def mark(client, session: str, person: str, **more) -> None:
    answer = client.post(f"{WEEK}/attendance", json={"items": [{"session": session, "participant": person} | more]})
    assert answer.status_code == 200, answer.text


def test_who_did_not_come_is_short_of_the_minutes(published, coordinator, clock):
    clock(TUESDAY)
    assert coordinator.get(f"{WEEK}/make-up").json()["people"] == []
    mark(coordinator, G1, "ana", status="no_show")
    mark(coordinator, G1, "ben", status="late", minutes=100)
    (ana,) = coordinator.get(f"{WEEK}/make-up").json()["people"]
    assert (ana["participant"], ana["floor"], ana["minutes"]) == ("ana", 360, 230)
    assert [one["missed"] for one in ana["make_ups"]] == [G1]


def test_a_walk_in_has_the_minutes(published, coordinator, clock):
    """Dee came to the group of Tuesday without being booked; of herself, nothing is missed."""
    clock(TUESDAY)
    person = coordinator.get("/v1/programs/north/participants/ana").json() | {"id": "dee"}
    assert coordinator.post("/v1/programs/north/participants", json=person).status_code == 201
    mark(coordinator, G2, "dee", status="attended", is_walk_in=True)
    assert coordinator.get(f"{WEEK}/make-up").json()["people"] == []


def test_without_a_published_week_nothing_was_missed(program, coordinator):
    answer = coordinator.get(f"{WEEK}/make-up")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
