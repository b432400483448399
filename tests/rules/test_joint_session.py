"""Words to numbers for `joint_session`."""

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules.joint_session import JointSession
from scheduler.terms import Visit
from scheduler.view import View
from tests.build import at, clinician, free, instance, meet, participant, roster, windows
from tests.faces import both, check_amount

RULE = JointSession()


def ordered(*services: dict[str, Any]) -> dict[str, Any]:
    """An order of services without floors."""
    return {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": services}


def case(**more: Any) -> Case:
    """Ana and ben are a couple, cleo has two guests; dan works on Monday from 9:00 to 11:00."""
    people = [
        participant("ana", order=ordered({"service": "couple", "per_week": 1, "partner": "ben"})),
        participant("ben", order=ordered({"service": "couple", "per_week": 1, "partner": "ana"})),
        participant(
            "cleo",
            order=ordered({"service": "family", "per_week": 1, "guests": ["mum", "dad"]}),
            guests=[{"id": "mum", "availability": free()}, {"id": "dad", "availability": free()}],
        ),
    ]
    staff = [clinician("dan", hours=windows("09:00", "11:00", ("mon",), site="s1"))]
    return Case(instance(participants=people, clinicians=staff, **more))


def couple(*people: str, time: str = "09:00", **more: Any) -> dict[str, Any]:
    """A couple session."""
    bookings = [{"participant": p.partition("@")[0], "mode": "telehealth" if "@" in p else "in_person"} for p in people]
    return meet("ana", "mon", time, minutes=60, service="couple") | {"bookings": bookings} | more


def family(*guests: str) -> dict[str, Any]:
    """Cleo's family session."""
    return meet("cleo", "mon", "10:00", minutes=60, service="family", guests=guests)


def amount(case: Case, *sessions: dict[str, Any]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


def rows_hold(case: Case, chosen: set[Visit]) -> bool:
    """Whether the hard rows hold for exactly these visits."""
    rows = RULE.rows(case, enumerate_candidates(case, ()))
    return all(sum(c * (h in chosen) for h, c in row.terms) <= row.bound for row in rows)


def test_both_partners_in_one_session() -> None:
    """Ana and ben at 9:00."""
    assert amount(case(), couple("ana", "ben")) == (0, 0)


def test_one_partner_alone() -> None:
    """Ana without ben: one booking alone."""
    made = case()
    alone = View(made, roster(couple("ana")))
    assert check_amount(RULE, alone) == 1
    (found,) = RULE.check(made, alone)
    assert (found.about, found.sessions) == (("ana", "ben"), (couple("ana")["id"],))
    assert "ana is booked without ben" in found.message


def test_two_sessions_of_one_are_two_alone() -> None:
    """Ana at 9:00 and ben at 10:00, each alone: 2."""
    made = case()
    view = View(made, roster(couple("ana"), couple("ben", time="10:00", id="other")))
    assert check_amount(RULE, view) == 2


def test_partners_share_the_mode() -> None:
    """Ana in the room and ben on the screen: both without the other."""
    made = case()
    view = View(made, roster(couple("ana", "ben@home", mode="hybrid")))
    assert check_amount(RULE, view) == 2


def test_family_session_lists_its_guests() -> None:
    """Mum and dad are ordered: both there, dad missing 1, both missing 2; somebody more does not matter."""
    made = case()
    views = [View(made, roster(family(*guests))) for guests in (("mum", "dad"), ("mum", "aunt"), ())]
    assert [check_amount(RULE, view) for view in views] == [0, 1, 2]
    (found,) = RULE.check(made, views[2])
    assert (found.about, found.sessions) == (("cleo", "mum", "dad"), (family()["id"],))
    assert "cleo is booked without mum, dad" in found.message


def test_who_comes_along_unordered_hides_nobody_missing() -> None:
    """Cleo, whom no couple session is ordered for, sits first in ana's: ben is missing all the same."""
    made = case()
    assert check_amount(RULE, View(made, roster(couple("cleo", "ana")))) == 1


def test_applies_to_couples_and_families() -> None:
    """Without such orders the rule does not apply."""
    assert not RULE.applies_to(Case(instance()))
    assert RULE.applies_to(case())


def test_what_has_happened_binds_nothing() -> None:
    """Ana and ben met on Monday at 9:00; at noon no row is left."""
    made = case(published={"roster": roster(couple("ana", "ben"))}, now=at("mon", "12:00"))
    assert list(RULE.rows(made, enumerate_candidates(made, ()))) == []


def test_partner_outside_the_candidates_makes_it_impossible() -> None:
    """Ana planned without ben: every couple visit of hers is forbidden by its row."""
    made = case()
    rows = list(RULE.rows(made, enumerate_candidates(made, (), ["ana"])))
    assert len(rows) == 5
    assert all(len(row.terms) == 1 and row.bound == 0 for row in rows)


@pytest.mark.parametrize("is_same", [True, False])
def test_every_pair_of_visits(is_same: bool) -> None:
    """5 starts (9:00 to 10:00 on the quarter) for each: of the 25 pairs only the 5 with one start are legal, and no visit alone."""
    made = case()
    candidates = enumerate_candidates(made, ())
    ana, ben = (candidates.visits[p] for p in ("ana", "ben"))
    assert (len(ana), len(ben)) == (5, 5)
    for a in ana:
        assert not rows_hold(made, {a})
        for b in ben:
            if (a.span == b.span) is is_same:
                assert rows_hold(made, {a, b}) is is_same
