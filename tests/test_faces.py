"""The two faces of every rule agree on the rosters of tiny weeks: on all of them, or on many drawn at random where they are too many."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.rule import Rule
from scheduler.rules import RULES
from scheduler.view import View
from tests.faces import best_rooms, both, unpruned
from tests.rosters import count, decisions, rehoused, some_rosters
from tests.tiny import WEEKS

pytestmark = pytest.mark.unmeasured

NUMBER = 200
"""Rosters of each week that are looked at; a hundred times as many under `make proof`."""

UNWRITABLE = {"joint_session": {True}}
"""What candidates cannot write: half a couple is no candidate at all (its own test file speaks of it)."""


@cache
def views(week: str, number: int = NUMBER) -> list[View]:
    """Rosters of a tiny week, read."""
    case = Case(WEEKS[week]())
    published = [case.published] if case.published is not None else []
    return [View(case, roster) for roster in [*published, *some_rosters(case, decisions(case, unpruned(case)), number)]]


def amounts(rule: Rule, view: View) -> tuple[int, int | None]:
    """Both faces. Rooms of appointments are given out after the model is solved: where rules speak of them, the best choice counts."""
    if rule.id == "published_room":
        return best_rooms(rule, view)
    if rule.id != "room_conflict":
        return both(rule, view)
    pairs = [both(rule, View(view.case, roster)) for roster in rehoused(view.case, view.roster)]
    return min(amount for amount, _ in pairs), 0 if (0, 0) in pairs else None


def seen(rule: Rule, week: str, number: int = NUMBER) -> set[bool]:
    """Compare the faces on the rosters of a week; whether the rule had something to say (True), or nothing (False), or both."""
    said = set()
    for view in views(week, number):
        if not rule.applies_to(view.case):
            return set()
        by_check, by_model = amounts(rule, view)
        if rule.level == "hard":
            assert (by_check == 0) == (by_model is not None), describe(rule, by_check, by_model, view.roster)
            assert by_model in (0, None), "a hard rule prices nothing"
        else:
            assert by_check == by_model, describe(rule, by_check, by_model, view.roster)
        said.add(by_check > 0)
    return said


def describe(rule: Rule, by_check: int, by_model: int | None, roster: Roster) -> str:
    """Which rule, what each face says, of which roster."""
    sessions = [
        f"{s.id} {s.start:%a %H:%M} {s.room} {s.facilitators} {[(b.participant, b.mode) for b in s.bookings]}" for s in roster.sessions
    ]
    return "\n".join([f"{rule.id}: check {by_check}, model {by_model}", *sessions])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_faces_agree_and_the_rule_is_exercised(rule: Rule) -> None:
    """Illegal exactly when the check speaks, or the same amount; some roster of some week is spoken of, some is not."""
    said = {week: seen(rule, week) for week in WEEKS}
    assert set().union(*said.values()) == {True, False} - UNWRITABLE.get(rule.id, set()), f"not exercised: {said}"


@pytest.mark.proof
@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_faces_agree_on_many_more(rule: Rule, week: str) -> None:
    """The same on 20,000 rosters, which is all of the smallest week."""
    seen(rule, week, 20_000)


def test_every_finding_has_an_amount_and_names_its_rule() -> None:
    """Amounts of 1 or more, the own id, a sentence, and the participant whose care factor applies."""
    for week in WEEKS:
        for view in views(week)[:60]:
            for rule in RULES:
                for found in rule.check(view.case, view) if rule.applies_to(view.case) else ():
                    assert found.amount >= 1, found
                    assert found.rule == rule.id
                    assert found.message
                    assert (found.participant is not None) == (rule.level == "care"), found


def test_the_weeks_are_tiny_and_differ() -> None:
    """Every week has more rosters than are drawn, and no two of those drawn are the same."""
    for week in WEEKS:
        case = Case(WEEKS[week]())
        assert count(decisions(case, unpruned(case))) > NUMBER
        by_sessions = defaultdict(int)
        for view in views(week):
            by_sessions[view.roster.sessions] += 1
        assert len(by_sessions) > NUMBER // 2
