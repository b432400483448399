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

    def test_minutes_missed_are_taken_off(self, coordinator):
        """180 minutes from 9:00 to 12:00; each entry corrects the one before."""
        entries = [
            ({"status": "late", "minutes_late": 20}, (160, 20, None)),
            ({"status": "left_early", "minutes_early": 180}, (0, None, 180)),
            ({"status": "late", "minutes_late": 20, "minutes_early": 10}, (150, 20, 10)),
            ({"status": "late", "minutes_late": 20, "minutes": 180}, (180, 20, None)),
            ({"status": "late", "joined_at": "2026-11-30T09:10:59-05:00"}, (170, 10, None)),
            ({"status": "late", "joined_at": "2026-11-30T08:50:00-05:00"}, (180, 0, None)),
            ({"status": "left_early", "left_at": "2026-11-30T11:30:00-05:00"}, (150, None, 30)),
            ({"status": "late", "minutes_late": 5, "joined_at": "2026-11-30T09:10:00-05:00"}, (175, 5, None)),
            ({"status": "attended", "joined_at": "2026-11-30T09:01:00-05:00", "left_at": "2026-11-30T12:00:00-05:00"}, (180, None, None)),
        ]
        for n, (entry, shown) in enumerate(entries):
            answer = record(coordinator, G1, "ana", f'"{n}"' if n else None, **entry).json()
            assert (answer["minutes"], answer["minutes_late"], answer["minutes_early"]) == shown
            for name in ("joined_at", "left_at"):
                assert (answer[name] is None) == (name not in entry)

    def test_minutes_and_times_that_make_no_sense_are_refused(self, coordinator):
        entries = [
            ({"status": "late", "minutes_late": 100, "minutes_early": 81}, 400),
            ({"status": "late", "joined_at": "2026-11-30T12:00:00-05:00"}, 400),
            ({"status": "left_early", "left_at": "2026-11-30T09:00:00-05:00"}, 400),
            ({"status": "attended", "minutes_late": 1}, 422),
            ({"status": "no_show", "joined_at": "2026-11-30T09:10:00-05:00"}, 422),
            ({"status": "excused", "is_walk_in": True}, 422),
            ({"status": "late", "joined_at": "2026-11-30T10:00:00-05:00", "left_at": "2026-11-30T10:00:00-05:00"}, 422),
            ({"status": "late", "joined_at": "2026-11-30T10:00:00"}, 422),
        ]
        assert [record(coordinator, G1, "ana", **entry).status_code for entry, _ in entries] == [status for _, status in entries]

    def test_all_minutes_of_a_session_may_be_missed_but_no_more(self, coordinator):
        assert record(coordinator, G1, "ana", status="late", minutes_late=100, minutes_early=80).json()["minutes"] == 0

    def test_who_walks_in_is_in_the_program_and_not_booked(self, coordinator):
        assert record(coordinator, ANA, "ben", status="late", minutes_late=10, is_walk_in=True).json()["minutes"] == 40
        assert record(coordinator, ANA, "ben", '"1"', status="attended").status_code == 404
        assert record(coordinator, ANA, "ben", '"1"', status="attended", is_walk_in=True).json()["is_walk_in"] is True
        assert record(coordinator, ANA, "zoe", status="attended", is_walk_in=True).status_code == 404
        assert record(coordinator, G1, "ana", status="attended", is_walk_in=True).status_code == 400
        items = [{"session": G1, "participant": "ben", "status": "attended"}, {"session": ANA, "participant": "cid", "status": "attended"}]
        assert coordinator.post(ATTENDANCE, json={"items": items}).status_code == 404
        assert coordinator.post(ATTENDANCE, json={"items": [items[0], items[1] | {"is_walk_in": True}]}).status_code == 200
        minutes = {e["participant"]: e["delivered"] for e in coordinator.get(f"{WEEK}/minutes").json()["items"]}
        assert minutes["ben"] == {"minutes": 230, "sessions": 2, "service_days": 1}
        assert minutes["cid"] == {"minutes": 50, "sessions": 1, "service_days": 1}
        assert coordinator.delete(f"{ATTENDANCE}/{ANA}/cid", headers={"If-Match": '"1"'}).status_code == 204

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
        assert coordinator.put(address, json={"status": "no_show"}).status_code == 200, "the first one needs no header"

    def test_a_mark_that_was_corrected_or_deleted_is_kept_as_it_was(self, coordinator, clock):
        former = f"{ATTENDANCE}/{G1}/ana/former"
        first = record(coordinator, G1, "ana", status="late", minutes_late=20).json()
        assert coordinator.get(former).json()["items"] == []
        clock(at("mon", "14:00"))
        record(coordinator, G1, "ana", '"1"', status="no_show")
        clock(at("mon", "15:00"))
        assert coordinator.delete(f"{ATTENDANCE}/{G1}/ana", headers={"If-Match": '"2"'}).status_code == 204
        record(coordinator, G1, "ana", status="attended")
        latest, oldest = coordinator.get(former).json()["items"]
        assert (latest["status"], latest["marked_at"], latest["replaced_at"]) == ("no_show", "2026-11-30T19:00:00Z", "2026-11-30T20:00:00Z")
        mark = {name: value for name, value in first.items() if name not in ("version", "changed_at", "changed_by")}
        assert {name: oldest[name] for name in mark} == mark
        assert (oldest["marked_at"], oldest["marked_by"]) == ("2026-11-30T18:30:00Z", first["changed_by"])
        assert (oldest["replaced_at"], oldest["replaced_by"]) == ("2026-11-30T19:00:00Z", first["changed_by"])
        assert coordinator.get(f"{ATTENDANCE}/{G1}/ben/former").json() == {"items": [], "next": None, "total": None}
        assert coordinator.get(f"{ATTENDANCE}/g.g3.2026-11-30/ana/former").status_code == 404


