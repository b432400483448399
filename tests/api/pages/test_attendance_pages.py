"""Attendance pages: a day, the sheet of a session marked in one step, exceptions, walk-ins, calls, sheets to sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.pages.conftest import Desk
from tests.api.pages.reading import Element
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

ATTENDANCE = f"/programs/{PROGRAM}/attendance"
G1 = f"g.g1.{MONDAY}"


def at(hour: int, minute: int = 0, day: int = 30) -> datetime:
    """A time on a day of November, in New York."""
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


def links(page: Element, prefix: str) -> list[str]:
    """Where the links of a page lead, of those with a prefix."""
    return [a.attributes["href"] for a in page.all("a") if a.attributes.get("href", "").startswith(prefix)]


def marks(client: TestClient) -> dict[tuple[str, str], Any]:
    return {(e["session"], e["participant"]): e for e in client.get(f"{WEEK}/attendance").json()["items"]}


@pytest.fixture
def sheet(desk: Callable[..., Desk], published: Any, clock: Any) -> str:
    """The address of the sheet of Monday's group, at noon."""
    clock(at(12))
    return links(desk("director").get(ATTENDANCE), f"{ATTENDANCE}/{MONDAY}/")[0]


class TestDay:
    def test_it_shows_which_sessions_are_to_be_marked(self, desk: Callable[..., Desk], published: Any, clock: Any) -> None:
        clock(at(12))
        page = desk().get(ATTENDANCE)
        entries = [e.text for e in page.of_id("sessions").all("span")] + [li.text for li in page.all("li")]
        assert any("3 people to mark" in text for text in entries)
        assert sum("Not begun" in li.text for li in page.all("li")) == 1
        (following,) = [a for a in page.all("a") if a.attributes.get("data-press") == "n"]
        assert "Morning 1" in following.text
        assert not [e for e in page.all("h2") if "Still to be marked" in e.text]

    def test_earlier_sessions_are_chased(self, desk: Callable[..., Desk], published: Any, clock: Any, coordinator: TestClient) -> None:
        clock(datetime(2026, 12, 2, 15, tzinfo=UTC))
        browser = desk()
        page = browser.get(ATTENDANCE)
        earlier = next(s for s in page.all("section") if s.attributes.get("aria-labelledby") == "earlier")
        assert [" ".join(li.text.split()) for li in earlier.all("li")] == [
            "Mon, Nov 30, 9:00 am Morning 1 3 people", "Mon, Nov 30, 1:00 pm individual 1 person",
            "Tue, Dec 1, 9:00 am Morning 2 3 people", "Tue, Dec 1, 1:00 pm individual 1 person",
        ]  # fmt: skip
        assert "Day before" in page.text
        browser.get(f"{ATTENDANCE}/days/2026-11-30")
        assert "This week is not published yet" in browser.get(f"{ATTENDANCE}/days/2026-12-07").text
        assert "No sessions on this day." in browser.get(f"{ATTENDANCE}/days/2026-12-04").text
        assert browser.get(f"{ATTENDANCE}/days/yesterday", 422) is not None

    def test_a_clinician_is_chased_for_own_sessions_and_prints_nothing(self, desk: Callable[..., Desk], published: Any, clock: Any) -> None:
        clock(datetime(2026, 12, 2, 15, tzinfo=UTC))
        page = desk("clinician", "dan").get(ATTENDANCE)
        earlier = next(s for s in page.all("section") if s.attributes.get("aria-labelledby") == "earlier")
        assert len(list(earlier.all("li"))) == 2
        assert "Print sign-in sheets" not in page.text


