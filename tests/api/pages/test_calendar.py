"""The calendar link on a participant's own page: warning, four ways, renewing, ending."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from api.database.tables import AuditEntryRow, FeedRow
from api.database.tables.base import stamps
from api.feeds import WARNING, feeds_of
from tests.api.weeks.small import BEFORE

CHOSEN = {"acknowledged": str(WARNING.version), "label": "Gym", "reminder_minutes": "60", "is_private": "1"}


def address(page) -> str:
    """The path of the calendar's link."""
    return "/cal/" + page.of_id("address").attributes["value"].partition("/cal/")[2]


def test_the_warning_is_read_before_anything_is_made(visit, store):
    browser = visit()
    page = browser.get("/my/calendar")
    assert WARNING.text in page.text
    for wrong in ("", "0", str(WARNING.version + 1)):
        page = browser.post("/my/calendar", 422, **CHOSEN | {"acknowledged": wrong})
        assert page.of_id("acknowledged").attributes["aria-invalid"] == "true"
        assert page.of_id("label").attributes["value"] == "Gym", "nothing typed is lost"
        assert "checked" in page.of_id("is_private").attributes
    with store.reading() as session:
        assert session.scalars(select(FeedRow)).all() == []


def test_the_link_is_offered_in_four_ways_and_as_a_code_once(visit, store, published):
    browser = visit()
    page = browser.post("/my/calendar", **CHOSEN)
    links = [a.attributes["href"] for a in page.all("a") if a.attributes.get("class") == "button"]
    assert [link.partition(":")[0] for link in links] == ["webcal", "https", "http"]
    assert links[1].startswith("https://calendar.google.com/calendar/")
    assert [f.attributes["aria-label"] for f in page.all("figure")] == ["The link as a QR code"]
    path = address(page)
    assert path not in browser.get("/my/calendar").text
    calendar = browser.client.get(path)
    assert calendar.status_code == 200
    assert "SUMMARY:Gym" in calendar.text
    with store.reading() as session:
        feed = session.scalars(select(FeedRow)).one()
    assert (feed.purpose, feed.subject, feed.created_by, feed.acknowledged) == ("self", "ana", "participant:ana", WARNING.version)


def test_made_twice_it_is_made_once(visit, store):
    browser = visit()
    browser.post("/my/calendar", **CHOSEN)
    page = browser.post("/my/calendar", **CHOSEN)
    assert "Your calendar link" in page.text
    assert "/cal/" not in browser.answer.text
    with store.reading() as session:
        assert len(session.scalars(select(FeedRow)).all()) == 1


def test_the_page_says_when_it_was_last_fetched_and_by_what(visit, clock):
    browser = visit()
    path = address(browser.post("/my/calendar", **CHOSEN))
    assert "Not yet" in browser.get("/my/calendar").text
    clock(BEFORE + timedelta(minutes=10))
    browser.client.get(path, headers={"User-Agent": "iOS/18.1 (22B83) dataaccessd/1.0"})
    text = browser.get("/my/calendar").text.replace("\xa0", " ")
    assert "Thu, Nov 26, 10:10 am, by Apple Calendar" in text
    assert "within 4 h" in text


def test_label_and_switches_are_changed(visit, store, published):
    browser = visit()
    path = address(browser.post("/my/calendar", **CHOSEN))
    page = browser.post("/my/calendar/options", label="<Dentist>", reminder_minutes="", has_place="1")
    assert "Saved." in page.text
    assert page.of_id("label").attributes["value"] == "<Dentist>"
    assert {name: "checked" in page.of_id(name).attributes for name in ("is_private", "has_place")} == {
        "is_private": False, "has_place": True,
    }  # fmt: skip
    assert "SUMMARY:<Dentist>" in browser.client.get(path).text


