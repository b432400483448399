"""Words to numbers for `clinician_qualification`."""

from itertools import product
from typing import Any

import pytest

from scheduler.rules.clinician_qualification import ClinicianQualification
from scheduler.view import View
from tests.build import SERVICES, at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = ClinicianQualification()
MONDAY = windows("08:00", "16:00", ("mon",), site="s1")
REMOTE = {"modes": ["in_person", "telehealth"]}


def ana(service: str = "individual", **more: Any) -> dict[str, Any]:
    """Somebody with one ordered service who consents to telehealth."""
    return participant("ana", order={"services": [{"service": service}]}, **REMOTE, **more)


def one(session: dict[str, Any], person: dict[str, Any], **dan: Any) -> View:
    """A session of ana with dan."""
    return view(instance(participants=[person], clinicians=[clinician("dan", hours=MONDAY, **dan)]), session)


@pytest.mark.parametrize(("credentials", "amount"), [([], 1), (["therapist"], 1), (["prescriber"], 0), (["therapist", "prescriber"], 0)])
def test_service_asks_for_a_credential(credentials: list[str], amount: int) -> None:
    """Medication management needs a prescriber: any one of the service's credentials will do."""
    session = meet("ana", "mon", "09:00", 30, service="medication")
    assert both(RULE, one(session, ana("medication"), credentials=credentials)) == (amount, None if amount else 0)


def test_service_without_credentials_is_for_everybody() -> None:
    """Individual sessions ask for none."""
    assert both(RULE, one(meet("ana", "mon", "09:00"), ana())) == (0, 0)


@pytest.mark.parametrize(
    ("state", "mode", "amount"), [("NJ", "@home", 1), ("NY", "@home", 0), (None, "@home", 0), ("NJ", "", 0), ("NY", "", 0)]
)
def test_telehealth_needs_a_licence_in_the_state(state: str | None, mode: str, amount: int) -> None:
    """dan is licensed in NY only: by telehealth ana may join from NY or an unknown state, on site from anywhere."""
    made = one(meet(f"ana{mode}", "mon", "09:00"), ana(state=state), licensed_states=["NY"])
    assert both(RULE, made) == (amount, None if amount else 0)


def team(people: list[dict[str, Any]], *sessions: dict[str, Any], staff: dict[str, list[str]] | None = None, **more: Any) -> View:
    """Group g, hybrid on Monday 9:00; staff by id with the states they are licensed in."""
    clinicians = [clinician(c, hours=MONDAY, licensed_states=s) for c, s in (staff or {"cora": ["NY"], "dan": ["NJ"]}).items()]
    made = instance(participants=people, clinicians=clinicians, groups=[group("g", mode="hybrid", **more)])
    return view(made, *sessions)


FAR = [participant("ana", state="NY", **REMOTE), participant("ben", state="NJ", **REMOTE), participant("cho", state="NJ", **REMOTE)]


@pytest.mark.parametrize(
    ("people", "leaders", "amount"),
    [
        (("ana@home",), ("cora",), 0),
        (("ana@home",), ("dan",), 1),
        (("ana@home", "ben@home"), ("cora",), 1),
        (("ana@home", "ben@home", "cho@home"), ("cora",), 2),
        (("ana@home", "ben@home", "cho@home"), ("cora", "dan"), 0),
        (("ana", "ben", "cho"), ("cora",), 0),
        (("ana@home", "ben", "cho@home"), ("dan",), 1),
    ],
)
def test_one_facilitator_is_licensed_for_each_remote_state(people: tuple[str, ...], leaders: tuple[str, ...], amount: int) -> None:
    """cora is licensed in NY, dan in NJ; ana joins from NY, ben and cho from NJ: each remote booking without a licence counts 1."""
    session = run("g", "mon", "09:00", people, mode="hybrid", facilitators=list(leaders))
    assert both(RULE, team(FAR, session)) == (amount, None if amount else 0)


def test_group_names_its_facilitators() -> None:
    """A group of cora may not be led by dan; co-facilitation by dan counts 1 too."""
    lead = {"facilitators": ["cora"]}
    assert both(RULE, team(FAR, run("g", "mon", "09:00", ("ana",), mode="hybrid"), **lead)) == (0, 0)
    assert both(RULE, team(FAR, run("g", "mon", "09:00", ("ana",), mode="hybrid", facilitators=["cora", "dan"]), **lead)) == (1, None)


