"""What held sessions leave open for one participant: seats, times of runs, and clinicians' time."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.fixes.left_open import able_to_join, leave_out_excluded
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.terms import Visit
from scheduler.view import View
from tests.build import clinician, group, instance, meet, participant, roster, run, windows

TALK = {"services": [{"service": "individual", "per_week": 1}]} | {part: {"floor": 0} for part in ("minutes", "sessions", "days")}
TWO_STARTS: dict[str, Any] = {"starts": [{"day": "mon", "time": "09:00"}, {"day": "tue", "time": "09:00"}]}


def week(**more: Any) -> Instance:
    """Ana is placed again; ben, cleo and dora are held."""
    people = [participant("ana", order=TALK), *map(participant, ("ben", "cleo", "dora"))]
    return instance(**{"participants": people, "groups": [group("g", **TWO_STARTS)]} | more)


def left(document: Instance, made: Roster) -> list[Visit]:
    """The visits that are left for ana."""
    case = Case(document)
    candidates = enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)], ["ana"])
    leave_out_excluded(candidates, View(case, made), ["ana"], {visit.group for visit in candidates.visits["ana"]})
    return list(candidates.visits["ana"])


def joins(document: Instance, made: Roster) -> bool:
    """Whether ana could join group g."""
    case = Case(document)
    return able_to_join(case, View(case, made), [rule for rule in RULES if rule.applies_to(case)], "g", ["ana"], ["ana"]) == ["ana"]


def days(visits: list[Visit]) -> set[int]:
    """The weekdays of the group's visits."""
    return {visit.day for visit in visits if visit.group == "g"}


def test_a_group_that_somebody_stays_in_keeps_its_time() -> None:
    assert days(left(week(), roster())) == {0, 1}
    assert days(left(week(), roster(run("g", "tue", "09:00", ("ben",))))) == {1}
    assert days(left(week(), roster(run("g", "tue", "09:00", ("ana",))))) == {0, 1}


@pytest.mark.parametrize(("others", "is_free"), [(("ben",), True), (("ben", "cleo"), False)])
def test_a_full_group_has_no_seat(others: tuple[str, ...], is_free: bool) -> None:
    """Two places; who is in the group already keeps one."""
    document = week(groups=[group("g", maximum=2, reserve=0)])
    assert joins(document, roster(run("g", "mon", "09:00", others))) == is_free
    assert joins(document, roster(run("g", "mon", "09:00", ("ana", "ben"))))


@pytest.mark.parametrize(("start", "is_free"), [("08:00", True), ("08:10", False), ("12:10", False), ("12:15", True)])
def test_a_group_needs_a_leader_with_time(start: str, is_free: bool) -> None:
    """The only clinician sees ben for 50 minutes and writes notes for 10, or is free 15 minutes after the group."""
    document = week(clinicians=[clinician("dan")], groups=[group("g")])
    assert joins(document, roster(meet("ben", "mon", start))) == is_free
    assert bool(days(left(document, roster(meet("ben", "mon", start))))) == is_free


@pytest.mark.parametrize(("groups", "is_free"), [(("g",), False), (("g", "h"), True)])
def test_the_leader_of_a_group_that_cannot_be_joined_stays_there(groups: tuple[str, ...], is_free: bool) -> None:
    """The only clinician leads the other group at the same time; in a group that ana could join, someone else could lead."""
    document = week(clinicians=[clinician("cora")], groups=[group("g"), group("h", service="skills")])
    case = Case(document)
    candidates = enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)], ["ana"])
    leave_out_excluded(candidates, View(case, roster(run("h", "mon", "09:00", ("ben",), service="skills"))), ["ana"], groups)
    assert bool(days(list(candidates.visits["ana"]))) == is_free


def test_appointments_are_left_where_their_clinician_has_time() -> None:
    """Dan works until 11:00 on one day; ben has 9:00 to 9:50, and notes take 10 minutes."""
    staff = [clinician("dan", hours=windows("09:00", "11:00", ("mon",), site="s1"))]
    document = week(clinicians=staff, groups=[])
    starts = {visit.span.start for visit in left(document, roster(meet("ben", "mon", "09:00")))}
    assert starts == {10 * 60}
    assert starts < {visit.span.start for visit in left(document, roster(meet("ana", "mon", "09:00")))}