class TestSheet:
    def test_everyone_is_here_in_one_step(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        browser = desk()
        page = browser.get(sheet)
        assert [b.attributes["data-press"] for b in page.all("button") if "data-press" in b.attributes] == ["a", "s"]
        assert not [i for i in page.all("input") if "checked" in i.attributes], "nobody is present without a mark"
        page = browser.post(sheet, rest="1")
        assert browser.answer.url.path == f"{ATTENDANCE}/days/2026-11-30"
        assert "Marked" in page.text
        assert {(key, e["status"], e["minutes"]) for key, e in marks(coordinator).items()} == {
            ((G1, p), "attended", 180) for p in ("ana", "ben", "cid")
        }

    def test_exceptions_first_then_the_rest(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        fields = {"status-ana": "late", "minutes-ana": "20", "status-ben": "no_show", "version-ana": "0", "rest": "1"}
        desk().post(sheet, **fields)
        assert {key[1]: (e["status"], e["minutes"], e["minutes_late"]) for key, e in marks(coordinator).items()} == {
            "ana": ("late", 160, 20), "ben": ("no_show", 0, None), "cid": ("attended", 180, None),
        }  # fmt: skip

    def test_without_the_rest_only_the_marks_chosen_are_saved(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        desk().post(sheet, **{"status-ben": "excused", "minutes-ben": "7"})
        assert [(key[1], e["status"]) for key, e in marks(coordinator).items()] == [("ben", "excused")]

    def test_a_correction_is_saved_and_the_old_mark_shown(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        browser = desk()
        browser.post(sheet, rest="1")
        browser.post(
            sheet, **{"status-ana": "left_early", "minutes-ana": "30", "version-ana": "1", "status-ben": "attended", "version-ben": "1"}
        )
        found = marks(coordinator)
        assert (found[G1, "ana"]["minutes"], found[G1, "ana"]["version"], found[G1, "ben"]["version"]) == (150, 2, 1)
        page = browser.get(sheet)
        former = next(d for d in page.all("details"))
        assert "Here, marked Mon, Nov 30" in former.text
        assert page.of_id("left_early-ana").attributes["checked"] == ""
        assert page.of_id("minutes-ana").attributes["value"] == "30"

    def test_what_someone_else_marked_is_not_overwritten(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        body = {"items": [{"session": G1, "participant": "ana", "status": "no_show"}]}
        assert coordinator.post(f"{WEEK}/attendance", json=body).status_code == 200
        browser = desk()
        page = browser.post(sheet, 422, **{"status-ana": "attended", "version-ana": "0", "status-ben": "attended"})
        assert "Someone else marked this person in the meantime" in page.text
        assert "Nothing was saved" in page.text
        assert list(marks(coordinator)) == [(G1, "ana")]
        assert page.of_id("attended-ben").attributes["checked"] == "", "what was chosen stays"

    def test_a_version_that_no_page_shows_is_none(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        """However long: the mark is a first one, and nothing of someone else's is overwritten."""
        desk().post(sheet, **{"status-ana": "attended", "version-ana": "9" * 5000})
        assert [(key[1], e["version"]) for key, e in marks(coordinator).items()] == [("ana", 1)]

    def test_what_is_wrong_is_shown_and_nothing_saved(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        browser = desk()
        for fields, words in (
            ({"status-ana": "late"}, "Say how many of the session"),
            ({"status-ana": "late", "minutes-ana": "soon"}, "Write the minutes missed as a number."),
            ({"status-ana": "late", "minutes-ana": "9999999"}, "Write the minutes missed as a number."),
            ({"status-ana": "late", "minutes-ana": "181"}, "no more can be missed"),
            ({"status-ana": "asleep"}, "Choose one of the marks."),
            ({"status-ana": "attended", "minutes-ana": "20"}, "Choose came late or left early for these minutes"),
            ({"minutes-ana": "20"}, "Choose came late or left early for these minutes"),
        ):
            assert words in browser.post(sheet, 422, **fields, rest="1").text
        assert marks(coordinator) == {}

    def test_before_it_begins_only_excuses_are_taken(
        self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient, clock: Any
    ) -> None:  # fmt: skip
        clock(at(8))
        browser = desk()
        assert "only excuses" in browser.get(sheet).text
        assert "has not begun" in browser.post(sheet, 422, rest="1").text
        browser.post(sheet, **{"status-ana": "excused"})
        assert [e["status"] for e in marks(coordinator).values()] == ["excused"]

    def test_telehealth_says_when_somebody_joined_and_left(
        self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient
    ) -> None:  # fmt: skip
        """Only for who is booked online; the small week has nobody, so the fields are sent by hand."""
        fields = {"status-ana": "late", "joined-ana": "09:10", "left-ana": "11:50"}
        desk().post(sheet, **fields)
        (mark,) = marks(coordinator).values()
        assert (mark["minutes"], mark["minutes_late"], mark["minutes_early"]) == (160, 10, 10)

    def test_walk_ins(self, desk: Callable[..., Desk], published: Any, clock: Any, coordinator: TestClient) -> None:
        clock(at(13, 30))
        browser = desk()
        page = browser.get(ATTENDANCE)
        talk = links(page, f"{ATTENDANCE}/{MONDAY}/")[1]
        assert "No participant has this number." in browser.post(f"{talk}/walk-in", 422, participant="zoe").text
        page = browser.post(f"{talk}/walk-in", participant="ben")
        assert "Walk-in" in page.text
        assert marks(coordinator)[f"a.ana.individual.{MONDAY}.1", "ben"]["is_walk_in"] is True
        assert "on the sheet already" in browser.post(f"{talk}/walk-in", 422, participant="ben").text
        assert "is no walk-in" in browser.post(f"{talk}/walk-in", 422, participant="ana").text

    def test_calls_after_a_missed_session(self, desk: Callable[..., Desk], sheet: str, coordinator: TestClient) -> None:
        browser = desk()
        assert not [f for f in browser.get(sheet).all("form") if f.attributes["action"].endswith("/calls")]
        browser.post(sheet, **{"status-ana": "no_show"})
        page = browser.post(f"{sheet}/calls", who="ana", result="left_message", reason="transport")
        assert "Left a message: transport" in page.text
        assert [e["result"] for e in coordinator.get(f"{WEEK}/outreach").json()["items"]] == ["left_message"]
        assert "one word without spaces" in browser.post(f"{sheet}/calls", 422, who="ana", result="reached", reason="the car broke").text
        assert "missed this session" in browser.post(f"{sheet}/calls", 422, who="ben", result="reached", reason="").text
        assert "Record it, then offer make-up" in page.text
        page = browser.post(f"{sheet}/calls", who="ana", result="reached", reason="", make_up="1")
        assert "/phone/make-up/" in browser.answer.url.path
        assert "Missed:" in page.text

    def test_each_role_sees_what_it_may(self, desk: Callable[..., Desk], sheet: str) -> None:
        front_desk = desk("front_desk")
        assert "Morning 1" in front_desk.get(sheet).text
        words = front_desk.get(ATTENDANCE).text.split()
        assert not {"cora", "dan", "individual"}.intersection(words)
        assert "Appointment" in words
        desk("clinician", "cora").get(sheet)
        other = desk("clinician", "dan")
        other.get(sheet, 404)
        other.post(sheet, 404, rest="1")


class TestSignIn:
    def test_all_sheets_of_a_day_are_one_page(self, desk: Callable[..., Desk], published: Any, clock: Any) -> None:
        clock(at(8))
        page = desk("front_desk").get(f"{ATTENDANCE}/sign-in/2026-11-30")
        sheets = list(page.all("section"))
        assert [s.attributes["class"] for s in sheets] == ["card sign-in", "card sign-in slip"]
        assert [" ".join(next(s.all("h2")).text.split()) for s in sheets] == [
            "Morning 1, Monday, November 30, 9:00 am – 12:00 pm", "Appointment, Monday, November 30, 1:00 – 1:50 pm",
        ]  # fmt: skip
        assert [th.text for th in sheets[0].all("th")][4:] == ["A. X.", "B. X.", "C. X."]
        assert "Printed Mon, Nov 30, 8:00\xa0am, version 1" in page.text
        assert "individual" not in page.text

    def test_a_day_without_sessions_says_so(self, desk: Callable[..., Desk], published: Any, clock: Any) -> None:
        clock(at(8))
        assert "No sessions on this day." in desk().get(f"{ATTENDANCE}/sign-in/2026-12-04").text
        desk("clinician", "dan").get(f"{ATTENDANCE}/sign-in/2026-11-30", 403)