def test_group_has_a_language() -> None:
    """Nobody of the team speaks es: two facilitators count 2, and 4 when the group also names somebody else."""
    session = run("g", "mon", "09:00", ("ana",), mode="hybrid", facilitators=["cora", "dan"])
    assert both(RULE, team(FAR, session, language="en")) == (0, 0)
    assert both(RULE, team(FAR, session, language="es")) == (2, None)
    third = {"cora": [], "dan": [], "eve": []}
    assert both(RULE, team(FAR, session, staff=third, language="es", facilitators=["eve"])) == (4, None)


def test_group_service_has_credentials() -> None:
    """A group of a prescribers' service is led by prescribers."""
    services = [*SERVICES, {"id": "clinic", "kind": "group", "category": "medical", "minutes": 60, "credentials": ["prescriber"]}]
    cora = clinician("cora", hours=MONDAY)
    for credentials, expected in (([], (1, None)), (["prescriber"], (0, 0))):
        made = instance(
            participants=[participant("ana")],
            services=services,
            clinicians=[cora | {"credentials": credentials}],
            groups=[group("g", service="clinic", minutes=60)],
        )
        assert both(RULE, view(made, run("g", "mon", "09:00", ("ana",), minutes=60, service="clinic"))) == expected


def test_past_is_not_judged() -> None:
    """ana and ben joined a run of cora at 9:00, licensed in NY only: at 9:01 that is past."""
    session = run("g", "mon", "09:00", ("ana@home", "ben@home"), mode="hybrid")
    published = {"roster": roster(session).model_dump(mode="json")}
    clinicians = [clinician("cora", hours=MONDAY, licensed_states=["NY"])]
    groups = [group("g", mode="hybrid")]
    for now, expected in (("09:01", (0, 0)), ("09:00", (1, None))):
        made = instance(participants=FAR, clinicians=clinicians, groups=groups, published=published, now=at("mon", now).isoformat())
        assert both(RULE, view(made, session)) == expected


def test_rule_needs_something_to_ask_for() -> None:
    """The default program has medication management with its credential; without it, states and named groups nothing is asked."""
    plain = [s for s in SERVICES if not s.get("credentials")]
    assert RULE.applies_to(view(instance()).case)
    assert not RULE.applies_to(view(instance(services=plain)).case)
    assert RULE.applies_to(view(instance(services=plain, participants=[participant("ana", state="NY")])).case)
    assert RULE.applies_to(view(instance(services=plain, groups=[group("g", language="es")])).case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_bookings() -> None:
    """Three people absent, on site or remote, and every team of two: legal exactly when check is silent."""
    for modes, leaders in product(product((None, "", "@home"), repeat=3), (("cora",), ("dan",), ("cora", "dan"))):
        people = tuple(f"{p['id']}{m}" for p, m in zip(FAR, modes, strict=True) if m is not None)
        amount, model = both(RULE, team(FAR, run("g", "mon", "09:00", people, mode="hybrid", facilitators=list(leaders))))
        assert (amount == 0) == (model is not None)


def test_after_the_past_the_licence_counts_again() -> None:
    """It is Tuesday: what nobody was licensed for on Monday stays, the same on Wednesday is 1."""
    groups = [group("g", mode="hybrid"), group("h", "wed", mode="hybrid")]
    monday, wednesday = (run(g, day, "09:00", ("ana@home",), mode="hybrid") for g, day in (("g", "mon"), ("h", "wed")))
    people = [participant("ana", state="NJ", **REMOTE)]
    made = instance(participants=people, groups=groups, now=at("tue", "08:00"), published={"roster": roster(monday)})
    assert both(RULE, view(made, monday)) == (0, 0)
    assert both(RULE, view(made, monday, wednesday)) == (1, None)


def test_the_message_says_what_is_lacking() -> None:
    """A credential for medication, a language for a Spanish group."""
    made = one(meet("ana", "mon", "09:00", 30, service="medication"), ana("medication"))
    (found,) = RULE.check(made.case, made)
    assert found.message.endswith(": credential")
    made = view(instance(groups=[group("g", language="es")]), run("g", "mon", "09:00", ("ana",)))
    (found,) = RULE.check(made.case, made)
    assert found.message.endswith(": language")
