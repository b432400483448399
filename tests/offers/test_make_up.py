"""Where a missed session could be made up."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.offers import make_up_places
from scheduler.whatif import Whatif
from tests.build import at, free, group, instance, participant, roster, run

TIMES = {"g1": ("mon", "09:00"), "g2": ("tue", "09:00"), "g3": ("wed", "09:00"), "g4": ("thu", "09:00")}


def week(now: str = "mon", **ana) -> Whatif:
    """It is noon; ana is in the first group of four, ben in all, and the others hold two."""
    groups = [group(id, *time, maximum=2 if id != "g3" else 1, reserve=0) for id, time in TIMES.items()]
    people = [participant("ana", **ana), participant("ben")]
    sessions = [run(id, *time, ("ana", "ben") if id == "g1" else ("ben",)) for id, time in TIMES.items()]
    before = roster(*sessions)
    made = instance(groups=groups, participants=people, now=at(now, "12:00"), published={"roster": before.model_dump()})
    return Whatif(Case(made), before)


def places(whatif: Whatif) -> list[tuple[str, int, str]]:
    return [(p.placed.session.group, p.seats, p.mode) for p in make_up_places(whatif, "g.g1.2026-11-30", "ana")]


def test_a_seat_of_the_same_service_later_this_week():
    assert places(week()) == [("g2", 1, "in_person"), ("g4", 1, "in_person")]


def test_what_has_begun_is_no_place():
    assert places(week("tue")) == [("g4", 1, "in_person")]


def test_hours_and_ceilings_hold():
    assert places(week(availability=free("08:00", "13:00", ("mon", "thu")))) == [("g4", 1, "in_person")]
    assert places(week(order={"minutes": {"floor": 0, "ceiling": 180}})) == []


def test_whoever_is_in_it_already_has_no_place_there():
    found = make_up_places(week(), "g.g1.2026-11-30", "ben")
    assert found == ()


@pytest.mark.parametrize(("session", "participant"), [("g.g9.2026-11-30", "ana"), ("g.g1.2026-11-30", "zoe")])
def test_what_is_not_there_is_refused(session, participant):
    with pytest.raises(EditError):
        make_up_places(week(), session, participant)
