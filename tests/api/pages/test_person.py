"""One person's page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.programs.seed import keep
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

PEOPLE = f"/programs/{PROGRAM}/people"
V1 = f"/v1/programs/{PROGRAM}"


@pytest.fixture(autouse=True)
def in_the_morning(published, clock):
    """Monday of the week, 9:05 in New York."""
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))


def words(element) -> str:
    return " ".join(element.text.replace("\xa0", " ").split())


def section(page, id: str):
    return next(e for e in page.all("section") if e.attributes.get("aria-labelledby") == id)


def items(page, id: str) -> list[str]:
    return [words(li) for li in section(page, id).all("li")]


def test_a_week_is_listed_and_drawn_as_published(desk, published, coordinator):
    mark = {"session": f"g.g1.{MONDAY}", "participant": "ana", "status": "late", "minutes_late": 5}
    assert coordinator.post(f"{WEEK}/attendance", json={"items": [mark]}).status_code < 300
    browser = desk()
    page = browser.get(f"{PEOPLE}/ana")
    assert [t.text for t in page.all("title")] == ["Person"], "nobody reads over a shoulder who it is"
    assert items(page, "week") == [
        "Mon, Nov 30, 9:00 am – 12:00 pm Morning 1 r1 · cora Came late",
        "Mon, Nov 30, 1:00 – 1:50 pm individual r2 · dan",
        "Tue, Dec 1, 9:00 am – 12:00 pm Morning 2 r1 · cora",
    ]
    drawn = [r.attributes["class"] for r in section(page, "week").all("rect")]
    assert drawn.count("booked") == 3
    assert drawn.count("free") > 0


def test_other_weeks_are_one_click_away(desk, published):
    browser = desk()
    after = next(a.attributes["href"] for a in browser.get(f"{PEOPLE}/ana").all("a") if a.text == "Week after")
    assert after.endswith("?week=2026-12-07")
    assert "Not published yet." in section(browser.get(after), "week").text
    back = next(a.attributes["href"] for a in browser.page.all("a") if a.text == "Week before")
    assert items(browser.get(back), "week")
    browser.get(f"{PEOPLE}/ana?week=2026-12-01", 422)


def test_an_absence_takes_its_time_off_the_drawing(desk, published, coordinator):
    browser = desk()
    free = [r for r in browser.get(f"{PEOPLE}/ana").all("rect") if r.attributes["class"] == "free"]
    answer = coordinator.post(f"{V1}/absences", json={"participant": "ana", "first": f"{MONDAY}", "last": f"{MONDAY}"})
    assert answer.status_code == 201, answer.text
    left = [r for r in browser.get(f"{PEOPLE}/ana").all("rect") if r.attributes["class"] == "free"]
    assert len(left) == len(free) - 1


def test_hours_are_ordered_scheduled_delivered_and_billable(desk, published, coordinator):
    mark = {"session": f"g.g1.{MONDAY}", "participant": "ana", "status": "late", "minutes_late": 5}
    assert coordinator.post(f"{WEEK}/attendance", json={"items": [mark]}).status_code < 300
    (_, row) = section(desk().get(f"{PEOPLE}/ana"), "hours").all("tr")
    assert [words(cell) for cell in row.all("td")] == ["6 h to 10 h", "6 h 50 min", "2 h 55 min", "0 days"]


def test_who_is_kept_apart_is_behind_a_click(desk, published, coordinator):
    answer = coordinator.post(f"{V1}/relations", json={"a": "ana", "b": "ben", "kind": "apart"})
    assert answer.status_code == 201, answer.text
    browser = desk()
    for person, other in (("ana", "B. X."), ("ben", "A. X.")):
        (notes,) = [e for e in browser.get(f"{PEOPLE}/{person}").all("details") if "Planning notes" in e.text]
        assert "open" not in notes.attributes
        assert words(notes) == f"Planning notes {other} Not in the same session"
    assert "Planning notes" not in browser.get(f"{PEOPLE}/cid").text


def test_authorizations_say_what_is_left_the_first_to_end_on_top(desk, published, store):
    lasting = {"unit": "day", "first": "2026-11-02", "units": 20, "used": 8}
    later = lasting | {"id": "a1", "last": "2026-12-31", "payer": "Northern", "number": "N-7", "state": "appeal"}
    authorizations = [later, lasting | {"id": "a2", "last": "2026-12-04"}, lasting | {"id": "a3", "last": "2026-11-29"}]
    keep(store, PROGRAM, "participants", id="yan", label="Y.", availability={"weekly": []}, authorizations=authorizations)
    assert items(desk().get(f"{PEOPLE}/yan"), "authorizations") == [
        "Payer not named All services, Nov 2 – Dec 4, 12 of 20 days left Approved",
        "Northern N-7 All services, Nov 2 – Dec 31, 12 of 20 days left In appeal",
    ]


def test_consents_and_calendar_links_are_said(desk, published, coordinator):
    browser = desk()
    page = browser.get(f"{PEOPLE}/ana")
    assert "call about every change" in section(page, "calendars").text
    assert "None in force." in section(page, "consents").text
    assert "None in force." in section(page, "authorizations").text
    for first, last in (("2026-11-01", None), ("2026-10-01", "2026-10-31"), ("2026-12-24", None)):
        record = {"kind": "attendance_letter", "first": first, "last": last}
        assert coordinator.post(f"{V1}/participants/ana/consents", json=record).status_code == 201
    assert items(browser.get(f"{PEOPLE}/ana"), "consents") == [
        "Attendance letter since Sun, Nov 1",
        "Attendance letter from Thu, Dec 24",
    ]


def test_who_is_unknown_is_not_found_and_the_front_desk_may_not_look(desk, published):
    desk().get(f"{PEOPLE}/nobody", 404)
    desk("front_desk").get(f"{PEOPLE}/ana", 403)


def test_what_is_seldom_asked_for_is_behind_more(desk, store):
    person = {"languages": ["es"], "travel": {"s1": 25}, "may_wait_longer": True, "avoids_animals": True, "room_features": ["step_free"]}
    keep(store, PROGRAM, "participants", id="yan", label="Y.", availability={"weekly": []}, **person)
    browser = desk()
    (more,) = section(browser.get(f"/programs/{PROGRAM}/people/yan"), "stay").all("details")
    assert dict(zip(map(words, more.all("dt")), map(words, more.all("dd")), strict=True)) == {
        "Languages": "Spanish", "Way": "25 min to s1", "Agreed to": "waits longer", "Rooms": "step free", "Avoids animals": "yes",
    }  # fmt: skip
    assert "More" not in words(section(browser.get(f"/programs/{PROGRAM}/people/ana"), "stay"))
