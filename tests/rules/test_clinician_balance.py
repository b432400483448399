"""Words to numbers for `clinician_balance`."""

from itertools import product
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules.clinician_balance import ClinicianBalance, contracts
from scheduler.view import View
from tests.build import clinician, group, instance, meet, participant, run, view, windows
from tests.faces import both

RULE = ClinicianBalance()
DAYS = ("mon", "tue", "wed", "thu", "fri")
GROUPS = [group(f"g{n}", starts=[{"day": day, "time": time} for time in ("09:00", "17:00")], minutes=90) for n, day in enumerate(DAYS)]


def week(staff: dict[str, int | None], *sessions: dict[str, Any], **more: Any) -> View:
    """Clinicians with their contract minutes (None: working hours), and sessions."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 2}, {"service": "couple", "partner": "ben"}]}
    people = [participant("ana", order=order), participant("ben", order=order | {"services": [{"service": "couple", "partner": "ana"}]})]
    clinicians = [clinician(c, contract_minutes=minutes) | more.get(c, {}) for c, minutes in staff.items()]
    return view(instance(clinicians=clinicians, participants=people, groups=GROUPS), *sessions)


def runs(*teams: tuple[str, ...], time: str = "09:00") -> list[dict[str, Any]]:
    """Groups of 90 minutes on Monday, Tuesday, ... with these facilitators."""
    return [run(f"g{n}", DAYS[n], time, ("ana",), minutes=90, facilitators=list(team)) for n, team in enumerate(teams)]


def test_equal_shares_cost_nothing() -> None:
    """90 minutes each under equal contracts."""
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora",), ("dan",)))) == (0, 0)


def test_started_half_hours_above_the_share_count() -> None:
    """Cora 180, Dan 0: the share is 90, 90 above is 3. Cora 90 alone: share 45, 45 above is 2."""
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora",), ("cora",)))) == (3, 3)
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora",)))) == (2, 2)


def test_shares_follow_the_contracts() -> None:
    """Contracts 2:1 and 180 minutes with 120:60 as shares: Cora 90 costs nothing, Dan's 90 are 30 above."""
    assert both(RULE, week({"cora": 2400, "dan": 1200}, *runs(("cora",), ("dan",)))) == (1, 1)


def test_the_share_is_rounded_down() -> None:
    """Total 90, shares of 90 x 20/27 = 66.7 -> 66 and 23.3 -> 23: Cora 24 above is 1; with Dan instead 67 above is 3."""
    assert both(RULE, week({"cora": 2000, "dan": 700}, *runs(("cora",)))) == (1, 1)
    assert both(RULE, week({"cora": 2000, "dan": 700}, *runs(("dan",)))) == (3, 3)


@pytest.mark.parametrize(("contract", "amount"), [(200, 2), (201, 3)])
def test_a_fraction_above_whole_half_hours_counts(contract: int, amount: int) -> None:
    """Total 90: with 100 to 200 Cora's share is 30, 60 above is 2; with 100 to 201 it is 29.9 -> 29, 61 above is 3."""
    assert both(RULE, week({"cora": 100, "dan": contract}, *runs(("cora",)))) == (amount, amount)


def test_one_minute_above_the_share_counts() -> None:
    """Contracts of 100 and 1: of 90 minutes Cora's share is 89.1 -> 89."""
    assert both(RULE, week({"cora": 100, "dan": 1}, *runs(("cora",)))) == (1, 1)


