"""Words to numbers for `room_conflict`. The model gives runs their room and only counts rooms for appointments."""

from itertools import combinations, product
from typing import Any

import pytest

from scheduler.enumeration import enumerate_candidates
from scheduler.rules.room_conflict import RoomConflict
from scheduler.rules.room_fit import RoomFit
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both, check_amount, model_amount

RULE = RoomConflict()
ORDER = {"order": {"services": [{"service": "individual"}]}, "modes": ["in_person", "telehealth"]}
IDS = ("ana", "ben", "cho", "dee")
STAFF = [clinician(f"c{n}", hours=windows("08:00", "14:00", ("mon",), site="s1")) for n in range(4)]


def rooms(count: int, **more: Any) -> list[dict[str, Any]]:
    """Rooms r1, r2, ... of 20 seats."""
    return [{"id": f"r{n}", "site": "s1", "seats": 20} | more for n in range(1, count + 1)]


def house(*sessions: dict[str, Any], offices: list[dict[str, Any]] | None = None, **more: Any) -> View:
    """Groups g and h on Monday 9:00 and 10:30 (h also 12:00), two rooms unless given."""
    groups = [group("g"), group("h", starts=[{"day": "mon", "time": t} for t in ("10:30", "12:00")])]
    people = [participant(p, **ORDER) for p in IDS]
    return view(instance(participants=people, groups=groups, rooms=offices or rooms(2), clinicians=STAFF, **more), *sessions)


def talk(person: str, time: str, room: str | None, number: int = 0) -> dict[str, Any]:
    """An individual session with clinician c0, c1, ... ."""
    return meet(person, "mon", time, room=room, facilitators=[f"c{number}"])


def lead(name: str, time: str, room: str) -> dict[str, Any]:
    """A run of a group for nobody in particular."""
    return run(name, "mon", time, room=room, facilitators=["c3"])


def test_runs_may_touch_in_a_room() -> None:
    """9:00-12:00 and 12:00-15:00 in r1 touch."""
    assert both(RULE, house(lead("g", "09:00", "r1"), lead("h", "12:00", "r1"))) == (0, 0)


def test_runs_may_not_overlap_in_a_room() -> None:
    """9:00-12:00 and 10:30-13:30 in r1 share 90 minutes; in two rooms none."""
    assert both(RULE, house(lead("g", "09:00", "r1"), lead("h", "10:30", "r1"))) == (90, None)
    assert both(RULE, house(lead("g", "09:00", "r1"), lead("h", "10:30", "r2"))) == (0, 0)


def test_appointments_find_a_room_or_not() -> None:
    """Two rooms hold two appointments at 9:00; the third, at 9:45, shares 5 minutes with both, at 10:00 it finds a room."""
    two = talk("ana", "09:00", "r1"), talk("ben", "09:00", "r2", 1)
    assert both(RULE, house(*two)) == (0, 0)
    assert both(RULE, house(*two, talk("cho", "09:45", "r2", 2))) == (5, None)
    assert both(RULE, house(*two, talk("cho", "10:00", "r2", 2))) == (0, 0)


def test_runs_take_rooms_from_appointments() -> None:
    """A run in r1 leaves r2 for one appointment at 9:00; telehealth needs no room."""
    led = lead("g", "09:00", "r1")
    assert both(RULE, house(led, talk("ana", "09:00", "r2"))) == (0, 0)
    assert both(RULE, house(led, talk("ana", "09:00", "r2"), talk("ben", "09:00", "r2", 1))) == (50, None)
    remote = meet("ben@home", "mon", "09:00", facilitators=["c1"])
    assert both(RULE, house(led, talk("ana", "09:00", "r2"), remote)) == (0, 0)


def test_closed_room_holds_nothing() -> None:
    """r1 is closed on Monday 9:30-10:00: a run in it loses 30 minutes, one appointment at 9:00 goes to r2, two do not fit."""
    closed = {"first": "2026-11-30", "last": "2026-11-30", "start": "09:30", "end": "10:00"}
    offices = rooms(2)
    offices[0] |= {"closed": [closed]}
    assert both(RULE, house(lead("g", "09:00", "r1"), offices=offices)) == (30, None)
    assert both(RULE, house(talk("ana", "09:00", "r2"), offices=offices)) == (0, 0)
    assert both(RULE, house(talk("ana", "09:00", "r1"), talk("ben", "09:00", "r2", 1), offices=offices)) == (20, None)
    assert both(RULE, house(talk("ana", "10:00", "r1"), talk("ben", "10:00", "r2", 1), offices=offices)) == (0, 0)


