"""Phases, on hold and discharge on a person's page: decided by people, and nobody overwrites another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from tests.api.pages.test_person import section, words
from tests.api.pages.test_person_links import READ, hidden
from tests.api.programs.seed import keep
from tests.api.weeks.small import PROGRAM
from tests.build import participant

PERSON = f"/programs/{PROGRAM}/people/ana"
STAY = f"{PERSON}/stay"
V1 = f"/v1/programs/{PROGRAM}"


@pytest.fixture(autouse=True)
def in_the_morning(published, clock):
    """Monday of the week, 9:05 in New York."""
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))


def stored(coordinator) -> dict:
    return coordinator.get(f"{V1}/participants/ana").json()


DECISION = {"phase": "intensive", "first": "2026-12-07", "decided_by": "cora", "reason": "goals_met"}


class TestPhases:
    @pytest.fixture(autouse=True)
    def phases(self, store):
        keep(store, PROGRAM, "phases", id="intensive", label="Intensive", order={}, level="iop")

    def test_a_decision_is_recorded_with_its_date_reason_and_clinician(self, desk, coordinator):
        browser = desk()
        browser.get(STAY)
        page = browser.post(f"{STAY}/phase", **DECISION)
        assert "Saved." in page.text
        assert "Intensive cora, goals_met from Mon, Dec 7" in words(section(page, "phase-card"))
        (item,) = coordinator.get(f"{V1}/phase_decisions").json()["items"]
        decision = {name: value for name, value in item["document"].items() if value is not None and name != "id"}
        assert decision == DECISION | {"participant": "ana"}
        assert "Intensive, since December 7, 2026" in words(section(browser.get(f"{PERSON}?week=2026-12-07"), "stay"))

    def test_more_hours_need_a_reason(self, desk, coordinator):
        browser = desk()
        page = browser.post(f"{STAY}/phase", 422, **DECISION | {"reason": "", "is_step_up": "1"})
        assert words(page.of_id("reason-wrong")) == "Write the reason code: more hours need one."
        browser.post(f"{STAY}/phase", **DECISION | {"is_step_up": "1"})
        assert coordinator.get(f"{V1}/phase_decisions").json()["items"][0]["document"]["step_up_reason"] == "goals_met"

    @pytest.mark.parametrize(
        ("fields", "where"),
        [({"phase": "core"}, "phase"), ({"first": ""}, "first"), ({"decided_by": ""}, "decided_by"), ({"reason": "was ill"}, "reason")],
    )
    def test_what_is_wrong_is_said_at_its_field(self, desk, coordinator, fields, where):
        page = desk().post(f"{STAY}/phase", 422, **DECISION | fields)
        assert page.of_id(f"{where}-wrong").text
        assert page.of_id("reason").attributes["value"] == (DECISION | fields)["reason"], "nothing typed is lost"
        assert coordinator.get(f"{V1}/phase_decisions").json()["items"] == []

    def test_who_decided_must_exist(self, desk, coordinator):
        body = {"participant": "ana", "first": "2026-12-07", "phase": "intensive", "decided_by": "nobody"}
        assert coordinator.post(f"{V1}/phase_decisions", json=body).status_code == 400


class TestOnHold:
    def test_someone_is_put_on_hold_and_comes_back(self, desk, coordinator):
        browser = desk()
        version = hidden(browser.get(STAY))
        page = browser.post(f"{STAY}/status", do="hold", since="2026-12-01", version=version)
        text = words(section(page, "hold-card"))
        assert "On hold since Tuesday, December 1. The place is kept until Tuesday, December 15." in text
        assert (stored(coordinator)["status"], stored(coordinator)["on_hold_since"]) == ("on_hold", "2026-12-01")
        page = browser.post(f"{STAY}/status", 412, do="resume", version=version)
        rows = [[words(cell) for cell in row.all("th", "td")] for table in page.all("table") for row in table.all("tr")]
        assert rows[1:2] == [["Status", "In the program", "On hold"]]
        browser.post(f"{STAY}/status", do="resume", version=hidden(page))
        assert (stored(coordinator)["status"], stored(coordinator)["on_hold_since"]) == ("active", None)

    def test_whoever_waits_is_cleared_to_start(self, desk, store, coordinator):
        keep(store, PROGRAM, "participants", **participant("new", status="waiting"))
        browser = desk()
        page = browser.get(f"/programs/{PROGRAM}/people/new/stay")
        browser.post(f"/programs/{PROGRAM}/people/new/stay/status", do="start", admitted="2026-12-07", version=hidden(page))
        stored = coordinator.get(f"{V1}/participants/new").json()
        assert (stored["status"], stored["admitted"]) == ("cleared", "2026-12-07")

    def test_a_date_and_a_button_are_needed(self, desk):
        browser = desk()
        version = hidden(browser.get(STAY))
        page = browser.post(f"{STAY}/status", 422, do="hold", since="", version=version)
        assert words(page.of_id("since-wrong")) == "Choose the first day on hold."
        browser.post(f"{STAY}/status", 400, do="leave", version=version)


class TestDischarge:
    def test_what_it_leaves_behind_is_shown_first(self, desk, coordinator, store):
        waiting = participant("new", label="N.", status="waiting", order={"services": [{"service": "process", "per_week": 2}]})
        never = waiting | {"id": "off", "label": "O.", "availability": {"weekly": []}}
        first = waiting | {"id": "old", "label": "P.", "first_session_due": "2026-12-01"}
        for person in (waiting, never, first):
            keep(store, PROGRAM, "participants", **person)
        browser = desk()
        fields = {"discharge": "2026-11-30", "aftercare": "open", "version": hidden(browser.get(STAY))}
        page = browser.post(f"{STAY}/discharge", **fields)
        told = [words(li) for li in page.of_id("leaves").all("li")]
        assert told == [
            "Aftercare is not booked: book it before they leave.",
            "Published after that day: Tue, Dec 1, 9:00 am – 12:00 pm, Morning 2",
            "Generate those weeks again, or cancel these appointments; the calls are listed then.",
            "Free seat: Morning 1, Monday 9:00 am, for P., N.",
            "Free seat: Morning 2, Tuesday 9:00 am, for P., N.",
        ]
        assert stored(coordinator)["discharge"] is None
        page = browser.post(f"{STAY}/discharge", **fields | {"discharge": "2026-12-04", "shown": "2026-11-30"})
        assert "Friday, December 4 as the last day" in page.text
        page = browser.post(f"{STAY}/discharge", **fields | {"shown": "2026-11-30", "aftercare": "booked"})
        assert "The last day is Monday, November 30." in page.text
        assert (stored(coordinator)["discharge"], stored(coordinator)["status"]) == ("2026-11-30", "active")
        with store.reading() as session:
            entries = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "participant.change"))
            assert [entry.target for entry in entries] == ["participant=ana aftercare=booked"]

    def test_a_past_one_ends_the_stay_and_can_be_undone(self, desk, coordinator):
        browser = desk()
        fields = {"discharge": "2026-11-27", "shown": "2026-11-27", "aftercare": "declined", "version": hidden(browser.get(STAY))}
        page = browser.post(f"{STAY}/discharge", **fields)
        assert "Discharged; the last day was Friday, November 27." in page.text
        assert stored(coordinator)["status"] == "discharged"
        browser.post(f"{STAY}/status", do="return", version=hidden(page))
        assert (stored(coordinator)["discharge"], stored(coordinator)["status"]) == (None, "active")

    def test_calendar_links_that_end_are_said(self, desk):
        browser = desk()
        browser.get(f"{PERSON}/calendars")
        browser.post(f"{PERSON}/calendars", **READ | {"whose": "self"})
        page = browser.post(f"{STAY}/discharge", discharge="2026-12-31", aftercare="booked", version=hidden(browser.get(STAY)))
        assert "Calendar links end on Thursday, January 14." in page.text

    def test_nobody_is_overwritten_and_what_is_wrong_is_said(self, desk, coordinator):
        browser = desk()
        fields = {"discharge": "2026-12-04", "aftercare": "booked", "shown": "2026-12-04"}
        page = browser.post(f"{STAY}/discharge", 412, **fields, version="9")
        assert ["Last day", "2026-12-04", "–"] in [[words(c) for c in row.all("th", "td")] for row in page.all("tr")]
        assert page.of_id("discharge").attributes["value"] == "2026-12-04"
        page = browser.post(f"{STAY}/discharge", 422, discharge="", version="1")
        assert words(page.of_id("aftercare-wrong")) == "Choose whether aftercare is booked."
        assert stored(coordinator)["discharge"] is None


def test_it_is_open_to_those_who_see_people_only(desk):
    desk("front_desk").get(STAY, 403)
    desk().get(f"/programs/{PROGRAM}/people/nobody/stay", 404)