def test_minutes_without_a_common_divisor_are_shared_to_the_minute() -> None:
    """A group of 61 minutes beside sessions of 50: the share is 30, 31 above is 2."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual"}]}
    clinicians = [clinician(c, contract_minutes=1200) for c in ("cora", "dan")]
    made = instance(clinicians=clinicians, participants=[participant("ana", order=order)], groups=[group("g", minutes=61)])
    assert both(RULE, view(made, run("g", "mon", "09:00", ("ana",), minutes=61))) == (2, 2)


def test_where_nothing_can_be_given_nothing_is_shared() -> None:
    """Two clinicians in a program without groups and orders."""
    assert both(RULE, view(instance(participants=[participant("ana")]))) == (0, 0)


def test_both_facilitators_have_the_minutes() -> None:
    """Cora and Dan together: 180 in all, 90 each."""
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora", "dan")))) == (0, 0)


def test_a_couple_session_counts_once() -> None:
    """60 minutes with Cora, share 30: 30 above is 1, not 2."""
    couple = meet("ana", "mon", "10:00", minutes=60, service="couple", facilitators=["cora"])
    couple["bookings"] = [{"participant": "ana"}, {"participant": "ben"}]
    assert both(RULE, week({"cora": 1200, "dan": 1200}, couple)) == (1, 1)


def test_evenings_above_the_share_count_three() -> None:
    """Two evenings with Cora, 90 + 90 minutes: 3 half hours, and 1 evening above the share of 1. One each: nothing."""
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora",), ("cora",), time="17:00"))) == (6, 6)
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora",), ("dan",), time="17:00"))) == (0, 0)
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *runs(("cora",), ("cora",), ("cora",), time="17:00"))) == (5 + 2 * 3, 11)


def test_an_evening_begins_at_five_and_counts_once_a_day() -> None:
    """50 minutes at 16:45: 25 above the share of 25, no evening. At 17:00 the share of evenings is floor(1/2) = 0: 3 more."""
    assert both(RULE, week({"cora": 1200, "dan": 1200}, meet("ana", "mon", "16:45", facilitators=["cora"]))) == (1, 1)
    assert both(RULE, week({"cora": 1200, "dan": 1200}, meet("ana", "mon", "17:00", facilitators=["cora"]))) == (4, 4)
    two = [meet("ana", "mon", time, ordinal=n, facilitators=["cora"]) for n, time in ((1, "17:00"), (2, "18:00"))]
    assert both(RULE, week({"cora": 1200, "dan": 1200}, *two)) == (5, 5)


def test_without_a_contract_working_hours_after_leave_count() -> None:
    """Cora Monday and Tuesday, Dan the same with Tuesday on leave: 2:1. Cora 90 of 120, Dan 90 of 60: 1."""
    hours = {"hours": windows(days=("mon", "tue"), site="s1")}
    leave = hours | {"leave": [{"first": "2026-12-01", "last": "2026-12-01"}]}
    made = week({"cora": None, "dan": None}, *runs(("cora",), ("dan",)), cora=hours, dan=leave)
    assert contracts(made.case) == {"cora": 2, "dan": 1}
    assert both(RULE, made) == (1, 1)


def test_hours_at_two_places_at_once_are_worked_once() -> None:
    """Hours on site and for telehealth at the same time."""
    twice = {"hours": windows(days=("mon",), site="s1") + windows(days=("mon",))}
    once = {"hours": windows(days=("mon",), site="s1")}
    assert contracts(week({"cora": None, "dan": None}, cora=twice, dan=once).case) == {"cora": 1, "dan": 1}


def test_clinicians_without_contract_are_left_out() -> None:
    """Eve's 180 minutes and evenings concern nobody: Cora and Dan have 90 each."""
    sessions = [*runs(("cora",), ("dan",)), run("g2", "wed", "17:00", ("ana",), minutes=90, facilitators=["eve"])]
    assert both(RULE, week({"cora": 1200, "dan": 1200, "eve": 0}, *sessions)) == (0, 0)


def test_one_clinician_alone_has_nobody_to_share_with() -> None:
    """The rule applies from two on."""
    assert not RULE.applies_to(week({"cora": 1200, "eve": 0}).case)
    assert RULE.applies_to(week({"cora": 1200, "dan": 600}).case)
    assert both(RULE, week({"cora": 1200}, *runs(("cora",), time="17:00"))) == (0, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "staff",
    [
        {"cora": 1200, "dan": 1200},
        {"cora": 2400, "dan": 1201},
        pytest.param({"cora": 997, "dan": 1200, "eve": 1500}, marks=pytest.mark.proof),
    ],
)
def test_faces_agree_on_all_assignments(staff: dict[str, int]) -> None:
    """Three sessions, two of them on one evening, each with any clinician or not at all."""
    options = [None, *staff]
    for first, second, third in product(options, repeat=3):
        sessions = []
        sessions += [run("g0", "mon", "09:00", ("ana",), minutes=90, facilitators=[first])] if first else []
        sessions += [run("g1", "tue", "17:00", ("ana",), minutes=90, facilitators=[second])] if second else []
        sessions += [meet("ana", "tue", "19:00", facilitators=[third])] if third else []
        checked, modelled = both(RULE, week(dict(staff), *sessions))
        assert checked == modelled


def test_a_share_that_cannot_be_reached_is_not_mixed_in() -> None:
    """Two evenings are possible, of which Dan's share is 1 and Cora's 0: half an evening is for her half an evening above the share."""
    clinicians = [clinician("cora", contract_minutes=1200), clinician("dan", contract_minutes=2400)]
    case = Case(instance(clinicians=clinicians, groups=[group("g", time="17:00")]))
    rows = [row for row in RULE.rows(case, enumerate_candidates(case, ())) if row.key[-1] == "evenings"]
    assert [(row.key[0], [c for _, c in row.terms], row.bound, row.price, row.step) for row in rows] == [
        ("cora", [1], 0, 3, 1),
        ("dan", [1, -1], 0, 3, 1),
    ]
