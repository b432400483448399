"""Offers to people who wait, through the API: held for one, released, declined, accepted into a draft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow, GroupRow
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK
from tests.build import participant

V1 = f"/v1/programs/{PROGRAM}"
OFFERS = f"{V1}/offers"
NOW = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
"""Monday at six, before the week has begun."""
ORDER = {"minutes": {"floor": 180, "target": 360, "ceiling": 600}, "services": [{"service": "process", "per_week": 2}]}
SEAT = {"group": "g1", "service": "process", "day": "mon", "start": "09:00", "end": "12:00"}


@pytest.fixture
def waiting(published, clock, coordinator):
    """Dee and Eve wait."""
    clock(NOW)
    for id in ("dee", "eve"):
        assert coordinator.post(f"{V1}/participants", json=participant(id, status="waiting", order=ORDER)).status_code == 201
    return coordinator


def offer(who: str = "dee", hours: int = 30, **more: Any) -> dict[str, Any]:
    return {"participant": who, "places": [SEAT], "until": (NOW + timedelta(hours=hours)).isoformat()} | more


def hold(client, *, status: int = 201, **fields: Any) -> dict[str, Any]:
    answer = client.post(OFFERS, json=offer(**fields))
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(client) -> list[str]:
    return [one["id"] for one in client.get(OFFERS).json()["items"]]


class TestHeld:
    def test_an_offer_is_listed_until_it_ends(self, waiting, clock):
        later, sooner = hold(waiting), hold(waiting, who="eve", hours=20)
        assert (later["first"], later["places"][0]["group"], later["until"]) == (str(MONDAY), "g1", "2026-12-01T17:00:00Z")
        assert ids(waiting) == [sooner["id"], later["id"]], "the one that ends first on top"
        first = waiting.get(OFFERS, params={"limit": 1, "total": "true"}).json()
        assert (first["total"], waiting.get(OFFERS, params={"limit": 1, "after": first["next"]}).json()["items"]) == (2, [later])
        clock(NOW + timedelta(hours=20))
        assert ids(waiting) == [later["id"]]

    def test_what_cannot_be_held(self, waiting):
        for fields, status, code in (
            ({"who": "ana"}, 409, "wrong_state"),
            ({"who": "zoe"}, 404, "not_found"),
            ({"hours": 0}, 400, "bad_reference"),
            ({"hours": 14 * 24 + 1}, 400, "bad_reference"),
            ({"places": [SEAT | {"group": "g9"}]}, 412, "changed_meanwhile"),
            ({"places": []}, 422, "wrong_shape"),
        ):
            assert hold(waiting, status=status, **fields)["code"] == code
        assert ids(waiting) == []
        hold(waiting, hours=14 * 24)

    def test_one_person_is_offered_one_schedule_and_one_seat_is_held_once(self, waiting, store):
        with store.writing() as session:
            for row in session.scalars(select(GroupRow)):
                row.document = row.document | {"maximum": 4}
        first = hold(waiting)
        assert hold(waiting, status=409)["code"] == "exists"
        assert hold(waiting, status=412, who="eve")["code"] == "changed_meanwhile"
        assert waiting.post(f"{OFFERS}/{first['id']}/release").json() == first
        hold(waiting, who="eve")

    def test_nothing_is_held_where_no_week_is_published(self, program, coordinator, clock):
        clock(NOW)
        coordinator.post(f"{V1}/participants", json=participant("dee", status="waiting"))
        assert hold(coordinator, status=409)["code"] == "wrong_state"


class TestFound:
    def test_who_could_move_for_them_is_named(self, waiting, store):
        with store.writing() as session:
            for row in session.scalars(select(GroupRow)):
                row.document = row.document | {"maximum": 3}
        path = f"{OFFERS}/schedules/dee"
        assert all(not one["moved"] and one["missing"] for one in waiting.get(path).json()["items"])
        best = waiting.get(path, params={"moves": 2}).json()["items"][0]
        assert [len(one["changes"]) > 0 for one in best["moved"]] == [True] * len(best["moved"])
        assert 0 < len(best["moved"]) <= 2
        answer = waiting.get(path, params={"moves": 4})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")
        assert "at most 3 others can move" in answer.text
        assert waiting.get(path, params={"moves": 6}).status_code == 422


class TestAnswered:
    def test_accepted_into_a_draft_of_the_published_week(self, waiting, store):
        held = hold(waiting)
        accepted = waiting.post(f"{OFFERS}/{held['id']}/accept").json()
        assert (accepted["participant"], accepted["monday"]) == ("dee", str(MONDAY))
        roster = waiting.get(f"{WEEK}/rosters/{accepted['roster']}").json()["roster"]
        assert [s["group"] for s in roster["sessions"] for b in s["bookings"] if b["participant"] == "dee"] == ["g1"]
        person = waiting.get(f"{V1}/participants/dee").json()
        assert (person["status"], person["admitted"]) == ("cleared", str(MONDAY))
        assert waiting.post(f"{OFFERS}/{held['id']}/accept").status_code == 409
        with store.reading() as session:
            acts = {row.action: row.target for row in session.scalars(select(AuditEntryRow)) if row.action.startswith("offer.")}
        assert "participant=dee" in acts["offer.hold"]
        assert "participant=dee" in acts["offer.accept"]

    def test_released_the_participant_goes_on_waiting_and_declined_no_longer(self, waiting):
        for act, archived in (("release", False), ("decline", True)):
            held = hold(waiting)
            assert waiting.post(f"{OFFERS}/{held['id']}/{act}").json() == held
            assert ids(waiting) == []
            everyone = waiting.get(f"{V1}/participants", params={"include_archived": True}).json()["items"]
            assert next(one["archived_at"] is not None for one in everyone if one["document"]["id"] == "dee") is archived
