"""What is published is seen whole, by its clinician, or as the front desk needs it."""

import json

from api.database.tables import ParticipantRow
from api.database.tables.base import now
from tests.api.weeks.small import WEEK, as_json, good_roster


class TestWhole:
    def test_before_publishing_there_is_nothing(self, coordinator, draft):
        found = coordinator.get(f"{WEEK}/published").json()
        assert (found["roster"], found["sessions"], found["zone"]) == (None, [], "America/New_York")

    def test_the_week_is_as_the_roster_says_by_start(self, coordinator, published):
        answer = coordinator.get(f"{WEEK}/published")
        found = answer.json()
        assert (found["roster"], answer.headers["ETag"], len(found["sessions"])) == (published["id"], '"2"', 5)
        first = found["sessions"][0]
        assert (first["group"], first["start"], first["facilitators"]) == ("g1", "2026-11-30T09:00:00-05:00", ["cora"])
        assert [b["participant"] for b in first["bookings"]] == ["ana", "ben", "cid"]

    def test_it_says_the_same_as_the_rosters_document(self, coordinator, published):
        document = coordinator.get(f"{WEEK}/rosters/{published['id']}").json()["roster"]
        shown = coordinator.get(f"{WEEK}/published").json()["sessions"]
        assert {b.pop("label") for s in shown for b in s["bookings"]} == {"A. X.", "B. X.", "C. X."}
        assert shown == sorted(document["sessions"], key=lambda session: (session["start"], session["id"]))

    def test_somebody_archived_meanwhile_keeps_the_label(self, coordinator, published, store):
        with store.writing() as session:
            session.get(ParticipantRow, {"program": "north", "id": "ben"}).archived_at = now()
        bookings = coordinator.get(f"{WEEK}/published").json()["sessions"][0]["bookings"]
        assert bookings[1] == {"participant": "ben", "label": "B. X.", "mode": "in_person"}

    def test_people_with_the_same_initials_are_told_apart(self, coordinator, published, store):
        with store.writing() as session:
            for id in ("ana", "ben"):
                row = session.get(ParticipantRow, {"program": "north", "id": id})
                row.document = {**row.document, "label": "A.B."}
        bookings = coordinator.get(f"{WEEK}/published").json()["sessions"][0]["bookings"]
        assert [b["label"] for b in bookings] == ["A.B. ana", "A.B. ben", "C. X."]


class TestMine:
    def test_a_clinician_sees_own_sessions_only(self, signed_in, published):
        dan = signed_in("clinician", "dan")
        found = dan.get(f"{WEEK}/published/mine").json()
        assert dan.get(f"{WEEK}/published").status_code == 403
        assert [s["service"] for s in found["sessions"]] == ["individual"] * 3

    def test_a_coordinator_sees_all(self, coordinator, published):
        assert len(coordinator.get(f"{WEEK}/published/mine").json()["sessions"]) == 5


class TestDesk:
    def test_it_has_times_rooms_and_initials_and_neither_services_nor_clinicians(self, signed_in, published):
        found = signed_in("front_desk").get(f"{WEEK}/published/desk").json()
        group, appointment = found["sessions"][:2]
        assert (group["group"], group["label"], group["room"]) == ("g1", "Morning 1", "r1")
        assert (appointment["group"], appointment["bookings"][0]["label"]) == (None, "A. X.")
        text = json.dumps(found)
        assert [word for word in ("individual", "process", "cora", "dan") if word in text] == []

    def test_it_says_when_it_was_printed_and_from_which_version(self, signed_in, coordinator, published):
        desk = signed_in("front_desk")
        found = desk.get(f"{WEEK}/published/desk").json()
        assert (found["number"], found["printed_at"]) == (published["number"], "2026-11-26T10:00:00-05:00")

    def test_numbers_of_sessions_stay_when_the_week_is_published_again(self, signed_in, coordinator, published):
        desk = signed_in("front_desk")

        def numbers():
            return [s["id"] for s in desk.get(f"{WEEK}/published/desk").json()["sessions"]]

        before = numbers()
        made = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster())).json()
        coordinator.post(f"{WEEK}/rosters/{made['id']}/publish", json={}, headers={"If-Match": '"2"'})
        assert len(set(before)) == 5
        assert numbers() == before
