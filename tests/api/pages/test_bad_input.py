"""What goes wrong at a desk: sessions that end, two tabs, people deleted meanwhile, an empty program, and a very large one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from api.database.tables import ParticipantRow
from api.database.tables.base import stamps
from tests.api.pages.reading import Element
from tests.api.weeks.small import MONDAY, PROGRAM

HOME = f"/programs/{PROGRAM}"
NEXT = "2026-12-07"
PLACES = (
    "today", f"week/{MONDAY}", "people", "attendance", f"plan/{MONDAY}", "due", "phone", "phone/caller", "happened", "happened/clinician",
    "happened/participant", "happened/hours", "happened/room", "happened/closed", "happened/resource", "happened/merge",
    "happened/split", f"paper/{MONDAY}", f"happened/calls/{MONDAY}",
    "due/leave",
)  # fmt: skip
OF_A_PERSON = ("", "/availability", "/busy", "/stay", "/letters", "/consents", "/calendars")


def words(element: Element) -> str:
    return " ".join(element.text.split())


def form_to(page: Element, end: str) -> dict[str, str]:
    """The fields of the form that is sent to an address."""
    form = next(form for form in page.all("form") if form.attributes["action"].endswith(end))
    return {i.attributes["name"]: i.attributes.get("value", "") for i in form.all("input") if "name" in i.attributes}


class TestSessionEnded:
    def test_what_was_typed_is_sent_again_after_signing_in(self, desk, program, coordinator):
        browser = desk()
        path = f"{HOME}/people/ana/availability"
        typed = form_to(browser.get(path), "/availability") | {"every-mon": "9-12, 1pm-5pm <&"}
        cookies = dict(browser.client.cookies)
        browser.client.cookies.clear()
        page = browser.post(path, 401, **typed)
        assert "what you typed is still here" in words(page)
        again = form_to(page, "/availability")
        assert again == typed
        assert [a.attributes.get("target") for a in page.all("a") if a.attributes["href"] == "/sign-in"] == ["_blank"]
        browser.client.cookies.update(cookies)
        browser.post(path, 422, **again)
        browser.post(path, **again | {"every-mon": "9-12, 1pm-5pm"})
        weekly = coordinator.get(f"/v1/programs/{PROGRAM}/participants/ana").json()["availability"]["weekly"]
        assert [(one["start"], one["end"]) for one in weekly if one["day"] == "mon"] == [("09:00", "12:00"), ("13:00", "17:00")]

    @pytest.mark.parametrize("path", ["/password", f"{HOME}/people/ana/busy/preview"])
    def test_neither_passwords_nor_files_are_shown_again(self, desk, program, path):
        browser = desk()
        browser.client.cookies.clear()
        headers = {"Sec-Fetch-Site": "same-origin"}
        sent: dict[str, Any] = {"data": {"password": "secret"}} if path == "/password" else {"files": {"file": ("a.ics", b"secret")}}
        answer = browser.client.post(path, headers=headers, **sent)
        assert answer.status_code == 401
        assert "secret" not in answer.text
        assert "Send it again" not in answer.text


class TestSentTwice:
    """In two tabs, or without the script that stops a second click."""

    def test_time_away_is_entered_once(self, desk, program, coordinator):
        browser = desk()
        for path, who in ((f"{HOME}/people/ana/away", {}), (f"{HOME}/due/leave", {"clinician": "dan"})):
            for _ in range(2):
                browser.post(path, first="2026-12-21", last="2026-12-22", **who)
                assert "Saved." in words(browser.page) or "The leave is entered." in words(browser.page)
            browser.post(path, first="2026-12-21", last="2026-12-23", **who)
        documents = [item["document"] for item in coordinator.get(f"/v1/programs/{PROGRAM}/absences").json()["items"]]
        assert sorted((d["participant"] or d["clinician"], d["last"]) for d in documents) == [
            ("ana", "2026-12-22"), ("ana", "2026-12-23"), ("dan", "2026-12-22"), ("dan", "2026-12-23"),
        ]  # fmt: skip


class TestNothingThere:
    @pytest.mark.parametrize("place", PLACES)
    def test_a_week_without_a_roster(self, desk, program, place):
        assert len(words(desk().get(f"{HOME}/{place}"))) > 100

    def test_an_empty_program(self, desk, program, store):
        with store.writing() as session:
            for row in session.query(ParticipantRow):
                session.delete(row)
        browser = desk()
        for place in PLACES:
            browser.get(f"{HOME}/{place}")

    @pytest.mark.parametrize("place", OF_A_PERSON)
    def test_someone_deleted_in_another_tab(self, desk, program, store, place):
        browser, path = desk(), f"{HOME}/people/ben{place}"
        fields = form_to(browser.get(path), place) if place in ("/availability", "/consents") else {}
        with store.writing() as session:
            session.delete(session.query(ParticipantRow).filter_by(program=PROGRAM, id="ben").one())
        assert "someone has removed what was here" in words(browser.get(path, 404))
        if fields:
            assert "Nothing was changed." in words(browser.post(path, 404, **fields)) or "removed" in words(browser.page)


class TestFourHundred:
    @pytest.fixture
    def many(self, store, published):
        with store.writing() as session:
            model = session.query(ParticipantRow).filter_by(program=PROGRAM, id="ana").one()
            stamp = stamps("test", datetime.now(UTC))
            for number in range(397):
                status = "waiting" if number % 4 == 0 else "active"
                document = model.document | {"id": f"p{number}", "label": f"{'Long label ' * 6}{number}", "status": status}
                columns = {name: getattr(model, name) for name in ("status",) if hasattr(model, name)}
                session.add(ParticipantRow(program=PROGRAM, id=f"p{number}", document=document, **columns, **stamp))

    def test_every_place_is_shown_and_small_enough(self, desk, many):
        browser = desk()
        for place in ("today", "people", "due", "phone", "attendance", "happened/participant"):
            browser.get(f"{HOME}/{place}")
            assert len(browser.answer.content) < 300_000, place
        page = browser.post(f"{HOME}/search", q="Long")
        assert len(re.findall("p[0-9]+", page.text)) < 40
