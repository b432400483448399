"""Words to numbers for `pinned`."""

from itertools import combinations
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules.pinned import Pinned, is_booking, is_over
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, windows
from tests.faces import both
from tests.solving import solved

RULE = Pinned()


def case(*pins: dict[str, Any], **more: Any) -> Case:
    """A group that may meet on Monday 9:00 or Tuesday 13:00; dan and cora see people on Friday 13:00-15:00."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}
    starts = [{"day": "mon", "time": "09:00"}, {"day": "tue", "time": "13:00"}]
    hours = windows("13:00", "15:00", ("fri",), site="s1")
    return Case(
        instance(
            participants=[participant("ana", order=order), participant("ben")],
            clinicians=[clinician(c, hours=hours) for c in ("cora", "dan")],
            groups=[group("g", starts=starts)],
            pins=list(pins),
            **more,
        )
    )


MON, TUE = run("g", "mon", "09:00", ("ana",)), run("g", "tue", "13:00", ("ana",))
KEPT, BROKEN = (0, 0), (1, None)


def amount(case: Case, *sessions: dict[str, Any]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


def test_pinned_run() -> None:
    """A group pinned without a time meets at any; pinned to Tuesday 13:00 Monday breaks it; so does not meeting."""
    anytime, tuesday = {"kind": "run", "group": "g"}, {"kind": "run", "group": "g", "day": "tue", "time": "13:00"}
    assert amount(case(anytime), MON) == KEPT
    assert amount(case(tuesday), TUE) == KEPT
    assert amount(case(tuesday), MON) == BROKEN
    assert amount(case(anytime)) == BROKEN
    assert amount(case({"kind": "run", "group": "g", "time": "13:00"}), MON) == BROKEN


def test_pinned_facilitator() -> None:
    """Cora leads by default: dan's pin is broken, also when the group does not meet; as second facilitator he keeps it."""
    dan = {"kind": "facilitator", "group": "g", "clinician": "dan"}
    assert amount(case(dan), MON) == BROKEN
    assert amount(case(dan), MON | {"facilitators": ["cora", "dan"]}) == KEPT
    assert amount(case(dan)) == BROKEN


def test_pinned_room() -> None:
    """Room r1 is there by default."""
    assert amount(case({"kind": "room", "group": "g", "room": "r1"}), MON) == KEPT
    assert amount(case({"kind": "room", "group": "g", "room": "r2"}), MON) == BROKEN
    assert amount(case({"kind": "room", "group": "g", "room": "r1", "day": "tue"}), MON) == BROKEN


def test_pinned_group_place() -> None:
    """Ana is booked, ben is not."""
    assert amount(case({"kind": "booking", "group": "g", "participant": "ana"}), MON) == KEPT
    assert amount(case({"kind": "booking", "group": "g", "participant": "ben"}), MON) == BROKEN


def test_pinned_appointment() -> None:
    """Ana with dan on Friday 14:00: the time, the clinician and the service are looked at where given."""
    pin = {"kind": "booking", "participant": "ana", "service": "individual"}
    session = meet("ana", "fri", "14:00")
    assert amount(case(pin | {"day": "fri", "time": "14:00", "clinician": "dan"}), session) == KEPT
    assert amount(case(pin), session) == KEPT
    assert amount(case(pin | {"time": "13:45"}), session) == BROKEN
    assert amount(case(pin | {"day": "thu"}), session) == BROKEN
    assert amount(case(pin | {"clinician": "cora"}), session) == BROKEN
    assert amount(case(pin | {"service": "family"}), session) == BROKEN


def test_pinned_mode() -> None:
    """Ana by telehealth on Friday: a pin on the mode is kept by that mode alone, with or without a time; so is one on a hybrid place."""
    pin = {"kind": "booking", "participant": "ana", "service": "individual"}
    away, here = meet("ana@home", "fri", "14:00"), meet("ana", "fri", "14:00")
    for more in ({}, {"day": "fri", "time": "14:00", "clinician": "dan"}):
        assert amount(case(pin | more | {"mode": "telehealth"}), away) == KEPT
        assert amount(case(pin | more | {"mode": "telehealth"}), here) == BROKEN
        assert amount(case(pin | more | {"mode": "in_person"}), away) == BROKEN
    hybrid = [group("g", mode="hybrid")]
    place = {"kind": "booking", "participant": "ana", "group": "g", "mode": "telehealth"}
    for people, expected in ((("ana@home",), KEPT), (("ana",), BROKEN), (("ben@home", "ana"), BROKEN)):
        week = Case(instance(groups=hybrid, pins=[place]))
        assert amount(week, run("g", "mon", "09:00", people, mode="hybrid")) == expected


