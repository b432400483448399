"""The appointments of the coming weeks and the hours of this one, as a participant sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from api.models.attendance import Counted, Ordered
from api.pages.hours import Hours
from api.pages.words import counted, days, duration, near, span
from api.store.tables import Group, Program, PublishedBooking, Room, Service, Site
from tests.api.weeks.small import BEFORE, MONDAY, WEEK
from tests.build import at

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
        for table in (Group, Room, Service, Site, Program):
            for row in session.query(table).all():
                row.document = {**row.document, "label": f"{word} {table.__name__.lower()}"}


def test_the_week_before_shows_next_week(visit):
    page = visit("ana").page
    sections = {plain(next(s.all("h2"))): plain(s) for s in page.all("section")}
    assert sections["This week Nov 23 – 29"].endswith("Not published yet. You will find it here once it is.")
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


def hours(floor: int, scheduled: int, delivered: int = 0, ahead: int = 0, ceiling: int = 600, **more) -> Hours:
    ordered = Ordered(floor=floor, ceiling=ceiling, sessions_floor=0, sessions_ceiling=4, days_floor=0, days_ceiling=3, billable_days=0)
    is_published = more.get("is_published", True)
    return Hours(ordered, Counted(minutes=scheduled), Counted(minutes=delivered), ahead, 1, more.get("unrecorded", 0), is_published)


def test_the_hours_in_plain_words():
    said = {
        "9 h of your plan could not": hours(540, 0),
        "Nothing is scheduled this week.": hours(0, 0),
        "Nothing is left for this week.": hours(0, 180, 180),
        "3 h are ahead of you this week.": hours(0, 180, 0, 180),
        "2 h done, 1 h to go.": hours(0, 180, 120, 60),
        "not published yet": hours(540, 0, is_published=False),
        "2 past appointments are not recorded yet.": hours(0, 180, 120, 60, unrecorded=2),
        "1 h 30 min of your plan could not be scheduled.": hours(540, 450),
    }
    for words, found in said.items():
        assert words in " ".join([found.headline, *found.remarks]).replace("\xa0", " "), words
    assert list(hours(540, 0, is_published=False).remarks) == []


@pytest.mark.parametrize(
    ("floor", "ceiling", "told"),
    [(540, 720, "9 to 12 h"), (540, 540, "9 h"), (90, 120, "1 h 30 min to 2 h"), (540, 10080, "from 9 h"), (0, 10080, "–")],
)
def test_ordered_hours_in_words(floor, ceiling, told):
    assert next(hours(floor, 0, ceiling=ceiling).rows)[2].replace("\xa0", " ") == told


def test_a_program_that_makes_no_sense_hides_hours_not_appointments(visit, store, staff, published):
    with store.writing() as session:
        for row in session.query(Service).all():
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
        assert next(page.all("title")).text in ("Appointments", *(f"{n} · Appointments" for n in ("Calendar", "Time away", "Wishes")))


def test_a_label_is_text_whatever_it_holds(visit, store):
    label_everything(store, "<script>alert(1)</script>\"'><b onclick=x>")
    browser = visit("ana")
    page = browser.post("/my/details", show="1")
    assert "<script>alert(1)</script>" in page.text, "read back as text"
    assert list(page.all("script", "b onclick")) == []
    assert "<script" not in browser.answer.text


def test_an_online_appointment_says_so_and_names_no_place(visit, store):
    label_everything(store, "Telling")
    with store.writing() as session:
        session.execute(update(PublishedBooking).where(PublishedBooking.participant == "ana").values(mode="telehealth"))
    text = plain(visit("ana").page)
    assert text.count("Online") == 4
    assert "Telling" not in text


def test_words():
    assert span(at("mon", "09:00"), at("mon", "12:00")).replace("\xa0", " ") == "9:00 am – 12:00 pm"
    assert span(at("mon", "17:30"), at("mon", "20:30")).replace("\xa0", " ") == "5:30 – 8:30 pm"
    assert span(at("mon", "00:00"), at("mon", "00:45")).replace("\xa0", " ") == "12:00 – 12:45 am"
    assert [duration(n).replace("\xa0", " ") for n in (0, 50, 60, 150)] == ["0 min", "50 min", "1 h", "2 h 30 min"]
    assert days(MONDAY, MONDAY + timedelta(days=6)).replace("\xa0", " ") == "Nov 30 – Dec 6"
    assert [near(MONDAY + timedelta(days=n), MONDAY) for n in (0, 1, 2)] == ["Today", "Tomorrow", "Wednesday, December 2"]
    assert [counted(n, "day") for n in (1, 2)] == ["1 day", "2 days"]
