"""Words to numbers for `second_staff_on_site`."""

from itertools import product
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.rules.second_staff_on_site import SecondStaffOnSite
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = SecondStaffOnSite()
ORDER = {"order": {"services": [{"service": "individual"}]}, "modes": ["in_person", "telehealth"]}


def house(*sessions: dict[str, Any], desk: tuple[str, str] = ("09:00", "17:00"), required: bool = True, **cora: Any) -> View:
    """A site with a desk; dan works 8:00-21:00 on Monday, cora 8:00-18:00 unless given."""
    site = {"id": "s1", "hours": windows("06:00", "22:00"), "front_desk": windows(*desk)}
    people = [
        clinician("cora", **({"hours": windows("08:00", "18:00", ("mon",), site="s1")} | cora)),
        clinician("dan", hours=windows("08:00", "21:00", ("mon",), site="s1")),
    ]
    made = instance(
        program={"id": "p", "zone": "America/New_York", "week_a": "2026-11-30", "sites": [site]},
        policy={"values": {"second_staff_required": required}},
        participants=[participant("ana", **ORDER), participant("ben")],
        clinicians=people,
        groups=[group("g", time="17:30")],
    )
    return view(made, *sessions)


@pytest.mark.parametrize(("time", "amount"), [("09:00", 0), ("16:00", 0), ("17:00", 0), ("17:15", 1), ("19:00", 1)])
def test_evening_session_needs_a_second_person(time: str, amount: int) -> None:
    """Desk to 17:00, cora to 18:00: 17:00-17:50 is covered by cora, 17:15-18:05 by nobody."""
    assert both(RULE, house(meet("ana", "mon", time))) == (amount, None if amount else 0)


def test_desk_must_cover_the_whole_session() -> None:
    """Without cora, 16:00-16:50 lies inside the desk hours to 16:50, but not inside those to 16:45."""
    away = windows("08:00", "18:00", ("tue",), site="s1")
    assert both(RULE, house(meet("ana", "mon", "16:00"), desk=("09:00", "16:50"), hours=away)) == (0, 0)
    assert both(RULE, house(meet("ana", "mon", "16:00"), desk=("09:00", "16:45"), hours=away)) == (1, None)


def test_desk_and_clinician_take_turns() -> None:
    """16:30-17:20, desk to 17:00: cora from 17:00 on takes over; from 17:15 on, 15 minutes are missing; before the desk the same."""
    late, later = (windows(start, "21:00", ("mon",), site="s1") for start in ("17:00", "17:15"))
    assert both(RULE, house(meet("ana", "mon", "16:30"), hours=late)) == (0, 0)
    assert both(RULE, house(meet("ana", "mon", "16:30"), hours=later)) == (1, None)
    early, earlier = (windows("08:00", end, ("mon",), site="s1") for end in ("09:00", "08:59"))
    assert both(RULE, house(meet("ana", "mon", "08:30"), hours=early)) == (0, 0)
    assert both(RULE, house(meet("ana", "mon", "08:30"), hours=earlier)) == (1, None)


@pytest.mark.parametrize(("gap", "amount"), [(0, 0), (1, 1)])
def test_colleagues_take_turns(gap: int, amount: int) -> None:
    """Group 17:30-20:30 led by dan without a desk: cora to 18:30, eve to 19:30, fay to 21:00; a minute between two of them is alone."""
    ends = ("17:00", "18:30", "19:30", "21:00")
    starts = ("12:00", "17:00", f"18:{30 + gap}", "19:30")
    made = house(run("g", "mon", "17:30", ("ben",), facilitators=["dan"]), desk=("09:00", "12:00"))
    shifts = [windows(start, end, ("mon",), site="s1") for start, end in zip(starts, ends, strict=True)]
    people = [clinician("dan"), *(clinician(f"c{n}", hours=hours) for n, hours in enumerate(shifts))]
    found = View(Case(Instance.model_validate(made.case.instance.model_dump() | {"clinicians": people})), made.roster)
    assert both(RULE, found) == (amount, None if amount else 0)
    if amount:
        (violation,) = RULE.check(found.case, found)
        assert violation.message == "dan would be alone at s1 in g.g.2026-11-30 on Monday 2026-11-30 18:30-18:31"


def test_a_colleague_takes_turns_with_the_own_later_hours() -> None:
    """The facilitator's own hours never count: dan works all day, and 17:15-18:05 with cora to 18:00 is 5 minutes alone."""
    assert both(RULE, house(meet("ana", "mon", "17:10"))) == (0, 0)
    assert both(RULE, house(meet("ana", "mon", "17:15"))) == (1, None)


