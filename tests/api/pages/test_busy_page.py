"""Busy times from a calendar file on a person's page: shown first, then saved; the file is not kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.pages.test_person import section, words
from tests.api.pages.test_person_links import hidden
from tests.api.programs.seed import keep
from tests.api.weeks.small import PROGRAM

PERSON = f"/programs/{PROGRAM}/people/yan"
BUSY = f"{PERSON}/busy"
V1 = f"/v1/programs/{PROGRAM}"
FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//X//Y//EN
BEGIN:VEVENT
UID:a
DTSTAMP:20261101T000000Z
DTSTART:20261201T150000Z
DTEND:20261201T160000Z
SUMMARY:Quennell
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture(autouse=True)
def yan(published, clock, store):
    """Somebody who is free on Tuesdays; on Monday of the week, 9:05 in New York."""
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))
    weekly = [{"day": "tue", "start": "08:00", "end": "18:00"}]
    keep(store, PROGRAM, "participants", id="yan", label="Y.", availability={"weekly": weekly})


def read(browser, status: int = 200, content: str = FILE, **fields: str):
    files = {"file": ("mine.ics", content.encode(), "text/calendar")} if content else {"file": ("", b"", "application/octet-stream")}
    answer = browser.client.post(f"{BUSY}/preview", files=files, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    return browser._shown(answer, status)


def stored(coordinator) -> list[str]:
    return [span["start"] for span in coordinator.get(f"{V1}/participants/yan").json()["availability"]["busy"]]


def test_times_are_shown_then_saved_then_removed(desk, coordinator):
    browser = desk()
    assert "None." in section(browser.get(BUSY), "imported").text
    page = read(browser, all_day="1")
    text = words(section(page, "preview"))
    assert "1 busy time from Mon, Nov 30 on, from 1 event: 1 new, 0 no longer in it." in text
    assert "Tue, Dec 1 10:00 – 11:00 am" in text
    assert "Quennell" not in page.text
    assert stored(coordinator) == []
    sent = {"version": hidden(page), "body": hidden(page, "body"), "do": "times"}
    page = browser.post(BUSY, 412, **sent | {"version": "9"})
    assert "It has 1 busy time from Mon, Nov 30 on; stored now: 0." in words(page)
    page = browser.post(BUSY, version=hidden(page), body=hidden(page, "body"), do="times")
    assert "1 busy time from a calendar is left out." in page.text
    assert stored(coordinator) == ["2026-12-01T15:00:00Z"]
    page = browser.post(f"{BUSY}/clear", 412, version="1")
    assert "Nothing was removed. Stored now are 1 imported time;" in words(page)
    assert stored(coordinator) == ["2026-12-01T15:00:00Z"]
    browser.post(f"{BUSY}/clear", version=hidden(page))
    assert stored(coordinator) == []


def test_what_is_no_calendar_is_said_at_the_field(desk, coordinator):
    browser = desk()
    browser.get(BUSY)
    assert words(read(browser, 422, "").of_id("file-wrong")) == "Choose a calendar file (.ics)."
    assert "This is not a calendar file" in words(read(browser, 422, "hello").of_id("file-wrong"))
    browser.post(BUSY, 400, version="1", body="{}", do="times")
    assert stored(coordinator) == []
