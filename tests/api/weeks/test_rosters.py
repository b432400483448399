"""Rosters are listed, read, brought in and deleted."""

import pytest

from tests.api.weeks.small import WEEK, as_json, good_roster
from tests.build import meet, run


class TestImport:
    def test_a_legal_roster_is_a_draft_without_violations(self, draft):
        assert (draft["state"], draft["origin"], draft["number"], draft["violations"]) == ("draft", "imported", 1, 0)
        assert draft["verdict"]["is_legal"]

    def test_what_it_breaks_is_counted_and_told(self, coordinator):
        double = good_roster(run("g3", "wed", "09:00", ("ana",), room="r2"), meet("ana", "wed", "10:00", ordinal=2))
        answer = coordinator.post(f"{WEEK}/rosters", json=as_json(double))
        assert answer.status_code == 201
        found = answer.json()
        assert found["violations"] == len(found["verdict"]["violations"]) > 0
        conflict = next(v for v in found["verdict"]["violations"] if v["rule"] == "participant_conflict")
        assert conflict["about"][0] == "ana"
        assert sorted(conflict["sessions"]) == ["a.ana.individual.2026-11-30.2", "g.g3.2026-11-30"]

    def test_sessions_get_the_ids_that_belong_to_them(self, coordinator):
        body = as_json(good_roster())
        for number, session in enumerate(body["sessions"]):
            session["id"] = f"s{number}"
        found = coordinator.post(f"{WEEK}/rosters", json=body).json()
        assert {s["id"] for s in found["roster"]["sessions"]} == {s.id for s in good_roster().sessions}

    def test_unknown_ids_are_refused_and_each_is_told(self, coordinator):
        body = as_json(good_roster())
        body["sessions"][0]["room"] = "r9"
        body["sessions"][1]["facilitators"] = ["nobody"]
        answer = coordinator.post(f"{WEEK}/rosters", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")
        assert len(answer.json()["issues"]) == 2

    def test_an_appointment_of_nobody_is_refused_at_its_place(self, coordinator):
        body = as_json(good_roster())
        body["sessions"][4]["bookings"] = []
        answer = coordinator.post(f"{WEEK}/rosters", json=body)
        assert answer.status_code == 400
        assert "sessions[4].bookings" in [issue["path"] for issue in answer.json()["issues"]]

    def test_a_roster_of_another_week_is_refused(self, coordinator):
        answer = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster()) | {"monday": "2026-12-07"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")

    @pytest.mark.parametrize("start", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-12-20T09:00:00Z"])
    def test_times_far_from_the_week_are_refused_at_their_place(self, coordinator, start):
        body = as_json(good_roster())
        body["sessions"][0]["start"] = start
        answer = coordinator.post(f"{WEEK}/rosters", json=body)
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, "sessions[0].start")

    def test_times_are_kept_to_the_minute_in_the_programs_zone(self, coordinator):
        body = as_json(good_roster()) | {"zone": "Etc/UTC"}
        body["sessions"][0] |= {"start": "2026-11-30T14:00:07Z", "end": "2026-11-30T17:00:59Z"}
        found = coordinator.post(f"{WEEK}/rosters", json=body).json()["roster"]
        assert (found["zone"], found["sessions"][0]["start"]) == ("America/New_York", "2026-11-30T09:00:00-05:00")
        assert found["sessions"][0]["end"] == "2026-11-30T12:00:00-05:00"

    def test_wrong_shapes_are_told_with_their_paths(self, coordinator):
        body = as_json(good_roster())
        body["sessions"][0]["start"] = "nine"
        answer = coordinator.post(f"{WEEK}/rosters", json=body)
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (422, "sessions[0].start")


class TestReading:
    def test_the_list_is_paged_in_order_of_numbers(self, coordinator):
        for _ in range(3):
            coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster()))
        first = coordinator.get(f"{WEEK}/rosters?limit=2").json()
        second = coordinator.get(f"{WEEK}/rosters?limit=2&after={first['next']}").json()
        assert [len(page["items"]) for page in (first, second)] == [2, 1]
        assert [r["number"] for r in first["items"] + second["items"]] == [1, 2, 3]
        assert second["next"] is None

    def test_a_roster_is_read_with_verdict_and_etag(self, coordinator, draft):
        answer = coordinator.get(f"{WEEK}/rosters/{draft['id']}")
        assert answer.headers["ETag"] == '"1"'
        assert answer.json()["roster"] == draft["roster"]
        assert answer.json()["verdict"]["by_rule"] == draft["verdict"]["by_rule"]

    def test_its_instance_is_the_week_it_was_judged_by(self, coordinator, draft):
        found = coordinator.get(f"{WEEK}/rosters/{draft['id']}/instance").json()
        assert found["monday"] == "2026-11-30"
        assert [p["id"] for p in found["participants"]] == ["ana", "ben", "cid"]

    def test_a_roster_made_by_hand_has_no_result(self, coordinator, draft):
        assert coordinator.get(f"{WEEK}/rosters/{draft['id']}/result").status_code == 404

    def test_another_weeks_roster_is_not_found_here(self, coordinator, draft):
        other = WEEK.replace("2026-11-30", "2026-12-07")
        assert coordinator.get(f"{other}/rosters/{draft['id']}").status_code == 404

    def test_an_unknown_program_is_not_found(self, admin):
        assert admin.get("/v1/programs/south/weeks/2026-11-30/rosters").status_code == 404


class TestDeleting:
    def test_a_draft_is_deleted_with_its_etag_only(self, coordinator, draft):
        address = f"{WEEK}/rosters/{draft['id']}"
        assert coordinator.delete(address).status_code == 428
        assert coordinator.delete(address, headers={"If-Match": '"7"'}).status_code == 412
        assert coordinator.delete(address, headers={"If-Match": '"1"'}).status_code == 204
        assert coordinator.get(address).status_code == 404

    def test_what_was_published_stays(self, coordinator, published):
        answer = coordinator.delete(f"{WEEK}/rosters/{published['id']}", headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
