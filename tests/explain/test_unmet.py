"""Unmet care whose cause is known, in tiny programs."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.explain.isolated_weeks import Alone
from scheduler.explain.obstacles import Obstacle
from scheduler.explain.sentences import block_sentence
from scheduler.explain.unmet import explain_unmet
from scheduler.instance import Instance
from scheduler.model.local_model import local_model
from scheduler.result import Unmet
from scheduler.roster import Roster
from tests.build import MONDAY, clinician, free, group, instance, meet, participant, roster, run, windows
from tests.solving import solved

LAST = MONDAY - timedelta(days=7)
FLOOR = {"minutes": {"floor": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}
ONE_TALK = FLOOR | {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}


def ana(**more: Any) -> dict[str, Any]:
    """Somebody ordered 180 minutes."""
    return participant("ana", order=FLOOR) | more


def unmet(week: Instance, made: Roster, person: str = "ana") -> Unmet:
    """The one thing a person misses."""
    case = Case(week)
    near = local_model(case, made, [person])
    assert near.verdict.violations == ()
    alone = Alone(case, near.candidates)
    (found,) = explain_unmet(near, alone, [person])
    assert alone.costs() == {person: found.alone}
    return found


def test_a_full_group_is_named_with_its_places() -> None:
    """Two of two places are taken by others."""
    week = instance(participants=[ana(), participant("ben"), participant("cem")], groups=[group("g", maximum=2)])
    found = unmet(week, roster(run("g", "mon", "09:00", ("ben", "cem"))))
    assert (found.kind, found.amount, found.what, found.alone) == ("lost", 180, "180 of 180 minutes missing", 0)
    (cause,) = found.causes
    assert (cause.rule, cause.about, cause.amount) == ("group_size", ("g",), 1)
    assert cause.sentence == "Monday 09:00: g is full (2 of 2)"


def test_a_place_in_reserve_is_told() -> None:
    """One of two places is kept for admissions."""
    week = instance(participants=[ana(), participant("ben")], groups=[group("g", maximum=2, reserve=1)])
    (cause,) = unmet(week, roster(run("g", "mon", "09:00", ("ben",)))).causes
    assert cause.sentence == "Monday 09:00: g is full (1 of 1, 1 kept in reserve)"


def test_an_absent_clinician_makes_it_impossible() -> None:
    """Nobody can lead the only group."""
    away = [{"first": "2026-11-30", "last": "2026-12-06"}]
    staff = [clinician("cora", leave=away), clinician("dan", leave=away)]
    found = unmet(instance(participants=[ana()], clinicians=staff, groups=[group("g")]), roster())
    assert (found.kind, found.alone) == ("impossible_alone", 180)
    assert (found.causes[0].rule, found.causes[0].about) == ("clinician_availability", ("g", "cora", "dan"))
    leave = "are on leave on Monday 2026-11-30"
    assert found.causes[0].sentence == f"nobody can lead g on Monday 09:00: cora and dan {leave}"


def test_never_free() -> None:
    """No free minute at all."""
    found = unmet(instance(participants=[ana(availability={"weekly": []})], groups=[group("g"), group("h", "tue")]), roster())
    assert (found.kind, found.causes[0].rule) == ("impossible_alone", "participant_availability")
    assert found.causes[0].sentence == "ana is not free at any time this week"


def test_not_free_at_some_groups() -> None:
    """Free on Monday only; 180 of 360 minutes are impossible, two of three groups are out."""
    order = FLOOR | {"minutes": {"floor": 360}}
    groups = [group("g"), group("h", "tue"), group("i", "wed")]
    week = instance(participants=[ana(order=order, availability=free(days=("mon",)))], groups=groups)
    found = unmet(week, roster(run("g", "mon", "09:00", ("ana",))))
    assert (found.kind, found.amount, found.alone) == ("impossible_alone", 180, 180)
    assert found.causes[0].sentence == "ana is not free at the time of h on Tuesday 09:00 and i on Wednesday 09:00"


def test_an_authorization_that_ends() -> None:
    """Group therapy needs an authorization, and it ends before the group meets."""
    services = [{"id": "process", "kind": "group", "category": "process", "minutes": 180, "requires_authorization": True}]
    grant = {"id": "a1", "unit": "day", "first": "2026-11-01", "last": "2026-12-02"}
    week = instance(services=services, participants=[ana(authorizations=[grant])], groups=[group("g", "fri")])
    found = unmet(week, roster())
    assert (found.kind, found.causes[0].rule) == ("impossible_alone", "authorization")
    assert found.causes[0].sentence == "authorization a1 of ana ends on Wednesday 2026-12-02, before g on Friday 09:00"


@pytest.mark.parametrize("unit", ["day", "session"])
def test_an_authorization_that_is_used_up(unit: str) -> None:
    """Two of three blocks are paid for; renewed, the third one is too."""
    grants = [{"id": "a1", "unit": unit, "first": "2026-11-01", "last": "2026-12-31", "units": 9, "used": 7}]
    groups = [group(f"g{day}", day) for day in ("mon", "tue", "wed")]
    booked = roster(run("gmon", "mon", "09:00", ("ana",)), run("gtue", "tue", "09:00", ("ana",)))
    three = FLOOR | {"minutes": {"floor": 540}}
    found = unmet(instance(participants=[ana(order=three, authorizations=grants)], groups=groups), booked)
    assert (found.amount, found.kind) == (180, "impossible_alone")
    assert [cause.rule for cause in found.causes] == ["authorization"]
    left = f"a1 has 2 {unit} units left"
    assert found.causes[0].sentence == f"the authorization of ana does not cover gwed on Wednesday 09:00: {left}"
    renewed = [*grants, grants[0] | {"id": "a2", "used": 0}]
    assert solved(instance(participants=[ana(order=three, authorizations=renewed)], groups=groups)).unmet == ()


def test_no_clinician_has_the_credential() -> None:
    """Medication management needs a prescriber."""
    order = ONE_TALK | {"services": [{"service": "medication", "per_week": 1}]}
    found = unmet(instance(participants=[ana(order=order)]), roster())
    assert (found.kind, found.amount, found.what) == ("impossible_alone", 30, "medication session number 1 is not placed")
    assert found.causes[0].rule == "clinician_qualification"
    assert found.causes[0].sentence == "no clinician has the credential prescriber, which medication needs"


def test_the_one_with_the_credential_works_at_other_times() -> None:
    """The prescriber works in the morning, ana is free in the evening."""
    order = ONE_TALK | {"services": [{"service": "medication", "per_week": 1}]}
    staff = [clinician("cora"), clinician("dan", credentials=["prescriber"], hours=windows("08:00", "12:00", site="s1"))]
    week = instance(participants=[ana(order=order, availability=free("17:00", "21:00"))], clinicians=staff)
    sentences = [cause.sentence for cause in unmet(week, roster()).causes]
    assert sentences == ["nobody who may give medication (dan) works while ana is free"]


def test_places_held_by_others() -> None:
    """Ben's held place is empty this week and stays his."""
    last = roster(run("g", "mon", "09:00", ("ben",), monday=LAST), monday=LAST)
    history = {"last_week": last.model_dump(mode="json")}
    week = instance(participants=[ana(), participant("ben")], groups=[group("g", maximum=1)], history=history)
    found = unmet(week, roster())
    assert found.kind == "lost"
    assert (found.causes[0].rule, found.causes[0].about) == ("held_place", ("g",))
    assert found.causes[0].sentence.endswith("all places in g are held by others")
    assert block_sentence(Case(week), "ana", Obstacle("held_place", ("g",), (), used=2, bound=2, over=1)) == (
        "the places in g are held by others but for 2, and 2 of these are taken"
    )


