"""The pages and states of which `tools.pictures` draws pictures, and how a visitor of the demo gets into each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.api.pages.hand import Hand

MONDAY, NEXT_MONDAY = "2027-01-11", "2027-01-18"
PERSON, WAITING = "1018", "1041"
CLINICIAN, OWN_PASSWORD = "v.diaz", "four quiet paper boats"


class State(NamedTuple):
    """A page in a state.

    Attributes:
        enter: Brings a signed-in visitor there.
    """

    name: str
    enter: Callable[[Hand], None]
    width: int = 1280
    height: int = 860


def at(path: str) -> Callable[[Hand], None]:
    """A page of the demo."""
    return lambda hand: hand.at(path)


def elsewhere(path: str) -> Callable[[Hand], None]:
    """Another page."""
    return lambda hand: hand.go(path)


def search(hand: Hand) -> None:
    """Two people are found by what was heard."""
    hand.at("today")
    hand.write("#q", "N. R.")
    hand.see("#results .hits")


def keys(hand: Hand) -> None:
    """The list of keys."""
    hand.at("today")
    hand.press("?")


def open_session(hand: Hand) -> None:
    """A session of the board, with the places that it may have."""
    hand.at(f"week/{MONDAY}")
    hand.click(".block:has-text('R. D.')")
    hand.see("#panel h3")
    hand.page.wait_for_load_state("networkidle")


def swap_leader(hand: Hand) -> None:
    """A leader is swapped; the change is not published yet."""
    open_session(hand)
    hand.click("#panel a[data-press='l']")
    hand.click("#places button[name='choice']")
    hand.see(".note, .working")


def sheet(hand: Hand) -> None:
    """The sheet of a group that is over and not marked."""
    hand.at("attendance")
    hand.enter("n")
    hand.see("[data-press='a']")


def wrong_sheet(hand: Hand) -> None:
    """Minutes that no session has."""
    sheet(hand)
    hand.page.locator("input[name^='minutes-']").first.fill("900")
    hand.enter("s")


def marked(hand: Hand) -> None:
    """Everyone is marked; one did not come."""
    sheet(hand)
    hand.page.locator(".choices input[value='no_show']").first.check()
    hand.enter("a")
    hand.see(".entries")


def marked_sheet(hand: Hand) -> None:
    """The sheet of a group that is marked, with calls to make."""
    hand.at(f"attendance/days/{MONDAY}")
    hand.click("main .entries a:has-text('Evening')")


def hours_asked(hand: Hand) -> None:
    """Which weeks fit someone's new hours."""
    hand.at(f"phone/hours/{PERSON}")
    hand.write("#hours", "mon-thu 4-9pm")
    hand.enter()


def hours_wrong(hand: Hand) -> None:
    """Hours that cannot be read."""
    hand.at(f"phone/hours/{PERSON}")
    hand.write("#hours", "whenever")
    hand.enter()


def caller_asked(hand: Hand) -> None:
    """Which seats are free for a new caller."""
    hand.at("phone/caller")
    hand.write("#label", "Q. Q.")
    hand.write("#hours", "mon-fri 8am-8pm")
    hand.enter()


def caller_of_three_days(hand: Hand) -> None:
    """A caller whose phase has three days a week."""
    hand.at("phone/caller")
    hand.write("#label", "Q. Q.")
    hand.write("#hours", "mon-fri 8am-8pm")
    hand.choose("#phase", "Three days")
    hand.enter()


def caller_held(hand: Hand) -> None:
    """An offer is held."""
    caller_asked(hand)
    hand.click("main button:has-text('Offer and hold')")


def caller_without_seat(hand: Hand) -> None:
    """No seat is free in the hours of a caller."""
    hand.at("phone/caller")
    hand.write("#label", "Q. R.")
    hand.write("#hours", "sun 6-7am")
    hand.enter()


def concerned(hand: Hand) -> None:
    """Whom it concerns when a clinician is out, and what can be done."""
    hand.at("happened/clinician")
    hand.choose("#who", 3)
    hand.click("main button:has-text('See whom it concerns')")
    hand.see("main button:has-text('Publish'), main button:has-text('Enter')")


def new_hours_concerned(hand: Hand) -> None:
    """What new hours break, and what can be done."""
    hand.at(f"happened/hours?who={PERSON}")
    hand.write("#hours", "mon-thu 12-9pm")
    hand.click("main button:has-text('See whom it concerns')")
    hand.see("main button:has-text('Publish')")


def merge_concerned(hand: Hand) -> None:
    """A group joins another one."""
    hand.at("happened/merge")
    hand.choose("#who", "Aftercare Tue")
    hand.choose("#into", "Aftercare Sat")
    hand.click("main button:has-text('See whom it concerns')")
    hand.see("main button:has-text('Publish')")


def split_concerned(hand: Hand) -> None:
    """A group is split."""
    hand.at("happened/split")
    hand.choose("#who", "Evening A Thu")
    hand.click("main button:has-text('See whom it concerns')")
    hand.see("main button:has-text('Publish')")


def plan_unmet(hand: Hand) -> None:
    """The next week, generated, with what is missing."""
    hand.at(f"plan/{NEXT_MONDAY}")
    hand.click("main button:has-text('Generate')")
    hand.see("#draft")


def plan_generating(hand: Hand) -> None:
    """A roster is being generated."""
    hand.at("plan/2027-01-25")
    hand.click("main button:has-text('Generate')")
    hand.see("#generating")


