"""Words to numbers for `keep_apart`."""

from itertools import combinations
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.keep_apart import KeepApart
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, windows
from tests.faces import both

RULE = KeepApart()
INDIVIDUAL = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 2}]}


def case(kind: str = "apart_in_time", **more: Any) -> Case:
    """Ana and ben are kept apart; a 60-minute group at 9:00, a hybrid one at 12:00; dan sees people on Monday 8-15."""
    groups = [group("g", minutes=60), group("h", time="12:00", minutes=60, mode="hybrid")]
    people = [participant(p, order=INDIVIDUAL, modes=["in_person", "telehealth"]) for p in ("ana", "ben", "cleo")]
    staff = [clinician("dan", hours=windows("08:00", "15:00", ("mon",), site="s1"))]
    relations = [{"a": "ana", "b": "ben", "kind": kind}]
    return Case(instance(participants=people, groups=groups, clinicians=staff, relations=relations, **more))


def amount(case: Case, *sessions: dict[str, Any]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


def g(*people: str) -> dict[str, Any]:
    """The group from 9:00 to 10:00."""
    return run("g", "mon", "09:00", people, minutes=60)


def h(*people: str) -> dict[str, Any]:
    """The hybrid group from 12:00 to 13:00."""
    return run("h", "mon", "12:00", people, minutes=60, mode="hybrid")


@pytest.mark.parametrize("kind", ["apart", "apart_in_time"])
def test_one_session_for_both_is_forbidden(kind: str) -> None:
    """60 minutes in one room; in time it is the hulls 8:45-10:00 that overlap, 75."""
    assert amount(case(kind), g("ana", "ben", "cleo")) == ((75, None) if kind == "apart_in_time" else (60, None))
    assert amount(case(kind), g("ana", "cleo")) == (0, 0)


@pytest.mark.parametrize("kind", ["apart", "apart_in_time"])
def test_one_by_telehealth_is_still_one_session(kind: str) -> None:
    """Ana in the room, ben on the screen: 60 minutes."""
    assert amount(case(kind), h("ana", "ben@home")) == (60, None)


def test_apart_may_be_on_site_at_the_same_time() -> None:
    """Ana in the group at 9:00, ben with dan at 9:15: only `apart_in_time` forbids it; [8:45, 10:00) and [9:00, 10:05) share 60."""
    sessions = (g("ana"), meet("ben", "mon", "09:15"))
    assert amount(case("apart"), *sessions) == (0, 0)
    assert amount(case(), *sessions) == (60, None)


def test_arrival_may_touch_the_end() -> None:
    """Ana until 10:00, ben from 10:15, on site from 10:00: legal; from 10:00, on site from 9:45: 15 minutes."""
    assert amount(case(), g("ana"), meet("ben", "mon", "10:15")) == (0, 0)
    assert amount(case(), g("ana"), meet("ben", "mon", "10:00")) == (15, None)


def test_a_minute_together_is_together() -> None:
    """With 16 minutes of arrival instead of 15, ana until 10:00 and ben from 10:15 meet for one; both are named."""
    values = {"second_staff_required": False, "arrival_buffer": 16}
    made = case(policy={"values": values})
    sessions = (g("ana"), meet("ben", "mon", "10:15"))
    assert amount(made, *sessions) == (1, None)
    (found,) = RULE.check(made, View(made, roster(*sessions)))
    assert "ana and ben" in found.message
    (found,) = RULE.check(case("apart"), View(case("apart"), roster(g("ana", "ben"))))
    assert "ana and ben" in found.message


def test_either_may_come_first() -> None:
    """Ben 8:00-8:50, ana's group from 9:00, on site from 8:45: 5 minutes; the order of the relation does not matter."""
    assert amount(case(), meet("ben", "mon", "08:00"), g("ana")) == (5, None)
    assert amount(case(), g("ben"), meet("ana", "mon", "10:15")) == (0, 0)


def test_time_between_two_sessions_is_on_site() -> None:
    """Ana 9:00-10:00 and 12:00-13:00 is there from 8:45 to 13:00; ben's hour at 10:30, [10:15, 11:20), lies inside: 65."""
    assert amount(case(), g("ana"), h("ana"), meet("ben", "mon", "10:30")) == (65, None)


def test_telehealth_is_not_on_site() -> None:
    """Ben's session at 10:30 from home: nothing."""
    assert amount(case(), g("ana"), h("ana"), meet("ben@home", "mon", "10:30")) == (0, 0)


def test_couple_of_people_kept_apart_is_refused() -> None:
    """A couple visit of ana with ben is pruned, one of ana with cleo is not."""
    visit = Visit("ana", "couple", None, 1, Span(600, 660), "in_person", "s1", "dan", "ben")
    other = Visit("ana", "couple", None, 1, Span(600, 660), "in_person", "s1", "dan", "cleo")
    assert not RULE.admits(case(), visit)
    assert RULE.admits(case(), other)


def test_applies_to_relations() -> None:
    """Without relations nobody is kept apart."""
    assert not RULE.applies_to(Case(instance()))
    assert RULE.applies_to(case())


def test_what_has_happened_is_not_judged() -> None:
    """Both were in Monday's group; at 11:00 ben's session at 13:30 may stay: that day is not judged any more."""
    happened = g("ana", "ben")
    made = case(published={"roster": roster(happened)}, now=at("mon", "11:00"))
    view = View(made, roster(happened, meet("ben", "mon", "13:30")))
    found = list(RULE.check(made, view))
    assert found == []
    assert both(RULE, view) == (0, 0)


def test_a_day_on_which_one_of_them_has_been_there_is_still_judged() -> None:
    """Ana's group has happened, her second one is at 12:00: ben between them would be there with her, [10:15, 11:20)."""
    happened = g("ana")
    made = case(published={"roster": roster(happened)}, now=at("mon", "10:05"))
    assert amount(made, happened, h("ana")) == (0, 0)
    assert amount(made, happened, h("ana"), meet("ben", "mon", "10:30")) == (65, None)


EVERY = [
    *(meet(p, "mon", time, ordinal=n) for p in ("ana", "ben") for n, time in ((1, "08:00"), (2, "10:15"))),
    g("ana"),
    h("ben"),
    meet("ben@home", "mon", "11:00", ordinal=2),
]


@pytest.mark.unmeasured
@pytest.mark.parametrize("kind", ["apart", "apart_in_time"])
@pytest.mark.parametrize("size", range(1, 5))
def test_faces_agree_on_every_roster(kind: str, size: int) -> None:
    """Every choice of up to four of seven sessions: legal exactly when the check is silent."""
    made = case(kind)
    for sessions in combinations(EVERY, size):
        checked, modelled = amount(made, *sessions)
        assert modelled == (None if checked else 0)
