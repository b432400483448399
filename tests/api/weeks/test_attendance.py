"""Attendance: for sessions that have begun, by those whose sessions they are, each entry by its version."""

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from tests.api.weeks.small import WEEK
from tests.build import at

G1, ANA = "g.g1.2026-11-30", "a.ana.individual.2026-11-30.1"
ATTENDANCE = f"{WEEK}/attendance"


def record(client, session, participant, match=None, **body):
    headers = {"If-None-Match": "*"} if match is None else {"If-Match": match}
    return client.put(f"{ATTENDANCE}/{session}/{participant}", json=body, headers=headers)


@pytest.fixture
def monday(published, clock):
    """Monday, 13:30: the group is over, Ana's session has begun."""
    clock(at("mon", "13:30"))


@pytest.mark.usefixtures("monday")
class TestRecording:
    @pytest.mark.parametrize(
        ("status", "minutes", "kept"),
        [
            ("attended", None, 180), ("attended", 150, 150), ("late", 165, 165), ("left_early", 60, 60), ("excused", None, 0),
            ("no_show", None, 0), ("cancelled", None, 0),
        ],
    )  # fmt: skip
    def test_minutes_follow_from_status_and_session(self, coordinator, status, minutes, kept):
        answer = record(coordinator, G1, "ana", status=status, **({} if minutes is None else {"minutes": minutes}))
        assert (answer.status_code, answer.json()["minutes"], answer.headers["ETag"]) == (200, kept, '"1"')

    def test_minutes_that_do_not_fit_are_refused(self, coordinator):
        assert record(coordinator, G1, "ana", status="attended", minutes=181).status_code == 400
        assert record(coordinator, G1, "ana", status="late").status_code == 400
        assert record(coordinator, G1, "ana", status="no_show", minutes=1).status_code == 422

    def test_only_what_has_begun_is_recorded_but_an_excuse_may_come_ahead(self, coordinator):
        answer = record(coordinator, "g.g2.2026-11-30", "ana", status="attended")
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        assert record(coordinator, "g.g2.2026-11-30", "ana", status="excused").status_code == 200
        assert record(coordinator, ANA, "ana", status="attended").status_code == 200

    def test_only_those_booked_in_published_sessions_are_recorded(self, coordinator):
        assert record(coordinator, ANA, "ben", status="attended").status_code == 404
        assert record(coordinator, "g.g3.2026-11-30", "ana", status="attended").status_code == 404

    def test_a_first_entry_says_so_and_a_correction_what_it_corrects(self, coordinator):
        address = f"{ATTENDANCE}/{G1}/ana"
        assert coordinator.put(address, json={"status": "attended"}).status_code == 428
        assert record(coordinator, G1, "ana", '"1"', status="attended").status_code == 412
        assert record(coordinator, G1, "ana", status="attended").status_code == 200
        assert record(coordinator, G1, "ana", status="no_show").status_code == 412
        assert coordinator.put(address, json={"status": "no_show"}).status_code == 428
        corrected = record(coordinator, G1, "ana", '"1"', status="no_show")
        assert (corrected.json()["minutes"], corrected.headers["ETag"]) == (0, '"2"')

    def test_an_entry_made_by_mistake_is_taken_back(self, coordinator):
        record(coordinator, G1, "ana", status="attended")
        address = f"{ATTENDANCE}/{G1}/ana"
        assert coordinator.delete(address).status_code == 428
        assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 204
        assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 404


@pytest.mark.usefixtures("monday")
class TestSeveral:
    def test_a_sheet_is_recorded_at_once_and_listed_in_pages(self, coordinator):
        items = [{"session": G1, "participant": p, "status": "attended"} for p in ("ana", "ben", "cid")]
        assert [e["minutes"] for e in coordinator.post(ATTENDANCE, json={"items": items}).json()] == [180, 180, 180]
        first = coordinator.get(f"{ATTENDANCE}?limit=2").json()
        second = coordinator.get(ATTENDANCE, params={"limit": 2, "after": first["next"]}).json()
        assert [e["participant"] for e in first["items"] + second["items"]] == ["ana", "ben", "cid"]

    def test_one_wrong_entry_and_nothing_is_recorded(self, coordinator):
        record(coordinator, G1, "ana", status="attended")
        items = [
            {"session": G1, "participant": "ben", "status": "attended"},
            {"session": G1, "participant": "ana", "status": "no_show"},
            {"session": G1, "participant": "zoe", "status": "attended"},
        ]
        answer = coordinator.post(ATTENDANCE, json={"items": items})
        assert answer.status_code == 409
        assert [(i["path"], i["code"]) for i in answer.json()["issues"]] == [("items[1]", "changed_meanwhile"), ("items[2]", "not_found")]
        assert len(coordinator.get(ATTENDANCE).json()["items"]) == 1

    def test_a_correction_names_its_version(self, coordinator):
        record(coordinator, G1, "ana", status="attended")
        item = {"session": G1, "participant": "ana", "status": "excused", "version": 1}
        assert coordinator.post(ATTENDANCE, json={"items": [item]}).json()[0]["version"] == 2
        assert coordinator.post(ATTENDANCE, json={"items": [item]}).status_code == 412


@pytest.mark.usefixtures("monday")
class TestWhose:
    def test_clinicians_record_for_their_own_sessions_only(self, signed_in, coordinator):
        dan = signed_in("clinician", "dan")
        assert record(dan, ANA, "ana", status="attended").status_code == 200
        assert record(dan, G1, "ana", status="attended").status_code == 404
        record(coordinator, G1, "ana", status="attended")
        assert [e["session"] for e in dan.get(ATTENDANCE).json()["items"]] == [ANA]

    def test_the_front_desk_records_by_its_own_numbers_and_learns_no_service(self, signed_in, coordinator, store):
        desk = signed_in("front_desk")
        number = desk.get(f"{WEEK}/published/desk").json()["sessions"][1]["session"]
        answer = record(desk, number, "ana", status="attended")
        assert (answer.status_code, answer.json()["session"], answer.json()["minutes"]) == (200, number, 50)
        assert [e["session"] for e in desk.get(ATTENDANCE).json()["items"]] == [number]
        assert coordinator.get(ATTENDANCE).json()["items"][0]["session"] == ANA
        with store.reading() as session:
            entry = session.scalar(select(AuditEntryRow).where(AuditEntryRow.action == "attendance.record"))
        assert f"of={ANA}" in entry.target
