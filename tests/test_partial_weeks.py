"""Closed dates are each participant's own: what they may attend decides which dates are open, how much is ordered, and what is placed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.day_spread import DaySpread
from scheduler.rules.service_gap import ServiceGap
from scheduler.rules.step_down_floor import StepDownFloor
from scheduler.rules.weekly_floor import WeeklyFloor
from scheduler.verify import verify
from scheduler.view import View
from tests.build import WORKDAYS, ZONE, clinician, group, instance, participant, roster, run, windows
from tests.faces import both
from tests.solving import solved

BOTH = ["in_person", "telehealth"]
MONDAY_CLOSED = {"date": "2026-11-30", "site": "s1"}
REMOTE = windows("08:00", "20:00", WORKDAYS)


def week(*closures: dict[str, Any], remote: Any = None, sites: int = 1, days: tuple[str, ...] = WORKDAYS, **more: Any) -> Case:
    """Sites s1, s2, ... open 8:00-20:00 on workdays; ana comes in person only, ben also by telehealth, cem by telehealth alone."""
    places = [{"id": f"s{n + 1}", "hours": windows("08:00", "20:00", days)} for n in range(sites)]
    people = [participant(p, modes=m) for p, m in (("ana", ["in_person"]), ("ben", BOTH), ("cem", ["telehealth"]))]
    program = {"id": "p", "zone": ZONE, "week_a": "2026-11-30", "sites": places, "closures": closures, "telehealth_hours": remote}
    return Case(instance(**({"program": program, "participants": people} | more)))


def closed_days(case: Case, *people: str) -> list[tuple[int, ...]]:
    """Of each person, the weekdays that are open in an ordinary week and closed in this one."""
    return [tuple(sorted({*case.care.regular_dates(p)} - {*case.care.open_dates(p)})) for p in people or case.participants]


@pytest.mark.parametrize(
    ("closures", "more", "expected"),
    [
        ((), {}, [(), (), ()]),
        ((MONDAY_CLOSED,), {"remote": REMOTE}, [(0,), (), ()]),  # a telehealth day: closed for those who only come in person
        ((MONDAY_CLOSED,), {}, [(0,), (0,), (0,)]),  # telehealth without hours of its own follows the only site
        ((MONDAY_CLOSED,), {"sites": 2}, [(), (), ()]),  # the other site is open
        ((MONDAY_CLOSED, MONDAY_CLOSED | {"site": "s2"}), {"sites": 2}, [(0,), (0,), (0,)]),
        ((MONDAY_CLOSED, MONDAY_CLOSED | {"site": "s2"}), {"sites": 2, "remote": REMOTE}, [(0,), (), ()]),
        (({"date": "2026-11-30"},), {"remote": REMOTE}, [(0,), (0,), (0,)]),  # the whole program
        ((MONDAY_CLOSED | {"start": "12:00"},), {}, [(), (), ()]),  # half a day is open
        ((MONDAY_CLOSED | {"start": "08:00", "end": "20:00"},), {}, [(0,), (0,), (0,)]),  # all of the opening hours
        ((MONDAY_CLOSED | {"end": "12:00"}, MONDAY_CLOSED | {"start": "12:00"}), {}, [(0,), (0,), (0,)]),
        ((MONDAY_CLOSED | {"end": "12:00"}, MONDAY_CLOSED | {"start": "12:01"}), {}, [(), (), ()]),  # one minute is left
        (({"date": "2026-12-05"},), {}, [(), (), ()]),  # a Saturday that is never open
        ((MONDAY_CLOSED,), {"remote": windows("08:00", "20:00", ("tue",))}, [(0,), (0,), ()]),  # no telehealth on a Monday anyway
    ],
)
def test_a_date_is_closed_when_nothing_somebody_may_attend_is_open(closures: Any, more: Any, expected: Any) -> None:
    """In person only, both, telehealth only; closures of a site, of all, of hours; telehealth with and without hours of its own."""
    case = week(*closures, **more)
    assert closed_days(case) == expected
    shares = [Fraction(len(case.care.open_dates(p)), len(case.care.regular_dates(p))) for p in case.participants]
    assert [case.care.order(p).fraction for p in case.participants] == shares
    assert [case.care.order(p).is_partial for p in case.participants] == [bool(days) for days in expected]


def test_an_ordinary_week_is_never_partial() -> None:
    """Telehealth on Saturday besides: ana's week has five dates, ben's six, cem's one, and each is whole."""
    case = week(remote=windows("09:00", "12:00", ("sat",)))
    assert [case.care.open_dates(p) for p in case.participants] == [(0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (5,)]
    assert not any(case.care.order(p).is_partial for p in case.participants)


@pytest.mark.parametrize("level", ["order", "phase"])
def test_the_modes_of_the_order_count(level: str) -> None:
    """Both modes agreed to, but ordered in person only, by the own order or by the phase: the telehealth day is closed."""
    order = {"modes": ["in_person"]}
    person = participant("ana", modes=BOTH, **({"order": order} if level == "order" else {"phase": "f", "order": {}}))
    phases = [{"id": "f", "rank": 0, "level": "2.1", "order": order}]
    assert closed_days(week(MONDAY_CLOSED, remote=REMOTE, participants=[person], phases=phases)) == [(0,)]


def test_somebody_for_whom_nothing_is_ever_open_keeps_the_whole_order() -> None:
    """Telehealth only, in a program that never has any: no closure, so that what is missing shows as unmet care."""
    case = week(remote=[], participants=[participant("cem", modes=["telehealth"], order={"minutes": {"floor": 540}})])
    assert (case.care.order("cem").fraction, case.care.order("cem").floor) == (1, 540)


def test_weeks_a_and_b() -> None:
    """A site open on workdays of A weeks only, and on B Saturdays: this A week has five dates."""
    hours = [*windows("08:00", "20:00", WORKDAYS, weeks="A"), *windows("08:00", "20:00", ("sat",), weeks="B")]
    program = {"id": "p", "zone": ZONE, "week_a": "2026-11-30", "sites": [{"id": "s1", "hours": hours}], "closures": [MONDAY_CLOSED]}
    case = week(program=program)
    assert (case.care.regular_dates("ana"), case.care.open_dates("ana")) == ((0, 1, 2, 3, 4), (1, 2, 3, 4))


def test_enrolment_and_closure_add_up() -> None:
    """Admitted on Tuesday, discharged on Thursday, Wednesday closed: Tuesday and Thursday of five."""
    person = participant("ana", admitted="2026-12-01", discharge="2026-12-03", order={"minutes": {"floor": 540}})
    case = week({"date": "2026-12-02"}, participants=[person])
    assert (case.care.open_dates("ana"), case.care.order("ana").fraction, case.care.order("ana").floor) == ((1, 3), Fraction(2, 5), 216)


def test_what_is_scaled_and_what_is_not() -> None:
    """4 of 5 dates: floors of 540, 3 and 3 become 432, 2 and 2; of the ceilings only minutes fall, from 720 to 576."""
    order = {
        "minutes": {"floor": 540, "target": 600, "ceiling": 720},
        "sessions": {"floor": 3, "ceiling": 5},
        "days": {"floor": 3, "ceiling": 4},
    }
    order |= {"billable_days": 3, "services": [{"service": "process", "per_week": 3}]}
    case = week(MONDAY_CLOSED, remote=REMOTE, participants=[participant("ana", order=order)])
    found = case.care.order("ana")
    assert (found.floor, found.target, found.ceiling, found.full_floor, found.full_ceiling) == (432, 480, 576, 540, 720)
    assert (found.sessions_floor, found.sessions_ceiling, found.days_floor, found.days_ceiling) == (2, 5, 2, 4)
    assert (found.billable_days, found.group_counts) == (3, (("process", 3),))


def test_care_rules_read_the_own_dates() -> None:
    """A telehealth day: ana's floor falls to 432 and no step is too large; ben's stay as they are."""
    order = {"minutes": {"floor": 540}, "sessions": {"floor": 0}, "days": {"floor": 0}}
    people = [participant(p, modes=m, order=order) for p, m in (("ana", ["in_person"]), ("ben", BOTH))]
    past = [{"participant": p, "floor": 540, "target": 800, "ceiling": 900} for p in ("ana", "ben")]
    case = week(MONDAY_CLOSED, remote=REMOTE, participants=people, history={"orders": past})
    view = View(case, roster())
    assert both(WeeklyFloor(), view) == (432 + 540, 432 + 540)
    assert both(StepDownFloor(), view) == (620 - 540, 620 - 540)


def test_gaps_and_spread_read_the_own_dates() -> None:
    """Monday and Wednesday closed in person: Tue, Thu, Fri without service are 3 open days, 1 beyond; by telehealth 5, 3 beyond.

    Thursday and Friday are a pair that Tuesday and Thursday would avoid, for both.
    """
    people = [participant(p, modes=m) for p, m in (("ana", ["in_person"]), ("ben", BOTH))]
    policy = {"values": {"second_staff_required": False, "service_gap_days": 2}}
    groups = [group(f"g{day}", day) for day in WORKDAYS]
    closures = [MONDAY_CLOSED, MONDAY_CLOSED | {"date": "2026-12-02"}]
    case = week(*closures, remote=REMOTE, participants=people, policy=policy, groups=groups)
    assert both(ServiceGap(), View(case, roster())) == (60 + 180, 60 + 180)
    days = [run(f"g{day}", day, "09:00", ("ana", "ben")) for day in ("tue", "thu", "fri")]
    assert both(DaySpread(), View(case, roster(*days[1:]))) == (2, 2)
    assert both(DaySpread(), View(case, roster(*days))) == (1, 1)  # ana has no choice of three, ben has Monday, Wednesday, Friday


def test_last_week_carries_in_the_own_weekdays() -> None:
    """No session last week, limit 2: ana's five regular weekdays and cem's two; Monday and Tuesday are beyond for both."""
    people = [participant("ana", modes=["in_person"]), participant("cem", modes=["telehealth"])]
    policy = {"values": {"second_staff_required": False, "service_gap_days": 2}}
    last = roster(monday=Case(instance()).past.last_week.monday).model_dump(mode="json")
    case = week(remote=windows("08:00", "20:00", ("mon", "tue")), participants=people, policy=policy, history={"last_week": last})
    view = View(case, roster())
    assert {v.about[0]: v.amount for v in ServiceGap().check(case, view)} == {"ana": 5 * 60, "cem": 2 * 60}


@pytest.mark.parametrize(("remote", "days"), [(REMOTE, {"mon", "tue"}), (None, {"tue"})])
def test_nothing_is_placed_on_a_closed_date(remote: Any, days: set[str]) -> None:
    """A hybrid group on Monday and one on Tuesday, the site closed on Monday: with telehealth hours a telehealth group meets on Monday."""
    order = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": [{"service": "process", "per_week": 2}]}
    people = [participant("ana", order=order), participant("ben", modes=BOTH, order=order)]
    groups = [group("gmon", mode="telehealth"), group("gtue", "tue", mode="hybrid")]
    rooms = [{"id": "r1", "site": "s1", "seats": 9, "features": ["hybrid"]}]
    case = week(MONDAY_CLOSED, remote=remote, participants=people, groups=groups, clinicians=[clinician("cora")], rooms=rooms)
    result = solved(case.instance)
    assert result.roster is not None
    assert {s.group for s in result.roster.sessions} == {f"g{day}" for day in days}
    assert [b.participant for s in result.roster.sessions if s.group == "gmon" for b in s.bookings] == ["ben"] * ("mon" in days)
    by_hand = run("gmon", "mon", "09:00", ("ben@home",), mode="telehealth", site=None, room=None)
    assert {v.rule for v in verify(case.instance, roster(by_hand))} == (set() if remote else {"closures"})
