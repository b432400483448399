"""Words to numbers for `without_trip`."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.rules.without_trip import WithoutTrip
from scheduler.view import View
from tests.build import SERVICES, at, group, instance, instance_json, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = WithoutTrip()
SITES = [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")]
GROUPS = [group("g"), group("far", "tue", site="s2"), group("home", "wed", mode="telehealth", site=None), group("h", "thu", mode="hybrid")]
ORDER = participant("x")["order"] | {"services": [{"service": name, "per_week": 2} for name in ("check", "screen", "individual")]}


def week(*sessions: dict[str, Any], bound: str | None = "same_day", **more: Any) -> View:
    """Ana has med checks and drug screens of 15 minutes, both bound, and individual sessions, which are not."""
    short = {"kind": "individual", "category": "medical", "minutes": 15, "modes": ["in_person", "telehealth"], "without_trip": bound}
    services = [*SERVICES, {"id": "check"} | short, {"id": "screen"} | short]
    people = [participant(p, order=ORDER, modes=["in_person", "telehealth"]) for p in ("ana", "ben")]
    program = instance_json()["program"] | {"sites": SITES, "travel": [{"a": "s1", "b": "s2", "minutes": 30}]}
    rooms = [{"id": "r1", "site": "s1", "seats": 9}, {"id": "r2", "site": "s1", "seats": 9}, {"id": "r3", "site": "s2", "seats": 9}]
    base = {"program": program, "rooms": rooms, "services": services, "participants": people, "groups": GROUPS}
    return view(instance(**(base | more)), *sessions)


def check(day: str, time: str, person: str = "ana", service: str = "check", **more: Any) -> dict[str, Any]:
    """A med check of 15 minutes."""
    return meet(person, day, time, 15, service=service, **more)


BLOCK = run("g", "mon", "09:00", ("ana",))
FAR = run("far", "tue", "09:00", ("ana",), site="s2", room="r3")


class TestSameDay:
    @pytest.mark.parametrize("time", ["08:00", "12:00", "20:00"])
    def test_a_group_at_the_site_that_day_is_enough(self, time: str) -> None:
        assert both(RULE, week(BLOCK, check("mon", time))) == (0, 0)

    def test_so_is_an_appointment_that_is_not_bound(self) -> None:
        assert both(RULE, week(meet("ana", "mon", "13:00"), check("mon", "08:00"))) == (0, 0)
        assert both(RULE, week(meet("ana@home", "mon", "13:00"), check("mon", "08:00"))) == (1, None)

    def test_another_day_another_site_and_another_person_are_not(self) -> None:
        assert both(RULE, week(check("mon", "08:00"))) == (1, None)
        assert both(RULE, week(BLOCK, check("tue", "08:00"))) == (1, None)
        assert both(RULE, week(FAR, check("tue", "14:00"))) == (1, None)
        assert both(RULE, week(FAR, check("tue", "14:00", site="s2", room="r3"))) == (0, 0)
        assert both(RULE, week(BLOCK, check("mon", "13:00", "ben"))) == (1, None)

    def test_two_bound_appointments_do_not_carry_each_other(self) -> None:
        assert both(RULE, week(check("mon", "08:00"), check("mon", "08:15", service="screen"))) == (2, None)
        assert both(RULE, week(check("mon", "08:00"), check("tue", "08:00", ordinal=2))) == (2, None)

    def test_telehealth_needs_no_company_and_is_none(self) -> None:
        assert both(RULE, week(check("mon", "08:00", "ana@home"))) == (0, 0)
        remote = run("home", "wed", "09:00", ("ana@home",), mode="telehealth", site=None, room=None)
        assert both(RULE, week(remote, check("wed", "13:00"))) == (1, None)
        hybrid = run("h", "thu", "09:00", ("ana@home",), mode="hybrid")
        assert both(RULE, week(hybrid, check("thu", "13:00"))) == (1, None)
        assert both(RULE, week(run("h", "thu", "09:00", ("ana",), mode="hybrid"), check("thu", "13:00"))) == (0, 0)


class TestBesideGroup:
    @pytest.mark.parametrize(
        ("time", "amount"), [("12:00", 0), ("12:15", 0), ("12:30", 1), ("08:45", 0), ("08:30", 0), ("08:15", 1), ("10:00", 1), ("11:45", 1)]
    )
    def test_it_is_at_most_fifteen_minutes_away(self, time: str, amount: int) -> None:
        """The group meets from 9:00 to 12:00; a session during it is not beside it."""
        assert both(RULE, week(BLOCK, check("mon", time), bound="beside_group")) == (amount, None if amount else 0)

    def test_the_policy_says_how_far(self) -> None:
        values = {"second_staff_required": False, "beside_group_minutes": 0}
        assert both(RULE, week(BLOCK, check("mon", "12:00"), bound="beside_group", policy={"values": values})) == (0, 0)
        assert both(RULE, week(BLOCK, check("mon", "12:15"), bound="beside_group", policy={"values": values})) == (1, None)

    def test_an_appointment_is_no_group(self) -> None:
        assert both(RULE, week(meet("ana", "mon", "13:00"), check("mon", "14:00"), bound="beside_group")) == (1, None)

    def test_each_start_has_its_own_group(self) -> None:
        """After the first group or before the second; the other one does not count."""
        groups = [group("g"), group("k", "mon", "14:00")]
        early, late = run("g", "mon", "09:00", ("ana",)), run("k", "mon", "14:00", ("ana",))
        assert both(RULE, week(early, check("mon", "12:00"), bound="beside_group", groups=groups)) == (0, 0)
        assert both(RULE, week(late, check("mon", "12:00"), bound="beside_group", groups=groups)) == (1, None)
        assert both(RULE, week(late, check("mon", "13:45"), bound="beside_group", groups=groups)) == (0, 0)


def test_without_a_binding_nothing_is_said() -> None:
    assert both(RULE, week(check("mon", "08:00"), bound=None)) == (0, 0)
    assert not RULE.applies_to(week(bound=None).case)
    assert RULE.applies_to(week().case)


def test_what_has_happened_is_no_violation_and_is_company() -> None:
    """On Monday at 13:00 the lone check is over; the group that met carries another one in the evening."""
    lone = {"now": at("mon", "13:00"), "published": {"roster": roster(check("mon", "08:00"))}}
    assert both(RULE, week(check("mon", "08:00"), **lone)) == (0, 0)
    met = {"now": at("mon", "13:00"), "published": {"roster": roster(BLOCK)}}
    assert both(RULE, week(BLOCK, check("mon", "18:00"), **met)) == (0, 0)


def test_the_message_says_what_is_missing() -> None:
    for bound, words in (("same_day", "other session that day"), ("beside_group", "group beside it")):
        made = week(check("tue", "08:00"), bound=bound)
        (found,) = RULE.check(made.case, made)
        assert found.message == f"ana has check on Tuesday 2026-12-01 08:00 at s1 and no {words}"
