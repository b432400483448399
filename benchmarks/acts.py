"""The commonest acts of a coordinator's week, done in a browser: `python -m benchmarks.acts`. Clicks, and the seconds the program takes.

A real `stepdown serve --demo` and the system's Chromium, driven by Playwright. A click is one with the mouse, a key, or a field that is
filled in. The seconds are those from the first click until the outcome is shown; nobody reads or thinks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from playwright.sync_api import sync_playwright

from benchmarks.service.server import serving_demo
from benchmarks.stages import note
from benchmarks.table import markdown
from tests.api.pages.chromium import find_chromium
from tests.api.pages.days_at_the_desk import an_absence_is_made_up
from tests.api.pages.hand import PATIENCE, Hand

MOST_WAITED: Final = 30_000
"""Milliseconds for one outcome."""
COLUMNS = ("act", "clicks", "at most", "seconds", "at most")
MORNING: Final = "2027-01-12T09:20"
"""A Tuesday on which groups are over, running and still to come."""


class Act(NamedTuple):
    """An act, and what it may take.

    Attributes:
        begin: Where it begins, as a path in the program.
        do: Does it and waits for its outcome.
        clicks: The most clicks.
        seconds: The most seconds.
    """

    name: str
    begin: str
    do: Callable[[Hand], object]
    clicks: int
    seconds: float


def find_person(hand: Hand) -> None:
    """By initials, from any page."""
    hand.write("#q", "A. M.")
    hand.see("#results .hits a.person")


def free_seats(hand: Hand) -> None:
    """Of every group of the week."""
    hand.click("nav a:has-text('Week')")
    hand.see(".block")


def mark_group(hand: Hand) -> None:
    """The next group that is not marked: one is late, everyone else is here."""
    hand.press("n")
    hand.see("[data-press='a']")
    hand.page.locator(".choices input[value='no_show']").first.check()
    hand.clicks += 1
    hand.press("a")
    hand.see(".entries")


def swap_leader(hand: Hand) -> None:
    """Of a session on the board."""
    hand.click(".block:has-text('R. D.')")
    hand.click("#panel a[data-press='l']")
    hand.see("#places-title:has-text('Who else may lead it')")
    hand.click("#places .places button[name='choice']")
    hand.see("#draft-note")


def new_hours(hand: Hand) -> None:
    """Of a participant who calls: which week fits."""
    hand.write("#who", "A. M.")
    hand.press("Enter")
    hand.write("#hours", "mon-fri 9am-5pm")
    hand.press("Enter")
    hand.click("main button:has-text('Choose this week'), main button:has-text('Keep the hours')")
    hand.see("main")


def new_caller(hand: Hand) -> None:
    """Initials and free hours; the first schedule is offered and held."""
    hand.write("#label", "Q. Q.")
    hand.write("#hours", "mon-fri 8am-8pm")
    hand.press("Enter")
    hand.click("main button:has-text('Offer and hold')")
    hand.see("text=Held")


def clinician_sick(hand: Hand) -> None:
    """A clinician is out this week: whom it concerns, the first answer, and the calls."""
    hand.click("main a:has-text('A clinician is out')")
    hand.choose("#who")
    hand.click("main button:has-text('See whom it concerns')")
    hand.click("main button:has-text('Publish this'), main button:has-text('Enter')")
    hand.see("#calls, main")


def tick_call(hand: Hand) -> None:
    """One that has been reached."""
    hand.click("main button:has-text('Reached')")
    hand.see("text=/Undo|Calls to make/")


def print_today(hand: Hand) -> None:
    """The sign-in sheets of all groups, as a page to print."""
    hand.click("main a:has-text('Print sign-in sheets')")
    hand.see("table")


# The last one leaves a draft behind.
ACTS = (
    Act("find a person", "today", find_person, 1, 3),
    Act("free seats", "today", free_seats, 1, 2),
    Act("mark a group", "attendance", mark_group, 3, 10),
    Act("absence with make-up", "today", an_absence_is_made_up, 4, 25),
    Act("new hours by telephone", "phone", new_hours, 5, 60),
    Act("new caller", "phone/caller", new_caller, 4, 45),
    Act("clinician sick, with calls", "happened", clinician_sick, 6, 90),
    Act("tick a call", "today", tick_call, 2, 5),
    Act("print today", "attendance", print_today, 2, 8),
    Act("swap a leader", "week", swap_leader, 3, 10),
)


def rows(pictures: Path | None = None) -> list[list[str]]:
    """A line for each act, one after another on one demo program."""
    lines = []
    note("starting the server")
    with TemporaryDirectory() as folder, serving_demo(Path(folder), MORNING) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"], timeout=PATIENCE)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(MOST_WAITED)
        hand = Hand(page, f"http://{server.host}:{server.port}")
        for number, act in enumerate(ACTS):
            note(act.name)
            hand.at(act.begin)
            hand.clicks, start = 0, time.perf_counter()
            act.do(hand)
            seconds = time.perf_counter() - start
            lines.append([act.name, str(hand.clicks), str(act.clicks), f"{seconds:.1f}", f"{act.seconds:g}"])
            if pictures is not None:
                page.screenshot(path=pictures / f"{number + 1}.png")
        browser.close()
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acts", description="Clicks and seconds of the commonest acts.")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each outcome")
    options = parser.parse_args(arguments)
    print(markdown(COLUMNS, rows(options.pictures)))


if __name__ == "__main__":
    main()
