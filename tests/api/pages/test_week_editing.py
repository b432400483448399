"""Working on the week board: choose a session, choose a place, undo; a draft that someone else changed."""

from __future__ import annotations

import re

import pytest

from api.pages.week.choices import choice_of, edit_of
from api.pages.week.draft import difference
from scheduler.whatif import BookingDrop, BookingMove, Cancellation, NewAppointment, NewBooking, SessionMove
from tests.api.pages.test_plan import words
from tests.api.pages.test_week_board import BOARD, blocks_of
from tests.api.weeks.small import MONDAY, WEEK, good_roster
from tests.build import meet, roster, run

DRAFT = f"{BOARD}?of=draft&by=room"


def panel_with(browser, title: str, board: str = BOARD, ask: str = ""):
    """Choose a session on a board by its words."""
    block = next(b for b in blocks_of(browser.get(board)) if title in words(b))
    return browser.get(block.attributes["href"] + ask).of_id("panel")


def form_of(page, text: str) -> tuple[str, dict[str, str]]:
    """The form with a button, and what that button sends."""
    for form in page.all("form"):
        for button in form.all("button"):
            if words(button).startswith(text):
                fields = {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}
                name = button.attributes.get("name")
                return form.attributes["action"], fields | ({name: button.attributes["value"]} if name else {})
    raise AssertionError(text)


def press(browser, page, text: str, status: int = 200):
    """Press a button; the page that it leads to."""
    action, fields = form_of(page, text)
    return browser.post(action, status, **fields)


def sessions_of(coordinator) -> dict[str, dict]:
    """The sessions of the newest roster."""
    newest = coordinator.get(f"{WEEK}/rosters").json()["items"][-1]
    return {one["id"]: one for one in coordinator.get(f"{WEEK}/rosters/{newest['id']}").json()["roster"]["sessions"]}


def test_a_session_is_moved_in_a_draft_and_one_press_undoes_it(desk, published, coordinator):
    browser = desk()
    panel = panel_with(browser, "A. X.", ask="&ask=times")
    free = [words(b) for ul in panel.all("ul") if ul.attributes.get("class") == "places" for b in ul.all("button")]
    page = press(browser, panel, next(text for text in free if not text.startswith("Mon, Nov 30, 1:00 pm")))
    assert browser.answer.url.path == BOARD
    assert "You see a draft." in words(page)
    assert "1 person comes at another time" in words(page)
    assert sum("changed" in b.attributes["class"].split() for b in blocks_of(page)) == 1
    assert coordinator.get(WEEK).json()["published"]["number"] == 1
    assert "A draft of this week is being worked on" in words(browser.get(BOARD))

    page = press(browser, browser.get(DRAFT), "Undo the last change")
    assert "You see a draft." not in words(page)
    assert len(coordinator.get(f"{WEEK}/rosters").json()["items"]) == 1


def test_every_kind_of_change(desk, published, coordinator):
    browser = desk()
    panel = panel_with(browser, "Morning 1")
    press(browser, panel, "Take out A. X.")
    assert "1 person loses a session" in words(browser.page)
    assert [b["participant"] for b in sessions_of(coordinator)[f"g.g1.{MONDAY}"]["bookings"]] == ["ben", "cid"]

    press(browser, panel_with(browser, "Morning 1", DRAFT, "&ask=add"), "A. X.")
    assert "It is the same as the published week." in words(browser.page)

    panel = panel_with(browser, "Morning 1", DRAFT, "&ask=leader")
    press(browser, panel, next(words(b) for ul in panel.all("ul") if ul.attributes.get("class") == "places" for b in ul.all("button")))
    assert "another therapist" in words(browser.page)

    press(browser, panel_with(browser, "Morning 1", DRAFT), "Cancel this session")
    assert "No longer on the board: Morning 1." in words(browser.page)
    for _ in range(4):
        browser.get(DRAFT)
        press(browser, browser.page, "Undo the last change")
    assert len(coordinator.get(f"{WEEK}/rosters").json()["items"]) == 1


def test_an_appointment_is_cancelled_and_found_again_among_those_not_on_the_board(desk, published, coordinator):
    browser = desk()
    press(browser, panel_with(browser, "B. X."), "Cancel this session")
    page = browser.get(f"{BOARD}/appointments?of=draft")
    links = [a for a in page.all("a") if words(a).startswith("Find a place")]
    assert [words(a).partition(" for ")[2] for a in links] == ["individual of B. X."]
    panel = browser.get(links[0].attributes["href"]).of_id("panel")
    press(browser, panel, "Tue")
    assert set(sessions_of(coordinator)) == {one.id for one in good_roster().sessions}


def versions_in(text: str) -> list[str]:
    """The versions of the boards on a page."""
    return re.findall(r'data-version="([^"]+)"', text)


