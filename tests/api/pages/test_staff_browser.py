"""Attendance and what is due in a real browser: a group marked by a few keys, on a narrow screen, in the dark, on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.pages.chromium import Tab, chromium, find_chromium
from tests.api.pages.test_browser import CONTRAST, SIDEWAYS, WIDE, server, tab_to  # noqa: F401 - the real service, listening
from tests.api.security.conftest import PASSWORD
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: staff pages were not tried in a browser"),
]

ATTENDANCE, DUE = f"/programs/{PROGRAM}/attendance", f"/programs/{PROGRAM}/due"
IS_IN_FOCUS = "document.activeElement.id"


def sign_in(tab: Tab, address: str, login: str) -> None:
    """Sign in through the form."""
    tab.open(f"{address}/sign-in")
    tab.look(f"document.querySelector('#login').value = '{login}'; document.querySelector('#password').value = '{PASSWORD}'")
    tab_to(tab, "Sign in")
    with tab.loading():
        tab.press("Enter")


def press(tab: Tab, *keys: str) -> None:
    """Press keys; the last one leads to another page."""
    for key in keys[:-1]:
        tab.press(key)
    with tab.loading():
        tab.press(keys[-1])


def test_a_group_is_marked_by_keys_and_the_list_is_read_everywhere(server, desk, coordinator, clock, tmp_path):  # noqa: F811
    """On Tuesday at noon: ana was late on Monday; ben and cid are not marked, and Tuesday's group is not either."""
    desk()
    clock(datetime(2026, 12, 1, 17, 30, tzinfo=UTC))
    with chromium() as tab:
        tab.be(1280)
        sign_in(tab, server, "coordinator-none")
        press(tab, "g", "a")
        assert tab.look("location.pathname") == ATTENDANCE
        press(tab, "n")
        assert tab.look("document.querySelector('h1').textContent").startswith("Morning 2")
        tab_to(tab, "attended-ana")
        for _ in range(4):
            tab.press("ArrowRight")
        assert tab.look(IS_IN_FOCUS) == "no_show-ana"
        press(tab, "a")
        assert tab.look("location.pathname") == f"{ATTENDANCE}/days/2026-12-01"
        marks = coordinator.get(f"{WEEK}/attendance").json()["items"]
        of_group = {e["participant"]: e["status"] for e in marks if e["session"] == "g.g2.2026-11-30"}
        assert of_group == {"ana": "no_show", "ben": "attended", "cid": "attended"}

        sheet = tab.look("document.querySelector('.entries a').getAttribute('href')")
        for path in (ATTENDANCE, sheet, DUE, f"{DUE}/leave", f"{DUE}/payer/ana"):
            tab.open(server + path)
            for width, scheme in ((320, "light"), (1280, "dark")):
                tab.be(width, scheme=scheme)
                assert (tab.look(SIDEWAYS), tab.look(WIDE)) == (0, 0), (path, width)
                ratio, text = tab.look(CONTRAST)
                assert ratio >= 4.5, (path, scheme, text)
        tab.open(f"{server}{ATTENDANCE}/sign-in/{MONDAY}")
        tab.be(800, medium="print")
        assert tab.look("[...document.querySelectorAll('nav, button, .top, .bar')].every(e => !e.getClientRects().length)")
        breaks: Any = tab.look("[...document.querySelectorAll('.sign-in')].map(e => getComputedStyle(e).breakAfter)")
        assert breaks == ["page", "auto"]
        assert tab.complaints == []
