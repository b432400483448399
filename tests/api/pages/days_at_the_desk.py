"""A week at the desk of the demo program, from Monday 7:40 to Friday, done only through what the pages offer: one function for each task.

Each begins on *Today*, in the morning or whenever `WEEK` says, and knows people only as they are called there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from playwright.sync_api import Locator

from tests.api.pages.hand import Hand

Task = Callable[[Hand], object]

REACHED: Final = "main button[value=reached]"
EARLIER: Final = "#earlier:has-text('Compared with version 1')"
STOP: Final = "document.querySelector(\"form[action$='/stop'] button\")?.click()"


def a_clinician_calls_in_sick(hand: Hand) -> None:
    """Monday 7:40: whom it concerns, an answer for today, and every call made."""
    hand.turn_to("h")
    hand.link("A clinician is out")
    hand.choose("#who", "L. Ellis")
    hand.button("See whom it concerns")
    assert "Morning A Mon" in hand.read("[aria-labelledby=concerned]")
    hand.see("[aria-labelledby=answer-1]")
    hand.button("Publish this")
    assert "Whom to call" in hand.read("h1")
    assert hand.number_of("main .say") > 0
    _call_everyone(hand)
    hand.turn_to("t")
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


def a_group_is_marked_by_keyboard(hand: Hand) -> None:
    """Monday 13:20: one did not come and one left early, everyone else was there; then someone who was not booked."""
    hand.turn_to("a")
    hand.enter("n")
    assert "Morning A Mon" in hand.read("h1")
    unmarked = hand.page.locator(".sheet fieldset:not(:has(input:checked))")
    first, second = unmarked.nth(0).locator("input[type=radio]").first, unmarked.nth(1).locator("input[type=radio]").first
    first.focus()
    hand.press("ArrowDown", *["ArrowDown"] * _steps(hand, first, "no_show"))
    second.focus()
    hand.press("ArrowDown", *["ArrowDown"] * _steps(hand, second, "left_early"))
    hand.press("Tab")
    hand.page.keyboard.type("20")
    hand.enter("a")
    assert "Attendance" in hand.read("h1")
    row = ".entries li:has-text('Morning A Mon')"
    assert "Marked" in hand.read(row)

    hand.click(f"{row} a")
    hand.write("#participant", "1024")
    hand.button("Add to the sheet")
    assert "Walk-in" in hand.read(".sheet")
    hand.check("#attended-1024")
    hand.enter("s")
    assert "Marked" in hand.read(row)


def an_absence_is_made_up(hand: Hand) -> None:
    """Tuesday 9:10: someone calls off the group of today, and gets a seat in another one."""
    line = "[aria-labelledby=sessions] li:has(h3:has-text('Aftercare Tue')) .people li:has-text('M. P.')"
    hand.click(f"{line} button:has-text('Excuse')")
    hand.click(f"{line} a:has-text('Make-up')")
    assert "Aftercare Tue" in hand.read()
    hand.button("Book this seat")
    assert "M. P." in hand.read("[aria-labelledby=changes]")
    _publish(hand)


def a_group_is_split_and_put_back(hand: Hand) -> None:
    """Tuesday 10:30: a large group becomes two; by mistake, so it is undone at once, and everyone has their place again."""
    hand.turn_to("h")
    hand.link("A group is split in two")
    hand.choose("#who", "Evening A Thu")
    hand.button("See whom it concerns")
    hand.see("[aria-labelledby=answer-1]")
    assert "Two groups, each with half of the people" in hand.read("[aria-labelledby=answer-1]")
    hand.click("[aria-labelledby=answer-1] button:has-text('Publish this')")
    assert "Whom to call" in hand.read("h1")
    hand.button("Undo")
    assert "Whom to call" in hand.read("h1")
    assert hand.number_of("main button:has-text('Undo') >> text=/^Undo$/") == 0


def new_hours_by_phone(hand: Hand) -> None:
    """Tuesday 11:00: a participant works mornings from now on; a week that fits is chosen and published."""
    hand.turn_to("o")
    hand.write("#who", "A. M.")
    hand.enter()
    hand.write("#hours", "mon-sat 12-9pm")
    hand.enter()
    assert "No longer possible" in hand.read()
    hand.button("Choose this week")
    assert "A. M." in hand.read("[aria-labelledby=changes]")
    _publish(hand)


def a_new_caller_gets_an_offer(hand: Hand) -> None:
    """Wednesday 9:30: initials and free hours are enough; the offer is held, and accepted when they call back."""
    hand.turn_to("o")
    hand.link("New caller")
    hand.write("#label", "Q. Q.")
    hand.write("#hours", "mon-fri 8am-8pm")
    hand.enter()
    hand.page.locator("main").get_by_role("button", name="Offer and hold").first.dblclick()
    hand.clicks += 1
    waiting = "[aria-labelledby=waiting] .due > li:has-text('Q. Q.')"
    hand.see(waiting)
    assert "Held" in hand.read(waiting)
    assert hand.number_of(waiting) == 1, "a second click sends nothing"
    hand.click(f"{waiting} button:has-text('Accepted')")
    assert "Q. Q." in hand.read("[aria-labelledby=changes]")
    _publish(hand)


def an_authorization_is_settled(hand: Hand) -> None:
    """Wednesday 15:00: the payer's next review of one participant is entered, and the line is gone."""
    hand.turn_to("d")
    hand.link("Payer's review")
    lines = hand.number_of(".due > li")
    hand.link("For the call to the payer")
    assert "attended" in hand.read().lower()
    hand.page.go_back()
    hand.write("[name=next_review]", "2027-03-01")
    hand.button("Reviewed")
    assert "Payer's review" in hand.read("[aria-current=true]"), "the same kind of lines is shown again"
    assert hand.number_of(".due > li") == lines - 1


