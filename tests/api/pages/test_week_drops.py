"""Dragging on the week board: what is let go somewhere is judged as any other choice, and made at once only if no rule forbids it."""

from __future__ import annotations

import pytest

from tests.api.pages.test_plan import words
from tests.api.pages.test_week_board import BOARD, blocks_of
from tests.api.pages.test_week_editing import press, sessions_of


def dropped(browser, title: str, by: str = "room", **where: str):
    """What is beside the board after something was let go."""
    block = next(b for b in blocks_of(browser.get(f"{BOARD}?by={by}")) if title in words(b))
    query = "".join(f"&{name.removesuffix('_')}={value}" for name, value in where.items())
    return browser.get(f"{block.attributes['href']}&ask=there{query}").of_id("panel")


def chosen_at_once(panel) -> bool:
    return any("data-choose" in one.attributes for one in panel.all("section"))


def test_a_possible_place_is_chosen_at_once(desk, published, coordinator):
    browser = desk()
    panel = dropped(browser, "A. X.", at="2026-11-30T13:00", to="room~r1", from_="room~r2")
    assert chosen_at_once(panel)
    assert "Where you let it go" in words(panel)
    press(browser, panel, "Mon, Nov 30, 1:00 pm")
    moved = next(one for id, one in sessions_of(coordinator).items() if id.startswith("a.ana"))
    assert (moved["start"][11:16], moved["room"]) == ("13:00", "r1")


def test_what_breaks_a_rule_is_said_and_not_made(desk, published):
    panel = dropped(desk(), "A. X.", at="2026-11-30T09:30", to="room~r1", from_="room~r2")
    assert not chosen_at_once(panel)
    assert "That breaks a rule." in words(panel)
    assert "Mon, Nov 30: not possible (1)" in words(panel)


def test_another_clinician_takes_over(desk, published, coordinator):
    browser = desk()
    panel = dropped(browser, "A. X.", by="clinician", at="2026-11-30T13:00", to="leader~cora", from_="leader~dan")
    press(browser, panel, "Mon, Nov 30, 1:00 pm · cora")
    moved = next(one for id, one in sessions_of(coordinator).items() if id.startswith("a.ana"))
    assert moved["facilitators"] == ["cora"]


def test_online(desk, published):
    assert "Online" in words(dropped(desk(), "A. X.", at="2026-11-30T13:00", to="room~online", from_="room~r2"))


def test_someone_is_dragged_to_another_group_of_the_kind(desk, published):
    browser = desk()
    blocks = blocks_of(browser.get(f"{BOARD}?by=room"))
    number = next(b.attributes["data-number"] for b in blocks if "Morning 2" in words(b))
    panel = dropped(browser, "Morning 1", person="ana", to=f"session~{number}")
    assert "Nobody can be moved there" in words(panel), "ana is in that group already"
    moving = [li.attributes["data-move"] for li in panel.all("li") if "data-move" in li.attributes]
    assert [one.partition("person=")[2] for one in moving] == ["ana", "ben", "cid"]


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"at": "2026-12-31T09:00", "to": "room~r1"},
        {"at": "2026-11-30T13:00", "to": "room~r99"},
        {"at": "2026-11-30T13:00", "to": "leader~nobody", "from_": "leader~dan"},
        {"person": "ana", "to": "session~1"},
        {"person": "nobody", "to": "session~1"},
    ],
)
def test_what_is_let_go_nowhere_changes_nothing(desk, published, where):
    assert "look at the board again" in words(dropped(desk(), "A. X.", **where))


def test_a_time_with_a_zone_or_without_sense_is_refused(desk, published):
    browser = desk()
    block = blocks_of(browser.get(f"{BOARD}?by=room"))[0]
    browser.get(f"{block.attributes['href']}&ask=there&at=tomorrow", 422)
