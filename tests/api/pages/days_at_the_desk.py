"""A week at the desk of the demo program, from Monday 7:40 to Friday, done only through what the pages offer: one function for each task.

Each begins on *Today*, in the morning or whenever `WEEK` says, and knows people only as they are called there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from benchmarks.hand import Hand

Task = Callable[[Hand], None]


def a_clinician_calls_in_sick(hand: Hand) -> None:
    """Monday 7:40: whom it concerns, an answer for today, and every call made."""
    hand.press("g", "h")
    hand.link("A clinician is out")
    hand.choose("#who", "L. Ellis")
    hand.button("See whom it concerns")
    assert "Morning A Mon" in hand.read("[aria-labelledby=concerned]")
    hand.see("[aria-labelledby=answer-1]")
    hand.button("Publish this")
    assert "Whom to call" in hand.read("h1")
    assert hand.number_of("main .say") > 0
    while hand.number_of("main button:has-text('Reached')"):
        reached = hand.number_of(".chip.good")
        hand.button("Reached")
        hand.see(f":nth-match(.chip.good, {reached + 1})")
    assert "Everyone has been told." in hand.read()
    hand.press("g", "t")
    assert "L. Ellis" in hand.read("[aria-labelledby=away]")


def people_arrive(hand: Hand) -> None:
    """Monday 10:12: someone is checked in by what was heard; another is late, and a mark is taken back."""
    missing = hand.page.locator("[aria-labelledby=missing] .person")
    here = _tally(hand, "here")
    first = missing.first.inner_text()
    hand.press("/")
    hand.write("#q", first)
    hand.see("#results [data-now]")
    hand.press("Enter")
    hand.see(f"#results:has-text('Here: {first}')")
    hand.see(f".tally:has-text('{here + 1} here')")
    hand.click("[aria-labelledby=sessions] .now button:has-text('min late')")
    hand.see(f".tally:has-text('{here + 2} here')")
    hand.click("[aria-labelledby=sessions] .now button:has-text('Undo')")
    hand.see(f".tally:has-text('{here + 1} here')")


def _tally(hand: Hand, what: str) -> int:
    found = re.search(rf"(\d+)\s+{what}", hand.read(".tally"))
    return int(found[1]) if found else 0


WEEK: Final[tuple[tuple[str, tuple[Task, ...]], ...]] = (
    ("2027-01-11T07:40", (a_clinician_calls_in_sick,)),
    ("2027-01-11T10:12", (people_arrive,)),
)
