"""Words to numbers for `facilitator_ratio`."""

from itertools import combinations

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules.facilitator_ratio import FacilitatorRatio
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run
from tests.faces import both, holds, model_amount, unpruned

RULE = FacilitatorRatio()
STAFF = [clinician("cora", credentials=("lcsw",)), clinician("dan"), clinician("eve")]
PEOPLE = [participant(f"p{n:02}", age_group="adult") for n in range(21)]


def case(**more: object) -> Case:
    """21 people, cora (lcsw), dan and eve, and a Monday group."""
    return Case(instance(clinicians=STAFF, participants=PEOPLE, groups=[group("g", **more)]))


def amount(case: Case, people: int, *facilitators: str) -> tuple[int, int | None]:
    """Both faces for a run with so many people."""
    names = tuple(p["id"] for p in PEOPLE[:people])
    return both(RULE, View(case, roster(run("g", "mon", "09:00", names, facilitators=facilitators))))


def test_ten_need_one() -> None:
    """10 participants, 1 facilitator."""
    assert amount(case(), 10, "cora") == (0, 0)


def test_nobody_leads_a_run_that_does_not_meet() -> None:
    """A facilitator without the run breaks a row, with it none."""
    ((run_of_g, staffings),) = unpruned(case()).staffings.items()
    assert not holds(RULE, case(), {staffings[0]})
    assert holds(RULE, case(), {staffings[0], run_of_g})


def test_a_group_without_enough_facilitators_is_named() -> None:
    """Not the 21 people in it."""
    made = View(case(), roster(run("g", "mon", "09:00", tuple(p["id"] for p in PEOPLE), facilitators=("cora",))))
    assert [v.about for v in RULE.check(made.case, made)] == [("g",)]


def test_eleven_need_two() -> None:
    """11 participants, 1 facilitator: one missing; 2 facilitators: legal up to 20."""
    assert amount(case(), 11, "cora") == (1, None)
    assert amount(case(), 20, "cora", "dan") == (0, 0)
    assert amount(case(), 21, "cora") == (2, None)


def test_adolescents_need_more() -> None:
    """6 adolescents need one facilitator, 13 three."""
    young = case(eligibility={"age_group": "adolescent"})
    assert amount(young, 6, "cora") == (0, 0)
    assert amount(young, 13, "cora") == (2, None)


def test_nobody_leads() -> None:
    """A run without facilitator misses one, whatever credential it asks for."""
    assert amount(case(), 1) == (1, None)
    assert amount(case(leading_credential="lcsw"), 1) == (1, None)


def test_leader_holds_the_credential() -> None:
    """Cora (lcsw) may lead with dan beside her; dan may not lead alone; without any condition he may."""
    asked = case(leading_credential="lcsw")
    assert amount(asked, 12, "cora", "dan") == (0, 0)
    assert amount(asked, 5, "dan") == (1, None)
    assert amount(asked, 12, "dan") == (2, None)
    assert amount(case(), 5, "dan") == (0, 0)


def test_leader_is_listed_first() -> None:
    """Dan before cora is a wrong leader: the model leaves the order to whoever writes the roster."""
    assert amount(case(leading_credential="lcsw"), 12, "dan", "cora") == (1, 0)


def test_the_same_person_twice_is_one() -> None:
    """11 participants with cora listed twice: one missing."""
    assert amount(case(), 11, "cora", "cora") == (1, None)


@pytest.mark.parametrize("service", ["individual", "family", "couple", "medication"])
@pytest.mark.parametrize("who", ["p00", "p00@home"])
def test_an_appointment_needs_somebody_who_gives_it(service: str, who: str) -> None:
    """Without a facilitator 1 is missing, on site and by telehealth; with any one none, with two none."""
    made = case()
    for staff, expected in (((), (1, None)), (("dan",), (0, 0)), (("dan", "eve"), (0, 0))):
        assert both(RULE, View(made, roster(meet(who, "mon", "09:00", service=service, facilitators=staff)))) == expected


def test_a_couple_without_anybody_misses_one() -> None:
    """One session, one person missing, whoever of the two is asked; both partners are named, and the day."""
    couple = meet(
        "p00", "wed", "09:00", 60, service="couple", facilitators=(), bookings=[{"participant": p} for p in ("p00", "p01")]
    )  # fmt: skip
    view = View(case(), roster(couple))
    assert both(RULE, view) == (1, None)
    (found,) = RULE.check(view.case, view)
    assert found.about == ("p00", "p01")
    assert found.message == "nobody leads a.p00.couple.2026-11-30.1 on Wednesday 2026-12-02 09:00"


def test_it_applies_without_groups() -> None:
    """Appointments are led, too."""
    assert RULE.applies_to(Case(instance()))


def test_messages_name_the_day_and_both_numbers() -> None:
    """12 people in Monday's group with one facilitator, who is not the one it asks for."""
    view = View(
        case(leading_credential="lcsw"), roster(run("g", "mon", "09:00", tuple(p["id"] for p in PEOPLE[:12]), facilitators=("dan",)))
    )
    assert [v.message for v in RULE.check(view.case, view)] == [
        "g.g.2026-11-30 on Monday 2026-11-30 09:00 has 1 of 2 facilitators",
        "dan leads g on Monday 2026-11-30 09:00 without the credential lcsw",
    ]


def test_what_has_happened_binds_nothing() -> None:
    """A published run of Monday with 11 people and one facilitator is past on Tuesday: no rows for it."""
    names = tuple(p["id"] for p in PEOPLE[:11])
    happened = roster(run("g", "mon", "09:00", names, facilitators=("cora",)))
    made = instance(
        clinicians=STAFF, participants=PEOPLE, groups=[group("g")], published={"roster": happened}, now=at("tue", "08:00")
    )  # fmt: skip
    past = Case(made)
    assert list(RULE.rows(past, enumerate_candidates(past, ()))) == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("people", [1, 9, 10, 11, 19, 20, 21])
def test_faces_agree_on_every_team(people: int) -> None:
    """Every team in order of the instance: legal exactly when large enough and led by cora."""
    made = case(leading_credential="lcsw")
    for size in range(4):
        for team in combinations(("cora", "dan", "eve"), size):
            checked, modelled = amount(made, people, *team)
            is_legal = "cora" in team and people <= 10 * size
            assert (checked == 0) is is_legal
            assert (modelled == 0) is is_legal


def test_what_has_happened_excuses_nothing_to_come() -> None:
    """On Tuesday, Monday's run is over; Wednesday's with 11 people still misses a facilitator."""
    names = tuple(p["id"] for p in PEOPLE[:11])
    monday, wednesday = (run(id, day, "09:00", names, facilitators=("cora",)) for id, day in (("g", "mon"), ("h", "wed")))
    made = instance(
        clinicians=STAFF, participants=PEOPLE, groups=[group("g"), group("h", "wed")], published={"roster": roster(monday)},
        now=at("tue", "08:00"),
    )  # fmt: skip
    assert model_amount(RULE, View(Case(made), roster(monday, wednesday))) is None
    assert model_amount(RULE, View(Case(made), roster(monday, wednesday | {"facilitators": ["cora", "dan"]}))) == 0
