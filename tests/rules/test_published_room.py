"""Words to numbers for `published_room`."""

from __future__ import annotations

from itertools import islice, product
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules import RULES
from scheduler.rules.published_room import PublishedRoom
from scheduler.verify import judge
from scheduler.view import View
from tests.build import at, free, group, instance, meet, participant, roster, run, view
from tests.faces import best_rooms, both, check_amount, model_amount
from tests.solving import objective, solved

RULE = PublishedRoom()
GROUPS = [group("g", "thu"), group("h", "thu", "13:00")]
COUPLE = [{"participant": p, "mode": "in_person"} for p in ("ana", "ben")]


def week(*this: dict[str, Any], published: list[dict[str, Any]] | None, **more: Any) -> View:
    """The sessions of the week beside the published ones; it is Monday noon."""
    known = None if published is None else {"roster": roster(*published)}
    people = []
    for me, partner in (("ana", "ben"), ("ben", "ana")):
        services = [{"service": "individual", "per_week": 2}, {"service": "couple", "per_week": 1, "partner": partner}]
        people.append(participant(me, order={"minutes": {"floor": 0}, "services": services}, modes=["in_person", "telehealth"]))
    found = {"participants": people, "groups": GROUPS, "published": known, "now": at("mon", "12:00")}
    return view(instance(**found | more), *this)


G = run("g", "thu", "09:00", ("ana", "ben"))
ANA = meet("ana", "fri", "10:00")
PAIR = meet("ana", "fri", "13:00", 60, service="couple", bookings=COUPLE)


def test_what_keeps_its_room_costs_nothing() -> None:
    """A run, an appointment and a couple, one of them at another time and led by somebody else."""
    this = [G, meet("ana", "wed", "15:00", facilitators=["cora"]), PAIR]
    assert both(RULE, week(*this, published=[G, ANA, PAIR])) == (0, 0)


def test_a_run_in_another_room_is_one_however_many_people() -> None:
    """Two people booked: one session."""
    assert both(RULE, week(G | {"room": "r3"}, published=[G])) == (1, 1)


def test_each_session_counts_once_also_a_couple() -> None:
    """A run, an appointment and a couple in r3: three, not five bookings."""
    moved = week(*(s | {"room": "r3"} for s in (G, ANA, PAIR)), published=[G, ANA, PAIR])
    assert check_amount(RULE, moved) == 3
    assert next(v.message for v in RULE.check(moved.case, moved)) == "g.g.2026-11-30 on Thursday 2026-12-03 09:00 is in r3, published in r1"
    assert best_rooms(RULE, moved) == (1, 1)


@pytest.mark.parametrize("is_back", [False, True])
def test_a_room_lost_to_telehealth_or_gained_is_changed(is_back: bool) -> None:
    """An appointment goes home, and comes from there."""
    home = meet("ana@home", "fri", "10:00")
    old, new = (home, ANA) if is_back else (ANA, home)
    assert both(RULE, week(new, published=[old])) == (1, 1)


@pytest.mark.parametrize(("room", "expected"), [("r1", (1, 1)), (None, (0, 0))])
def test_a_group_that_goes_online_has_no_room_any_more(room: str | None, expected: tuple[int, int]) -> None:
    """Published in r1, or without a room already."""
    people = [participant(p, modes=["telehealth"]) for p in ("ana", "ben")]
    online = run("g", "thu", "09:00", ("ana@home",), mode="telehealth", site=None, room=None)
    groups = [group("g", "thu", mode="telehealth", site=None)]
    assert both(RULE, week(online, published=[G | {"room": room}], participants=people, groups=groups)) == expected


def test_cancelled_new_and_past_sessions_have_no_room_to_change() -> None:
    """The run is cancelled, the appointment is new, and Monday's run has happened in another room."""
    assert both(RULE, week(ANA, published=[G])) == (0, 0)
    monday = run("g", "mon", "08:00", ("ana",))
    assert check_amount(RULE, week(monday | {"room": "r2"}, published=[monday])) == 0


def test_another_appointment_of_the_service_is_another_session() -> None:
    """The first is published in r2, the second is new in r3."""
    second = meet("ana", "wed", "10:00", ordinal=2, room="r3")
    assert both(RULE, week(ANA, second, published=[ANA])) == (0, 0)


def test_without_a_published_roster_there_is_nothing_to_say() -> None:
    """The first roster of a week."""
    assert not RULE.applies_to(week(published=None).case)
    assert RULE.applies_to(week(published=[]).case)
    assert both(RULE, week(ANA, published=None)) == (0, 0)


def test_of_two_that_come_together_one_changes_its_room() -> None:
    """Both are published in r2, now at the same time: one of them, in both faces; the model sees it without choosing rooms."""
    ben = meet("ben", "fri", "11:00")
    together = week(ANA, meet("ben", "fri", "10:30", room="r3"), published=[ANA, ben])
    assert best_rooms(RULE, together) == (1, 1)
    assert best_rooms(RULE, week(ANA, meet("ben", "fri", "10:50", room="r3"), published=[ANA, ben])) == (0, 0)


