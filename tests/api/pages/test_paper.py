"""A week on paper, and as a file that needs nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.pages.reading import read_page
from tests.api.pages.test_person import words
from tests.api.weeks.small import MONDAY, PROGRAM

PAPER = f"/programs/{PROGRAM}/paper/{MONDAY}"


@pytest.fixture(autouse=True)
def in_the_morning(published, clock):
    """Monday of the week, 9:05 in New York."""
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))


def sheets(page) -> dict[str, list[list[str]]]:
    """The rows of each sheet, without its heading row."""
    return {
        words(next(sheet.all("h2"))): [[words(cell) for cell in row.all("th", "td")] for row in list(sheet.all("tr"))[1:]]
        for sheet in page.all("section")
    }


def test_rooms_have_no_initials_and_participants_only_their_own_sessions(desk):
    browser = desk()
    rooms = sheets(browser.get(f"{PAPER}/by/room"))
    assert rooms["r1 Nov 30 – Dec 6"] == [
        ["Monday, November 30", "9:00 am – 12:00 pm", "Morning 1", "cora", "3"],
        ["Tuesday, December 1", "9:00 am – 12:00 pm", "Morning 2", "cora", "3"],
    ]
    assert "X." not in str(rooms)
    people = sheets(browser.get(f"{PAPER}/by/participant"))
    assert list(people) == ["A. X. Nov 30 – Dec 6", "B. X. Nov 30 – Dec 6", "C. X. Nov 30 – Dec 6"]
    assert people["B. X. Nov 30 – Dec 6"][2] == ["Tuesday, December 1", "1:00 – 1:50 pm", "individual", "r2", "dan"]
    assert "X." not in str(list(people.values()))
    (first, *_) = sheets(browser.get(f"{PAPER}/by/clinician"))["cora Nov 30 – Dec 6"]
    assert first[-1] == "A. X., B. X., C. X."
    assert "Printed Mon, Nov 30, 9:05 am, version 1" in words(browser.page)


def test_the_file_works_alone_and_says_its_age(desk):
    browser = desk()
    answer = browser.client.get(f"{PAPER}/file")
    assert answer.headers["content-disposition"] == f'attachment; filename="week-{MONDAY}-version-1.html"'
    page = read_page(answer.text)
    assert not [e for e in page.all() if "src" in e.attributes or e.tag in ("script", "link", "form")]
    assert [e.attributes["href"] for e in page.all("a") if not e.attributes["href"].startswith("#")] == []
    assert "table {" in next(page.all("style")).text
    assert PROGRAM not in answer.text
    (age,) = [words(e) for e in page.all("p") if e.attributes.get("class") == "saved"]
    assert age.startswith("Version 1, published Thu, Nov 26,")
    assert age.endswith("Saved Mon, Nov 30, 9:05 am: later changes are not in this file.")
    ids = {e.attributes["id"] for e in page.all() if "id" in e.attributes}
    assert {"room-1", "clinician-1", "participant-3"} <= ids


def test_clinicians_have_their_own_sessions_only(desk):
    browser = desk("clinician", "dan")
    assert list(sheets(browser.get(f"{PAPER}/by/clinician"))) == ["dan Nov 30 – Dec 6"]
    assert sheets(browser.get(f"{PAPER}/by/participant")) == {}
    text = browser.client.get(f"{PAPER}/file").text
    assert "cora" not in text
    page = browser.get(PAPER)
    assert [words(a) for a in page.all("a") if "/by/" in a.attributes["href"]] == ["Clinicians"]
    assert not [a for a in page.all("a") if "sign-in" in a.attributes["href"]]


def test_what_can_be_printed_is_on_one_page(desk):
    browser = desk()
    hrefs = [a.attributes["href"] for a in browser.get(PAPER).all("a")]
    for path in [href for href in hrefs if "/sign-in/" in href or "/by/" in href]:
        browser.get(path)
    assert sum("/sign-in/" in href for href in hrefs) == 3
    page = browser.get(f"/programs/{PROGRAM}/paper/2026-12-07")
    assert "not published yet" in page.text
    assert sheets(browser.get(f"/programs/{PROGRAM}/paper/2026-12-07/by/room")) == {}
    browser.get(f"{PAPER}/by/service", 422)
    desk("front_desk").get(PAPER, 403)
