"""Free hours are painted with the mouse in a real browser; what is typed is not painted over."""

from __future__ import annotations

import pytest

from tests.api.pages.chromium import chromium, find_chromium
from tests.api.pages.test_availability import FREE, stored, yan  # noqa: F401 - somebody with hours
from tests.api.pages.test_browser import server  # noqa: F401 - the real service, listening
from tests.api.pages.test_staff_axe import violations
from tests.api.pages.test_staff_browser import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: nothing was painted"),
]


def paint(tab, first: tuple[int, int], last: tuple[int, int]) -> None:
    """Paint from one half hour to another; days from 0 for Monday, rows of half hours from 6 am."""
    boxes = [tab.page.locator(f".paint-cell[data-column='{day}'][data-row='{row}']").bounding_box() for day, row in (first, last)]
    places = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    tab.page.mouse.move(*places[0])
    tab.page.mouse.down()
    tab.page.mouse.move(*places[1])
    tab.page.mouse.up()


def test_hours_are_painted_and_taken_away(server, desk, coordinator):  # noqa: F811
    desk()
    with chromium() as tab:
        tab.be(1280)
        sign_in(tab, server, "coordinator-none")
        tab.open(f"{server}{FREE}")
        paint(tab, (0, 14), (2, 19))
        paint(tab, (0, 8), (0, 9))
        tab.page.locator("#every-fri").fill("after 4pm")
        paint(tab, (4, 0), (4, 3))
        fields = [tab.page.locator(f"#every-{day}").input_value() for day in ("mon", "tue", "wed", "fri")]
        assert fields == ["9:00 am-10:00 am, 11:00 am-12:00 pm, 1:00 pm-4:00 pm", *["1:00 pm-4:00 pm"] * 2, "after 4pm"]
        assert violations(tab) == []
        with tab.loading():
            tab.page.locator("button.go").click()
        weekly = [one for one in stored(coordinator)["weekly"] if one.get("weeks", "every") == "every"]
        assert [(one["day"], one["start"], one["end"]) for one in weekly] == [
            ("mon", "09:00", "10:00"), ("mon", "11:00", "12:00"), ("mon", "13:00", "16:00"),
            ("tue", "13:00", "16:00"), ("wed", "13:00", "16:00"), ("fri", "16:00", "24:00"),
        ]  # fmt: skip
        assert tab.complaints == []
