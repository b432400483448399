"""The week board in a real browser: a place is chosen, undone and chosen again by keys; a session that has ended."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.pages.chromium import chromium, find_chromium
from tests.api.pages.test_browser import server  # noqa: F401 - the real service, listening
from tests.api.pages.test_staff_axe import violations, wait_for
from tests.api.pages.test_staff_browser import press, sign_in
from tests.api.pages.test_week_board import BOARD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: the week board was not tried in a browser"),
]

CHANGED = "document.querySelectorAll('.block.changed').length"


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