def test_a_label_that_cannot_be_is_refused_at_its_field(visit, store):
    browser = visit()
    labels = ("x" * 61, "bell\x07", "line\nbreak")
    for label in labels:
        assert browser.post("/my/calendar", 422, **CHOSEN | {"label": label}).of_id("label").attributes["aria-invalid"] == "true"
    browser.post("/my/calendar", **CHOSEN)
    for label in labels:
        assert browser.post("/my/calendar/options", 422, label=label, reminder_minutes="").of_id("label").attributes["aria-invalid"]
    assert browser.post("/my/calendar/options", 422, label="x", reminder_minutes="7").of_id("reminder_minutes").attributes["aria-invalid"]
    with store.reading() as session:
        assert session.scalars(select(FeedRow)).one().document["label"] == "Gym"


def test_a_new_link_takes_the_place_of_the_old_one_once(visit, store, published):
    browser = visit()
    old = address(browser.post("/my/calendar", **CHOSEN))
    version = {
        "version": next(i for i in browser.get("/my/calendar").all("input") if i.attributes["name"] == "version").attributes["value"]
    }
    new = address(browser.post("/my/calendar/renew", **version))
    assert new != old
    assert "SUMMARY:Gym" in browser.client.get(new).text
    assert "SUMMARY:Gym" not in browser.client.get(old).text
    assert "/cal/" not in browser.post("/my/calendar/renew", **version).text, "sent again by the browser, it renews nothing"
    assert "SUMMARY:Gym" in browser.client.get(new).text


def test_ending_it_ends_it_and_it_can_be_made_anew(visit, store, published):
    browser = visit()
    path = address(browser.post("/my/calendar", **CHOSEN))
    assert "Ended." in browser.post("/my/calendar/end").text
    assert "SUMMARY:Gym" not in browser.client.get(path).text
    browser.post("/my/calendar/end")
    assert address(browser.post("/my/calendar", **CHOSEN)) != path
    with store.reading() as session:
        assert len(feeds_of(session, "north", "participant", "ana")) == 1


def test_what_is_not_there_is_neither_changed_nor_renewed(visit):
    browser = visit()
    assert "Before you begin" in browser.post("/my/calendar/options", label="x", reminder_minutes="").text
    assert "Before you begin" in browser.post("/my/calendar/renew", version="1").text


def test_others_calendars_are_their_own(visit):
    visit("ana").post("/my/calendar", **CHOSEN)
    assert "Before you begin" in visit("ben").get("/my/calendar").text


def test_every_token_act_is_in_the_audit_trail_without_the_token(visit, store):
    browser = visit()
    token = address(browser.post("/my/calendar", **CHOSEN)).removeprefix("/cal/").removesuffix(".ics")
    browser.post("/my/calendar/options", label="", reminder_minutes="")
    browser.post("/my/calendar/end")
    with store.reading() as session:
        rows = session.scalars(select(AuditEntryRow).where(AuditEntryRow.caller == "participant:ana").order_by(AuditEntryRow.at)).all()
        feed = session.scalars(select(FeedRow)).one().id
    acts = [(row.action, row.target) for row in rows if row.action.startswith("own.feed")]
    assert acts == [(f"own.feed_{name}", f"feed={feed}") for name in ("issue", "change", "revoke")]
    assert not any(token in row.target for row in rows)


def test_calendars_of_guests_are_shown_without_names(visit, store):
    """Ana's mother has a link; the page says that somebody has, and when it was fetched."""
    browser = visit()
    assert "Calendars of your guests" not in browser.get("/my/calendar").text
    with store.writing() as session:
        session.add(
            FeedRow(
                program="north", subject_kind="participant", subject="ana", guest="mother", purpose="guest", document={},
                acknowledged=WARNING.version, acknowledged_at=BEFORE, days_after=0, **stamps("staff", BEFORE),
            )
        )  # fmt: skip
    page = browser.get("/my/calendar")
    assert "Calendars of your guests" in page.text
    assert "mother" not in page.text
    assert "A second calendar" not in page.text