def test_protected_time_on_site_is_presence() -> None:
    """Cora is in supervision from 17:00 to 18:00, in the building: 17:00-17:50 is covered; by imported busy time it is not."""
    meeting = windows("17:00", "18:00", ("mon",))
    assert both(RULE, house(meet("ana", "mon", "17:00"), protected=meeting)) == (0, 0)
    busy = [{"start": "2026-11-30T17:49:00-05:00", "end": "2026-11-30T18:00:00-05:00"}]
    assert both(RULE, house(meet("ana", "mon", "17:00"), protected=meeting, busy=busy)) == (1, None)


def test_other_sites_weeks_and_part_of_a_leave_do_not_cover() -> None:
    """At 17:00 cora is at another site, works in B weeks only, or is on leave from 17:30 on; leave from 17:50 on takes nothing."""
    other = windows("08:00", "21:00", ("mon",), site="s2")
    assert both(RULE, house(meet("ana", "mon", "17:00"), hours=other)) == (1, None)
    assert both(RULE, house(meet("ana", "mon", "17:00"), hours=windows("08:00", "21:00", ("mon",), site="s1", weeks="B"))) == (1, None)
    for start, expected in (("17:30", (1, None)), ("17:50", (0, 0))):
        leave = [{"first": "2026-11-30", "last": "2026-11-30", "start": start}]
        assert both(RULE, house(meet("ana", "mon", "17:00"), leave=leave)) == expected


def test_leave_and_other_places_do_not_cover() -> None:
    """At 17:00 cora covers; not when she is on leave or busy, nor when her hours are without a site."""
    leave = [{"first": "2026-11-30", "last": "2026-11-30"}]
    assert both(RULE, house(meet("ana", "mon", "17:00"), leave=leave)) == (1, None)
    busy = {"start": "2026-11-30T17:40:00-05:00", "end": "2026-11-30T18:00:00-05:00"}
    assert both(RULE, house(meet("ana", "mon", "17:00"), busy=[busy])) == (1, None)
    assert both(RULE, house(meet("ana", "mon", "17:00"), busy=[busy | {"start": "2026-11-30T17:50:00-05:00"}])) == (0, 0)
    assert both(RULE, house(meet("ana", "mon", "17:00"), hours=windows("08:00", "21:00", ("mon",)))) == (1, None)


def test_telehealth_and_policy_are_exempt() -> None:
    """19:00 by telehealth, or on site where the policy does not ask, is legal."""
    assert both(RULE, house(meet("ana@home", "mon", "19:00"))) == (0, 0)
    assert both(RULE, house(meet("ana", "mon", "19:00"), required=False)) == (0, 0)
    assert not RULE.applies_to(house(required=False).case)
    assert RULE.applies_to(house().case)


def test_co_facilitators_cover_each_other_within_their_hours() -> None:
    """Group 17:30-20:30 led by both: with cora working to 20:30 legal; to 20:15 dan alone is 1, and cora has dan."""
    both_lead = run("g", "mon", "17:30", ("ben",), facilitators=["dan", "cora"])
    assert both(RULE, house(both_lead, hours=windows("12:00", "20:30", ("mon",), site="s1"))) == (0, 0)
    assert both(RULE, house(both_lead, hours=windows("12:00", "20:15", ("mon",), site="s1"))) == (1, None)


def test_past_sessions_are_not_judged() -> None:
    """A session at 19:00 that began before 19:01 is no violation."""
    session = meet("ana", "mon", "19:00")
    made = house(session)
    published = {"roster": roster(session).model_dump(mode="json")}
    later = made.case.instance.model_validate(
        made.case.instance.model_dump(mode="json") | {"now": at("mon", "19:01").isoformat(), "published": published}
    )
    assert both(RULE, made) == (1, None)
    assert both(RULE, view(later, session)) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_at_all_times() -> None:
    """Both clinicians, all half hours 8:00-19:30, with two desks and two hours of cora."""
    for half_hour, dan, desk, end in product(range(16, 40), ("dan", "cora"), ("12:00", "17:00"), ("13:00", "18:30")):
        session = meet("ana", "mon", f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}", facilitators=[dan])
        amount, model = both(RULE, house(session, desk=("09:00", desk), hours=windows("08:00", end, ("mon",), site="s1")))
        assert (amount == 0) == (model is not None)
