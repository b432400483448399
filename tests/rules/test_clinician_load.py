"""Words to numbers for `clinician_load`."""

from itertools import combinations
from typing import Any

import pytest

from scheduler.rules.clinician_load import ClinicianLoad
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = ClinicianLoad()
HOURS = windows("08:00", "20:00", ("mon", "tue"), site="s1")
ORDER = {"services": [{"service": "individual", "per_week": 2}]}
GROUPS = [
    group("g1", time="08:00", minutes=149),
    group("g2", time="12:00", minutes=150),
    group("g3", time="15:00", minutes=150),
    group("g4", "tue", "08:00", minutes=180),
]


def week(*sessions: dict[str, Any], values: dict[str, int] | None = None, **dan: Any) -> View:
    """Sessions of dan, who works 1440 minutes on two days; ana and ben are his, cho is not."""
    people = [participant(p, order=ORDER, primary_therapist="dan") for p in ("ana", "ben")] + [participant("cho", order=ORDER)]
    dans = clinician("dan", **({"hours": HOURS} | dan))
    made = instance(participants=people, clinicians=[dans], groups=GROUPS, policy={"values": values or {}})
    return view(made, *sessions)


def lead(group_id: str, time: str, minutes: int, day: str = "mon") -> dict[str, Any]:
    """A group led by dan with cho."""
    return run(group_id, day, time, ("cho",), minutes=minutes, facilitators=["dan"])


LONG_DAY = (lead("g1", "08:00", 149), lead("g2", "12:00", 150), meet("ana", "mon", "10:45"))


@pytest.mark.parametrize(("bound", "amount"), [(349, 0), (348, 1), (300, 49)])
def test_direct_minutes_a_day(bound: int, amount: int) -> None:
    """149 + 150 + 50 = 349 direct minutes on Monday."""
    assert both(RULE, week(*LONG_DAY, values={"direct_minutes_per_day": bound})) == (amount, None if amount else 0)


def test_own_limits_replace_the_policy() -> None:
    """349 minutes are 9 over an own limit of 340, although the policy has 360; an own limit of 400 admits 399."""
    assert both(RULE, week(*LONG_DAY, limits={"direct_minutes_per_day": 340})) == (9, None)
    more = (*LONG_DAY, meet("ben", "mon", "15:00"))
    assert both(RULE, week(*more)) == (39, None)
    assert both(RULE, week(*more, limits={"direct_minutes_per_day": 400})) == (0, 0)


@pytest.mark.parametrize(("bound", "amount"), [(529, 0), (528, 1)])
def test_direct_minutes_a_week(bound: int, amount: int) -> None:
    """349 on Monday and 180 on Tuesday are 529."""
    sessions = (*LONG_DAY, lead("g4", "08:00", 180, "tue"))
    assert both(RULE, week(*sessions, values={"direct_minutes_per_week": bound})) == (amount, None if amount else 0)
    assert both(RULE, week(*sessions, limits={"direct_minutes_per_week": bound})) == (amount, None if amount else 0)


@pytest.mark.parametrize(("end", "amount"), [("14:39", 0), ("14:38", 1)])
def test_a_quarter_of_the_working_time_is_indirect(end: str, amount: int) -> None:
    """299 direct minutes: a quarter of 398 working minutes (a minute of leave taken out) is 99, 299 are left; of 397 also 99, 298 left."""
    sessions = lead("g1", "08:00", 149), lead("g2", "12:00", 150)
    hours = windows("08:00", end, ("mon",), site="s1")
    assert both(RULE, week(*sessions, hours=hours)) == (0, 0)
    assert both(RULE, week(*sessions, hours=hours, leave=[{"first": "2026-11-30", "last": "2026-11-30", "end": "08:01"}])) == (
        amount,
        None if amount else 0,
    )


def test_overlapping_hours_count_once() -> None:
    """Hours on a site and from anywhere, both 8:00-14:00, are 360 working minutes: 270 direct, so 299 are 29 over."""
    hours = [*windows("08:00", "14:00", ("mon",), site="s1"), *windows("08:00", "14:00", ("mon",))]
    assert both(RULE, week(lead("g1", "08:00", 149), lead("g2", "12:00", 150), hours=hours)) == (29, None)


def test_blocks_a_day() -> None:
    """149 minutes are no block: g2 and g3 make 2, so with a limit of 1 one is too many; Tuesday's block is another day."""
    sessions = lead("g1", "08:00", 149), lead("g2", "12:00", 150), lead("g3", "15:00", 150), lead("g4", "08:00", 180, "tue")
    wide = {"direct_minutes_per_day": 600}
    assert both(RULE, week(*sessions, values=wide)) == (0, 0)
    assert both(RULE, week(*sessions, values=wide | {"blocks_per_day": 1})) == (1, None)
    assert both(RULE, week(*sessions, values=wide | {"block_minutes": 149})) == (1, None)
    assert both(RULE, week(*sessions, values=wide, limits={"blocks_per_day": 0})) == (3, None)


