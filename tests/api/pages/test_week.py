"""The appointments of the coming weeks and the hours of this one, as a participant sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from api.database.tables import GroupRow, ProgramRow, PublishedBookingRow, RoomRow, ServiceRow, SiteRow
from tests.api.weeks.small import BEFORE, MONDAY, WEEK

IN_WEEK = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
"""Monday of the week, 14:00 in New York: the group is over, and so is the individual session at 13:00."""


@pytest.fixture(autouse=True)
def _published(published):
    """The week is published in every test."""


def plain(element) -> str:
    """The text of an element with single blanks."""
    return re.sub(r"\s+", " ", element.text).strip()


def rows_of(page) -> list[str]:
    return [" | ".join(plain(cell) for cell in row.children) for row in page.all("tr")][1:]


def label_everything(store, word: str) -> None:
    """A telling label on everything a published session names."""
    with store.writing() as session:
        for table in (GroupRow, RoomRow, ServiceRow, SiteRow, ProgramRow):
            for row in session.query(table).all():
                row.document = {**row.document, "label": f"{word} {table.__name__.lower().removesuffix('row')}"}


def test_the_week_before_shows_next_week(visit):
    page = visit("ana").page
    sections = {plain(next(s.all("h2"))): plain(s) for s in page.all("section")}
    assert sections["This week Nov 23 – 29"].endswith("Not published yet. Your appointments will appear here.")
    assert sections["Next"] == "Next Monday, November 30, 9:00 am – 12:00 pm In person"
    week = sections["Next week Nov 30 – Dec 6"]
    assert re.findall(r"(?:Mon|Tue|Wed)\d+|\d+:\d+[^I]*?(?= In person)", week) == [
        "Mon30", "9:00 am – 12:00 pm", "1:00 – 1:50 pm", "Tue1", "9:00 am – 12:00 pm",
    ]  # fmt: skip


def test_others_appointments_are_not_shown(visit):
    for person, count in (("ana", 3), ("ben", 3), ("cid", 3)):
        assert len(list(visit(person).page.all("time"))) == count
    assert "1:00" in visit("cid").page.text
    assert len({visit(person).page.of_id("main").text for person in ("ana", "ben", "cid")}) == 3


def test_on_a_day_of_the_week_it_says_what_is_next_and_what_is_over(visit, clock):
    clock(IN_WEEK)
    page = visit("ana").page
    assert plain(page.of_id("main")).count("Today") == 0
    assert "Tomorrow, 9:00 am – 12:00 pm" in plain(page)
    assert [plain(row) for row in page.all("li") if row.attributes.get("class") == "over" and row.children[0].tag == "time"] == [
        "9:00 am – 12:00 pm In person",
        "1:00 – 1:50 pm In person",
    ]
    clock(datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
    assert "Now Today, 9:00 am – 12:00 pm" in plain(visit("ana").page)


def test_hours_are_ordered_scheduled_delivered_and_ahead(visit, staff, clock):
    clock(IN_WEEK)
    session = f"g.g1.{MONDAY}"
    staff.post(f"{WEEK}/attendance", json={"items": [{"session": session, "participant": "ana", "status": "late", "minutes": 150}]})
    page = visit("ana").page
    assert rows_of(page) == [
        "Ordered | 6 to 10 h | 2 to 3", "Scheduled | 6 h 50 min | 2", "Delivered | 2 h 30 min | 1", "Still ahead | 3 h | 1",
    ]  # fmt: skip
    assert "2 h 30 min done, 3 h to go." in plain(page)
    assert "1 past appointment is not recorded yet." in plain(page)
    assert "Attended in part" in plain(page)
    bars = {r.attributes["class"]: float(r.attributes["width"].rstrip("%")) for r in page.all("rect")}
    assert bars == {"rail": 100, "ahead": pytest.approx(100 * 330 / 410, abs=0.01), "done": pytest.approx(100 * 150 / 410, abs=0.01)}


def test_an_excuse_is_not_ahead(visit, staff, clock):
    clock(IN_WEEK)
    item = {"session": f"g.g2.{MONDAY}", "participant": "ana", "status": "excused"}
    assert staff.post(f"{WEEK}/attendance", json={"items": [item]}).status_code in (200, 201)
    page = visit("ana").page
    assert "Nothing is left for this week." in plain(page)
    assert "Excused" in plain(page)
    assert not any(h.text == "Next" for h in page.all("h2"))


def test_a_program_that_makes_no_sense_hides_hours_not_appointments(visit, store, staff, published):
    with store.writing() as session:
        for row in session.query(ServiceRow).all():
            row.archived_at = BEFORE
    page = visit("ana").page
    assert len(list(page.all("time"))) == 3
    assert not any(h.text == "Hours this week" for h in page.all("h2"))


def test_a_withdrawn_week_is_gone_from_the_page(visit, staff):
    browser = visit("ana")
    etag = staff.get(WEEK).headers["ETag"]
    assert staff.post(f"{WEEK}/unpublish", json={}, headers={"If-Match": etag}).status_code == 200
    page = browser.get("/my")
    assert list(page.all("time")) == []
    assert plain(page).count("Not published yet") == 2


def test_details_are_hidden_until_asked_for_and_again_afterwards(visit, link, store):
    label_everything(store, "Telling")
    browser = visit("ana")
    assert re.findall(r"Telling \w+", browser.page.text) == ["Telling site"] * 4
    page = browser.post("/my/details", show="1")
    found = set(re.findall(r"Telling \w+", page.text))
    assert found == {"Telling site", "Telling group", "Telling service", "Telling room"}
    assert "Hide details" in page.text
    assert "Telling group" not in browser.post("/my/details", show="").text
    browser.post("/my/details", show="1")
    assert "Telling group" not in browser.open(link("ana")["url"]).text, "another visit begins without"


def test_nothing_around_the_page_tells_what_it_is_about(visit, store):
    """Title, head, address, headers and cookie: none of the program's words, and no word of care."""
    label_everything(store, "Recovery")
    browser = visit("ana")
    browser.post("/my/details", show="1")
    for path in ("/my", "/my/calendar", "/my/away", "/my/wishes"):
        page = browser.get(path)
        head = browser.answer.text.partition("</head>")[0]
        around = f"{head} {browser.answer.url} {dict(browser.answer.headers)} {browser.client.cookies}".lower()
        for word in ("recovery", "stepdown", "iop", "treat", "therap", "clinic", "program", "health", "north", "ana"):
            assert word not in around.replace("analy", ""), (path, word)
        assert next(page.all("title")).text in ("Appointments", *(f"{n} · Appointments" for n in ("Calendar", "Time away", "Preferences")))


def test_a_label_is_text_whatever_it_holds(visit, store):
    label_everything(store, "<em>Ana's</em> \"group\"'><em title=x>")
    browser = visit("ana")
    page = browser.post("/my/details", show="1")
    assert "<em>Ana's</em>" in page.text, "read back as text"
    assert list(page.all("em")) == []
    assert "<em" not in browser.answer.text


def test_an_online_appointment_says_so_and_names_no_place(visit, store):
    label_everything(store, "Telling")
    with store.writing() as session:
        session.execute(update(PublishedBookingRow).where(PublishedBookingRow.participant == "ana").values(mode="telehealth"))
    text = plain(visit("ana").page)
    assert text.count("Online") == 4
    assert "Telling" not in text
