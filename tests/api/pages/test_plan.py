"""The plan of a week: generate, what is missing and changed, publish."""

from __future__ import annotations

import pytest

from api.database.documents import document_text
from api.database.tables import ClinicianRow, JobRow
from api.pages.plan.names import StaffNames
from api.weeks.store.rosters import add_draft
from scheduler.instance import Instance
from scheduler.result import SolveLimits
from scheduler.solve import solve
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK, as_json, good_roster, judged

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
    assert (answer.status_code, answer.headers["location"]) == (303, THIS), answer.text
    return browser.get(THIS)


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
    for fields, said in (
        ({"state": "running", "care": 60, "care_bound": 0}, "looking for more care"),
        ({"care_bound": 60, "preference": 9, "preference_bound": 3}, "Good enough to use"),
        ({"preference_bound": 9}, "Nothing better exists"),
    ):
        finish(store, **fields)
        assert said in words(section(browser.get(THIS), "generating"))
    page = send(browser, "stop")
    assert "Stopping; the best roster so far is kept." in words(section(page, "generating"))
    assert buttons(page) == []


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
    assert "Published version 1" in words(page)
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
        ("", ""),
    ],
)
def test_sentences_get_names_for_ids(sentence, written):
    names = StaffNames({"p007": "A. B.", "am_1": "Morning", "p-8": "C. D.", "group": "Never"})
    assert names.written(sentence) == written
