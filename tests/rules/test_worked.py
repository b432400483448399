"""The week of `worked.md`: nothing to find as it stands, and each change of its table found with exactly the amount written there."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.rules import RULES
from scheduler.view import View
from tests.faces import model_amount

TEXT = Path(__file__).with_name("worked.md").read_text(encoding="utf-8")
INSTANCE, ROSTER = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
TABLE = re.findall(r"^\| `(\w+)` \| (.+?) \| .+? \| (\d+) \|$", TEXT, re.MULTILINE)
TWO_AUTHORIZATIONS = [
    {"id": "a2", "unit": "session", "first": "2026-11-30", "last": "2026-12-31", "units": 2},
    {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2026-12-10", "units": 6, "used": 5},
]
AS_IT_STANDS = {"idle_gap": 7, "clinician_balance": 4}
Document = dict[str, Any]
Change = Callable[[Document, Document], object]


def named(items: list[Document], id: str) -> Document:
    """The item of a list with this id."""
    return next(item for item in items if item["id"] == id)


def session(roster: Document, what: str) -> Document:
    """A session by the beginning of its id, e.g. "g.gm" or "a.ana.individual"."""
    return next(s for s in roster["sessions"] if s["id"].startswith(f"{what}."))


def move(roster: Document, what: str, **by: float) -> None:
    """Put a session later by so many days, hours or minutes."""
    found = session(roster, what)
    for key in ("start", "end"):
        found[key] = (datetime.fromisoformat(found[key]) + timedelta(**by)).isoformat()


def cancel(roster: Document, person: str, *sessions: str) -> None:
    """Take somebody out of sessions; a session without anybody goes."""
    for what in sessions:
        found = session(roster, what)
        found["bookings"] = [b for b in found["bookings"] if b["participant"] != person]
    roster["sessions"] = [s for s in roster["sessions"] if s["bookings"]]


def until(windows: list[Document], day: str, end: str) -> None:
    """Let a weekly window end earlier."""
    next(w for w in windows if w["day"] == day)["end"] = end


def person(instance: Document, id: str) -> Document:
    """A participant."""
    return named(instance["participants"], id)


def group(instance: Document, id: str) -> Document:
    """A group."""
    return named(instance["groups"], id)


def staff(instance: Document, id: str) -> Document:
    """A clinician."""
    return named(instance["clinicians"], id)


def with_guests(instance: Document, id: str, how: str, *free_from: dict[str, str]) -> None:
    """Let guests, each free from a time on some days until noon, come to process groups with somebody."""
    named(instance["services"], "process")["guests"] = "welcome"
    windows = [[{"day": day, "start": start, "end": "12:00"} for day, start in days.items()] for days in free_from]
    guests = [{"id": f"guest{n}", "availability": {"weekly": weekly}, how: ["process"]} for n, weekly in enumerate(windows)]
    person(instance, id)["guests"] = guests


def minutes(instance: Document, id: str, **band: int) -> None:
    """Order a band of minutes."""
    person(instance, id)["order"]["minutes"] = band


def no_second_staff(instance: Document, roster: Document) -> None:
    """Nobody at the front desk, dan away on Friday."""
    instance["program"]["sites"][0]["front_desk"] = []
    staff(instance, "dan")["hours"] = [w for w in staff(instance, "dan")["hours"] if w["day"] != "fri"]


def co_led(instance: Document, roster: Document) -> None:
    """Monday's block is opened by the solver and has two facilitators."""
    group(instance, "gm")["is_standing"] = False
    session(roster, "g.gm")["facilitators"].append("dan")


def republished(instance: Document, roster: Document) -> None:
    """Published as it stands, then ben's session moves."""
    instance |= {"published": {"roster": deepcopy(roster)}, "now": "2026-11-30T08:00:00-05:00"}
    move(roster, "a.ben.individual", minutes=30)


def rehoused(instance: Document, roster: Document) -> None:
    """Published as it stands; two blocks change rooms, and ben's session keeps its room half an hour later."""
    republished(instance, roster)
    session(roster, "g.gm")["room"] = "r2"
    session(roster, "g.gw")["room"] = "r3"


def rewritten(instance: Document, roster: Document) -> None:
    """Published as it stands; on Tuesday cleo is said not to have been there on Monday."""
    instance |= {"published": {"roster": deepcopy(roster)}, "now": "2026-12-01T08:00:00-05:00"}
    cancel(roster, "cleo", "g.gm")


