"""Outreach after a missed session: added, never changed; by those whose sessions they are."""

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from tests.api.weeks.small import WEEK
from tests.api.weeks.test_attendance import ANA, ATTENDANCE, G1, record
from tests.build import at

OUTREACH = f"{WEEK}/outreach"


def reach(client, session, participant, result, **more):
    return client.post(f"{ATTENDANCE}/{session}/{participant}/outreach", json={"result": result, **more})


@pytest.fixture
def monday(published, clock, coordinator):
    """Monday, 13:30: Ana missed the group, Ben excused himself, Cid came."""
    clock(at("mon", "13:30"))
    for participant, status in (("ana", "no_show"), ("ben", "excused"), ("cid", "attended")):
        assert record(coordinator, G1, participant, status=status).status_code == 200


@pytest.mark.usefixtures("monday")
class TestOutreach:
    def test_attempts_are_listed_in_order(self, coordinator, clock):
        first = reach(coordinator, G1, "ana", "not_reached")
        assert first.status_code == 201, first.text
        clock(at("mon", "14:00"))
        assert reach(coordinator, G1, "ana", "reached", reason="transport").status_code == 201
        clock(at("mon", "14:01"))
        reach(coordinator, G1, "ben", "left_message")
        items = coordinator.get(OUTREACH).json()["items"]
        second = items[1]
        assert items[0] == first.json() | {"at": "2026-11-30T18:30:00Z"}
        assert [(e["participant"], e["result"], e["reason"]) for e in items] == [
            ("ana", "not_reached", None), ("ana", "reached", "transport"), ("ben", "left_message", None),
        ]  # fmt: skip
        assert (second["session"], second["at"]) == (G1, "2026-11-30T19:00:00Z")
        assert second["by"].startswith("key:")
        start = coordinator.get(OUTREACH, params={"limit": 1, "total": "true"}).json()
        page = coordinator.get(OUTREACH, params={"limit": 1, "after": start["next"]}).json()
        assert (start["total"], page["items"]) == (3, [second])
        since = coordinator.get(OUTREACH, params={"changed_since": second["at"], "sort": "-changed_at"}).json()
        assert [e["at"] for e in since["items"]] == ["2026-11-30T19:01:00Z", second["at"]]

    def test_only_who_missed_a_session_is_called_about_it(self, coordinator):
        for session, participant in ((G1, "cid"), (ANA, "ana"), (G1, "zoe")):
            answer = reach(coordinator, session, participant, "reached")
            assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        assert reach(coordinator, "g.g9.2026-11-30", "ana", "reached").status_code == 404

    def test_a_result_and_a_reason_are_codes(self, coordinator):
        assert reach(coordinator, G1, "ana", "called").status_code == 422
        assert reach(coordinator, G1, "ana", "reached", reason="the car broke down").status_code == 422

    def test_clinicians_see_and_record_those_of_their_own_sessions(self, coordinator, signed_in):
        record(coordinator, ANA, "ana", status="no_show")
        reach(coordinator, G1, "ana", "not_reached")
        dan = signed_in("clinician", "dan")
        assert reach(dan, G1, "ana", "reached").status_code == 404
        assert reach(dan, ANA, "ana", "reached").status_code == 201
        assert [e["session"] for e in dan.get(OUTREACH).json()["items"]] == [ANA]

    def test_the_front_desk_sees_numbers_and_the_audit_trail_no_content(self, coordinator, signed_in, store):
        desk = signed_in("front_desk")
        number = desk.get(f"{WEEK}/published/desk").json()["sessions"][0]["id"]
        answer = reach(desk, number, "ana", "left_message", reason="transport")
        assert (answer.status_code, answer.json()["session"]) == (201, number)
        assert [e["session"] for e in desk.get(OUTREACH).json()["items"]] == [number]
        with store.reading() as session:
            entry = session.scalar(select(AuditEntryRow).where(AuditEntryRow.action == "outreach.record"))
        assert "participant=ana" in entry.target
        assert "transport" not in entry.target