@pytest.mark.parametrize("mode", ["in_person", "telehealth"])
def test_a_solve_keeps_a_pinned_mode(mode: str) -> None:
    """Ana agreed to both modes; her talk is held by the pinned one."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}
    ana = participant("ana", order=order, modes=["in_person", "telehealth"])
    dan = clinician("dan", hours=windows("13:00", "15:00", ("fri",), site="s1"))
    pin = {"kind": "booking", "participant": "ana", "service": "individual", "mode": mode}
    roster = solved(instance(participants=[ana], clinicians=[dan], pins=[pin])).roster
    assert roster is not None
    assert [session.mode for session in roster.sessions] == [mode]


def test_each_broken_pin_counts_one() -> None:
    """Nothing scheduled, three pins: 3."""
    pins = [
        {"kind": "run", "group": "g"},
        {"kind": "room", "group": "g", "room": "r1"},
        {"kind": "booking", "group": "g", "participant": "ana"},
    ]
    assert amount(case(*pins)) == (3, None)


def test_pin_without_candidate_cannot_hold() -> None:
    """A pin on Wednesday, where the group never meets, is a row 0 <= -1."""
    made = case({"kind": "run", "group": "g", "day": "wed"})
    assert [(row.terms, row.bound) for row in RULE.rows(made, enumerate_candidates(made, ()))] == [((), -1)]


def test_passed_moments_bind_nothing() -> None:
    """On Wednesday a pin on Tuesday, or of a group that met on Monday, is over; on Tuesday at 8:00 noon is to come."""
    tuesday, noon = {"kind": "run", "group": "g", "day": "tue"}, {"kind": "run", "group": "g", "day": "tue", "time": "12:00"}
    assert amount(case(tuesday, noon, now=at("wed", "00:00"))) == KEPT
    assert amount(case(noon, now=at("tue", "08:00"))) == BROKEN
    assert amount(case(tuesday, now=at("tue", "08:00"))) == BROKEN
    met = {"published": {"roster": roster(MON)}, "now": at("tue", "08:00")}
    assert amount(case(tuesday, **met), MON) == KEPT
    assert amount(case({"kind": "booking", "participant": "ana", "service": "individual", "day": "fri"}, now=at("wed", "08:00"))) == BROKEN


def test_pins_of_others_are_not_asked_of_one() -> None:
    """Ben planned alone: ana's pin has no row."""
    made = case({"kind": "booking", "group": "g", "participant": "ana"})
    assert list(RULE.rows(made, enumerate_candidates(made, (), ["ben"]))) == []


def test_applies_to_pins() -> None:
    """Nothing pinned."""
    assert not RULE.applies_to(case())
    assert RULE.applies_to(case({"kind": "run", "group": "g"}))


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", range(1, 4))
def test_faces_agree_on_every_set_of_pins(size: int) -> None:
    """Every choice of up to three of seven pins, on four rosters: legal exactly when the check is silent."""
    pins = [
        {"kind": "run", "group": "g", "day": "mon"},
        {"kind": "run", "group": "g", "time": "13:00"},
        {"kind": "facilitator", "group": "g", "clinician": "cora"},
        {"kind": "room", "group": "g", "room": "r2"},
        {"kind": "booking", "group": "g", "participant": "ana"},
        {"kind": "booking", "participant": "ana", "service": "individual", "day": "fri"},
        {"kind": "booking", "participant": "ana", "service": "individual", "mode": "telehealth"},
    ]
    rosters = [(), (MON,), (TUE | {"room": "r2"}, meet("ana", "fri", "13:00")), (meet("ana@home", "fri", "13:00"),)]
    for chosen in combinations(pins, size):
        made = case(*chosen)
        for sessions in rosters:
            checked, modelled = amount(made, *sessions)
            assert modelled == (None if checked else 0)


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        ({}, ""),
        ({"time": "13:00"}, " at 13:00"),
        ({"day": "tue"}, " on Tuesday"),
        ({"day": "tue", "time": "13:00"}, " on Tuesday"),
    ],
)
def test_the_message_says_when(pin: dict[str, str], words: str) -> None:
    """The pinned day and time, as far as they are pinned."""
    made = case({"kind": "run", "group": "g"} | pin)
    (found,) = RULE.check(made, View(made, roster()))
    assert words in found.message
    assert ("13:00" in found.message) is ("time" in pin)
    assert ("Tuesday" in found.message) is ("day" in pin)


def test_a_booking_is_somebodys_and_no_other_pin() -> None:
    """Ana's place in g: of her pin alone, not of ben's, of the run's, or of her appointment's."""
    pins = [
        {"kind": "booking", "participant": "ana", "group": "g"},
        {"kind": "booking", "participant": "ben", "group": "g"},
        {"kind": "run", "group": "g"},
        {"kind": "booking", "participant": "ana", "service": "individual"},
    ]
    made = case(*pins)
    (visit,) = View(made, roster(MON)).visits["ana"]
    assert [is_booking(pin, visit) for pin in made.instance.pins] == [True, False, False, False]


@pytest.mark.parametrize(
    ("pin", "now", "is_past"),
    [
        ({"day": "tue", "time": "13:00"}, ("tue", "13:00"), False),
        ({"day": "tue", "time": "13:00"}, ("tue", "13:01"), True),
        ({"day": "tue"}, ("tue", "23:59"), False),
        ({"day": "tue"}, ("wed", "00:00"), True),
        ({"time": "13:00"}, ("sun", "23:00"), False),
    ],
)
def test_a_pin_is_over_when_its_time_or_its_day_is(pin: dict[str, str], now: tuple[str, str], is_past: bool) -> None:
    """To the minute."""
    made = case({"kind": "run", "group": "g"} | pin, now=at(*now))
    assert is_over(made, made.instance.pins[0]) is is_past