def sequenced(instance: Document, roster: Document) -> None:
    """A curriculum of two modules in order, the second one on Wednesday."""
    instance["curricula"] = [{"id": "recovery", "modules": ["one", "two"], "sequenced": True}]
    group(instance, "gw").update(curriculum="recovery", module="two")


def in_one_block(instance: Document, roster: Document) -> None:
    """All groups are hours of one block, and cleo is not in Wednesday's."""
    for hour in instance["groups"]:
        hour["block"] = "evening"
    cancel(roster, "cleo", "g.gw")


def bound(instance: Document, roster: Document) -> None:
    """The couple session must be beside a group, and starts half an hour after it."""
    named(instance["services"], "couple")["without_trip"] = "beside_group"
    move(roster, "a.ana.couple", minutes=15)


def in_a_long_night(instance: Document, roster: Document) -> None:
    """The week of the change of clocks; ben's session begins on Sunday at 0:40."""
    instance["monday"] = roster["monday"] = "2026-10-26"
    session(roster, "a.ben.individual").update(start="2026-11-01T00:40:00-04:00", end="2026-11-01T01:30:00-04:00")


def unequal(instance: Document, roster: Document) -> None:
    """Cora's contract is half of dan's."""
    staff(instance, "cora")["contract_minutes"] = 1000
    staff(instance, "dan")["contract_minutes"] = 2000


CHANGES: dict[str, Change] = {
    "participant_conflict": lambda _, roster: move(roster, "a.ana.individual", minutes=-45),
    "participant_availability": lambda i, _: until(person(i, "ben")["availability"]["weekly"], "fri", "13:30"),
    "track_integrity": lambda i, _: group(i, "gw").update(track="evening"),
    "whole_block": in_one_block,
    "longest_wait": lambda _, roster: move(roster, "a.ana.individual", minutes=105),
    "service_spacing": lambda week, _: named(week["participants"], "ben")["order"]["services"][0].update(days_apart=8),
    "without_trip": bound,
    "home_site": lambda i, _: person(i, "cleo").update(home_site="s2", home_site_use="required"),
    "clinician_conflict": lambda _, roster: move(roster, "a.ben.individual", minutes=-20),
    "clinician_availability": lambda i, _: until(staff(i, "cora")["hours"], "fri", "13:00"),
    "clinician_qualification": lambda i, _: staff(i, "dan").update(credentials=[]),
    "clinician_load": lambda i, _: staff(i, "dan").update(limits={"direct_minutes_per_day": 200}),
    "second_staff_on_site": no_second_staff,
    "room_conflict": lambda _, roster: session(roster, "a.cleo.individual").update(room="r2"),
    "room_fit": lambda i, _: named(i["rooms"], "r1").update(seats=3),
    "group_size": lambda i, _: group(i, "gm").update(maximum=3),
    "facilitator_ratio": lambda i, _: i["policy"].update(values={"participants_per_facilitator": 1}),
    "group_intake": lambda i, _: group(i, "gm").update(opened_on="2026-11-23"),
    "eligibility": lambda i, _: group(i, "gw").update(eligibility={"genders": ["f"]}),
    "guest_presence": lambda i, _: with_guests(i, "ben", "required_in", {"mon": "09:30", "fri": "09:00"}),
    "curriculum_order": sequenced,
    "weekly_ceiling": lambda i, _: minutes(i, "ana", ceiling=600),
    "step_down_ceiling": lambda i, _: i["history"]["orders"][0].update(ceiling=630),
    "keep_apart": lambda i, _: i.update(relations=[{"a": "ana", "b": "cleo", "kind": "apart"}]),
    "joint_session": lambda _, roster: cancel(roster, "ben", "a.ana.couple"),
    "authorization": lambda i, _: person(i, "cleo").update(authorizations=TWO_AUTHORIZATIONS),
    "closures": lambda i, _: i["program"].update(closures=[{"date": "2026-12-04", "site": "s1", "start": "11:00"}]),
    "clock_change": in_a_long_night,
    "held_place": lambda _, roster: move(roster, "a.ana.individual", days=1),
    "pinned": lambda i, _: i.update(pins=[{"kind": "booking", "participant": "ben", "service": "individual", "day": "mon"}]),
    "already_happened": rewritten,
    "weekly_floor": lambda _, roster: cancel(roster, "cleo", "g.gm"),
    "session_floor": lambda _, roster: cancel(roster, "cleo", "g.gw", "g.gf"),
    "service_day_floor": lambda _, roster: cancel(roster, "cleo", "g.gf"),
    "ordered_service": lambda _, roster: cancel(roster, "cleo", "a.cleo.individual"),
    "service_gap": lambda _, roster: cancel(roster, "cleo", "g.gm", "g.gw", "a.cleo.individual"),
    "admission_deadline": lambda i, _: person(i, "cleo").update(first_session_due="2026-11-26"),
    "step_down_floor": lambda i, _: i["history"]["orders"][0].update(target=850),
    "step_down_target": lambda i, _: minutes(i, "ana", target=608),
    "clinician_continuity": lambda _, roster: session(roster, "a.cleo.individual").update(facilitators=["cora"]),
    "facilitator_continuity": lambda i, _: session(i["history"]["last_week"], "g.gm").update(facilitators=["dan"]),
    "cohort_continuity": lambda i, _: cancel(i["history"]["last_week"], "ana", "g.gw"),
    "cohort_together": lambda i, _: person(i, "cleo").update(home_cohort="green"),
    "same_time": lambda _, roster: move(roster, "a.ana.individual", days=1),
    "random_time": lambda i, _: named(i["services"], "couple").update(standing=False),
    "participant_preference": lambda i, _: person(i, "ana").update(preferences=[{"attribute": "time", "ranked": ["evening"]}]),
    "home_site_preference": lambda i, _: person(i, "ben").update(home_site="s2"),
    "preferred_guests": lambda i, _: with_guests(i, "cleo", "preferred_in", {"mon": "08:00", "fri": "08:00"}, {"fri": "08:00"}),
    "trips": lambda _, roster: move(roster, "a.ben.individual", days=-1),
    "idle_gap": lambda _, roster: move(roster, "a.cleo.individual", minutes=30),
    "day_spread": lambda _, roster: move(roster, "g.gf", days=-1),
    "group_balance": lambda i, _: group(i, "gm").update(target=8),
    "not_alone": lambda i, _: person(i, "ben").update(company=["gender"]),
    "clinician_balance": unequal,
    "clinician_time": co_led,
    "published_change": republished,
    "published_room": rehoused,
}


