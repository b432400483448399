"""The week board in a real browser: a place is chosen, undone and chosen again by keys; a session that has ended."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.pages.chromium import chromium, find_chromium
from tests.api.pages.test_browser import server  # noqa: F401 - the real service, listening
from tests.api.pages.test_staff_axe import violations, wait_for
from tests.api.pages.test_staff_browser import press, sign_in
from tests.api.pages.test_week_board import BOARD
from tests.api.weeks.small import WEEK, as_json
from tests.build import meet, roster, run

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: the week board was not tried in a browser"),
]

CHANGED = "document.querySelectorAll('.block.changed').length"
TAKEN = (
    "title => [...document.querySelectorAll('.block')].find(one => one.textContent.includes(title)).querySelector('.seats').textContent[0]"
)
"""How many are in the group of this title."""


def drag(tab, what: str, to: str, down: float | None = 0) -> None:
    """Drag from the upper part of one thing into another: `down` pixels lower than where it was, or to the middle of the other."""
    page = tab.page
    page.locator(what).first.scroll_into_view_if_needed()
    taken, column = page.locator(what).first.bounding_box(), page.locator(to).first.bounding_box()
    y = taken["y"] + 8
    below = column["y"] + column["height"] / 2 if down is None else y + down
    page.mouse.move(taken["x"] + 8, y)
    page.mouse.down()
    page.mouse.move(taken["x"] + 20, y + 2)
    page.mouse.move(column["x"] + column["width"] / 2, below)
    page.mouse.up()


def test_a_session_and_someone_in_it_are_dragged(server, desk, published, clock):  # noqa: F811
    desk()
    clock(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    with chromium() as tab:
        tab.be(1280)
        sign_in(tab, server, "coordinator-none")
        tab.open(f"{server}{BOARD}?by=room")
        with tab.loading():
            drag(tab, ".block:has-text('A. X.')", ".day:has(.block:has-text('A. X.')) [data-to='room~r1']")
        assert "of=draft" in tab.look("location.search"), "no rule forbids it, so it is there"
        assert tab.look(CHANGED) == 1
        tab.look("window.isSamePage = true")
        drag(tab, ".block:has-text('A. X.')", ".day:has(.block:has-text('A. X.')) [data-to='room~r1']", -160)
        wait_for(tab, "document.querySelector('#places') !== null")
        assert "That breaks a rule." in tab.look("document.querySelector('#places').textContent")
        assert (tab.look(CHANGED), tab.look("document.querySelectorAll('.drop, .dragged').length")) == (1, 0)
        assert (tab.look("window.isSamePage"), violations(tab)) == (True, [])

        tab.open(f"{server}{BOARD}?of=draft&by=room&id=r1")
        tab.page.locator(".block:has-text('Morning 1')").click()
        wait_for(tab, "document.querySelector('#places button') !== null")
        drag(tab, "[data-move]", ".block:has-text('Morning 2')", None)
        wait_for(tab, "document.querySelector('#places')?.textContent.includes('Nobody can be moved there')")
        drag(tab, ".block:has-text('A. X.')", "[data-to='2026-12-02']")
        wait_for(tab, "document.querySelector('#places')?.textContent.includes('Wed, Dec 2')")
        assert (violations(tab), tab.complaints) == ([], [])


def test_someone_is_dragged_to_another_group_and_only_its_days_are_drawn_again(server, desk, published, coordinator, clock):  # noqa: F811
    desk()
    clock(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    people = {"g1": ("ana", "ben"), "g2": ("ana", "ben", "cid"), "g3": ("cid",)}
    groups = [run(id, day, "09:00", people[id]) for id, day in (("g1", "mon"), ("g2", "tue"), ("g3", "wed"))]
    three = roster(*groups, meet("ana", "mon", "13:00"), meet("ben", "tue", "13:00"), meet("cid", "wed", "13:00"))
    assert coordinator.post(f"{WEEK}/rosters", json=as_json(three)).status_code == 201
    with chromium() as tab:
        tab.be(1280, 4500)  # All days are in sight, so that someone can be dragged from one to another.
        sign_in(tab, server, "coordinator-none")
        tab.open(f"{server}{BOARD}?of=draft&by=room")
        tab.page.locator(".block:has-text('Morning 1')").click()
        wait_for(tab, "document.querySelector('#places button') !== null")
        tab.look("document.querySelectorAll('.day').forEach(day => day.isOld = true)")
        drag(tab, "[data-move]:has-text('B. X.')", ".block:has-text('Morning 3')", None)
        wait_for(tab, f"({TAKEN})('Morning 1') === '1'")
        assert tab.look(f"({TAKEN})('Morning 3')") == "2"
        assert tab.look("[...document.querySelectorAll('.day')].map(day => day.isOld ?? false)") == [False, True, False, True, True]
        assert (violations(tab), tab.complaints) == ([], [])
        tab.press("u")
        wait_for(tab, f"document.querySelector('[data-press=U]') !== null && ({TAKEN})('Morning 1') === '2'")


def test_a_place_is_chosen_undone_and_chosen_again_by_keys(server, desk, published, clock, tmp_path):  # noqa: F811
    desk()
    clock(datetime(2026, 11, 30, 14, 12, tzinfo=UTC))
    with chromium() as tab:
        tab.be(1280)
        sign_in(tab, server, "coordinator-none")
        tab.open(f"{server}{BOARD}?by=room")
        tab.look("[...document.querySelectorAll('.block')].find(block => block.textContent.includes('A. X.')).focus()")
        tab.press("Enter")
        wait_for(tab, "document.querySelector('#places button') !== null")
        tab.look("document.querySelector('#places button').focus()")
        press(tab, "Enter")
        assert tab.look(CHANGED) == 1
        assert violations(tab) == []
        tab.look("window.isSamePage = true")
        tab.press("u")
        wait_for(tab, f"document.querySelector('[data-press=U]') !== null && {CHANGED} === 0")
        assert (tab.look("window.isSamePage"), violations(tab)) == (True, [])
        press(tab, "U")
        assert tab.look(CHANGED) == 1
        assert tab.complaints == []

        tab.page.context.clear_cookies()
        tab.look("document.querySelector('.block').focus()")
        press(tab, "Enter")
        assert tab.look("location.pathname") == "/sign-in"