def test_a_closed_cohort() -> None:
    """No gate this week."""
    last = roster(run("g", "mon", "09:00", ("ben",), monday=LAST), monday=LAST)
    history = {"last_week": last.model_dump(mode="json")}
    week = instance(participants=[ana(), participant("ben")], groups=[group("g", is_closed=True)], history=history)
    found = unmet(week, roster(run("g", "mon", "09:00", ("ben",))))
    assert (found.kind, found.causes[0].rule, found.causes[0].about) == ("impossible_alone", "group_intake", ("g", "ana"))
    assert found.causes[0].sentence == "g on Monday 09:00 is closed to newcomers"


def test_a_room_that_is_taken() -> None:
    """The only room has a group in it while ana is free."""
    week = instance(
        rooms=[{"id": "r1", "site": "s1", "seats": 20}],
        groups=[group("g")],
        participants=[participant("ana", order=ONE_TALK, availability=free("09:00", "12:00", ("mon",))), participant("ben")],
    )
    found = unmet(week, roster(run("g", "mon", "09:00", ("ben",))))
    assert (found.kind, found.amount) == ("lost", 50)
    (cause, *_) = found.causes
    assert (cause.rule, cause.about) == ("room_conflict", ("r1",))
    assert cause.sentence == "room r1 is taken"


