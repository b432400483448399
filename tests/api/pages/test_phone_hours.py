"""New hours on the phone: what they break, which weeks fit, one of them chosen, and nothing over someone else's change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from api.database.tables import ClinicianRow, ParticipantRow
from api.offers.new_hours import hours_from
from api.pages.typed_hours import UnreadableHoursError, hours_in_words, read_hours
from scheduler.instance import Availability, Site
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK
from tests.build import WORKDAYS, windows

PHONE = f"/programs/{PROGRAM}/phone"
HOURS = f"{PHONE}/hours/ana"
PLAN = f"/programs/{PROGRAM}/plan/{MONDAY}"
SITE = Site.model_validate({"id": "s1", "hours": windows("08:00", "21:00", WORKDAYS)})


def words(element) -> str:
    return " ".join(element.text.replace("\xa0", " ").split())


@pytest.fixture(autouse=True)
def early(clock):
    """Monday at six, before the week has begun."""
    clock(datetime(2026, 11, 30, 11, 0, tzinfo=UTC))


def section(page, id: str):
    return next((e for e in page.all("section") if e.attributes.get("aria-labelledby") == id), None)


def choices(page) -> list[dict[str, str]]:
    """The fields of each form that changes something."""
    forms = [f for f in page.all("form") if f.attributes.get("action") == f"{HOURS}/choose"]
    return [{i.attributes["name"]: i.attributes["value"] for i in form.all("input")} for form in forms]


def send(browser, **fields: str):
    return browser.client.post(f"{HOURS}/choose", data=fields, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)


def document(store, id: str = "ana"):
    with store.reading() as session:
        return session.get(ParticipantRow, {"program": PROGRAM, "id": id}).document


def test_new_hours_break_an_appointment_and_another_week_fits(desk, published, store):
    """Ana comes in the mornings of Monday to Wednesday, and no longer on Monday afternoon, where her individual session is."""
    browser = desk()
    page = browser.get(HOURS)
    assert "Monday to Sunday, all day" in words(section(page, "now"))
    page = browser.post(HOURS, 200, hours="mon-wed 8-12:30, wed 1-5", first="2026-11-30")
    (line,) = [words(li) for li in section(page, "breaks").all("li")]
    assert "Mon, Nov 30, 1:00 – 1:50 pm" in line
    assert "Wednesday, 8:00 am – 12:30 pm and 1:00 – 5:00 pm" in words(section(page, "ask"))
    assert "6 h 50 min of care, ordered are 6 h to 10 h" in words(section(page, "week-1"))
    assert "Other time" in words(section(page, "week-1"))
    first = choices(page)[0]
    answer = send(browser, **first)
    assert (answer.status_code, answer.headers["location"]) == (303, PLAN), answer.text
    plan = browser.get(PLAN)
    assert "Publish" in [words(b) for b in plan.all("button")]
    assert "A. X." in words(section(plan, "changes"))
    assert {w["day"] for w in document(store)["availability"]["weekly"]} == {"mon", "tue", "wed"}


def test_hours_alone_are_kept(desk, published, store, coordinator):
    browser = desk()
    page = browser.post(HOURS, 200, hours="sat 9-12", first="2026-12-09")
    assert "not published yet: it will be generated with these hours" in words(page)
    (only,) = choices(page)
    answer = send(browser, **only)
    assert answer.headers["location"] == f"/programs/{PROGRAM}/people/ana?week=2026-12-07"
    kept = document(store)["availability"]
    assert kept["weekly"] == [{"day": "sat", "start": "09:00", "end": "12:00", "weeks": "every"}]
    assert kept["dates"][0]["date"] == "2026-11-30"
    assert kept["dates"][-1]["date"] == "2026-12-08"
    assert coordinator.get(f"{WEEK}/published").json()["number"] == 1


def test_another_moves_for_the_caller_and_both_are_in_the_draft(desk, published, store, coordinator):
    """Ana is free after the group on Tuesday only. Then cora is busy, and so is dan before he sees ben."""
    with store.writing() as session:
        for id, start, end in (("cora", "12:15", "14:00"), ("dan", "12:00", "13:00")):
            row = session.get(ClinicianRow, {"program": PROGRAM, "id": id})
            row.document = row.document | {"busy": [{"start": f"2026-12-01T{start}:00-05:00", "end": f"2026-12-01T{end}:00-05:00"}]}
    hours, browser = {"hours": "mon 9am-noon, tue 9am-1:50pm", "first": "2026-11-30"}, desk()
    page = browser.post(HOURS, 200, **hours)
    assert "6 h of care" in words(section(page, "week-1"))
    assert "Individual session number 1 is not placed" in words(section(page, "why"))
    page = browser.post(HOURS, 200, **hours, may_move="1")
    assert "6 h 50 min of care" in words(section(page, "week-1"))
    assert "B. X. moves: individual (Tuesday 1:00 pm in person, now Monday 12:00 pm in person)." in words(section(page, "week-1"))
    assert send(browser, **choices(page)[0]).headers["location"] == PLAN
    changes = words(section(browser.get(PLAN), "changes"))
    assert "A. X." in changes
    assert "B. X." in changes


def test_a_place_of_last_week_that_is_given_up_is_entered_with_the_week(desk, published, coordinator):
    browser = desk()
    first = choices(browser.post(HOURS, 200, hours="mon-wed 8-12:30, wed 1-5", first="2026-11-30"))[0]
    assert first["released"] == "[]"
    assert send(browser, **(first | {"released": '[{"group": "g1"}]'})).status_code == 400
    place = {"participant": "ana", "group": "g2"}
    assert send(browser, **(first | {"released": json.dumps([place])})).headers["location"] == PLAN
    released = coordinator.get(WEEK).json()["settings"]["released"]
    assert [(one["participant"], one["group"]) for one in released] == [("ana", "g2")]


def test_hours_that_break_nothing_say_so(desk, published):
    page = desk().post(HOURS, 200, hours="", first="")
    assert "Every session of the week of Monday, November 30 can stay as it is." in words(page)


def test_no_session_fits(desk, published):
    page = desk().post(HOURS, 200, hours="sun 1-2pm", first="2026-11-30")
    assert "No session of this week fits these hours" in words(page)
    assert [one["edits"] for one in choices(page)] == [""]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hours": "sometimes"}, "Begin with days: mon, tue"),
        ({"hours": "mon 9"}, "Write when each time ends"),
        ({"hours": "mon 8-9:30"}, "could be in the morning or in the evening"),
        ({"hours": "mon 9-12", "first": "soon"}, "Choose the day from which the hours are new."),
        ({"hours": "mon 9-12", "first": "2027-06-01"}, "Choose a day in the next 8 weeks."),
    ],
)
def test_what_cannot_be_read_is_asked_again(desk, published, store, fields, said):
    browser = desk()
    before = document(store)
    page = browser.post(HOURS, 422, **fields)
    assert said in words(page)
    assert page.of_id("hours").attributes["value"] == fields["hours"]
    assert send(browser, **fields).status_code == 422
    assert document(store) == before


def test_nothing_is_saved_over_someone_elses_change(desk, published, store, coordinator):
    browser = desk()
    first = choices(browser.post(HOURS, 200, hours="mon-wed 8-12:30, wed 1-5", first="2026-11-30"))[0]
    before = document(store)
    for field in ("version", "week_version"):
        answer = send(browser, **(first | {field: "77"}))
        assert answer.status_code == 412
        assert "Someone else changed the week or this person" in answer.text
        assert 'value="mon-wed 8-12:30, wed 1-5"' in answer.text
    assert send(browser, **(first | {"edits": "[{}]"})).status_code == 400
    assert document(store) == before


def test_a_busy_service_loses_nothing_typed(desk, published, app):
    browser = desk()
    pool = app.state.explanation_pool
    while pool._places.acquire(blocking=False):
        pass
    page = browser.post(HOURS, 422, hours="mon 9-12", first="")
    assert "There was no answer in time" in words(page)
    assert page.of_id("hours").attributes["value"] == "mon 9-12"


def test_the_caller_is_found_by_initials(desk, published):
    browser = desk()
    answer = browser.client.post(PHONE, data={"who": "ax"}, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, HOURS)
    assert len([*section(browser.post(PHONE, 200, who="x"), "hours").all("a")]) == 3
    assert "Nobody has these initials or this number." in words(browser.post(PHONE, 422, who="zz"))
    assert "New hours" in words(browser.get(f"/programs/{PROGRAM}/people/ana"))
    browser.get(f"{PHONE}/hours/nobody", 404)
    desk("front_desk").get(PHONE, 403)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("mon-thu 5-9", "Monday to Thursday, 5:00 – 9:00 pm"),
        ("mon 1-4", "Monday, 1:00 – 4:00 pm"),
        ("fri 9-12", "Friday, 9:00 am – 12:00 pm"),
        ("A tue 17:00-21:00", "A weeks: Tuesday, 5:00 – 9:00 pm"),
        ("mon, wed 9am-12pm, 1-3pm", "Monday and Wednesday, 9:00 am – 12:00 pm and 1:00 – 3:00 pm"),
    ],
)
def test_hours_are_read_as_they_are_said(typed, read):
    assert [line.replace("\xa0", " ") for line in hours_in_words(read_hours(typed, [SITE]))] == [read]


def test_a_doubtful_hour_is_asked_about():
    with pytest.raises(UnreadableHoursError, match="am or pm"):
        read_hours("sun 8-9", [SITE])


def test_until_the_date_the_hours_are_as_they_were():
    old = Availability.model_validate(
        {"weekly": windows("09:00", "12:00", ("mon", "tue"), weeks="A") + windows("13:00", "15:00", ("wed",))}
    )
    new = read_hours("sat 9-12", [SITE])
    hours = hours_from(old, new, date(2026, 12, 10), date(2026, 11, 30), date(2026, 11, 30))
    assert hours.weekly == new
    assert [(entry.date.day, [(w.start, w.end) for w in entry.windows]) for entry in hours.dates if entry.windows] == [
        (30, [(540, 720)]), (1, [(540, 720)]), (2, [(780, 900)]), (9, [(780, 900)]),
    ]  # fmt: skip
    assert hours.dates[-1].date == date(2026, 12, 9)
    assert hours_from(old, new, date(2026, 11, 30), date(2026, 11, 30), None).dates == ()
