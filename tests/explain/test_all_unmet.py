"""Everybody's unmet care: in batches, most costly first, within a time limit."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.explain import all_unmet, unlooked_care, unmet_around, unmet_care
from scheduler.fixes.ideas import ideas_for
from scheduler.instance import Instance
from scheduler.roster import Roster
from tests.build import group, instance, participant, roster, run

SOME = {"sessions": {"floor": 0}, "days": {"floor": 0}}


def week() -> tuple[Instance, Roster]:
    """One place for four; dora has it. Ana misses 60 minutes, ben 180, cem 120."""
    people = [participant(p, order=SOME | {"minutes": {"floor": n}}) for p, n in (("ana", 60), ("ben", 180), ("cem", 120), ("dora", 180))]
    return instance(participants=people, groups=[group("g", maximum=1, minimum=1)]), roster(run("g", "mon", "09:00", ("dora",)))


def test_batches_say_what_one_batch_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person at a time: the same entries in the same order, everybody's surroundings known, the most costly first."""
    made, best = week()
    whole = unmet_care(Case(made), best)
    monkeypatch.setattr(all_unmet, "PEOPLE_AT_ONCE", 1)
    examined, found = unmet_around(Case(made), best)
    assert found == whole
    assert [u.participant for u in found] == ["ana", "ben", "cem"]
    assert [(person, list(near.people)) for person, near in examined.nears.items()] == [
        ("ben", ["ben"]),
        ("cem", ["cem"]),
        ("ana", ["ana"]),
    ]


def test_without_time_everyone_has_the_reason_that_needs_no_solve() -> None:
    """No time at all: nobody is looked at closely; that others have the place is left open, and fixes are tried all the same."""
    made, best = week()
    examined, found = unmet_around(Case(made), best, seconds=0.0)
    assert not examined.nears
    possible = "g on Monday 09:00 would be possible for {} if nobody else were booked"
    assert [(u.participant, u.amount, u.kind, u.causes[0].rule, u.causes[0].sentence) for u in found] == [
        (p, amount, "unproven", "others", possible.format(p)) for p, amount in (("ana", 60), ("ben", 180), ("cem", 120))
    ]
    assert [idea.wanted_by for idea in ideas_for(examined, found)] == [("ana", "ben", "cem")]


def test_when_even_the_rules_take_too_long_it_says_what_was_not_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is over before anybody is looked at: the cause names what would help."""
    made, best = week()
    monkeypatch.setattr(all_unmet, "GRACE_SECONDS", -1.0)
    _, found = unmet_around(Case(made), best, seconds=0.0)
    assert [u.causes[0].sentence for u in found] == ["the time ended before g could be placed"] * 3
    assert {u.causes[0].rule for u in found} == {"time"}


def test_a_cancelled_explanation_keeps_the_reasons_of_the_rules() -> None:
    """Nobody is looked at closely once the solve is cancelled, and nothing is left without a reason."""
    made, best = week()
    examined, found = unmet_around(Case(made), best, is_cancelled=lambda: True)
    assert not examined.nears
    assert [u.causes[0].rule for u in found] == ["others"] * 3


def test_a_batch_that_would_end_too_late_is_not_begun() -> None:
    """The first took longer than what is left."""
    clock = iter((0.0, 6.0, 6.0))

    def now() -> float:
        return next(clock)

    batches = all_unmet._batches(["ana", "ben"], 10.0, now)
    assert list(batches) == [["ana"]]


def test_nothing_is_left_out_when_nobody_looks() -> None:
    """The list without causes has the same things in the same amounts."""
    made, best = week()
    assert [(u.participant, u.what, u.amount) for u in unlooked_care(Case(made), best)] == [
        (u.participant, u.what, u.amount) for u in unmet_care(Case(made), best)
    ]
