"""Rosters are compared and explained."""

from datetime import timedelta

from tests.api.weeks.small import WEEK, as_json, good_roster
from tests.build import at


def bring_in(client, people):
    return client.post(f"{WEEK}/rosters", json=as_json(good_roster(people=people))).json()


class TestCompare:
    def test_two_rosters_side_by_side(self, coordinator):
        a, b = bring_in(coordinator, ("ana", "ben")), bring_in(coordinator, ("ana", "ben", "cid"))
        found = coordinator.get(f"{WEEK}/compare", params={"a": a["id"], "b": b["id"]}).json()
        assert (found["participants"], len(found["bookings"])) == (["cid"], 3)
        assert found["hours"] == [{"participant": "cid", "before": 0, "after": 410, "floor": 360}]
        back = coordinator.get(f"{WEEK}/compare", params={"a": b["id"], "b": a["id"]}).json()
        assert (back["care"]["before"], back["care"]["after"]) == (found["care"]["after"], found["care"]["before"])

    def test_without_the_first_it_is_the_published_one_and_notice_counts_from_now(self, coordinator, published, clock):
        b = bring_in(coordinator, ("ana", "ben"))
        clock(at("mon", "09:00") - timedelta(hours=30))
        found = coordinator.get(f"{WEEK}/compare", params={"b": b["id"]}).json()
        assert (found["within_24_hours"], found["within_48_hours"]) == ([], ["cid"])

    def test_what_is_not_there_is_told(self, coordinator, draft):
        assert coordinator.get(f"{WEEK}/compare", params={"b": draft["id"]}).json()["code"] == "wrong_state"
        answer = coordinator.get(f"{WEEK}/compare", params={"a": "none", "b": draft["id"]})
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, "query.a")


class TestExplain:
    def test_a_participants_week_is_explained_in_a_process_of_its_own(self, coordinator, draft):
        answer = coordinator.get(f"{WEEK}/rosters/{draft['id']}/explain", params={"participant": "ana"})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert (found["participant"], found["hours"]["minutes"], len(found["bookings"])) == ("ana", 410, 3)

    def test_somebody_unknown_is_told(self, coordinator, draft):
        answer = coordinator.get(f"{WEEK}/rosters/{draft['id']}/explain", params={"participant": "zoe"})
        assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, "query.participant")
