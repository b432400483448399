"""Words to numbers for `home_site`."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.rules.home_site import HomeSite
from scheduler.view import View
from tests.build import MONDAY, at, group, instance, instance_json, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = HomeSite()
SITES = [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")]
GROUPS = [group("g"), group("far", "tue", site="s2"), group("h", "thu", mode="hybrid", site="s2")]
HERE, AWAY = run("g", "mon", "09:00", ("ana",)), run("far", "tue", "09:00", ("ana",), site="s2", room="r3")
TALK = meet("ana", "wed", "10:00", site="s2", room="r3")


def week(*sessions: dict[str, Any], use: str | None = "required", home: str | None = "s1", **more: Any) -> View:
    """Ana's home site is s1; ben has none."""
    given = {} if use is None else {"home_site_use": use}
    people = [participant("ana", home_site=home, modes=["in_person", "telehealth"], **given), participant("ben")]
    program = instance_json()["program"] | {"sites": SITES, "travel": [{"a": "s1", "b": "s2", "minutes": 30}]}
    rooms = [{"id": "r1", "site": "s1", "seats": 9}, {"id": "r2", "site": "s1", "seats": 9}, {"id": "r3", "site": "s2", "seats": 9}]
    return view(instance(**({"program": program, "rooms": rooms, "participants": people, "groups": GROUPS} | more)), *sessions)


def test_sessions_elsewhere_are_refused() -> None:
    assert both(RULE, week(HERE)) == (0, 0)
    assert both(RULE, week(HERE, AWAY, TALK)) == (2, None)


@pytest.mark.parametrize("use", ["preferred", None])
def test_a_preferred_site_is_another_rules(use: str | None) -> None:
    """Preferred is what a home site is unless it says otherwise."""
    assert both(RULE, week(HERE, AWAY, TALK, use=use)) == (0, 0)
    assert not RULE.applies_to(week(use=use).case)


def test_telehealth_other_people_and_no_home_site_are_not_concerned() -> None:
    remote = run("h", "thu", "09:00", ("ana@home",), mode="hybrid", site="s2", room="r3")
    assert both(RULE, week(remote)) == (0, 0)
    assert both(RULE, week(run("far", "tue", "09:00", ("ben",), site="s2", room="r3"))) == (0, 0)
    nowhere = week(AWAY, home=None)
    assert both(RULE, nowhere) == (0, 0)
    assert not RULE.applies_to(nowhere.case)
    assert RULE.applies_to(week().case)


def test_what_has_happened_is_no_violation() -> None:
    assert both(RULE, week(AWAY, now=at("tue", "13:00"), published={"roster": roster(AWAY)})) == (0, 0)


def test_the_message_says_where() -> None:
    made = week(AWAY)
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana has far on Tuesday 2026-12-01 09:00 at s2, but comes only to s1"


@pytest.mark.parametrize(("use", "home", "reason"), [("required", "s1", "home_site"), ("required", "s2", None), ("preferred", "s1", None)])
def test_a_held_place_elsewhere_is_released_where_it_is_required(use: str, home: str, reason: str | None) -> None:
    """Last week ana was in the group at s2."""
    monday = MONDAY.replace(day=23)
    last = roster(run("far", "tue", "09:00", ("ana",), site="s2", room="r3", monday=monday), monday=monday)
    clinicians = [{"id": "cora", "hours": [*windows(days=("mon",), site="s1"), *windows(days=("tue",), site="s2")]}]
    (place,) = week(use=use, home=home, history={"last_week": last}, clinicians=clinicians).case.places.held["ana"]
    assert place.released == reason