class NextWeek(NamedTuple):
    """How next week was made.

    Attributes:
        fixes: How many fixes were offered; without any, the roster is only generated again.
        calls: How many people were called.
    """

    fixes: int
    calls: int


def next_week_is_made(hand: Hand, note: Callable[[str], None] = print) -> NextWeek:
    """Thursday 14:00: from what is due to paper.

    Args:
        note: Is told of each stage.
    """
    note("deciding a phase")
    _decide_a_phase(hand)
    note("generating")
    hand.turn_to("n")
    hand.button("Generate")
    hand.see("#draft:has-text('Draft')")
    note("generating with a fix, stopped when it is good")
    fixes = _generate_again(hand)
    note("publishing")
    assert "from last week" in hand.read("[aria-labelledby=changes]")
    _publish(hand)
    note("calling")
    calls = _call_everyone(hand)
    note("printing")
    hand.link("Print or save")
    hand.click("main a[href$='/by/room']")
    assert "version" in hand.read()
    return NextWeek(fixes, calls)


def _decide_a_phase(hand: Hand) -> None:
    """The first of those that end, if one does."""
    hand.turn_to("d")
    if hand.number_of("nav a:has-text('Phase ends')"):
        hand.link("Phase ends")
        hand.choose("[name=phase]")
        hand.button("Record the decision")


def _generate_again(hand: Hand) -> int:
    """Use a fix that was tried, and stop when the roster is good; how many fixes were offered."""
    fixes = hand.number_of("main button:has-text('Use this')")
    hand.button("Use this" if fixes else "Generate again")
    hand.see(f"[role=status]:text-matches('roster is there|Good enough|Nothing better'), {EARLIER}")
    hand.page.evaluate(STOP)  # It may have ended just now.
    hand.clicks += 1
    hand.see(EARLIER)
    return fixes


def the_week_ends(hand: Hand) -> None:
    """Friday 13:30: a group is marked; who did not come is called, and what was found out is kept as a code."""
    hand.turn_to("a")
    hand.link("Morning A Fri")
    hand.check(".choices input[value='no_show']")
    hand.enter("a")
    hand.link("Morning A Fri")
    hand.choose("#result", "Reached")
    hand.write("#reason", "transport")
    hand.button("Record the call")
    assert "Reached: transport" in hand.read("[aria-labelledby=calls]")


def _call_everyone(hand: Hand) -> int:
    """Tick every call of the list, those with nothing new in one go; how many are called."""
    if hand.number_of("main button:has-text('No call needed')"):
        hand.click("main button:has-text('No call needed')")
    calls = hand.number_of(REACHED)
    while (left := hand.number_of(REACHED)) > 0:
        hand.click(REACHED)
        hand.page.wait_for_function("([what, left]) => document.querySelectorAll(what).length < left", arg=[REACHED, left])
    assert "Everyone has been told." in hand.read()
    return calls


def _publish(hand: Hand) -> None:
    """Publish the draft that *Plan* shows; whom to call follows."""
    assert "Plan" in hand.read("h1")
    hand.page.locator("main").get_by_role("button", name="Publish", exact=True).click()
    hand.clicks += 1
    hand.see("h1:has-text('Whom to call')")


def _steps(hand: Hand, radio: Locator, value: str) -> int:
    """How often the arrow is pressed from the second of several radio buttons to one of them."""
    values = radio.evaluate("one => [...one.closest('fieldset').querySelectorAll('[type=radio]')].map(other => other.value)")
    return values.index(value) - 1


def _tally(hand: Hand, what: str) -> int:
    found = re.search(rf"(\d+)\s+{what}", hand.read(".tally"))
    return int(found[1]) if found else 0


WEEK: Final[tuple[tuple[str, Task], ...]] = (
    ("2027-01-11T07:40", a_clinician_calls_in_sick),
    ("2027-01-11T10:12", people_arrive),
    ("2027-01-11T13:20", a_group_is_marked_by_keyboard),
    ("2027-01-12T09:10", an_absence_is_made_up),
    ("2027-01-12T10:30", a_group_is_split_and_put_back),
    ("2027-01-12T11:00", new_hours_by_phone),
    ("2027-01-13T09:30", a_new_caller_gets_an_offer),
    ("2027-01-13T15:00", an_authorization_is_settled),
    ("2027-01-14T14:00", next_week_is_made),
    ("2027-01-15T13:30", the_week_ends),
)