def test_both_rooms_closed_leave_none() -> None:
    """Both rooms closed from 9:30: an appointment at 9:00 has no room, 20 minutes too many in any."""
    offices = rooms(2, closed=[{"first": "2026-11-30", "last": "2026-11-30", "start": "09:30"}])
    assert both(RULE, house(talk("ana", "09:00", "r1"), offices=offices)) == (20, None)


def test_past_sessions_keep_their_rooms() -> None:
    """Begun before 9:30: two runs in r1 (nobody's fault any more) and an appointment in r2 to 9:50; another at 9:45 finds no room."""
    begun = [lead("g", "09:00", "r1"), talk("ana", "09:00", "r2")]
    double = run("h", "mon", "09:15", room="r1", facilitators=["c2"])
    for extra in ([], [double]):
        published = {"roster": roster(*begun, *extra).model_dump(mode="json")}
        facts = {"now": at("mon", "09:30").isoformat(), "published": published}
        assert both(RULE, house(*begun, *extra, **facts)) == (0, 0)
        assert both(RULE, house(*begun, *extra, talk("ben", "09:45", "r2", 1), **facts)) == (5, None)
        assert both(RULE, house(*begun, *extra, talk("ben", "10:00", "r2", 1), **facts)) == (0, 0)


def accessible(case: View, names: tuple[str, ...]) -> View:
    """The same program, where some participants need the feature of r1 only."""
    document = case.case.instance.model_dump(mode="json")
    for person in document["participants"]:
        person["room_features"] = ["lift"] if person["id"] in names else []
    document["rooms"][0]["features"] = ["lift"]
    return view(instance(**document), *(s.model_dump() for s in case.roster.sessions))


@pytest.fixture
def fitting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `room_fit` say which rooms suit an appointment, as it does when everything is solved together."""
    monkeypatch.setattr("tests.faces.enumerate_candidates", lambda case, _: enumerate_candidates(case, [RoomFit()]))


@pytest.mark.unmeasured
@pytest.mark.usefixtures("fitting")
@pytest.mark.parametrize("needing", [(), ("ana",), ("ana", "ben"), ("ana", "ben", "cho")])
def test_model_counts_exactly_what_some_assignment_allows(needing: tuple[str, ...]) -> None:
    """Four people at 9:00 or 10:00, some need r1 of three rooms, a run in r1 or none: legal exactly when rooms can be given out."""
    for times, with_run in product(product(("09:00", "10:00"), repeat=4), (False, True)):
        led = [lead("h", "10:30", "r1")] if with_run else []
        planned = house(*led, *(talk(p, t, None, n) for n, (p, t) in enumerate(zip(IDS, times, strict=True))), offices=rooms(3))
        counted = model_amount(RULE, accessible(planned, needing))
        assert (counted is not None) == any(
            check_amount(RULE, house(*led, *(talk(*placed) for placed in choice), offices=rooms(3))) == 0
            for choice in _assignments(times, needing)
        )


def _assignments(times: tuple[str, ...], needing: tuple[str, ...]) -> list[list[tuple[str, str, str, int]]]:
    """Every way to give the four appointments a room that suits them."""
    options = [["r1"] if p in needing else ["r1", "r2", "r3"] for p in IDS]
    return [[(p, t, r, n) for n, (p, t, r) in enumerate(zip(IDS, times, chosen, strict=True))] for chosen in product(*options)]


@pytest.mark.usefixtures("fitting")
def test_overlapping_sets_are_counted_together() -> None:
    """Two people need r1 or r2, two need r2 or r3: any three of the four find a room at 9:00, all four do not."""
    offices = rooms(3)
    offices[0] |= {"features": ["a"]}
    offices[1] |= {"features": ["a", "b"]}
    offices[2] |= {"features": ["b"]}
    needs = {"ana": ["a"], "ben": ["b"], "cho": ["a"], "dee": ["b"]}
    people = [participant(p, **ORDER, room_features=f) for p, f in needs.items()]
    made = instance(participants=people, rooms=offices, clinicians=STAFF)
    for size in (3, 4):
        for chosen in combinations(IDS, size):
            counted = model_amount(RULE, view(made, *(talk(p, "09:00", None, n) for n, p in enumerate(chosen))))
            assert (counted is not None) == (size == 3)


def test_rule_needs_rooms() -> None:
    """A telehealth program without rooms is not asked."""
    assert RULE.applies_to(house().case)
    assert not RULE.applies_to(view(instance(rooms=[])).case)
