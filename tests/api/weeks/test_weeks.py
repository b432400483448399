"""Weeks: found by their Monday, changed by whoever saw them last."""

from typing import get_args

import pytest

from api.security.access import Permission
from tests.api.weeks.small import WEEK

WEEKS = "/v1/programs/north/weeks"
EXCEPTION = {"sentence": "g1 keeps one place free", "change": {"groups": {"g1": {"reserve": 1}}}}


class TestReading:
    def test_every_monday_has_a_week_with_default_settings(self, coordinator):
        answer = coordinator.get(WEEK)
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
        empty = {"weights": {}, "groups": {}, "released": [], "exceptions": [], "disruptions": [], "moves": []}
        assert answer.json()["settings"] == {"mode": None, "seed": None} | empty
        assert (answer.json()["published"], answer.json()["drafts"]) == (None, 0)

    @pytest.mark.parametrize("day", ["2026-12-01", "1999-12-27", "9999-12-27", "2026-13-01", "monday"])
    def test_anything_but_a_monday_of_these_centuries_has_the_wrong_shape(self, coordinator, day):
        answer = coordinator.get(f"{WEEKS}/{day}")
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (422, "path.monday")

    def test_the_list_has_worked_on_weeks_the_latest_first(self, coordinator, published):
        for monday in ("2026-12-07", "2026-12-14"):
            coordinator.put(f"{WEEKS}/{monday}", json={"mode": "hold"}, headers={"If-Match": '"1"'})
        first = coordinator.get(f"{WEEKS}?limit=2").json()
        assert [(w["monday"], w["published"]) for w in first["items"]] == [("2026-12-14", None), ("2026-12-07", None)]
        second = coordinator.get(f"{WEEKS}?limit=2&after={first['next']}").json()
        assert [(w["monday"], w["published"], w["drafts"]) for w in second["items"]] == [("2026-11-30", published["id"], 0)]
        assert second["next"] is None

    def test_a_page_after_what_is_no_date_has_the_wrong_shape(self, coordinator):
        assert coordinator.get(f"{WEEKS}?after=soon").status_code == 422


class TestChanging:
    def test_settings_are_replaced_by_whoever_saw_them_last(self, coordinator):
        body = {"weights": {"trips": 3}, "groups": {"g1": {"is_off": True}}}
        assert coordinator.put(WEEK, json=body).status_code == 428
        answer = coordinator.put(WEEK, json=body, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert coordinator.put(WEEK, json={}, headers={"If-Match": '"1"'}).status_code == 412
        assert coordinator.get(WEEK).json()["settings"]["weights"] == {"trips": 3}

    def test_a_patch_changes_what_it_names(self, coordinator):
        body = {"mode": "rebuild", "weights": {"trips": 3, "day_spread": 0}, "groups": {"g1": {"is_off": True}}}
        coordinator.put(WEEK, json=body, headers={"If-Match": '"1"'})
        patch = {"weights": {"trips": None, "idle_gap": 9}, "groups": {"g2": {"minimum": 2}}, "exceptions": [EXCEPTION]}
        found = coordinator.patch(WEEK, json=patch, headers={"If-Match": '"2"'}).json()["settings"]
        assert (found["mode"], found["weights"], sorted(found["groups"])) == ("rebuild", {"day_spread": 0, "idle_gap": 9}, ["g1", "g2"])
        assert found["exceptions"] == [EXCEPTION]
        found = coordinator.patch(WEEK, json={"mode": None}, headers={"If-Match": '"3"'}).json()["settings"]
        assert (found["mode"], found["exceptions"]) == (None, [EXCEPTION])

    def test_what_does_not_exist_is_refused_at_its_path(self, coordinator):
        body = {
            "groups": {"g9": {}},
            "weights": {"room_conflict": 1, "trips": -1},
            "released": [{"participant": "zoe", "group": "g1"}, {"participant": "ana", "service": "none"}],
            "exceptions": [
                {"change": {"groups": {"g1": {"reserve": 1}, "g9": {}}, "participants": {"ana": {"may_wait_longer": "perhaps"}}}}
            ],
        }
        answer = coordinator.put(WEEK, json=body, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")
        assert [issue["path"] for issue in answer.json()["issues"]] == [
            "groups.g9", "released[0].participant", "released[1].service", "weights.room_conflict", "weights.trips",
            "exceptions[0].change.groups.g9", "exceptions[0].change.participants.ana.may_wait_longer",
        ]  # fmt: skip

    def test_unknown_fields_are_refused(self, coordinator):
        answer = coordinator.patch(WEEK, json={"modes": "hold"}, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (422, "modes")


ROUTES = {
    ("GET", WEEKS): "roster:read",
    ("PUT", WEEK): "roster:write",
    ("POST", f"{WEEK}/generate"): "roster:write",
    ("GET", f"{WEEK}/rosters"): "roster:read",
    ("GET", f"{WEEK}/published"): "roster:read",
    ("GET", f"{WEEK}/minutes"): "roster:read",
}


class TestWhoMay:
    @pytest.mark.parametrize(("route", "permission"), ROUTES.items())
    def test_nobody_is_asked_to_sign_in_and_readers_do_not_write(self, client, key, program, route, permission):
        assert permission in get_args(Permission)
        method, address = route
        assert client.request(method, address, json={}).status_code == 401
        reader = client.request(method, address, json={}, headers=key("roster:read", program=program))
        assert reader.status_code == (403 if permission == "roster:write" else 200)

    def test_another_programs_key_does_not_see_the_program(self, client, key, program, store):
        from tests.api.weeks.small import keep_program, small_instance

        keep_program(store, small_instance(), "south")
        assert client.get(WEEKS, headers=key("roster:write", program="south")).status_code == 404
