"""Ordered, scheduled, delivered and billable: four different numbers."""

import pytest

from tests.api.weeks.small import WEEK, as_json
from tests.api.weeks.test_attendance import ANA, ATTENDANCE, G1, record
from tests.build import MONDAY, at, roster, run

G2 = "g.g2.2026-11-30"


def of(client, person):
    return next(e for e in client.get(f"{WEEK}/minutes").json()["items"] if e["participant"] == person)


@pytest.fixture
def friday(published, clock):
    clock(at("fri", "18:00"))


@pytest.mark.usefixtures("friday")
class TestWeek:
    def test_ordered_and_scheduled_are_the_schedulers_own_numbers(self, coordinator):
        found = of(coordinator, "ana")
        assert found["ordered"] == {
            "floor": 360, "target": 400, "ceiling": 600, "sessions_floor": 2, "sessions_ceiling": 4, "days_floor": 2, "days_ceiling": 3,
            "billable_days": 2,
        }  # fmt: skip
        assert found["scheduled"] == {"minutes": 410, "sessions": 3, "service_days": 2}

    def test_nothing_is_delivered_until_somebody_records_it(self, coordinator):
        found = of(coordinator, "ana")
        assert (found["delivered"], found["billable"], found["unrecorded"]) == (
            {"minutes": 0, "sessions": 0, "service_days": 0}, {"days": 0, "minutes": 0, "dates": []}, 3,
        )  # fmt: skip

    def test_a_day_below_the_payers_180_minutes_is_delivered_but_not_billable(self, coordinator):
        record(coordinator, G1, "ana", status="late", minutes=140)
        record(coordinator, ANA, "ana", status="left_early", minutes=39)
        record(coordinator, G2, "ana", status="attended")
        found = of(coordinator, "ana")
        assert found["delivered"] == {"minutes": 359, "sessions": 3, "service_days": 2}
        assert found["billable"] == {"days": 1, "minutes": 180, "dates": ["2026-12-01"]}
        assert found["unrecorded"] == 0
        record(coordinator, ANA, "ana", '"1"', status="left_early", minutes=40)
        assert of(coordinator, "ana")["billable"]["days"] == 2

    def test_who_did_not_come_has_neither_minutes_nor_sessions_nor_days(self, coordinator):
        for session, status in ((G1, "no_show"), (G2, "excused"), (ANA, "cancelled")):
            record(coordinator, session, "ana", status=status)
        assert of(coordinator, "ana")["delivered"] == {"minutes": 0, "sessions": 0, "service_days": 0}

    def test_the_list_is_paged(self, coordinator):
        first = coordinator.get(f"{WEEK}/minutes?limit=2").json()
        second = coordinator.get(f"{WEEK}/minutes?limit=2&after={first['next']}").json()
        assert [e["participant"] for e in first["items"] + second["items"]] == ["ana", "ben", "cid"]


@pytest.mark.usefixtures("friday")
class TestNotices:
    def test_two_no_shows_in_a_row_are_a_notice_also_across_an_excuse(self, coordinator):
        record(coordinator, G1, "ana", status="no_show")
        assert of(coordinator, "ana")["notices"] == []
        record(coordinator, ANA, "ana", status="excused")
        record(coordinator, G2, "ana", status="no_show")
        assert [(n["code"], n["sessions"]) for n in of(coordinator, "ana")["notices"]] == [("no_shows_in_a_row", [G1, G2])]

    def test_a_session_attended_in_between_is_none(self, coordinator):
        for session, status in ((G1, "no_show"), (ANA, "attended"), (G2, "no_show")):
            record(coordinator, session, "ana", status=status)
        assert of(coordinator, "ana")["notices"] == []

    def test_the_last_session_of_the_week_before_counts(self, coordinator, clock):
        record(coordinator, G2, "ana", status="no_show")
        monday = MONDAY.replace(month=12, day=7)
        later = WEEK.replace("2026-11-30", "2026-12-07")
        body = as_json(roster(run("g1", "mon", "09:00", ("ana", "ben", "cid"), monday=monday), monday=monday))
        made = coordinator.post(f"{later}/rosters", json=body).json()
        answer = coordinator.post(f"{later}/rosters/{made['id']}/publish", json={}, headers={"If-Match": '"1"'})
        assert answer.status_code == 200, answer.json()
        clock(at("mon", "13:30", monday))
        path = f"{ATTENDANCE.replace('2026-11-30', '2026-12-07')}/g.g1.2026-12-07/ana"
        assert coordinator.put(path, json={"status": "no_show"}, headers={"If-None-Match": "*"}).status_code == 200
        found = coordinator.get("/v1/programs/north/participants/ana/minutes?first=2026-11-30&last=2026-12-07").json()["items"]
        assert [len(week["notices"]) for week in found] == [0, 1]
        assert found[1]["notices"][0]["sessions"] == [G2, "g.g1.2026-12-07"]


class TestParticipant:
    ADDRESS = "/v1/programs/north/participants/ana/minutes"

    def test_weeks_ahead_have_an_order_and_nothing_scheduled(self, coordinator, published):
        found = coordinator.get(f"{self.ADDRESS}?first=2026-11-30&last=2026-12-14").json()["items"]
        assert [(w["monday"], w["is_published"], w["ordered"]["floor"], w["scheduled"]["minutes"]) for w in found] == [
            ("2026-11-30", True, 360, 410), ("2026-12-07", False, 360, 0), ("2026-12-14", False, 360, 0),
        ]  # fmt: skip

    def test_the_order_of_a_published_week_stays_what_it_was(self, coordinator, published, store):
        from api.database.tables import ParticipantRow

        with store.writing() as session:
            row = session.get(ParticipantRow, {"program": "north", "id": "ana"})
            row.document = row.document | {"order": row.document["order"] | {"minutes": {"floor": 200, "target": 300, "ceiling": 600}}}
        found = coordinator.get(f"{self.ADDRESS}?first=2026-11-30&last=2026-12-07").json()["items"]
        assert [w["ordered"]["floor"] for w in found] == [360, 200]

    @pytest.mark.parametrize("query", ["first=2026-12-07&last=2026-11-30", "first=2026-11-30&last=2028-11-27", "first=2026-11-30"])
    def test_impossible_stretches_have_the_wrong_shape(self, coordinator, query):
        assert coordinator.get(f"{self.ADDRESS}?{query}").status_code == 422

    def test_an_unknown_participant_is_not_found(self, coordinator):
        address = self.ADDRESS.replace("ana", "zoe")
        assert coordinator.get(f"{address}?first=2026-11-30&last=2026-11-30").status_code == 404
