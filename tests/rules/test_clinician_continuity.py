"""Words to numbers for `clinician_continuity`."""

from itertools import product

import pytest

from scheduler.rules.clinician_continuity import ClinicianContinuity
from scheduler.view import View
from tests.build import clinician, group, instance, meet, participant, run, view
from tests.faces import both

RULE = ClinicianContinuity()
CLINICIANS = [
    clinician("cora", team="blue"),
    clinician("dan", team="blue"),
    clinician("eve", team="red", credentials=["prescriber"]),
    clinician("fay"),
    clinician("gus"),
]
SERVICES = ("individual", "medication")
ORDER = {"minutes": {"floor": 0}, "services": [{"service": s, "per_week": 1} for s in SERVICES]}


def week(own: str | None, *seen: str, service: str = "individual") -> View:
    """Ana, whose therapist is `own`, sees these clinicians on Monday, Tuesday, ..."""
    made = instance(clinicians=CLINICIANS, participants=[participant("ana", order=ORDER, primary_therapist=own)], groups=[group("g")])
    days = ("mon", "tue", "wed")
    return view(made, *[meet("ana", days[n], "10:00", service=service, ordinal=n + 1, facilitators=[who]) for n, who in enumerate(seen)])


def test_own_therapist_costs_nothing() -> None:
    """Cora sees her own participant."""
    assert both(RULE, week("cora", "cora")) == (0, 0)


def test_same_team_counts_two() -> None:
    """Dan of Cora's team."""
    assert both(RULE, week("cora", "dan")) == (2, 2)


def test_anybody_else_counts_five() -> None:
    """Eve of another team; Fay of none."""
    assert both(RULE, week("cora", "eve")) == (5, 5)
    assert both(RULE, week("cora", "fay")) == (5, 5)


@pytest.mark.parametrize(("seen", "name"), [("dan", "dan"), (None, "nobody")])
def test_the_message_names_who_is_seen_and_who_is_not(seen: str | None, name: str) -> None:
    """Dan; or nobody, in a roster that is broken."""
    made = week("cora", "dan")
    made = view(made.case.instance, meet("ana", "mon", "10:00", facilitators=[] if seen is None else [seen]))
    (found,) = RULE.check(made.case, made)
    assert found.about == ("ana", name)
    assert f"with {name} instead of cora" in found.message


def test_no_team_is_not_the_same_team() -> None:
    """Fay and Gus belong to no team: 5, not 2."""
    assert both(RULE, week("fay", "gus")) == (5, 5)


def test_sessions_add_up() -> None:
    """Own, team and other: 0 + 2 + 5."""
    assert both(RULE, week("cora", "cora", "dan", "gus")) == (7, 7)


def test_no_therapist_yet_costs_nothing() -> None:
    """Anybody will do; the rule does not apply."""
    made = week(None, "gus")
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert RULE.applies_to(week("cora").case)


def test_service_the_therapist_may_not_give_costs_nothing() -> None:
    """Medication management of Cora's participant with Eve, who prescribes; of Eve's participant with Gus it counts 5."""
    assert both(RULE, week("cora", "eve", service="medication")) == (0, 0)
    assert both(RULE, week("eve", "gus", service="medication")) == (5, 5)


def test_groups_do_not_count() -> None:
    """A group led by Dan costs Cora's participant nothing."""
    made = week("cora").case.instance
    assert both(RULE, view(made, run("g", "mon", "09:00", ("ana",), facilitators=["dan"]))) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_every_pair_of_clinicians() -> None:
    """5 therapists, 5 clinicians, 2 services."""
    names = [c["id"] for c in CLINICIANS]
    for own, seen, service in product(names, names, SERVICES):
        checked, modelled = both(RULE, week(own, seen, service=service))
        assert checked == modelled
