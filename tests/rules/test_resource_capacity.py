"""Words to numbers for `resource_capacity`."""

from itertools import permutations, product
from typing import Any

import pytest

from scheduler.rules.resource_capacity import ResourceCapacity
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, view, windows
from tests.faces import both

RULE = ResourceCapacity()
IDS = ("ana", "ben", "cho")
HOURS = [*windows("08:00", "14:00", ("mon",), site="s1"), *windows("08:00", "10:00", ("tue",), site="s1")]
STAFF = [clinician("dan", hours=HOURS)]


def window(start: str, end: str, capacity: int, **more: Any) -> dict[str, Any]:
    """Capacity on Monday."""
    return {"day": "mon", "start": start, "end": end, "capacity": capacity} | more


def lift(direction: str, time: str, seats: int) -> dict[str, Any]:
    """A run of the van on Monday, to_site or from_site."""
    return {"day": "mon", "direction": direction, "time": time, "seats": seats}


def week(resource: dict[str, Any], *sessions: dict[str, Any], **more: Any) -> View:
    """Sessions of ana, ben and cho, who all need the resource x and are ordered two individual sessions."""
    order = {"services": [{"service": "individual", "per_week": 2}]}
    people = [participant(p, order=order, modes=["in_person", "telehealth"], resources=[{"resource": "x"}]) for p in IDS]
    made = instance(participants=people, clinicians=STAFF, resources=[{"id": "x"} | resource], groups=[group("g")], **more)
    return view(made, *sessions)


