"""People who come together: what each of them leaves unmet is counted once, and what is called proven about them is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.explain import why
from scheduler.explain.isolated_weeks import Alone
from scheduler.fixes.attempts import Attempts
from scheduler.fixes.idea import rearrange
from scheduler.fixes.trial import base
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.result import SolveLimits, SolveStatus
from scheduler.rules import RULES
from scheduler.validation import errors, validate
from scheduler.verify import judge
from scheduler.weeks.bound import WeekBound
from tests.build import MONDAY, SERVICES, at, clinician, free, group, instance, meet, participant, roster, windows
from tests.exact import Week, best
from tests.solving import objective, solved
from tests.test_proofs import compiled

LAST = MONDAY.replace(day=23)
COUPLE_45 = {"id": "couple_45", "kind": "couple", "category": "family", "minutes": 45}
TALK = {"service": "individual", "per_week": 1}
FAMILY = {"service": "family", "per_week": 1, "guests": ["mum"]}


def ordered(*services: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Appointments and nothing else."""
    return {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": list(services)} | more


def couple(partner: str, service: str = "couple", **more: Any) -> dict[str, Any]:
    """A couple session a week, unless another rhythm is given."""
    return {"service": service, "partner": partner} | (more or {"per_week": 1})


def person(id: str, *services: dict[str, Any], times: Any = (), **more: Any) -> dict[str, Any]:
    """Somebody with appointments, free at some times: (day, start, end)."""
    weekly = [{"day": day, "start": start, "end": end} for day, start, end in times]
    return participant(id, order=ordered(*services), availability={"weekly": weekly}, **more)


def week(*people: dict[str, Any], hours: Any = (("mon", "09:00", "12:00"),), **more: Any) -> Instance:
    """One clinician, one room."""
    working = [{"day": day, "start": start, "end": end, "site": "s1"} for day, start, end in hours]
    made = instance(
        **{
            "services": [*SERVICES, COUPLE_45],
            "rooms": [{"id": "r1", "site": "s1", "seats": 9}],
            "clinicians": [clinician("cora", hours=working)],
            "participants": list(people),
        }
        | more
    )
    assert not errors(validate(made))
    return made


MORNING = [("mon", "09:00", "12:00")]
HOUR = [("mon", "09:00", "10:15")]


def couple_bound() -> Instance:
    """Three people share three hours of the only clinician; a couple is never free together."""
    nine, eleven, one = ("mon", "09:00", "10:00"), ("mon", "11:00", "12:00"), ("mon", "13:00", "14:00")
    return week(
        person("q0", TALK, times=[nine]),
        person("q1", TALK, times=[eleven, one]),
        person("q2", TALK, times=[nine, eleven]),
        person("z1", couple("z2"), times=[("wed", "16:00", "17:30")]),
        person("z2", couple("z1"), times=[("thu", "16:00", "17:30")]),
        hours=[nine, eleven, one, ("wed", "16:00", "18:00"), ("thu", "16:00", "18:00")],
    )


def never_free() -> Instance:
    """One has the mornings, the other the afternoons."""
    return week(
        participant("p1", order=ordered(couple("p2")), availability=free("08:00", "12:00")),
        participant("p2", order=ordered(couple("p1")), availability=free("13:00", "17:00")),
        clinicians=[clinician("cora")],
    )


def of_different_weight() -> Instance:
    """Critical, in the first phase, neither: 4 x 60 + 2 x 60 for a couple that is never free together, 4 x 60 + 60 for another."""
    phases = [{"id": "first", "level": "2.1", "rank": 0}]
    return week(
        person("p1", couple("p2"), times=[("mon", "09:00", "10:30")], has_risk_flag=True),
        person("p2", couple("p1"), times=[("tue", "09:00", "10:30")], phase="first"),
        person("p3", couple("p4"), times=[("mon", "09:00", "10:30")], has_risk_flag=True),
        person("p4", couple("p3"), times=[("tue", "09:00", "10:30")]),
        hours=[*MORNING, ("tue", "09:00", "12:00")],
        phases=phases,
    )


def guest_never_free() -> Instance:
    """A guest without a free minute: 60 for the one whose guest it is."""
    guest = {"id": "mum", "availability": {"weekly": []}}
    return week(person("p1", FAMILY, times=MORNING, guests=[guest]), person("p2", TALK, times=MORNING))


def guests_of_two() -> Instance:
    """Two families, one hour in which both guests are free: 60."""
    guests = [{"id": "mum", "availability": {"weekly": [{"day": "mon", "start": "09:00", "end": "10:15"}]}}]
    return week(*(person(p, FAMILY, times=MORNING, guests=guests) for p in ("p1", "p2")))


def nobody_home() -> Instance:
    """One partner has no free minute and two orders, the other a talk besides."""
    return week(person("p1", couple("p2"), TALK), person("p2", couple("p1"), TALK, times=MORNING))


def in_hold() -> Instance:
    """Last week's time of a couple suits one of them only: it is held by neither, and they meet at 10:30: 0."""
    couple_then = [{"participant": p, "mode": "in_person"} for p in ("p1", "p2")]
    last = meet("p1", "mon", "09:00", 60, LAST, "couple", room="r1", facilitators=["cora"], bookings=couple_then)
    return week(
        person("p1", couple("p2"), times=MORNING),
        person("p2", couple("p1"), times=[("mon", "10:30", "12:00")]),
        history={"last_week": roster(last, monday=LAST)},
    )


def one_is_pinned() -> Instance:
    """The only hour of both is pinned for her talk."""
    pin = {"kind": "booking", "participant": "p2", "service": "individual", "day": "mon", "time": "09:00"}
    return week(person("p1", couple("p2"), times=HOUR), person("p2", couple("p1"), TALK, times=HOUR), pins=[pin])


def it_is_over() -> Instance:
    """It is Monday noon, and they were free together in the morning only; she had a talk then, he has his tomorrow."""
    talk = meet("p2", "mon", "09:00", room="r1", facilitators=["cora"])
    return week(
        person("p1", couple("p2"), TALK, times=[*MORNING, ("tue", "13:00", "14:00")]),
        person("p2", couple("p1"), TALK, times=MORNING),
        hours=[*MORNING, ("tue", "13:00", "14:00")],
        now=at("mon", "12:00"),
        published={"roster": roster(talk)},
    )


def it_took_place() -> Instance:
    """Their session was this morning; his talk is tomorrow, hers comes too late."""
    both = [{"participant": p, "mode": "in_person"} for p in ("p1", "p2")]
    session = meet("p1", "mon", "09:00", 60, service="couple", room="r1", facilitators=["cora"], bookings=both)
    return week(
        person("p1", couple("p2"), TALK, times=[*MORNING, ("tue", "13:00", "14:00")]),
        person("p2", couple("p1"), TALK, times=MORNING),
        hours=[*MORNING, ("tue", "13:00", "14:00")],
        now=at("mon", "12:00"),
        published={"roster": roster(session)},
    )


def of_two_tracks() -> Instance:
    """Homes in two tracks that fill the only day of both, one after the other: the couple loses, 60 each."""
    floor = {"minutes": {"floor": 180}}
    day = {"weekly": [{"day": "mon", "start": "09:00", "end": "15:30"}]}
    people = [
        participant(p, order=ordered(couple(q)) | floor, availability=day, home_track=track)
        for p, q, track in (("p1", "p2", "t1"), ("p2", "p1", "t2"))
    ]
    return week(
        *people,
        hours=[("mon", "09:00", "16:00")],
        clinicians=[clinician(c, hours=windows("09:00", "16:00", ("mon",), site="s1")) for c in ("cora", "dan")],
        tracks=[{"id": "t1"}, {"id": "t2"}],
        groups=[group("g1", "mon", "09:00", track="t1", reserve=0), group("g2", "mon", "12:15", track="t2", reserve=0)],
        history={"last_week": roster(monday=LAST)},
    )


def every_other_week() -> Instance:
    """Due now for one couple, who are never free together, and not for the other."""
    people = [
        person("p1", couple("p2", every_n_weeks=2), times=[("mon", "09:00", "10:30")]),
        person("p2", couple("p1", every_n_weeks=2), times=[("mon", "10:30", "12:00")]),
        person("p3", couple("p4", every_n_weeks=2), times=[("mon", "09:00", "10:30")]),
        person("p4", couple("p3", every_n_weeks=2), times=[("mon", "10:30", "12:00")]),
    ]
    dates = {"p1": "2026-11-16", "p2": "2026-11-16", "p3": "2026-11-24", "p4": "2026-11-24"}
    given = [{"participant": p, "service": "couple", "date": date} for p, date in dates.items()]
    return week(*people, history={"services": given})


def two_lengths() -> Instance:
    """One hour for a session of 60 and one of 45 minutes: the shorter one is lost, 45 each."""
    return week(
        person("p1", couple("p2"), couple("p2", "couple_45"), times=HOUR),
        person("p2", couple("p1"), couple("p1", "couple_45"), times=HOUR),
    )


def trio() -> Instance:
    """She has one hour and two partners: the session of 45 minutes is lost, 45 each."""
    return week(
        person("p1", couple("p2"), times=MORNING),
        person("p2", couple("p1"), couple("p3", "couple_45"), times=HOUR),
        person("p3", couple("p2", "couple_45"), times=MORNING),
    )


def bridge() -> Instance:
    """She may wait half an hour at most: after this morning's talk, only her session with p3 makes the one with p1 possible."""
    talk = meet("p2", "mon", "09:00", room="r1", facilitators=["cora"])
    later = [("mon", "10:00", "10:45")]
    return week(
        person("p1", couple("p2"), times=[("mon", "11:00", "12:00")]),
        person("p2", couple("p1"), couple("p3", "couple_45"), TALK, times=MORNING),
        person("p3", couple("p2", "couple_45"), times=later),
        hours=[("mon", "09:00", "12:15"), ("tue", "09:00", "12:00")],
        policy={"values": {"second_staff_required": False, "longest_wait": 30, "day_sessions_ceiling": 3}},
        now=at("mon", "09:55"),
        published={"roster": roster(talk)},
    )


def two_couples() -> Instance:
    """Both want the clinician's only hour: 120."""
    pairs = (("p1", "p2"), ("p2", "p1"), ("p3", "p4"), ("p4", "p3"))
    return week(*(person(p, couple(q), times=HOUR) for p, q in pairs))


WEEKS: dict[Callable[[], Instance], tuple[int, dict[str, int]]] = {
    couple_bound: (120, {"z1": 60, "z2": 60}),
    never_free: (120, {"p1": 60, "p2": 60}),
    of_different_weight: (660, {"p1": 240, "p2": 120, "p3": 240, "p4": 60}),
    guest_never_free: (60, {"p1": 60}),
    guests_of_two: (60, {}),
    nobody_home: (170, {"p1": 110, "p2": 60}),
    in_hold: (0, {}),
    one_is_pinned: (120, {"p2": 50}),
    it_is_over: (120, {"p1": 60, "p2": 60}),
    it_took_place: (50, {"p2": 50}),
    of_two_tracks: (120, {}),
    every_other_week: (120, {"p1": 60, "p2": 60}),
    two_lengths: (90, {"p1": 45, "p2": 45}),
    trio: (90, {"p2": 45}),
    bridge: (0, {}),
    two_couples: (120, {}),
}
"""By week, the least care cost, and what some of them leave unmet alone; nobody else does."""
NAMED = pytest.mark.parametrize("made", [pytest.param(made, id=made.__name__) for made in WEEKS])


@NAMED
def test_what_is_unmet_alone_is_counted_once(made: Callable[[], Instance]) -> None:
    """Of each only their own care, with their own factor."""
    case = Case(made())
    rules = [rule for rule in RULES if rule.applies_to(case)]
    alone = Alone(case, enumerate_candidates(case, rules))
    assert {p: cost for p in case.participants if (cost := alone.of(p))} == WEEKS[made][1]


@pytest.mark.unmeasured
@NAMED
def test_what_is_proven_of_them_is_true(made: Callable[[], Instance]) -> None:
    """The least of all legal rosters, tried one by one, is what the solver proves; the week tables prove no more."""
    week, result = made(), solved(made())
    least = best(Week(week).legal())
    assert least is not None
    assert least[0] == WEEKS[made][0]
    assert (result.status, objective(result)) == (SolveStatus.OPTIMAL, least)
    bound = WeekBound(compiled(week)[1])
    assert bound.care(10**9, 20.0, lambda: False) <= least[0]
    assert bound.preference(least[0], 10**9, 20.0, lambda: False) <= least[1]


def test_the_clinician_of_the_fault_sees_everybody_in_turn() -> None:
    """With a bound of 240 the search stopped at 170, and q2 got nothing."""
    result = solved(couple_bound())
    assert result.care is not None
    assert (result.care.objective, result.care.bound) == (120, 120)
    assert result.roster is not None
    times = {s.bookings[0].participant: f"{s.start:%H:%M}" for s in result.roster.sessions}
    assert times == {"q0": "09:00", "q2": "11:00", "q1": "13:00"}


def test_those_who_come_together_are_found_through_others() -> None:
    """A partner's partner counts; somebody without a partner is alone."""
    assert Case(trio()).care.together_with(["p1"]) == ("p1", "p2", "p3")
    assert Case(couple_bound()).care.together_with(["q0", "z2"]) == ("q0", "z2", "z1")


class TestWords:
    """What is said of a couple session that is missing."""

    def test_a_session_lost_to_others_is_not_called_impossible(self) -> None:
        """The other couple has the only hour; each of the two is told so, whoever is asked first."""
        both = [{"participant": p, "mode": "in_person"} for p in ("p3", "p4")]
        made = roster(meet("p3", "mon", "09:00", 60, service="couple", room="r1", facilitators=["cora"], bookings=both))
        for asked in ("p1", "p2"):
            (unmet,) = why(two_couples(), made, asked).unmet
            assert (unmet.kind, unmet.alone, unmet.amount) == ("lost", 0, 60)
            assert {cause.rule for cause in unmet.causes} == {"clinician_conflict", "room_conflict"}

    def test_a_session_no_time_suits_is_called_impossible(self) -> None:
        """60 of his own, although nobody has 120."""
        (unmet,) = why(never_free(), roster(), "p1").unmet
        assert (unmet.kind, unmet.alone, unmet.amount) == ("impossible_alone", 60, 60)

    def test_a_free_time_that_suits_both_is_told(self) -> None:
        """Nothing stands against it: the session can simply be added for both."""
        made = week(person("p1", couple("p2"), times=MORNING), person("p2", couple("p1"), times=MORNING))
        (unmet,) = why(made, roster(), "p2").unmet
        assert unmet.kind == "unproven"
        assert "Monday 09:00 is possible" in unmet.causes[0].sentence

    def test_other_bookings_of_one_place_both(self) -> None:
        """Other bookings of one of them are other bookings of both: 60 for each."""
        made = week(person("p1", couple("p2"), times=MORNING), person("p2", couple("p1"), times=MORNING))
        attempts = Attempts(base(Case(made), roster()))
        attempts.try_all([rearrange(("p1",))], Clock(SolveLimits(workers=1, deterministic_time=60.0), lambda: False))
        assert attempts.better is not None
        assert judge(Case(made), attempts.better).score.care == 0
