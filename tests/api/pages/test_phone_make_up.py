"""A missed session is made up: found on the sheet, booked in a draft, published with its call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.pages.test_phone_hours import section, words
from tests.api.weeks.small import MONDAY, PROGRAM, as_json, good_roster
from tests.build import run

HOME = f"/programs/{PROGRAM}"
PLAN = f"{HOME}/plan/{MONDAY}"


@pytest.fixture
def missed(desk, coordinator, program, clock):
    """Ana missed Monday's group; a third one meets on Wednesday with the others."""
    week = good_roster(run("g3", "wed", "09:00", ("ben", "cid")))
    path = f"/v1/programs/{PROGRAM}/weeks/{MONDAY}"
    made = coordinator.post(f"{path}/rosters", json=as_json(week))
    headers = {"If-Match": coordinator.get(path).headers["ETag"]}
    assert coordinator.post(f"{path}/rosters/{made.json()['id']}/publish", json={}, headers=headers).status_code == 200
    clock(datetime(2026, 11, 30, 17, 30, tzinfo=UTC))
    browser = desk()
    day = browser.get(f"{HOME}/attendance/days/{MONDAY}")
    sheet = next(a.attributes["href"] for a in day.all("a") if "Morning 1" in a.text)
    fields = {"status-ana": "no_show"} | {f"version-{p}": "0" for p in ("ana", "ben", "cid")}
    sent = browser.client.post(sheet, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return browser, sheet


def make_up(page) -> str:
    return next(a.attributes["href"] for a in page.all("a") if "phone/make-up/" in a.attributes.get("href", ""))


def test_who_is_short_this_week_is_listed_with_the_way_to_make_up(missed):
    browser, sheet = missed
    page = browser.get(f"{HOME}/phone/make-up")
    (line,) = section(page, "short").all("li")
    assert "A. X. 2 h 10 min short 3 h 50 min left of 6 h ordered" in words(line)
    assert "1 place to make up" in words(line)
    assert make_up(page) == make_up(browser.get(sheet))
    assert f"{HOME}/phone/make-up" in {a.attributes["href"] for a in browser.get(f"{HOME}/phone").all("a")}


def test_without_a_published_week_nobody_is_short(desk, program, clock):
    clock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    assert "This week is not published" in words(desk().get(f"{HOME}/phone/make-up"))
    desk("front_desk").get(f"{HOME}/phone/make-up", 403)


def test_a_missed_session_is_made_up_in_four_clicks(missed, coordinator):
    browser, sheet = missed
    page = browser.get(make_up(browser.get(sheet)))
    assert "Missed: Morning 1, Monday, November 30" in words(page)
    assert "0 min of care given so far, ordered are 6 h to 10 h" in words(page)
    (seat,) = section(page, "places").all("li")
    assert "Wed, Dec 2, 9:00 am – 12:00 pm Morning 3" in words(seat)
    path = make_up(browser.get(sheet))
    fields = {i.attributes["name"]: i.attributes["value"] for i in seat.all("input")}
    outdated = browser.post(path, 412, **(fields | {"version": "77"}))
    assert "Someone else changed the week in the meantime" in words(outdated)
    answer = browser.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, PLAN), answer.text
    plan = browser.get(PLAN)
    assert "Morning 3" in words(section(plan, "changes"))
    assert "Publish" in [words(b) for b in plan.all("button")]


def test_it_is_offered_today(missed):
    browser, _ = missed
    assert make_up(browser.get(f"{HOME}/today")) == make_up(browser.page)


def test_no_such_session_or_person(missed, desk):
    browser, sheet = missed
    path = make_up(browser.get(sheet))
    browser.get(path.replace("/ana", "/nobody"), 404)
    browser.get(f"{HOME}/phone/make-up/{MONDAY}/none/ana", 404)
    desk("front_desk").get(path, 403)


def test_an_appointment_is_made_up_at_another_time_and_published_in_four_clicks(desk, published, clock, coordinator):
    clock(datetime(2026, 11, 30, 17, 30, tzinfo=UTC))
    browser = desk()
    page = browser.get(f"{HOME}/today")
    excuse = next(f for f in page.all("form") if any("Excuse: A. X." in words(b) for b in f.all("button")))
    fields = {i.attributes["name"]: i.attributes["value"] for i in excuse.all("input")}
    path = make_up(browser.post(f"{HOME}/today/mark", **fields, status="excused"))
    page = browser.get(path)
    first, *_ = section(page, "places").all("li")
    assert "Same therapist" in words(first)
    hidden = {i.attributes["name"]: i.attributes["value"] for i in first.all("input")}
    wrong = hidden["edit"].replace('"ana"', '"ben"')
    for edit in (wrong, "{}", hidden["edit"].replace('"service":"individual"', '"group":"g1"')):
        browser.post(path, 400, **(hidden | {"edit": edit}))
    answer = browser.client.post(path, data=hidden, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, PLAN), answer.text
    assert "A. X." in words(section(browser.get(PLAN), "changes"))
