"""The week board: what is where on the grid, and what each role sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.pages.assets import HERE
from api.pages.published_week import BookedPerson, StaffSession
from api.pages.week.board import Heading, lay_out
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

BOARD = f"/programs/{PROGRAM}/week/{MONDAY}"
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=ZoneInfo("America/New_York"))


def session(start: str, minutes: int = 60, number: str = "1", **more) -> StaffSession:
    """A session of the Monday."""
    hour, minute = map(int, start.split(":"))
    begin = NOW.replace(hour=hour, minute=minute)
    values = {
        "group": None,
        "title": "Talk",
        "room": "r1",
        "place": "Room 1",
        "is_online": False,
        "clinicians": (),
        "leaders": (),
        "people": (),
    }
    return StaffSession(id=number, number=number, start=begin, end=begin + timedelta(minutes=minutes), now=NOW, **(values | more))


def blocks_of(page):
    """The sessions on a board."""
    return [b for b in page.all("a") if "block" in b.attributes.get("class", "").split()]


def places(*sessions: StaffSession, now: datetime | None = None):
    """The board of one room."""
    return lay_out([Heading("a", "Room A"), Heading("b", "Room B")], {"a": sessions}, sessions, now)


class TestGrid:
    def test_a_session_is_as_long_as_it_takes(self):
        board = places(session("8:00", 60), session("10:05", 180, "2"))
        assert [(b.row, b.rows, b.column) for b in board.blocks] == [(2, 12, 1), (27, 36, 1)]
        assert (board.rows, board.hours[0], board.hours[-1]) == (120, (8, 2), (17, 110))

    def test_the_hours_reach_from_the_first_to_the_last_session(self):
        assert [hour for hour, _ in places(session("6:50"), session("20:30", 61)).hours] == list(range(6, 22))
        assert places(session("23:00", 120)).hours[-1][0] == 23, "what ends after midnight is drawn until midnight"

    def test_sessions_at_the_same_time_are_beside_each_other(self):
        board = places(session("9:00", 60), session("9:30", 60, "2"), session("10:00", 60, "3"), session("9:45", 5, "4"))
        assert [(b.session.number, b.column) for b in board.blocks] == [("1", 1), ("2", 2), ("4", 3), ("3", 1)]
        assert [(c.column, c.columns, c.is_empty) for c in board.columns] == [(1, 3, False), (4, 1, True)]
        assert board.width == 4

    def test_a_short_session_is_high_enough_to_be_read_and_covers_none(self):
        board = places(session("9:00", 5), session("9:10", 30, "2"))
        assert [(b.rows, b.column) for b in board.blocks] == [(4, 1), (6, 2)]

    def test_the_present_is_a_line_on_todays_board_only(self):
        assert places(session("9:00")).now_row is None
        board = places(session("9:00"), now=NOW)
        assert (board.now_row, board.now_column, board.now_columns) == (2 + 18, 1, 2)
        assert places(session("9:00"), now=NOW.replace(hour=22)).now_row is None
        days = lay_out([Heading("a", "Mon"), Heading("b", "Tue", is_now=True)], {}, (), NOW)
        assert (days.now_column, days.now_columns) == (2, 1)

    def test_every_place_has_its_class(self):
        css = (HERE / "board.css").read_text(encoding="utf-8")
        board = places(session("0:00", 24 * 60 - 1))
        assert board.rows == 288
        for name in [*(f".r{n}" for n in range(2, 290)), *(f".h{n}" for n in range(1, 289)), *(f".c{n}" for n in range(2, 82)), ".s24"]:
            assert f"{name}{{" in css

    def test_a_session_cancelled_for_everyone_is_known(self):
        people = [BookedPerson(id, id, False, "cancelled", 1) for id in "ab"]
        assert session("9:00", people=tuple(people)).is_cancelled
        assert not session("9:00").is_cancelled
        assert not session("9:00", people=(people[0], BookedPerson("c", "c", False, None, 0))).is_cancelled


class TestPage:
    def test_the_week_is_shown_by_room_with_empty_rooms_and_free_seats(self, desk, published, clock):
        clock(datetime(2026, 11, 30, 14, 30, tzinfo=UTC))
        browser = desk()
        page = browser.get(f"/programs/{PROGRAM}/week")
        assert browser.answer.url.path == BOARD
        heads = [" ".join(e.text.split()) for e in page.all("div") if e.attributes.get("class", "").startswith("head ")]
        assert any(text.endswith("empty") for text in heads)
        blocks = blocks_of(page)
        assert len(blocks) == 5
        assert "3/12" in blocks[0].text
        assert sum("now-line" in e.attributes.get("class", "") for e in page.all("div")) == 1
        panel = browser.get(blocks[0].attributes["href"]).of_id("panel")
        people = [a.attributes["href"].rpartition("/")[2] for a in panel.all("a") if a.attributes.get("class") == "person"]
        assert people == ["ana", "ben", "cid"]

    @pytest.mark.parametrize(("by", "one", "count"), [("clinician", None, 5), ("participant", "ana", 3), ("clinician", "cora", 2)])
    def test_it_is_shown_by_clinician_and_of_one(self, desk, published, clock, by, one, count):
        clock(datetime(2026, 11, 30, 14, 30, tzinfo=UTC))
        page = desk().get(f"{BOARD}?by={by}" + (f"&id={one}" if one else ""))
        blocks = blocks_of(page)
        assert len(blocks) == count

    def test_participants_are_chosen_by_name(self, desk, published, clock):
        page = desk().get(f"{BOARD}?by=participant")
        assert [a.text for ul in page.all("ul") if ul.attributes.get("class") == "names" for a in ul.all("a")] == [
            "A. X.",
            "B. X.",
            "C. X.",
        ]

    def test_a_week_that_is_not_published_says_so(self, desk, published, clock):
        browser = desk()
        assert "not published yet" in browser.get(f"/programs/{PROGRAM}/week/2026-12-07").text
        assert "not published yet" in browser.get(f"/programs/{PROGRAM}/week/2026-12-07?by=clinician").text

    def test_a_clinician_sees_own_sessions_and_no_list_of_people(self, desk, published, clock, coordinator):
        sessions = coordinator.get(f"{WEEK}/published").json()["sessions"]
        for clinician in ("cora", "dan"):
            browser = desk("clinician", clinician)
            page = browser.get(BOARD)
            blocks = blocks_of(page)
            assert len(blocks) == sum(clinician in s["facilitators"] for s in sessions)
            assert not [a for a in browser.get(f"{BOARD}?by=participant").all("a") if "id=" in a.attributes["href"]]

    @pytest.mark.parametrize("query", ["?by=room&id=nowhere", "?by=clinician&id=zoe"])
    def test_what_is_not_there_is_not_found(self, desk, published, query):
        desk().get(BOARD + query, 404)

    @pytest.mark.parametrize("path", ["2026-11-30?by=moon", "2026-12-01", "soon", "2026-11-30?id=%2F"])
    def test_a_wrong_address_is_told_as_a_page(self, desk, published, path):
        assert "That did not work" in desk().get(f"/programs/{PROGRAM}/week/{path}", 422).text

    def test_the_front_desk_has_no_board(self, desk, published):
        assert "Your account does not open this page" in desk("front_desk").get(BOARD, 403).text