def payer(hand: Hand) -> None:
    """What is needed for a call to a payer."""
    hand.at("due")
    hand.click("main a:has-text('call to the payer')")


def letter(hand: Hand) -> None:
    """A letter of attendance."""
    hand.at(f"people/{PERSON}/letters")
    hand.click("main button")


def week_without_clinicians(hand: Hand) -> None:
    """A week in which most clinicians are on leave: what is missing, and why."""
    for number in range(1, 5):
        hand.at("due/leave")
        hand.choose("#clinician", number)
        hand.write("#first", "2027-02-01")
        hand.write("#last", "2027-02-07")
        hand.click("main button.go")
        if hand.number_of("main button[name='is_known']"):
            hand.click("main button[name='is_known']")
    hand.at("plan/2027-02-01")
    hand.click("main button:has-text('Generate')")
    hand.see("#draft")


def clinician_today(hand: Hand) -> None:
    """A clinician has signed in."""
    hand.at("admin/users")
    hand.write("#login", CLINICIAN)
    hand.choose("#role", "Clinician")
    hand.choose("#clinician", "V. Diaz")
    hand.click("main button:has-text('Create the account')")
    first = hand.read(".secret")
    hand.click("header button:has-text('Sign out')")
    hand.write("#login", CLINICIAN)
    hand.write("#password", first)
    hand.click("main button.go")
    hand.write("#password", first)
    hand.write("#new_password", OWN_PASSWORD)
    hand.write("#again", OWN_PASSWORD)
    hand.click("main button.go")
    hand.at("today")


STATES: Final = (
    State("today", at("today")),
    State("search", search),
    State("keys", keys),
    State("week", at(f"week/{MONDAY}")),
    State("week-clinician", at(f"week/{MONDAY}?by=clinician")),
    State("week-participant", at(f"week/{MONDAY}?by=participant&id={PERSON}")),
    State("week-open", open_session),
    State("week-unpublished", at(f"week/{NEXT_MONDAY}")),
    State("happened", at("happened")),
    State("happened-clinician", at("happened/clinician")),
    State("happened-busy", at("happened/busy")),
    State("happened-participant", at("happened/participant")),
    State("happened-room", at("happened/room")),
    State("happened-closed", at("happened/closed")),
    State("happened-resource", at("happened/resource")),
    State("happened-concerned", concerned),
    State("happened-hours", at("happened/hours")),
    State("happened-merge", at("happened/merge")),
    State("happened-split", at("happened/split")),
    State("happened-hours-concerned", new_hours_concerned),
    State("happened-merge-concerned", merge_concerned),
    State("happened-split-concerned", split_concerned),
    State("calls", at(f"happened/calls/{MONDAY}")),
    State("people", at("people")),
    State("people-waiting", at("people?status=waiting")),
    State("person", at(f"people/{PERSON}")),
    State("person-waiting", at(f"people/{WAITING}")),
    State("availability", at(f"people/{PERSON}/availability")),
    State("busy", at(f"people/{PERSON}/busy")),
    State("stay", at(f"people/{PERSON}/stay")),
    State("letters", at(f"people/{PERSON}/letters")),
    State("letter", letter),
    State("consents", at(f"people/{PERSON}/consents")),
    State("calendars", at(f"people/{PERSON}/calendars")),
    State("attendance", at("attendance")),
    State("sheet", sheet),
    State("sheet-wrong", wrong_sheet),
    State("attendance-marked", marked),
    State("sheet-marked", marked_sheet),
    State("sign-in-sheets", at("attendance/sign-in/2027-01-12")),
    State("due", at("due")),
    State("due-phases", at("due?kind=phase_end")),
    State("due-none", at("due?kind=message")),
    State("leave", at("due/leave")),
    State("payer", payer),
    State("phone", at("phone")),
    State("hours", at(f"phone/hours/{PERSON}")),
    State("hours-fit", hours_asked),
    State("hours-wrong", hours_wrong),
    State("caller", at("phone/caller")),
    State("caller-fit", caller_asked),
    State("caller-held", caller_held),
    State("caller-no-seat", caller_without_seat),
    State("plan", at(f"plan/{NEXT_MONDAY}")),
    State("plan-unmet", plan_unmet),
    State("plan-generating", plan_generating),
    State("paper", at(f"paper/{MONDAY}")),
    State("paper-room", at(f"paper/{MONDAY}/by/room")),
    State("paper-clinician", at(f"paper/{MONDAY}/by/clinician")),
    State("paper-participant", at(f"paper/{MONDAY}/by/participant")),
    State("users", at("admin/users")),
    State("keys-of-programs", at("admin/keys")),
    State("audit", at("admin/audit")),
    State("backup", at("admin/backup")),
    State("policy", at("admin/policy")),
    State("password", elsewhere("/password")),
    State("no-such-page", at("people/nobody")),
    State("week-changed", swap_leader),
    State("plan-few-clinicians", week_without_clinicians),
    # From here on, a clinician is signed in.
    State("clinician-today", clinician_today),
    State("clinician-week", at(f"week/{MONDAY}")),
    State("clinician-attendance", at("attendance")),
)

README_STATES: Final = (
    State("today", at("today"), 1280, 760),
    State("board", open_session, 1280, 760),
    State("caller", caller_of_three_days, 1280, 760),
)
