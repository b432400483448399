"""Staff pages in a real browser under their own content security policy: axe-core finds nothing, keys and htmx do what they say.

`axe.min.js` is axe-core 4.14.1 (npm package axe-core, Mozilla Public License 2.0), unchanged. It is evaluated by the debugger, as from
the console, so that the policy of the page stays in force.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.security.access import SYSTEM
from tests.api.conftest import CHEAP
from tests.api.pages.chromium import SECONDS, Tab, chromium, find_chromium
from tests.api.pages.test_browser import SIDEWAYS, WIDE, server  # noqa: F401 - the real service, listening
from tests.api.pages.test_staff_browser import IS_IN_FOCUS, press, sign_in
from tests.api.security.conftest import PASSWORD
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: staff pages were not tried in a browser"),
]

AXE = Path(__file__).with_name("axe.min.js")
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
RUN = "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].target.join(' ')))"
HOME = f"/programs/{PROGRAM}"
PAGES = (
    f"{HOME}/today",
    f"{HOME}/week/{MONDAY}",
    f"{HOME}/week/{MONDAY}?by=participant&id=ana",
    f"{HOME}/week/2026-12-07",
    f"{HOME}/paper/{MONDAY}",
    f"{HOME}/paper/{MONDAY}/by/clinician",
    f"{HOME}/people",
    f"{HOME}/people/ana",
    f"{HOME}/people/ana/availability",
    f"{HOME}/people/ana/consents",
    f"{HOME}/people/ana/busy",
    f"{HOME}/people/ana/stay",
    f"{HOME}/people/ana/letters",
    f"{HOME}/people/ana/calendars",
    f"{HOME}/attendance",
    f"{HOME}/due",
    f"{HOME}/plan/{MONDAY}",
    f"{HOME}/phone",
    f"{HOME}/phone/caller",
    f"{HOME}/phone/hours/ana",
    f"{HOME}/phone/make-up",
    f"{HOME}/phone/waiting",
    f"{HOME}/happened",
    f"{HOME}/happened/clinician",
    f"{HOME}/happened/hours",
    f"{HOME}/happened/merge",
    f"{HOME}/happened/split",
    f"{HOME}/happened/calls/{MONDAY}",
    f"{HOME}/admin",
    f"{HOME}/admin/keys",
    f"{HOME}/admin/audit",
    f"{HOME}/admin/backup",
    f"{HOME}/admin/policy",
    "/begin",
    "/password",
    f"{HOME}/people/nobody",
)


LOOKS = ((1280, "light"), (320, "dark"))


def violations(tab: Tab) -> Any:
    """What axe-core finds on the page as it is."""
    tab.look(AXE.read_text(encoding="utf-8"))
    return tab.look(RUN)


def wait_for(tab: Tab, script: str) -> None:
    """Wait until something is so, as a person does."""
    until = time.monotonic() + SECONDS
    while not tab.look(script):
        assert time.monotonic() < until, script
        tab.wait_for_paint()


def test_axe_is_unchanged():
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("is_every_look", [False, pytest.param(True, marks=pytest.mark.proof)])
def test_staff_work_by_keyboard_and_axe_finds_nothing(server, store, coordinator, published, clock, is_every_look):  # noqa: F811
    """Pages in turn wide and light, and narrow and dark; under proof each in both."""
    with store.writing() as session:
        create_user(session, SYSTEM, "director", CHEAP.hash(PASSWORD), [RoleIn(role="director")])
    clock(datetime(2026, 12, 1, 14, 12, tzinfo=UTC))
    with chromium() as tab:
        tab.be(1280)
        sign_in(tab, server, "director")
        assert tab.look("location.pathname") == f"{HOME}/today"
        for number, path in enumerate(PAGES):
            for width, scheme in LOOKS if is_every_look else LOOKS[number % 2 :][:1]:
                tab.be(width, scheme=scheme)
                tab.open(server + path)
                assert (path, violations(tab), tab.look(SIDEWAYS)) == (path, [], 0)

        # What can be done about a clinician who is out, found while the page waits.
        tab.open(f"{server}{HOME}/happened/clinician?who=dan")
        with tab.loading():
            tab.look("document.querySelector('main form').requestSubmit()")
        wait_for(tab, "document.querySelector('form[action$=publish]') !== null")
        assert violations(tab) == []

        tab.be(1280)
        tab.open(f"{server}{HOME}/today")
        tab.press("?")
        assert tab.look("document.querySelector('#keys').matches(':popover-open')")
        assert violations(tab) == []
        tab.press("?")
        tab.press("/")
        assert tab.look(IS_IN_FOCUS) == "q"
        tab.look("document.activeElement.value = 'b x'; document.activeElement.dispatchEvent(new Event('input', {bubbles: true}))")
        wait_for(tab, "document.querySelector('#results').textContent.includes('B. X.')")
        assert violations(tab) == []

        # A heard name, Enter, and the person is here; the box waits for the next one.
        tab.look("document.activeElement.value = 'a x'; document.activeElement.dispatchEvent(new Event('input', {bubbles: true}))")
        wait_for(tab, "document.querySelector('#results .hits')?.dataset.query === 'a x'")
        tab.press("Enter")
        wait_for(tab, "document.querySelector('#results').textContent.startsWith('Here: A. X.')")
        assert (tab.look(IS_IN_FOCUS), tab.look("document.activeElement.value")) == ("q", "")
        wait_for(tab, "document.querySelector('.tally').textContent.includes('1 here')")

        # So it is after a click among the results; `Undo` there leaves no button of before.
        tab.look("document.activeElement.value = 'a x'; document.activeElement.dispatchEvent(new Event('input', {bubbles: true}))")
        wait_for(tab, "document.querySelector('#results .hits')?.dataset.query === 'a x'")
        tab.look("document.querySelector('#results [id^=found-main-]').click()")
        wait_for(tab, "document.querySelector('#results').textContent.startsWith('Undo: A. X.')")
        tab.look("document.querySelector('[id^=missing-main-][id$=ana]').click()")
        wait_for(tab, "document.querySelector('.tally').textContent.includes('1 here')")

        # A mark is saved and shown without another page, and the focus stays where a second press would undo it.
        tab.look("window.isSamePage = true; document.querySelector('[id^=missing-main-][id$=ben]').click()")
        wait_for(tab, "document.querySelector('.tally').textContent.includes('2 here')")
        assert tab.look("window.isSamePage") is True
        items = coordinator.get(f"{WEEK}/attendance").json()["items"]
        marks = {e["participant"]: e["status"] for e in items if e["session"].startswith("g.g2.")}
        assert marks == {"ana": "attended", "ben": "attended"}

        tab.look("document.activeElement.blur()")
        press(tab, "g", "w")
        assert tab.look("location.pathname") == f"{HOME}/week/{MONDAY}"
        tab.look("document.querySelector('.block').focus()")
        first = tab.look("document.activeElement.getAttribute('href')")
        tab.press("ArrowDown")
        assert tab.look("document.activeElement.classList.contains('block')")
        assert tab.look("document.activeElement.getAttribute('href')") != first
        tab.press("Enter")
        wait_for(tab, "document.querySelector('#places h3') !== null")
        assert tab.look("document.activeElement.id") == "panel-title"
        assert violations(tab) == []
        press(tab, "]")
        assert tab.look("location.pathname") == f"{HOME}/week/2026-12-07"
        tab.open(f"{server}{HOME}/week/{MONDAY}")
        tab.be(1000, medium="print")
        assert tab.look("[...document.querySelectorAll('nav, .top, .tabs')].every(e => !e.getClientRects().length)")
        assert tab.look("[...document.querySelectorAll('.block')].every(e => e.getClientRects().length)")
        assert [text for text in tab.complaints if "404" not in text] == []