@pytest.mark.usefixtures("monday")
class TestSeveral:
    def test_a_sheet_is_recorded_at_once_and_listed_in_pages(self, coordinator):
        items = [{"session": G1, "participant": p, "status": "attended"} for p in ("ana", "ben", "cid")]
        assert [e["minutes"] for e in coordinator.post(ATTENDANCE, json={"items": items}).json()["items"]] == [180, 180, 180]
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
        assert [(i["path"], i["code"]) for i in answer.json()["issues"]] == [
            ("items[1]", "changed_meanwhile"), ("items[2]", "not_found"), ("items[2].is_walk_in", "not_found"),
        ]  # fmt: skip
        assert len(coordinator.get(ATTENDANCE).json()["items"]) == 1

    def test_a_correction_names_its_version(self, coordinator):
        record(coordinator, G1, "ana", status="attended")
        item = {"session": G1, "participant": "ana", "status": "excused", "version": 1}
        assert coordinator.post(ATTENDANCE, json={"items": [item]}).json()["items"][0]["version"] == 2
        assert coordinator.post(ATTENDANCE, json={"items": [item]}).status_code == 412


@pytest.mark.usefixtures("monday")
class TestWhose:
    def test_clinicians_record_for_their_own_sessions_only(self, signed_in, coordinator):
        dan = signed_in("clinician", "dan")
        assert record(dan, ANA, "ana", status="attended").status_code == 200
        assert record(dan, G1, "ana", status="attended").status_code == 404
        record(coordinator, G1, "ana", status="attended")
        assert [e["session"] for e in dan.get(ATTENDANCE).json()["items"]] == [ANA]
        assert dan.get(f"{ATTENDANCE}/{G1}/ana/former").status_code == 404

    def test_the_front_desk_records_by_its_own_numbers_and_learns_no_service(self, signed_in, coordinator, store):
        desk = signed_in("front_desk")
        number = desk.get(f"{WEEK}/published/desk").json()["sessions"][1]["id"]
        answer = record(desk, number, "ana", status="attended")
        assert (answer.status_code, answer.json()["session"], answer.json()["minutes"]) == (200, number, 50)
        assert [e["session"] for e in desk.get(ATTENDANCE).json()["items"]] == [number]
        assert coordinator.get(ATTENDANCE).json()["items"][0]["session"] == ANA
        with store.reading() as session:
            entry = session.scalar(select(AuditEntryRow).where(AuditEntryRow.action == "attendance.record"))
        assert f"of={ANA}" in entry.target