def rule(id: str) -> Rule:
    """The rule of an id."""
    return next(rule for rule in RULES if rule.id == id)


def read(instance: Document, roster: Document) -> View:
    """The two documents as a roster read against its instance."""
    return View(Case(Instance.model_validate(instance)), Roster.model_validate(roster))


def amount(id: str, view: View) -> int:
    """The sum of a rule's amounts."""
    return sum(violation.amount for violation in rule(id).check(view.case, view))


def test_every_row_has_its_change() -> None:
    """The table and the changes name the same rules, each once."""
    assert [id for id, _, _ in TABLE] == list(CHANGES)


@pytest.mark.parametrize("found", RULES, ids=lambda r: r.id)
def test_the_week_itself_breaks_nothing(found: Rule) -> None:
    """No hard rule and no care rule finds anything, in either face."""
    view = read(INSTANCE, ROSTER)
    if found.level != "preference":
        assert list(found.check(view.case, view)) == []
        assert model_amount(found, view) == 0


@pytest.mark.parametrize("id", [id for id, _, _ in TABLE])
def test_nothing_is_found_before_the_change(id: str) -> None:
    """As it stands: waits of 1 + 1 (ana), 1 + 2 (ben), 2 (cleo) quarters; cora has 470 of 750 minutes, 95 above half: 4 half hours."""
    assert amount(id, read(INSTANCE, ROSTER)) == AS_IT_STANDS.get(id, 0)


@pytest.mark.parametrize(("id", "change", "expected"), TABLE, ids=[id for id, _, _ in TABLE])
def test_each_change_is_found_with_its_amount(id: str, change: str, expected: str) -> None:
    """The rule named in the row finds exactly the amount of the row."""
    instance, roster = deepcopy(INSTANCE), deepcopy(ROSTER)
    CHANGES[id](instance, roster)
    view = read(instance, roster)
    assert amount(id, view) == int(expected), change
    assert all(violation.rule == id for violation in rule(id).check(view.case, view))