@pytest.mark.unmeasured
def test_a_run_in_the_room_of_an_appointment_and_a_closed_room_move_it() -> None:
    """The run takes r2 while ana is there: one; r2 is closed on Friday: one."""
    known = [G, meet("ana", "thu", "09:30")]
    taken = week(G | {"room": "r2"}, meet("ana", "thu", "09:30", room="r3"), published=known)
    assert best_rooms(RULE, taken) == (2, 2)
    rooms = [{"id": f"r{n}", "site": "s1", "seats": 20} for n in (1, 2, 3)]
    rooms[1] |= {"closed": [{"first": "2026-12-04", "last": "2026-12-04"}]}
    assert best_rooms(RULE, week(ANA | {"room": "r3"}, published=[ANA], rooms=rooms)) == (1, 1)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("rooms", "every"), [(1, 1), (2, 7), (3, 41), pytest.param(2, 1, marks=pytest.mark.proof), pytest.param(3, 1, marks=pytest.mark.proof)]
)
def test_faces_agree_on_every_choice_of_times_and_rooms(rooms: int, every: int) -> None:
    """A run in each room, two appointments at three times each, in every published pair of rooms; a sample of them in `make test`."""
    names = [f"r{n}" for n in range(1, rooms + 1)]
    there = [{"id": name, "site": "s1", "seats": 20} for name in names]
    times = ("09:00", "09:30", "14:00")
    choices = product(product(names, repeat=3), product(names, times, times))
    for (first, second, third), (room, ana, ben) in islice(choices, None, None, every):
        known = [run("g", "thu", "09:00", ("ana",), room=first), meet("ana", "thu", "09:00", room=second)]
        known.append(meet("ben", "thu", "14:00", room=third))
        this = [run("g", "thu", "09:00", (), room=room), meet("ana", "thu", ana, room="r1"), meet("ben", "thu", ben, room="r1")]
        checked, modelled = best_rooms(RULE, week(*this, published=known, rooms=there))
        assert checked == modelled, (first, second, third, room, ana, ben)


@pytest.mark.unmeasured
def test_a_roster_solved_again_keeps_its_rooms_and_counts_what_it_cannot_keep() -> None:
    """Published in r3, r2 and r1; r2 is closed by a defect: the run stays in r3, one appointment changes, and 2 is proven."""
    services = [{"service": "individual", "per_week": 1}]
    order, hours = {"minutes": {"floor": 180}, "services": services}, free("09:00", "13:00", ("thu", "fri"))
    people = [participant(p, order=order, availability=hours) for p in ("ana", "ben")]
    groups = [group("g", "thu", target=2)]
    known = roster(
        run("g", "thu", "09:00", ("ana", "ben"), room="r3"), meet("ana", "fri", "10:00", room="r2"), meet("ben", "fri", "12:00", room="r1")
    )
    rooms = [{"id": f"r{n}", "site": "s1", "seats": 20} for n in (1, 2, 3)]
    for closed, expected in ((), 0), ([{"first": "2026-12-04", "last": "2026-12-04"}], 2):
        rooms[1] = rooms[1] | {"closed": closed}
        found = instance(participants=people, groups=groups, published={"roster": known}, rooms=rooms, weights={"trips": 0})
        result = solved(found)
        assert result.roster is not None
        score = judge(Case(found), result.roster).score
        assert score.by_rule.get("published_room", 0) == expected
        assert result.preference is not None
        assert result.preference.bound == objective(result)[1]
        kept = {s.id: s.room for s in result.roster.sessions}
        assert kept["g.g.2026-11-30"] == "r3"
        assert kept["a.ben.individual.2026-11-30.1"] == "r1"


@pytest.mark.unmeasured
@pytest.mark.parametrize("mode", ["hold", "rebuild"])
def test_solved_in_hold_last_weeks_room_decides_last(mode: str) -> None:
    """The run was in r3, the appointment in r2; rebuilt, the first suitable room is as good as another."""
    last_monday = at("mon", "00:00").date().replace(day=23)
    last = roster(
        run("g", "thu", "09:00", ("ana",), room="r3", monday=last_monday), meet("ana", "fri", "10:00", monday=last_monday),
        monday=last_monday,
    )  # fmt: skip
    services = [{"service": "individual", "per_week": 1}]
    order, hours = {"minutes": {"floor": 180}, "services": services}, free("09:00", "13:00", ("thu", "fri"))
    people = [participant("ana", order=order, availability=hours)]
    found = instance(participants=people, groups=[group("g", "thu")], history={"last_week": last}, mode=mode)
    result = solved(found)
    assert result.roster is not None
    rooms = {s.id: s.room for s in result.roster.sessions}
    if mode == "hold":
        assert rooms == {"g.g.2026-11-30": "r3", "a.ana.individual.2026-11-30.1": "r2"}
    assert [rule.id for rule in RULES].index("published_room") > [rule.id for rule in RULES].index("published_change")
    assert model_amount(RULE, View(Case(found), result.roster)) == 0
