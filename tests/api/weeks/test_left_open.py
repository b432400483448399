"""What a published week leaves open, over HTTP: who waits for it, and what to open next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduler.offers import Openings, WaitingList
from tests.api.weeks.small import PROGRAM, WEEK
from tests.api.weeks.test_offers import NOW, ORDER, hold
from tests.build import participant

PEOPLE = f"/v1/programs/{PROGRAM}/participants"


def test_who_waits_is_listed_with_free_seats_and_a_held_one_is_not_free(published, clock, coordinator):
    clock(NOW)
    for id in ("dee", "eve"):
        assert coordinator.post(PEOPLE, json=participant(id, status="waiting", order=ORDER)).status_code == 201
    free = WaitingList.model_validate_json(coordinator.get(f"{WEEK}/waiting").content)
    assert [one.participant for one in free.people] == ["dee", "eve"]
    (dee, _) = free.people
    assert (dee.first, [seat.group for seat in dee.seats]) == (datetime(2026, 11, 30, tzinfo=UTC).date(), ["g1", "g2"])
    hold(coordinator)
    (_, eve) = WaitingList.model_validate_json(coordinator.get(f"{WEEK}/waiting").content).people
    assert sum(seat.free for seat in eve.seats) == sum(seat.free for seat in dee.seats) - 1
    clock(NOW + timedelta(hours=31))
    again = WaitingList.model_validate_json(coordinator.get(f"{WEEK}/waiting").content)
    assert [one.seats for one in again.people] == [one.seats for one in free.people], "a held offer that has ended holds nothing"


def test_what_to_open_next_is_solved(published, clock, coordinator):
    clock(NOW)
    coordinator.post(PEOPLE, json=participant("dee", status="waiting", order=ORDER))
    answer = coordinator.get(f"{WEEK}/openings")
    assert answer.status_code == 200, answer.text
    openings = Openings.model_validate_json(answer.content)
    assert (openings.waiting, openings.start_now, openings.lines[1]) == (1, ("dee",), "Could begin now: dee")


def test_without_a_published_week_there_is_nothing_to_ask(program, coordinator):
    assert [coordinator.get(f"{WEEK}/{path}").json()["code"] for path in ("waiting", "openings")] == ["wrong_state"] * 2
