"""Own pages in a real browser: by keyboard alone, on a narrow screen, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.api.pages.chromium import Tab, chromium, find_chromium, listening
from tests.api.weeks.small import MONDAY, WEEK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: own pages were not tried in a browser"),
]

PAGES = ("/my", "/my/calendar", "/my/away", "/my/wishes")

# The least contrast of any text against the nearest ground behind it, as WCAG counts it, and where it is.
CONTRAST = """
(() => {
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const rgb = s => s.match(/[\\d.]+/g).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
                        if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  let least = [99, ''];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || !e.getClientRects().length || e.closest('.unseen, .skip')) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color).slice(0, 3)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < least[0]) least = [ratio, text];
  }
  return least;
})()
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE = """
[...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.skip, .unseen')).length
"""
# Neighbours whose content lies on each other, whatever room they were given.
OVERLAPS = """
[...document.querySelectorAll('.visits > li, .top > div, .top ul, .bar, .entries > li, .figures tr')].flatMap(row => {
  const inside = e => { const range = document.createRange(); range.selectNodeContents(e); return range.getBoundingClientRect(); };
  const boxes = [...row.children].map(inside).filter(b => b.width && b.height);
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).map(() => row.textContent);
})
"""
FOCUS = "document.activeElement.textContent.trim() || document.activeElement.id"


@pytest.fixture
def server(app, published, staff, clock) -> Iterator[str]:
    """The real service, listening, on a day of the week after a session somebody came to; its address."""
    clock(datetime(2026, 12, 1, 18, 0, tzinfo=UTC))
    came = {"session": f"g.g1.{MONDAY}", "participant": "ana", "status": "late", "minutes": 150}
    assert staff.post(f"{WEEK}/attendance", json={"items": [came]}).status_code < 300
    with listening(app) as address:
        yield address


def tab_to(tab: Tab, name: str) -> None:
    """Go on by the keyboard until something has the focus."""
    for _ in range(40):
        tab.press("Tab")
        if tab.look(FOCUS) == name:
            assert tab.look("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is seen"
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_a_participant_uses_the_page_by_keyboard_on_a_phone_in_the_dark_and_on_paper(server, link, tmp_path):
    with chromium() as tab:
        tab.be(390)
        tab.open(server + "/my/start/" + link()["url"].rpartition("/")[2])
        tab_to(tab, "keep")
        tab.press(" ")
        tab_to(tab, "Open my page")
        with tab.loading():
            tab.press("Enter")
        assert tab.look("location.pathname + location.search") == "/my"
        assert tab.look("document.title") == "Appointments"

        for path in PAGES:
            tab.be(390)
            tab.open(server + path)
            tab.press("Tab")
            assert tab.look(FOCUS) == "Skip to content"
            for width, scheme in ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")):
                tab.be(width, scheme=scheme)
                assert (tab.look(SIDEWAYS), tab.look(WIDE), tab.look(OVERLAPS)) == (0, 0, []), (path, width)
                ratio, text = tab.look(CONTRAST)
                assert ratio >= 4.5, (path, scheme, text)
            tab.be(800, medium="print")
            assert tab.look("[...document.querySelectorAll('nav, button, .top')].every(e => !e.getClientRects().length)")
            assert tab.look("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"

        tab.be(390)
        tab.open(server + "/my/away")
        shown = "document.querySelector('#start').getClientRects().length > 0"
        assert tab.look(shown) is False
        tab.look("document.querySelector('#kind-hours').click()")
        assert tab.look(shown) is True, "hours are asked for where they count, without a script"
        tab_to(tab, "Send")
        with tab.loading():
            tab.press("Enter")
        assert "Please look at this again" in tab.look("document.body.textContent")

        tab.open(server + "/my")
        tab_to(tab, "Sign out")
        with tab.loading():
            tab.press("Enter")
        assert "signed out" in tab.look("document.body.textContent")
        # The form sent with mistakes was answered 422, as it should be; nothing else was refused or missing.
        assert [text for text in tab.complaints if "422" not in text] == []


def test_a_broken_page_would_be_seen(server, tmp_path, app):
    from starlette.responses import HTMLResponse

    @app.get("/broken")
    def broken() -> HTMLResponse:
        return HTMLResponse(
            "<body style='color:#999'><p>pale</p><div style='width:900px'>wide</div><script>1</script><img src='//a.example/b'>"
        )

    with chromium() as tab:
        tab.be(320)
        tab.open(server + "/broken")
        assert len([text for text in tab.complaints if "Content Security Policy" in text or "content security policy" in text]) >= 2
        tab.look("document.body.style.color = '#999'; document.querySelector('div').style.width = '900px'")
        assert tab.look(WIDE) >= 1
        assert tab.look(CONTRAST)[0] < 4.5