@pytest.mark.unmeasured
def test_sessions_a_day() -> None:
    """Three sessions on Monday against limits of 3 and 2; the limit of 2 holds for each day alone."""
    assert both(RULE, week(*LONG_DAY, values={"clinician_sessions_per_day": 3})) == (0, 0)
    assert both(RULE, week(*LONG_DAY, values={"clinician_sessions_per_day": 2})) == (1, None)
    split = (*LONG_DAY[:2], meet("ana", "tue", "10:45"))
    assert both(RULE, week(*split, limits={"sessions_per_day": 2})) == (0, 0)


def test_caseload_counts_own_participants_once() -> None:
    """dan sees ana twice, ben once and cho (not his own): 2 own participants against limits of 2 and 1; groups do not count."""
    sessions = (
        meet("ana", "mon", "09:00"),
        meet("ana", "tue", "09:00", ordinal=2),
        meet("ben", "mon", "10:00"),
        meet("cho", "mon", "11:00"),
    )
    assert both(RULE, week(*sessions, values={"caseload": 2})) == (0, 0)
    assert both(RULE, week(*sessions, values={"caseload": 1})) == (1, None)
    assert both(RULE, week(*sessions[:2], run("g2", "mon", "12:00", ("ben",), 150, facilitators=["dan"]), values={"caseload": 1})) == (0, 0)


def test_only_who_sees_them_has_them_in_the_caseload() -> None:
    """ana and ben are dan's own; cora sees ana, so dan has one of one."""
    people = [participant(p, order=ORDER, primary_therapist="dan") for p in ("ana", "ben")]
    made = instance(participants=people, policy={"values": {"caseload": 1}})
    ben = meet("ben", "mon", "10:00")
    assert both(RULE, view(made, meet("ana", "mon", "09:00", facilitators=["cora"]), ben)) == (0, 0)
    assert both(RULE, view(made, meet("ana", "mon", "09:00"), ben)) == (1, None)


def test_the_message_says_what_is_over() -> None:
    """Minutes, blocks and sessions of a day, minutes and own participants of the week."""
    tight = {"direct_minutes_per_day": 348, "direct_minutes_per_week": 340, "blocks_per_day": 0, "clinician_sessions_per_day": 2}
    made = week(*LONG_DAY, values=tight | {"caseload": 0})
    assert [found.message for found in RULE.check(made.case, made)] == [
        "dan has 349 minutes on Monday 2026-11-30; the limit is 348",
        "dan has 1 block on Monday 2026-11-30; the limit is 0",
        "dan has 3 sessions on Monday 2026-11-30; the limit is 2",
        "dan has 349 minutes in the week, on Monday 2026-11-30; the limit is 340",
        "dan has 1 own participant in the week, on Monday 2026-11-30; the limit is 0",
    ]


def test_past_over_a_limit_admits_no_more() -> None:
    """Two sessions begun before 11:00 exceed a limit of 1: no violation; a third one is 1 over the 2 that happened."""
    begun = [meet("ana", "mon", "09:00"), meet("ben", "mon", "10:00")]
    base = week().case.instance.model_dump(mode="json")
    base |= {"now": at("mon", "11:00").isoformat(), "published": {"roster": roster(*begun).model_dump(mode="json")}}
    base["policy"]["values"] = {"clinician_sessions_per_day": 1, "caseload": 1}
    made = instance(**base)
    assert both(RULE, view(made, *begun)) == (0, 0)
    assert both(RULE, view(made, *begun, meet("cho", "mon", "12:00"))) == (1, None)
    assert both(RULE, view(made, *begun, meet("cho", "tue", "12:00"))) == (0, 0)
    assert both(RULE, view(made, *begun, meet("ana", "tue", "12:00", ordinal=2))) == (0, 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "values", [{"direct_minutes_per_day": 299}, {"blocks_per_day": 1}, {"caseload": 1}, {"direct_minutes_per_week": 379}]
)
def test_faces_agree_on_all_subsets(values: dict[str, int]) -> None:
    """Every subset of six sessions under each tight limit."""
    sessions = [
        lead("g1", "08:00", 149),
        lead("g2", "12:00", 150),
        lead("g4", "08:00", 180, "tue"),
        meet("ana", "mon", "10:45"),
        meet("ben", "tue", "12:00"),
        meet("ben", "mon", "15:00", ordinal=2),
    ]
    for size in range(len(sessions) + 1):
        for chosen in combinations(sessions, size):
            amount, model = both(RULE, week(*chosen, values=values))
            assert (amount == 0) == (model is not None)
