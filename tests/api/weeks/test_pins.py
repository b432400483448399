"""Pins are kept where they can mean something, and say what stands against them."""

from api.database.tables import ParticipantRow
from api.database.tables.base import now
from api.weeks.store.pins import pin_issues
from scheduler.instance import Pin
from tests.api.weeks.small import WEEK, small_instance

PINS = f"{WEEK}/pins"


def pin(client, **fields):
    return client.post(PINS, json=fields)


class TestPinning:
    def test_a_pin_is_kept_with_its_etag_and_address(self, coordinator):
        answer = pin(coordinator, kind="run", group="g1", day="mon", time="09:00")
        made = answer.json()
        assert (answer.status_code, answer.headers["ETag"], made["issues"]) == (201, '"1"', [])
        assert answer.headers["Location"] == f"{PINS}/{made['id']}"
        assert coordinator.get(PINS).json()["items"] == [made]

    def test_unknown_ids_and_missing_fields_are_refused_at_their_paths(self, coordinator):
        answer = pin(coordinator, kind="booking", participant="zoe", group="g9")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")
        assert sorted(issue["path"] for issue in answer.json()["issues"]) == ["group", "participant"]
        answer = pin(coordinator, kind="room", group="g1")
        assert (answer.status_code, [issue["path"] for issue in answer.json()["issues"]]) == (400, ["room"])
        assert coordinator.get(PINS).json()["items"] == []

    def test_pins_against_each_other_are_kept_and_told(self, coordinator):
        assert pin(coordinator, kind="room", group="g1", room="r1").json()["issues"] == []
        second = pin(coordinator, kind="room", group="g1", room="r2").json()
        assert [issue["code"] for issue in second["issues"]] == ["pin_contradiction"]
        refused = coordinator.post(f"{WEEK}/generate")
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_instance")
        assert [issue["path"] for issue in refused.json()["issues"]] == ["pins[1]"]

    def test_a_pin_that_rules_stand_against_says_which(self, coordinator):
        found = pin(coordinator, kind="run", group="g1", day="sun", time="09:00").json()
        assert [issue["code"] for issue in found["issues"]] == ["pin_conflict"]

    def test_a_pinned_mode_is_kept_and_shown(self, coordinator):
        made = pin(coordinator, kind="booking", participant="ana", service="individual", mode="in_person").json()
        assert (made["pin"]["mode"], made["issues"]) == ("in_person", [])
        assert coordinator.get(PINS).json()["items"] == [made]
        body = made["pin"] | {"mode": "telehealth"}
        changed = coordinator.put(f"{PINS}/{made['id']}", json=body, headers={"If-Match": '"1"'}).json()
        assert (changed["pin"]["mode"], [issue["code"] for issue in changed["issues"]]) == ("telehealth", ["pin_conflict"])
        assert coordinator.get(f"{WEEK}/instance").json()["pins"][0]["mode"] == "telehealth"

    def test_a_pin_of_somebody_who_is_gone_says_so_and_hides_no_other(self, coordinator, store):
        first = pin(coordinator, kind="booking", participant="cid", group="g1").json()
        pin(coordinator, kind="room", group="g1", room="r1")
        pin(coordinator, kind="room", group="g1", room="r2")
        with store.writing() as session:
            session.get(ParticipantRow, {"program": "north", "id": "cid"}).archived_at = now()
        found = {p["id"]: [i["code"] for i in p["issues"]] for p in coordinator.get(PINS).json()["items"]}
        assert found.pop(first["id"]) == ["unknown_id"]
        assert sorted(found.values()) == [[], ["pin_contradiction"]]


class TestChanging:
    def test_a_pin_is_changed_and_removed_by_whoever_saw_it_last(self, coordinator):
        made = pin(coordinator, kind="room", group="g1", room="r1").json()
        address, body = f"{PINS}/{made['id']}", {"kind": "room", "group": "g1", "room": "r2"}
        assert coordinator.put(address, json=body).status_code == 428
        assert coordinator.put(address, json=body, headers={"If-Match": '"1"'}).json()["version"] == 2
        assert coordinator.put(address, json=body, headers={"If-Match": '"1"'}).status_code == 412
        assert coordinator.delete(address, headers={"If-Match": '"2"'}).status_code == 204
        assert coordinator.delete(address, headers={"If-Match": '"2"'}).status_code == 404

    def test_a_change_to_nonsense_is_refused_and_the_pin_stays(self, coordinator):
        made = pin(coordinator, kind="room", group="g1", room="r1").json()
        body = {"kind": "room", "group": "g1", "room": "r9"}
        assert coordinator.put(f"{PINS}/{made['id']}", json=body, headers={"If-Match": '"1"'}).status_code == 400
        assert coordinator.get(PINS).json()["items"] == [made]

    def test_the_list_is_paged(self, coordinator):
        for n in (1, 2, 3):
            pin(coordinator, kind="run", group=f"g{n}")
        first = coordinator.get(f"{PINS}?limit=2").json()
        second = coordinator.get(f"{PINS}?limit=2&after={first['next']}").json()
        assert [p["pin"]["group"] for p in first["items"] + second["items"]] == ["g1", "g2", "g3"]


def test_issues_are_told_of_the_pins_that_are_asked_about_and_not_of_those_of_the_instance():
    pins = [Pin(kind="room", group="g1", room=room) for room in ("r1", "r9", "r2")]
    for week in (small_instance(), small_instance(pins=[{"kind": "room", "group": "g2", "room": "r3"}])):
        assert [[issue.code for issue in found] for found in pin_issues(week, pins)] == [[], ["unknown_id"], ["pin_contradiction"]]
