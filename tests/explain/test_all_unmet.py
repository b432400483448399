"""Everybody's unmet care: in batches, most costly first, within a time limit."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.explain import all_unmet, unlooked_care, unmet_around, unmet_care
from scheduler.fixes import tried_fixes
from scheduler.instance import Instance
from scheduler.roster import Roster
from tests.build import group, instance, participant, roster, run

SOME = {"sessions": {"floor": 0}, "days": {"floor": 0}}


def week() -> tuple[Instance, Roster]:
    """One place for four; dora has it. Ana misses 60 minutes, ben 180, cem 120."""
    people = [participant(p, order=SOME | {"minutes": {"floor": n}}) for p, n in (("ana", 60), ("ben", 180), ("cem", 120), ("dora", 180))]
    return instance(participants=people, groups=[group("g", maximum=1, minimum=1)]), roster(run("g", "mon", "09:00", ("dora",)))


def test_batches_say_what_one_batch_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person at a time: the same entries in the same order, everybody's surroundings known."""
    made, best = week()
    whole = unmet_care(Case(made), best)
    monkeypatch.setattr(all_unmet, "PEOPLE_AT_ONCE", 1)
    nears, found = unmet_around(Case(made), best)
    assert found == whole
    assert [u.participant for u in found] == ["ana", "ben", "cem"]
    assert [list(near.people) for near in nears] == [["ben"], ["cem"], ["ana"]]


def test_without_time_the_most_costly_is_explained_and_the_rest_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time at all: ben's 180 minutes have their cause, ana and cem an entry that says nobody looked."""
    made, best = week()
    monkeypatch.setattr(all_unmet, "PEOPLE_AT_ONCE", 1)
    nears, found = unmet_around(Case(made), best, seconds=0.0)
    assert [(u.participant, u.amount, u.kind, u.causes[0].rule) for u in found] == [
        ("ana", 60, "unproven", "time"),
        ("ben", 180, "lost", "group_size"),
        ("cem", 120, "unproven", "time"),
    ]
    fixed = tried_fixes(made, best, found, 10.0, nears=nears)
    assert [u.fixes_summary for u in fixed if u.participant != "ben"] == ["no fix was tried in time"] * 2
    assert next(u for u in fixed if u.participant == "ben").fixes_tried > 0


def test_a_cancelled_explanation_ends_after_its_first_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is stopped still gets the most costly explained."""
    made, best = week()
    monkeypatch.setattr(all_unmet, "PEOPLE_AT_ONCE", 2)
    _, found = unmet_around(Case(made), best, is_cancelled=lambda: True)
    assert [u.causes[0].rule for u in found] == ["time", "group_size", "group_size"]


def test_nothing_is_left_out_when_nobody_looks() -> None:
    """The list without causes has the same things in the same amounts."""
    made, best = week()
    assert [(u.participant, u.what, u.amount) for u in unlooked_care(Case(made), best)] == [
        (u.participant, u.what, u.amount) for u in unmet_care(Case(made), best)
    ]