def interpreter(*capacity: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An interpreter, needed during sessions."""
    return {"kind": "sessions", "windows": list(capacity)} | more


def child_care(*capacity: dict[str, Any]) -> dict[str, Any]:
    """Child care on site s1, needed from the first start to the last end."""
    return {"kind": "stay", "site": "s1", "windows": list(capacity)}


@pytest.mark.parametrize(("second", "amount"), [("09:45", 1), ("10:00", 0), ("09:00", 1), ("08:15", 1), ("08:00", 0)])
def test_interpreter_is_in_one_session_at_a_time(second: str, amount: int) -> None:
    """One interpreter 8:00-12:00 and a session 9:00-9:50: another may end at 8:50 or start at 10:00, not share 5 minutes."""
    made = week(interpreter(window("08:00", "12:00", 1)), meet("ana", "mon", "09:00"), meet("ben", "mon", second))
    assert both(RULE, made) == (amount, None if amount else 0)


def test_windows_add_up() -> None:
    """Capacity 1 from 8:00 and 1 more from 9:00: three sessions at 9:00 are 1 too many, two are not; at 8:15 two are 1 too many."""
    x = interpreter(window("08:00", "12:00", 1), window("09:00", "12:00", 1))
    assert both(RULE, week(x, *(meet(p, "mon", "09:00") for p in IDS))) == (1, None)
    assert both(RULE, week(x, *(meet(p, "mon", "09:00") for p in IDS[:2]))) == (0, 0)
    assert both(RULE, week(x, *(meet(p, "mon", "08:15") for p in IDS[:2]))) == (1, None)


def test_outside_the_windows_nobody_is_served() -> None:
    """Capacity to 9:50 and from 9:50 on covers a session 9:00-9:50; a window to 9:49, the other week, or another day does not."""
    assert both(RULE, week(interpreter(window("09:00", "09:50", 1)), meet("ana", "mon", "09:00"))) == (0, 0)
    assert both(RULE, week(interpreter(window("09:00", "09:30", 1), window("09:30", "09:50", 1)), meet("ana", "mon", "09:00"))) == (0, 0)
    assert both(RULE, week(interpreter(window("09:00", "09:49", 1)), meet("ana", "mon", "09:00"))) == (1, None)
    assert both(RULE, week(interpreter(window("09:00", "12:00", 1, weeks="B")), meet("ana", "mon", "09:00"))) == (1, None)
    assert both(RULE, week(interpreter(window("09:00", "12:00", 1)), meet("ana", "tue", "09:00"))) == (1, None)


def test_interpreter_of_a_site_stays_there() -> None:
    """Without a site the interpreter is needed by telehealth too; an interpreter of s1 is not."""
    remote = meet("ana@home", "mon", "12:30")
    assert both(RULE, week(interpreter(window("09:00", "12:00", 1)), remote)) == (1, None)
    assert both(RULE, week(interpreter(window("09:00", "12:00", 1), site="s1"), remote)) == (0, 0)


def test_child_care_lasts_from_first_start_to_last_end() -> None:
    """ana at 9:00 and 11:00 is there 9:00-11:50; ben at 10:00 makes two, at 12:00 (or 8:00) he does not meet her."""
    x = child_care(window("08:00", "14:00", 1))
    ana = meet("ana", "mon", "09:00"), meet("ana", "mon", "11:00", ordinal=2)
    assert both(RULE, week(x, *ana, meet("ben", "mon", "10:00"))) == (1, None)
    assert both(RULE, week(x, *ana, meet("ben", "mon", "12:00"))) == (0, 0)
    assert both(RULE, week(x, *ana, meet("ben", "mon", "08:00"))) == (0, 0)
    assert both(RULE, week(x, *ana, meet("ben@home", "mon", "10:00"))) == (0, 0)


@pytest.mark.parametrize(("until", "amount"), [("09:50", 0), ("09:49", 1), ("09:48", 1)])
def test_the_last_minute_of_a_stay_counts(until: str, amount: int) -> None:
    """Two at once until then, one afterwards: ana and ben are both there until 9:50."""
    x = child_care(window("08:00", "14:00", 1), window("08:00", until, 1))
    assert both(RULE, week(x, meet("ana", "mon", "09:00"), meet("ben", "mon", "09:00"))) == (amount, None if amount else 0)


def test_child_care_stays_open_between_sessions() -> None:
    """Capacity 8:00-10:00 and 11:00-14:00: ana at 9:00 and 11:00 is there in between, when nobody is served."""
    x = child_care(window("08:00", "10:00", 1), window("11:00", "14:00", 1))
    assert both(RULE, week(x, meet("ana", "mon", "09:00"))) == (0, 0)
    assert both(RULE, week(x, meet("ana", "mon", "09:00"), meet("ana", "mon", "11:00", ordinal=2))) == (1, None)


VAN = {"kind": "van", "runs": [lift("to_site", "08:45", 1), lift("to_site", "09:30", 1), lift("from_site", "11:00", 2)]}


@pytest.mark.parametrize(
    ("times", "amount"),
    [
        (("09:00",), 0),
        (("08:30",), 1),
        (("08:45",), 0),
        (("09:00", "09:15"), 1),
        (("09:00", "09:30"), 0),
        (("10:00", "10:00"), 0),
        (("09:30", "10:00", "10:00"), 2),
        (("10:15",), 1),
        (("10:00", "10:15"), 1),
    ],
)
def test_van_has_seats_by_the_first_start(times: tuple[str, ...], amount: int) -> None:
    """Arrivals 8:45 and 9:30 with a seat each, departure 11:00 with two: 10:15-11:05 ends too late; three lack a seat each way."""
    made = week(VAN, *(meet(p, "mon", t) for p, t in zip(IDS, times, strict=False)))
    assert both(RULE, made) == (amount, None if amount else 0)


@pytest.mark.parametrize(
    ("arrival", "departure", "amount"),
    [
        ("09:00", "09:50", 0),
        ("08:00", "12:00", 0),
        ("09:01", "09:50", 1),
        ("09:00", "09:49", 1),
        ("09:01", "09:49", 2),
    ],
)
def test_van_comes_by_the_start_and_leaves_from_the_end_on(arrival: str, departure: str, amount: int) -> None:
    """A session on Tuesday 9:00-9:50; a minute late for it, or a minute too early back."""
    runs = [lift("to_site", arrival, 1) | {"day": "tue"}, lift("from_site", departure, 1) | {"day": "tue"}]
    assert both(RULE, week({"kind": "van", "runs": runs}, meet("ana", "tue", "09:00"))) == (amount, None if amount else 0)


@pytest.mark.parametrize(("second", "last", "amount"), [("09:00", "09:50", 0), ("09:01", "09:50", 1), ("09:00", "09:49", 1)])
def test_a_minute_decides_who_has_a_seat_beside_another(second: str, last: str, amount: int) -> None:
    """ana and ben, 9:00-9:50, with one seat in time each way; the other is in time, a minute late, or a minute early."""
    runs = [lift("to_site", "08:45", 1), lift("to_site", second, 1), lift("from_site", "10:30", 1), lift("from_site", last, 1)]
    made = week({"kind": "van", "runs": runs}, meet("ana", "mon", "09:00"), meet("ben", "mon", "09:00"))
    assert both(RULE, made) == (amount, None if amount else 0)


def test_van_counts_a_day_once() -> None:
    """Two sessions of ana (9:00, 10:00) take one seat each way; on Tuesday no van runs; by telehealth none is needed."""
    assert both(RULE, week(VAN, meet("ana", "mon", "09:00"), meet("ana", "mon", "10:00", ordinal=2), meet("ben", "mon", "10:00"))) == (0, 0)
    assert both(RULE, week(VAN, meet("ana", "tue", "09:00"))) == (2, None)
    assert both(RULE, week(VAN, meet("ana@home", "mon", "08:00"))) == (0, 0)


@pytest.mark.parametrize("x", [interpreter(window("08:00", "12:00", 1)), child_care(window("08:00", "12:00", 1))])
def test_past_over_capacity_admits_no_more(x: dict[str, Any]) -> None:
    """Begun before 9:15: ana and ben at 9:00 with capacity 1; cho at 9:30 makes three at once, at 10:00 she is alone."""
    begun = [meet("ana", "mon", "09:00"), meet("ben", "mon", "09:00")]
    facts = {"now": at("mon", "09:15").isoformat(), "published": {"roster": roster(*begun).model_dump(mode="json")}}
    assert both(RULE, week(x, *begun, **facts)) == (0, 0)
    assert both(RULE, week(x, *begun, meet("cho", "mon", "09:30"), **facts)) == (1, None)
    assert both(RULE, week(x, *begun, meet("cho", "mon", "10:00"), **facts)) == (0, 0)


def test_past_riders_have_left_their_seats() -> None:
    """ana and ben came by 9:00 in one seat, before 9:15: a third rider at 10:00 is one more than the 2 seats, also back."""
    begun = [meet("ana", "mon", "09:00"), meet("ben", "mon", "09:00")]
    facts = {"now": at("mon", "09:15").isoformat(), "published": {"roster": roster(*begun).model_dump(mode="json")}}
    assert both(RULE, week(VAN, *begun, **facts)) == (0, 0)
    assert both(RULE, week(VAN, *begun, meet("cho", "mon", "10:00"), **facts)) == (2, None)


def has_seats(stays: list[tuple[int, int]], arrivals: list[int], departures: list[int]) -> bool:
    """Whether some assignment gives every stay an own arrival by its start and an own departure from its end on."""
    to_site = any(all(t <= s for t, (s, _) in zip(some, stays, strict=False)) for some in permutations(arrivals, len(stays)))
    return to_site and any(all(t >= e for t, (_, e) in zip(some, stays, strict=False)) for some in permutations(departures, len(stays)))


def test_van_waves_are_exactly_seat_assignments() -> None:
    """Three riders at hours 8 to 11, all sets of three arrivals and departures: legal exactly when each finds a seat."""
    hours = range(8, 12)
    for arrivals, departures in (((8, 9, 9), (9, 11, 12)), ((8, 10, 11), (10, 12, 12)), ((9, 9, 10), (11, 11, 12)), ((8, 8, 8), (10, 11))):
        runs = [lift("to_site", f"{h:02d}:00", 1) for h in arrivals] + [lift("from_site", f"{h:02d}:00", 1) for h in departures]
        for starts in product(hours, repeat=3):
            made = week({"kind": "van", "runs": runs}, *(meet(p, "mon", f"{h:02d}:00") for p, h in zip(IDS, starts, strict=True)))
            amount, model = both(RULE, made)
            assert (amount == 0) == (model is not None) == has_seats([(h, h + 1) for h in starts], list(arrivals), list(departures))


@pytest.mark.unmeasured
@pytest.mark.parametrize("kind", ["sessions", "stay"])
def test_faces_agree_on_all_starts(kind: str) -> None:
    """ana twice, ben and cho once, at the half hours 8:00 to 11:00, with a capacity of 2, 1 and 2."""
    x = {"kind": kind, "windows": [window("08:00", "09:00", 2), window("09:00", "10:30", 1), window("10:30", "13:00", 2)]}
    seen = set()
    for first, second, ben in product(range(16, 23, 2), range(17, 24, 2), range(16, 23)):
        starts = [f"{h // 2:02d}:{h % 2 * 30:02d}" for h in (first, second, ben)]
        sessions = meet("ana", "mon", starts[0]), meet("ana", "mon", starts[1], ordinal=2), meet("ben", "mon", starts[2])
        amount, model = both(RULE, week(x, *sessions, meet("cho", "mon", "11:00")))
        assert (amount == 0) == (model is not None)
        seen.add(amount == 0)
    assert seen == {True, False}


def test_rule_needs_somebody_who_needs_a_resource() -> None:
    """A resource that nobody needs is not asked for."""
    assert RULE.applies_to(week(VAN).case)
    assert not RULE.applies_to(view(instance(resources=[{"id": "x"} | VAN])).case)


@pytest.mark.parametrize(
    ("x", "time", "is_served"),
    [
        (interpreter(window("08:00", "12:00", 1)), "11:10", True),
        (interpreter(window("08:00", "12:00", 1)), "11:15", False),
        (VAN, "08:45", True),
        (VAN, "08:30", False),
        (VAN, "10:15", False),
    ],
)
def test_who_could_be_served_by_nobody_is_refused_alone(x: dict[str, Any], time: str, is_served: bool) -> None:
    """So that unmet care is explained: the interpreter has left, no van has come, or the last one has gone."""
    made = week(x, meet("ana", "mon", time))
    assert RULE.admits(made.case, made.visits["ana"][0]) is is_served