@pytest.mark.parametrize("has_boards", [True, False])
def test_a_page_gets_the_boards_that_look_different_from_its_own(desk, published, has_boards):
    browser = desk()
    press(browser, panel_with(browser, "A. X."), "Cancel this session")
    panel = panel_with(browser, "B. X.", DRAFT)
    browser.get(DRAFT)
    versions = versions_in(browser.answer.text)
    action, fields = form_of(panel, "Cancel this session")
    own = " ".join(versions if has_boards else versions[1:])
    headers = {"Sec-Fetch-Site": "same-origin", "HX-Request": "true", "Board-Versions": own}
    text = browser.client.post(action, data=fields, headers=headers).text
    assert "No longer on the board: individual of A. X.; individual of B. X." in text
    sent = versions_in(text)
    assert [version.partition(".")[0] for version in sent if version not in versions] == ["2026-12-01"]
    assert len(sent) == (1 if has_boards else len(versions))
    assert ("Signed in as" in text) != has_boards


@pytest.mark.parametrize("title", ["Morning 1", "A. X."])
def test_a_session_is_pinned_where_it_is_and_unpinned(desk, published, coordinator, title):
    browser = desk()
    page = press(browser, panel_with(browser, title), "Pin it here")
    assert [words(b) for b in blocks_of(page) if "Pinned" in words(b)] != []
    pins = [{k: v for k, v in one["pin"].items() if v is not None} for one in coordinator.get(f"{WEEK}/pins").json()["items"]]
    assert [one for one in coordinator.get(f"{WEEK}/pins").json()["items"] if one["issues"]] == []
    if title == "Morning 1":
        assert pins == [
            {"kind": "run", "group": "g1", "day": "mon", "time": "09:00"},
            {"kind": "facilitator", "group": "g1", "clinician": "cora"},
            {"kind": "room", "group": "g1", "room": "r1"},
        ]
    else:
        where = {"day": "mon", "time": "13:00", "clinician": "dan", "mode": "in_person"}
        assert pins == [{"kind": "booking", "participant": "ana", "service": "individual"} | where]
    press(browser, panel_with(browser, title), "Unpin")
    assert coordinator.get(f"{WEEK}/pins").json()["items"] == []


def test_what_someone_else_changed_is_shown_with_what_was_chosen(desk, published, coordinator):
    browser = desk()
    mine = panel_with(browser, "A. X.", ask="&ask=times")
    theirs = panel_with(browser, "Morning 2")
    press(browser, theirs, "Cancel this session")
    first = next(words(b) for ul in mine.all("ul") if ul.attributes.get("class") == "places" for b in ul.all("button"))
    text = words(press(browser, mine, first, 412))
    assert "This week was changed in the meantime" in text
    assert "individual of A. X.” was not made" in text
    assert "What is different since you opened the page: 3 people lose a session." in text
    assert "You see a draft." in text
    assert "changed in the meantime" not in words(press(browser, theirs, "Cancel this session")), "the same form sent twice"
    assert len(coordinator.get(f"{WEEK}/rosters").json()["items"]) == 2


@pytest.mark.parametrize("choice", ["", "move", "cancel~nothing", "move~x~y~z~~~~", "new~ana~individual~~cora~in_person~~~1", "fly~1"])
def test_a_choice_that_no_page_sends_changes_nothing(desk, published, coordinator, choice):
    browser = desk()
    action, fields = form_of(panel_with(browser, "A. X."), "Cancel")
    browser.post(action, 400, **fields | {"choice": choice})
    assert len(coordinator.get(f"{WEEK}/rosters").json()["items"]) == 1


def test_who_may_not_change_the_roster_sees_who_is_in_a_session_and_no_more(desk, published):
    browser = desk("clinician", "cora")
    panel = browser.get(blocks_of(browser.get(BOARD))[0].attributes["href"]).of_id("panel")
    assert not list(panel.all("form"))
    assert "Who is in it" in words(panel)
    browser.get(f"{BOARD}/session/{'0' * 24}", 404)
    browser.get(f"{BOARD}/appointments", 403)


def test_a_choice_is_read_as_it_was_written():
    edits = (
        SessionMove("s", 540, "telehealth", None, None, ("cora", "dan")),
        SessionMove("s", None, None, "main", "r1", None),
        BookingMove("s", "ana", "t", "telehealth"),
        NewBooking("s", "ana"),
        BookingDrop("s", "ana"),
        Cancellation("s"),
        NewAppointment("ana", "individual", 0, "cora", "in_person", "main", "r1", 2),
    )
    numbers = {"s": "1", "t": "2"}
    for edit in edits:
        assert edit_of(choice_of(edit, numbers.__getitem__), {"1": "s", "2": "t"}) == edit


def test_differences_are_said_by_how_many_people_they_concern():
    before = roster(run("g1", "mon", "09:00", ("ana", "ben")), meet("ana", "mon", "13:00"))
    after = roster(run("g1", "tue", "09:00", ("ana", "cid")), meet("ana", "mon", "13:00", facilitators=("cora",)))
    found = difference(before, after)
    assert set(found.words) == {
        "1 person comes at another time",
        "1 person gets a session more",
        "1 person loses a session",
        "1 person sees another therapist",
    }
    assert sorted(found.marks.values()) == ["Changed", "Moved"]
    assert not difference(before, before)
