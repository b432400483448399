"""The plan of a week: generate, what is missing and changed, publish."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from api.database.documents import document_text
from api.database.tables import ClinicianRow, JobRow
from api.pages.plan.names import StaffNames
from api.weeks.store.building import build_instance
from api.weeks.store.rosters import add_draft
from scheduler.instance import Instance
from scheduler.result import SolveLimits, SolveResult
from scheduler.solve import solve
from tests.api.weeks.conftest import BEFORE
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK, as_json, good_roster, judged, small_instance

PLAN = f"/programs/{PROGRAM}/plan"
THIS = f"{PLAN}/{MONDAY}"


def words(element) -> str:
    return " ".join(element.text.replace("\xa0", " ").split())


def section(page, id: str):
    return next(e for e in page.all("section") if e.attributes.get("aria-labelledby") == id)


def buttons(page) -> list[str]:
    return [words(b) for b in page.all("main") for b in b.all("button")]


def send(browser, path: str, **fields: str):
    """Press a button; the page that it leads to."""
    answer = browser.client.post(f"{THIS}/{path}", data=fields, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    there = f"/programs/{PROGRAM}/happened/calls/{MONDAY}" if path == "publish" else THIS
    assert (answer.status_code, answer.headers["location"]) == (303, there), answer.text
    return browser.get(there)


def finish(store, **fields) -> None:
    """End all jobs as a worker would."""
    with store.writing() as session:
        for row in session.query(JobRow).all():
            for name, value in fields.items():
                setattr(row, name, value)


def test_the_plan_is_that_of_next_week(desk, program):
    browser = desk()
    answer = browser.client.get(PLAN, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, THIS)
    page = browser.get(THIS)
    assert "No roster has been generated for this week yet." in words(section(page, "draft"))
    assert buttons(page) == ["Generate"]
    browser.get(f"{PLAN}/2026-12-01", 422)


def test_generating_is_followed_and_stopped(desk, program, engine, store):
    browser = desk()
    page = send(browser, "generate")
    assert len(engine.jobs) == 1
    assert "Looking for a first roster." in words(section(page, "generating"))
    assert page.of_id("progress").attributes["data-hx-get"] == THIS
    send(browser, "generate")
    assert len(engine.jobs) == 1, "pressed twice, the first one goes on"
    for step, fields, text in (
        ("1", {"state": "running", "care": 60, "care_bound": 0}, "looking for more care"),
        ("2", {"care_bound": 60, "preference": 9, "preference_bound": 3}, "Good enough to use"),
        ("3", {"preference_bound": 9}, "Nothing better exists"),
    ):
        finish(store, **fields)
        page = browser.get(THIS)
        assert text in words(section(page, "generating"))
        assert [bar.attributes["value"] for bar in page.all("progress")] == [step]
    assert "Missing care: 60 minutes, the urgent ones counted more than once, and nothing better is possible." in words(page)
    assert "Wishes about times and staff: cost 9, and nothing better is possible." in words(page)
    page = send(browser, "stop")
    assert "Stopping; the best roster so far is kept." in words(section(page, "generating"))
    assert buttons(page) == []


def test_what_is_tried_and_when_the_next_bound_is_due_is_told(desk, program, engine, store):
    browser = desk()
    send(browser, "generate")
    numbers = {"care": 200, "care_bound": 150, "care_unavoidable": 120, "preference": 9, "preference_bound": 0}
    finish(
        store, state="running", activity="trying other times for the evening groups", proving="proving how much care is possible", **numbers
    )
    shown = words(section(browser.get(THIS), "generating"))
    assert "Missing care: 200 minutes, the urgent ones counted more than once, and at least 150 in any roster." in shown
    assert "120 of them no session could give. Wishes about times and staff: cost 9." in shown
    assert "Trying other times for the evening groups. Proving how much care is possible." in shown
    assert "next bound" not in shown
    finish(store, next_bound_at=BEFORE + timedelta(seconds=7.5))
    assert "The next bound is due within 8 seconds." in words(section(browser.get(THIS), "generating"))
    finish(store, next_bound_at=BEFORE - timedelta(seconds=1))
    assert "next bound" not in words(section(browser.get(THIS), "generating"))


def test_a_job_that_failed_says_why(desk, program, engine, store):
    browser = desk()
    send(browser, "generate")
    finish(store, state="failed", error_code="gave_up", error="It was started too often.")
    page = browser.get(THIS)
    assert "The last attempt to generate a roster failed. It was started too often." in words(page)
    assert buttons(page) == ["Generate"]


def test_a_draft_says_what_is_missing_and_why_and_is_published(desk, program, engine, store, coordinator):
    browser = desk()
    send(browser, "generate")
    with store.writing() as session:
        (row,) = session.query(JobRow).all()
        instance = Instance.model_validate_json(document_text(session, row.instance_hash))
        result = solve(instance, SolveLimits(deterministic_time=2, workers=1, fix_seconds=0), isolate=False)
        draft = add_draft(session, PROGRAM, MONDAY, judged(result.roster, instance), "solved", "key:k", result=result, job=row.id)
        row.state, number = "completed", draft.id
    page = browser.get(THIS)
    assert "No better roster exists." in words(section(page, "draft"))
    assert "Everyone gets what is ordered." in words(section(page, "unmet"))
    assert buttons(page) == ["Publish", "Generate again"]
    version = next(i.attributes["value"] for i in page.all("input") if i.attributes["name"] == "version")
    page = send(browser, "publish", roster=number, version=version)
    assert "Whom to call" in words(page)
    page = browser.get(THIS)
    assert "Published version 1" in words(page)
    links = [a.attributes["href"].removeprefix(f"/programs/{PROGRAM}") for a in page.all("a")]
    assert {f"/happened/calls/{MONDAY}", f"/paper/{MONDAY}"} <= set(links)
    assert buttons(page) == ["Generate"]
    assert coordinator.get(f"{WEEK}/published").json()["roster"] == number


def test_changes_and_calls_are_shown_before_publishing(desk, published, coordinator):
    cancelled = good_roster(people=("ana", "ben", "cid"))
    sessions = tuple(s for s in cancelled.sessions if s.group is not None or s.bookings[0].participant != "ana")
    answer = coordinator.post(f"{WEEK}/rosters", json=as_json(cancelled.model_copy(update={"sessions": sessions})))
    assert answer.status_code == 201, answer.text
    page = desk().get(THIS)
    (line,) = section(page, "changes").all("li")
    assert words(line).startswith("A. X. Individual")
    assert "no longer, was" in words(line)
    assert "Some ordered care is missing" in words(section(page, "unmet"))


def test_a_new_week_is_compared_with_the_one_before(desk, published, coordinator):
    """Cid has another time than last week; ana and ben have the same ones, and no calendar either."""
    later, week = as_json(good_roster(people=("ana", "ben", "cid"))), timedelta(weeks=1)
    later["monday"] = "2026-12-07"
    for one in later["sessions"]:
        one["start"], one["end"] = ((datetime.fromisoformat(one[side]) + week).isoformat() for side in ("start", "end"))
        one["id"] = one["id"].replace("2026-11-30", "2026-12-07")
        one["bookings"] = [booking for booking in one["bookings"] if one["group"] is None or booking["participant"] != "cid"]
    answer = coordinator.post(f"/v1/programs/{PROGRAM}/weeks/2026-12-07/rosters", json=later)
    assert answer.status_code == 201, answer.text
    browser = desk()
    page = browser.get(f"/programs/{PROGRAM}/plan/2026-12-07")
    changes = section(page, "changes")
    assert "Changes from last week" in words(changes)
    assert [words(line).partition(" Morning")[0] for line in changes.all("li")] == ["C. X."]
    calls = section(page, "calls")
    assert "To call after publishing 1" in words(calls)
    assert "people with the times and places of last week" in words(calls)
    version = next(i.attributes["value"] for i in page.all("input") if i.attributes["name"] == "version")
    page = browser.post(f"/programs/{PROGRAM}/plan/2026-12-07/publish", roster=answer.json()["id"], version=version)
    calls = section(page, "calls")
    assert words(next(iter(calls.all("details")))).count("Reached") == calls.text.count("Reached") - 1
    page = browser.post(f"/programs/{PROGRAM}/happened/calls/2026-12-07", all="1")
    calls = section(page, "calls")
    assert (words(calls).count("Reached"), "C. X." in words(next(iter(calls.all("li"))))) == (1, True)
    assert "No call needed" not in words(calls)


def test_a_draft_that_breaks_a_rule_is_not_offered(desk, published, coordinator):
    roster = good_roster()
    sessions = tuple(s.model_copy(update={"facilitators": ()}) for s in roster.sessions)
    answer = coordinator.post(f"{WEEK}/rosters", json=as_json(roster.model_copy(update={"sessions": sessions})))
    assert answer.status_code == 201, answer.text
    page = desk().get(THIS)
    assert "It cannot be published, because it breaks" in words(section(page, "draft"))
    assert buttons(page) == ["Generate again"]


def test_a_week_that_changed_meanwhile_is_not_published(desk, draft, coordinator):
    browser = desk()
    page = browser.get(THIS)
    fields = {i.attributes["name"]: i.attributes["value"] for i in page.all("input") if i.attributes["type"] == "hidden"}
    week = coordinator.get(WEEK)
    assert coordinator.patch(f"{WEEK}/settings", json={"mode": "hold"}, headers={"If-Match": week.headers["ETag"]}).status_code < 500
    page = browser.post(f"{THIS}/publish", 412, roster=fields["roster"], version="7")
    assert "Someone else changed this in the meantime" in page.text
    assert coordinator.get(f"{WEEK}/published").json()["roster"] is None


def test_data_that_does_not_fit_is_listed_instead_of_a_button(desk, program, store):
    with store.writing() as session:
        row = session.get(ClinicianRow, {"program": PROGRAM, "id": "cora"})
        row.document = row.document | {"hours": [{"day": "mon", "start": "12:00", "end": "09:00", "site": "s1"}]}
    page = desk().get(THIS)
    assert "clinicians[0].hours[0]" in words(section(page, "faults"))
    assert buttons(page) == []


def test_the_front_desk_and_clinicians_have_no_plan(desk, published):
    desk("front_desk").get(THIS, 403)
    desk("clinician", "cora").get(THIS, 403)


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        ("p007 has no seat in am_1.", "A. B. has no seat in Morning."),
        ("move p007, p0071 and p-8", "Move A. B., p0071 and C. D."),
        ("the group may meet", "The group may meet"),
        ("free 07:30-13:35 and from 17:00, 24:00", "Free 7:30\xa0am-1:35\xa0pm and from 5:00\xa0pm, 12:00\xa0am"),
        ("Monday 00:00 in_person", "Monday 12:00\xa0am in person"),
        ("ratio 2:30 or 31:20", "Ratio 2:30 or 31:20"),
        ("g.am_1.2027-01-04 on Monday 2027-01-04 17:30: full", "Morning on Monday Jan 4 5:30\xa0pm: full"),
        ("a.p007.one.b.2027-01-04.2 and g.new.2027-01-04", "One of A. B. and new"),
        ("a.p9.x.2027-01-04.1 until 2027-01-04", "P9.x until 2027-01-04"),
        ("p007 has group on Monday 2027-01-04 09:00", "A. B. has Never on Monday Jan 4 9:00\xa0am"),
        ("p007 is moved from the time of group to Tuesday 09:00", "A. B. is moved from the time of Never to Tuesday 9:00\xa0am"),
        ("group 2 on Friday; p-8 on Monday; the group only on Monday", "Never 2 on Friday; C. D. on Monday; the group only on Monday"),
        ("540 of 540 minutes missing", "9\xa0h of the 9\xa0h ordered missing"),
        ("p007 has 90 of 540 ordered minutes in it", "A. B. has 1\xa0h\xa030\xa0min of the 9\xa0h ordered in it"),
        ("p007: 600 minutes of at most 540 a week", "A. B.: 10\xa0h of at most 9\xa0h a week"),
        ("fewer than 60 minutes; 59 minutes", "Fewer than 1\xa0h; 59 minutes"),
        ("lacks 15 of 90 minutes of lunch, 60 of the 180 minutes", "Lacks 15 of 90 minutes of lunch, 60 of the 180 minutes"),
        ("the ceiling of 720 minutes would be exceeded by 50", "The ceiling of 12\xa0h would be exceeded by 50\xa0min"),
        ("the ceiling of 240 minutes a day would be exceeded by 60", "The ceiling of 4\xa0h a day would be exceeded by 1\xa0h"),
        ("last week's ceiling of 530 minutes, and no step-up", "Last week's ceiling of 8\xa0h\xa050\xa0min, and no step-up"),
        ("the ceiling of 4 sessions would be exceeded by 1", "The ceiling of 4 sessions would be exceeded by 1"),
        ("", ""),
    ],
)
def test_sentences_get_names_for_ids(sentence, written):
    names = StaffNames({"p007": "A. B.", "am_1": "Morning", "p-8": "C. D.", "group": "Never", "one.b": "One"})
    assert names.written(sentence) == written


def draft_of(store, document, instance, result=None, origin="solved") -> str:
    with store.writing() as session:
        return add_draft(session, PROGRAM, MONDAY, judged(document, instance), origin, "key:k", result=result).id


def hidden(form) -> dict[str, str]:
    return {i.attributes["name"]: i.attributes["value"] for i in form.all("input") if i.attributes["type"] == "hidden"}


def form_to(page, path: str, number: int = 0) -> dict[str, str]:
    """The fields of a form."""
    return hidden([f for f in page.all("form") if f.attributes.get("action") == f"{THIS}/{path}"][number])


class TestFixes:
    """Fixes that were tested when the roster was generated."""

    FIX: ClassVar = {"kind": "longer_wait", "sentence": "ana waits longer: 50 more minutes for ana; moves nobody else", "care_gain": 50}

    def shown(self, store, change: dict[str, Any]) -> None:
        """A draft with unmet care and a fix."""
        self.drafted(store, small_instance(), change)

    def drafted(self, store, instance: Instance, change: dict[str, Any]) -> None:
        document, fix = good_roster(), self.FIX | {"instance_change": change}
        unmet = {"participant": "ana", "rule": "order_services", "amount": 1, "what": "1 individual", "kind": "lost", "fixes": [fix]}
        told = {
            "status": "feasible",
            "message": "",
            "instance": instance.id,
            "monday": MONDAY,
            "mode": "rebuild",
            "statistics": {"seconds": 1},
        }
        result = SolveResult.model_validate(told | {"roster": document.model_dump(), "unmet": [unmet], "statistics": {"seconds": 1}})
        draft_of(store, document, instance, result)

    def test_one_click_uses_it_this_week_and_generates_again(self, desk, program, engine, store, coordinator):
        self.shown(store, {"participants": {"ana": {"may_wait_longer": True}}})
        browser = desk()
        page = browser.get(THIS)
        assert "Ana waits longer: 50 more minutes for ana; moves nobody else Use this" in words(section(page, "unmet"))
        page = send(browser, "fix", **form_to(page, "fix"))
        assert len(engine.jobs) == 1
        (exception,) = coordinator.get(WEEK).json()["settings"]["exceptions"]
        assert exception == {"sentence": self.FIX["sentence"], "change": {"participants": {"ana": {"may_wait_longer": True}}}}
        assert coordinator.get(f"/v1/programs/{PROGRAM}/participants/ana").json()["may_wait_longer"] is False
        with store.reading() as session:
            (row,) = session.query(JobRow).all()
            made_for = Instance.model_validate_json(document_text(session, row.instance_hash))
        assert next(p for p in made_for.participants if p.id == "ana").may_wait_longer

    def test_it_is_taken_back(self, desk, program, engine, store, coordinator):
        self.shown(store, {"participants": {"ana": {"may_wait_longer": True}}})
        browser = desk()
        send(browser, "fix", **form_to(browser.get(THIS), "fix"))
        finish(store, state="stopped")
        page = browser.get(THIS)
        assert "Ana waits longer: 50 more minutes for ana" in words(section(page, "exceptions"))
        assert "People, orders, groups or settings have changed since." in words(section(page, "draft"))
        page = send(browser, "take-back", **form_to(page, "take-back"))
        assert not [e for e in page.all("section") if e.attributes.get("aria-labelledby") == "exceptions"]
        assert coordinator.get(WEEK).json()["settings"]["exceptions"] == []

    def test_places_given_up_pins_and_groups_become_what_staff_would_enter(self, desk, program, engine, store, coordinator):
        made = coordinator.post(f"{WEEK}/pins", json={"kind": "run", "group": "g1", "day": "mon", "time": "09:00"})
        assert made.status_code == 201, made.text
        with store.reading() as session:
            instance = build_instance(session, PROGRAM, MONDAY)
        change = {
            "pins": {"remove": [0]},
            "history": {"released": {"add": [{"participant": "ben", "group": "g1"}]}},
            "groups": {"g1x": instance.groups[0].model_dump(mode="json", exclude={"id"})},
        }
        self.drafted(store, instance, change)
        browser = desk()
        send(browser, "fix", **form_to(browser.get(THIS), "fix"))
        settings = coordinator.get(WEEK).json()["settings"]
        assert [(p["participant"], p["group"]) for p in settings["released"]] == [("ben", "g1")]
        assert settings["exceptions"] == []
        assert coordinator.get(f"{WEEK}/pins").json()["items"] == []
        assert coordinator.get(f"/v1/programs/{PROGRAM}/groups/g1x").status_code == 200

    def test_a_fix_that_the_roster_does_not_have_is_refused(self, desk, program, engine, store, coordinator):
        self.shown(store, {"participants": {"ana": {"may_wait_longer": True}}})
        browser = desk()
        fields = form_to(browser.get(THIS), "fix")
        for other in ({"fix": "ana may do anything"}, {"participant": "ben"}, {"roster": "none"}, {"version": "9"}):
            browser.post(f"{THIS}/fix", {"roster": 404, "version": 412}.get(next(iter(other)), 400), **(fields | other))
        for number in ("7", "x", "-1"):
            browser.post(f"{THIS}/take-back", 400, version=fields["version"], number=number)
        assert coordinator.get(WEEK).json()["settings"]["exceptions"] == []
        assert not engine.jobs


class TestGeneratedAgain:
    def test_the_last_draft_is_kept_and_what_differs_is_shown(self, desk, program, engine, store, coordinator):
        instance, document = small_instance(), good_roster()
        less = document.model_copy(update={"sessions": tuple(s for s in document.sessions if s.group is not None)})
        first = draft_of(store, less, instance)
        browser = desk()
        page = browser.get(THIS)
        assert not [e for e in page.all("section") if e.attributes.get("aria-labelledby") == "earlier"]
        draft_of(store, document, instance)
        page = browser.get(THIS)
        found = words(section(page, "earlier"))
        assert "Compared with version 1" in found
        assert "More of the ordered care." in found
        assert "A. X. Individual: new" in found
        page = send(browser, "back", **form_to(page, "back"))
        assert "Version 3" in words(section(page, "draft"))
        newest = coordinator.get(f"{WEEK}/rosters").json()["items"][-1]
        assert (newest["number"], newest["parent"], newest["care"]["objective"] > 0) == (3, first, True)

    def test_it_starts_from_the_draft(self, desk, program, engine, store):
        draft_of(store, good_roster(), small_instance())
        send(desk(), "generate")
        with store.reading() as session:
            (row,) = session.query(JobRow).all()
            assert row.hint_hash is not None