def test_a_busy_clinician() -> None:
    """Dan is with ben while ana is free."""
    week = instance(
        clinicians=[clinician("dan")],
        participants=[
            participant("ana", order=ONE_TALK, availability=free("09:00", "10:00", ("mon",))),
            participant("ben", order=ONE_TALK, availability=free("09:00", "10:00", ("mon",))),
        ],
    )
    found = unmet(week, roster(meet("ben", "mon", "09:00")))
    assert [(c.rule, c.about, c.amount) for c in found.causes] == [("clinician_conflict", ("dan",), 1)]
    assert found.causes[0].sentence == "dan has individual of ben, Monday 09:00 then"


def led_by(*facilitators: str, **more: Any) -> Instance:
    """Ana needs Monday's group, which only these lead; ben and cem are ordered a session."""
    people = [ana(), participant("ben", order=ONE_TALK), participant("cem", order=ONE_TALK)]
    return instance(
        participants=people, groups=[group("g", facilitators=facilitators), group("h", facilitators=facilitators, maximum=1)], **more
    )


def test_a_group_whose_only_leader_has_individual_sessions_says_so() -> None:
    """The only time of the group is taken by two sessions of its leader."""
    made = roster(*(meet(p, "mon", at, facilitators=["cora"]) for p, at in (("ben", "09:00"), ("cem", "10:00"))))
    (cause,) = unmet(led_by("cora"), made).causes
    assert (cause.rule, cause.about) == ("clinician_conflict", ("g", "cora"))
    assert cause.sentence == (
        "g does not run: its only leader, cora, has individual sessions then "
        "(individual of ben, Monday 09:00 and individual of cem, Monday 10:00)"
    )


def test_a_group_whose_leaders_all_have_something_else_says_so() -> None:
    """Cora is with ben, and dan leads another group."""
    made = roster(meet("ben", "mon", "11:00", facilitators=["cora"]), run("h", "mon", "09:00", ("cem",), facilitators=["dan"]))
    causes = [c for c in unmet(led_by("cora", "dan"), made).causes if "g does not run" in c.sentence]
    assert [c.sentence for c in causes] == [
        "g does not run: its leaders cora and dan have other sessions then (h, Monday 09:00 and individual of ben, Monday 11:00)"
    ]


def test_what_is_free_was_not_decided() -> None:
    """Nothing stands in the way: the search stopped too early."""
    week = instance(participants=[ana()], groups=[group("g")])
    found = unmet(week, roster())
    assert (found.kind, found.causes[0].rule) == ("unproven", "search")


def test_the_ceiling_stands_against_the_floor() -> None:
    """Two groups of 180 minutes, one session allowed: nothing is refused, but no two fit."""
    order = {"minutes": {"floor": 360}, "sessions": {"floor": 0, "ceiling": 1}, "days": {"floor": 0}}
    week = instance(participants=[ana(order=order)], groups=[group("g"), group("h", "tue")])
    found = unmet(week, roster(run("g", "mon", "09:00", ("ana",))))
    assert (found.kind, found.amount) == ("impossible_alone", 180)
    (cause,) = found.causes
    assert (cause.rule, cause.about) == ("weekly_ceiling", ("h", "ana"))
    assert cause.sentence == "h on Tuesday 09:00 would exceed the order of ana: 2 sessions of at most 1 a week"


@pytest.mark.parametrize(
    ("rule", "floor", "what"),
    [("session_floor", "sessions", "2 of 2 sessions missing"), ("service_day_floor", "days", "2 of 2 service days missing")],
)
def test_counts_in_words(rule: str, floor: str, what: str) -> None:
    """Sessions and days, each at 60 minutes."""
    order = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}} | {floor: {"floor": 2}}
    found = unmet(instance(participants=[participant("ana", order=order)]), roster())
    assert (found.rule, found.amount, found.what, found.kind) == (rule, 120, what, "impossible_alone")


def test_refused_times_are_no_cause_while_others_are_left() -> None:
    """Ana could have her talk on Monday; what the week lacks is a group, and nothing else is named."""
    order = ONE_TALK | {"minutes": {"floor": 100}}
    week = instance(
        participants=[participant("ana", order=order, availability=free("09:00", "12:00", ("mon",)))], groups=[group("g", "tue")]
    )
    found = unmet(week, roster(meet("ana", "mon", "10:00")))
    assert (found.kind, found.amount) == ("impossible_alone", 50)
    assert [cause.rule for cause in found.causes] == ["participant_availability"]
    assert found.causes[0].about == ("g", "ana")
