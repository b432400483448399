"""Words to numbers for `eligibility`."""

from itertools import product

import numpy as np
import pytest

from scheduler.possible_visits import visit_at
from scheduler.rules.eligibility import EligibilityRule
from tests.build import MONDAY, SERVICES, ZONE, at, clinician, group, instance, meet, participant, run, view, windows
from tests.faces import both

RULE = EligibilityRule()
FIRST = [
    *SERVICES,
    {"id": "assessment", "kind": "individual", "category": "intake", "minutes": 60, "outside_bands": True, "before_first_group": True},
    {"id": "welcome", "kind": "group", "category": "intake", "minutes": 60, "before_first_group": True},
]
PHASES = [{"id": "one", "level": "2.1"}, {"id": "two", "level": "1", "rank": 1}]
CLINICIANS = [clinician("cora"), clinician("dan", hours=windows("09:00", "13:00", ("mon", "tue"), site="s1"))]
ASSESSMENT = {"services": [{"service": "assessment", "per_week": 1}, {"service": "process", "per_week": 3}]}
SESSION = run("g", "mon", "10:00", ("ana",))


def case(*sessions, found=None, groups=(), services=FIRST, **person):
    """Somebody and a Monday group at 10:00 with the conditions given."""
    made = instance(
        participants=[participant("ana", **person)],
        services=services,
        phases=PHASES,
        clinicians=CLINICIANS,
        groups=[group("g", "mon", "10:00", **(found or {})), *groups],
    )
    return view(made, *sessions)


@pytest.mark.parametrize(
    ("condition", "person", "is_met"),
    [
        ({}, {}, True),
        ({}, {"age_group": "adolescent"}, False),
        ({"age_group": "adolescent"}, {"age_group": "adolescent"}, True),
        ({"age_group": "adolescent"}, {}, False),
        ({"genders": ["woman"]}, {"gender": "woman"}, True),
        ({"genders": ["woman"]}, {"gender": "man"}, False),
        ({"genders": ["woman"]}, {}, False),
        ({"levels": ["2.1"]}, {"phase": "one"}, True),
        ({"levels": ["2.1"]}, {"phase": "two"}, False),
        ({"levels": ["2.1"]}, {}, False),
        ({"phases": ["one", "two"]}, {"phase": "two"}, True),
        ({"phases": ["one"]}, {"phase": "two"}, False),
        ({"attributes": ["dbt", "early"]}, {"attributes": ["early", "dbt", "x"]}, True),
        ({"attributes": ["dbt", "early"]}, {"attributes": ["dbt"]}, False),
    ],
)
def test_each_condition_of_a_group_binds_alone(condition, person, is_met):
    """One booking that meets or misses one condition: 0 or 1."""
    assert both(RULE, case(SESSION, found={"eligibility": condition}, **person)) == ((0, 0) if is_met else (1, None))


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ({"eligibility": {"age_group": "adolescent"}}, "age group"),
        ({"eligibility": {"genders": ["woman"]}}, "gender"),
        ({"eligibility": {"levels": ["2.1"]}}, "level of care"),
        ({"eligibility": {"phases": ["one"]}}, "phase"),
        ({"eligibility": {"attributes": ["dbt"]}}, "attributes"),
        ({"language": "es"}, "language"),
    ],
)
def test_the_message_names_the_condition(condition, name):
    """One that is not met."""
    made = case(SESSION, found=condition)
    (found,) = RULE.check(made.case, made)
    assert found.message.endswith(f": {name}")


@pytest.mark.parametrize(
    ("limits", "weeks"), [({"from_week": 2}, "from 2"), ({"until_week": 1}, "1"), ({"from_week": 2, "until_week": 5}, "2-5")]
)
@pytest.mark.parametrize(("admitted", "week"), [("2026-11-30", 1), ("2026-11-29", 2), ("2026-11-02", 5), ("2026-11-01", 6), (None, None)])
def test_weeks_of_the_stay_are_counted_from_the_week_of_admission(limits, weeks, admitted, week):
    """A group, its service or a service that is a part of it for some weeks: in any other it is 1; without a date of admission, too."""
    is_met = week is not None and limits.get("from_week", 1) <= week <= limits.get("until_week", 9)
    named = f"{'week' if weeks == '1' else 'weeks'} {weeks}"
    now = "has no date of admission" if week is None else f"is in week {week} of the stay"
    part = {"segments": [{"service": "process", "minutes": 90}, {"service": "education", "minutes": 90}]}
    limited = {name: [s | limits if s["id"] == name else s for s in FIRST] for name in ("process", "education")}
    for found, services in (({"eligibility": limits}, FIRST), ({}, limited["process"]), (part, limited["education"])):
        made = case(SESSION, found=found, services=services, admitted=admitted)
        assert both(RULE, made) == ((0, 0) if is_met else (1, None))
        sentences = [v.message for v in RULE.check(made.case, made)]
        assert sentences == ([] if is_met else [f"g on Monday 2026-11-30 10:00: ana {now}, and g is for {named}"])


def test_an_appointment_is_limited_by_its_service():
    """Individual sessions from the second week on, in the first."""
    services = [s | {"from_week": 2} if s["id"] == "individual" else s for s in FIRST]
    talk = meet("ana", "tue", "10:00")
    assert both(RULE, case(talk, services=services, admitted="2026-11-29")) == (0, 0)
    made = case(talk, services=services, admitted="2026-11-30")
    assert both(RULE, made) == (1, None)
    (found,) = RULE.check(made.case, made)
    assert found.message == "individual on Tuesday 2026-12-01 10:00: ana is in week 1 of the stay, and individual is for weeks from 2"


def test_a_group_in_a_language_wants_its_speakers():
    """A Spanish group: speakers of English and Spanish may come, of English only may not."""
    assert both(RULE, case(SESSION, found={"language": "es"}, languages=["en", "es"])) == (0, 0)
    assert both(RULE, case(SESSION, found={"language": "es"})) == (1, None)


@pytest.mark.parametrize(("status", "amount"), [("active", 0), ("cleared", 0), ("waiting", 1), ("on_hold", 1), ("discharged", 1)])
def test_only_the_served_are_booked(status, amount):
    """One group place for each status."""
    assert both(RULE, case(SESSION, status=status))[0] == amount
    assert both(RULE, case(SESSION, status=status))[1] == (None if amount else 0)


@pytest.mark.parametrize(
    ("dates", "amount"),
    [
        ({"admitted": "2026-11-30"}, (0, 0)),
        ({"admitted": "2026-12-01"}, (1, None)),
        ({"discharge": "2026-11-30"}, (0, 0)),
        ({"admitted": "2026-12-02", "discharge": "2026-12-01"}, (1, None)),
    ],
)
def test_the_first_and_last_day_are_in_the_program(dates, amount):
    """A group on Monday 30 November, admitted or discharged that day or not there yet."""
    assert both(RULE, case(SESSION, **dates)) == amount


def test_all_times_within_the_enrollment_fit_and_no_others():
    """From the midnight before Tuesday to the one after Thursday, to the minute; an hour there, whoever asks for one time or for all."""
    found = case(admitted="2026-12-01", discharge="2026-12-03", order=ASSESSMENT).case
    need = found.care.order("ana").needs[0]
    starts = [1440 - 1, 1440, 4 * 1440 - 60, 4 * 1440 - 59]
    assert RULE.admits_times(found, need, np.array(starts), "s1").tolist() == [False, True, True, False]
    visits = [visit_at(need, ("cora", start, "s1", "in_person")) for start in starts]
    assert [RULE.admits(found, visit) for visit in visits] == [False, True, True, False]


def test_modes_need_consent():
    """By telehealth: refused with consent in person only, legal with consent; an order may narrow it again."""
    home = meet("ana@home", "mon", "09:00")
    assert both(RULE, case(home)) == (1, None)
    assert both(RULE, case(home, modes=["in_person", "telehealth"])) == (0, 0)
    assert both(RULE, case(home, modes=["in_person", "telehealth"], order={"modes": ["in_person"]})) == (1, None)


def test_ordered_guests_consent_too():
    """A family session on site with a guest who joins by telehealth only; another guest is not asked to come."""
    order = {"services": [{"service": "family", "per_week": 1, "guests": ["mum"]}]}
    for modes, amount in ((["telehealth"], (1, None)), (["in_person"], (0, 0))):
        mum = {"id": "mum", "availability": {"weekly": []}, "modes": modes}
        hour = meet("ana", "mon", "10:00", 60, service="family", guests=["mum"])
        dad = mum | {"id": "dad", "modes": []}
        assert both(RULE, case(hour, order=order, guests=[mum, dad])) == amount


def test_assessment_ends_before_the_first_group_starts():
    """A group at 10:00: an assessment from 9:00 to 10:00 touches and is legal, from 9:15 the group is 1 too early."""
    assert both(RULE, case(SESSION, meet("ana", "mon", "09:00", 60, service="assessment"), order=ASSESSMENT)) == (0, 0)
    assert both(RULE, case(SESSION, meet("ana", "mon", "09:15", 60, service="assessment"), order=ASSESSMENT)) == (1, None)


def test_every_group_before_the_assessment_counts():
    """Groups on Monday and Tuesday at 10:00, assessed on Tuesday from 9:30: 2; on Tuesday from 9:00: 1."""
    second = [group("h", "tue", "10:00")]
    booked = (SESSION, run("h", "tue", "10:00", ("ana",)))
    late = meet("ana", "tue", "09:30", 60, service="assessment")
    made = case(*booked, late, groups=second, order=ASSESSMENT)
    assert both(RULE, made) == (2, None)
    assert [v.message for v in RULE.check(made.case, made)] == [
        "ana is in 2 groups before assessment: Monday 2026-11-30, Tuesday 2026-12-01"
    ]
    in_time = meet("ana", "tue", "09:00", 60, service="assessment")
    assert both(RULE, case(*booked, in_time, groups=second, order=ASSESSMENT)) == (1, None)


def test_without_assessment_there_is_no_group():
    """Ordered and not placed: 1; done at intake, in the history, or not ordered: 0."""
    assert both(RULE, case(SESSION, order=ASSESSMENT)) == (1, None)
    assert both(RULE, case(SESSION, order=ASSESSMENT, intake_done=["assessment"])) == (0, 0)
    assert both(RULE, case(SESSION, order={"services": [{"service": "process", "per_week": 3}]})) == (0, 0)
    made = instance(
        participants=[participant("ana", order=ASSESSMENT)],
        services=FIRST,
        groups=[group("g", "mon", "10:00")],
        history={"services": [{"participant": "ana", "service": "assessment", "date": "2026-11-03"}]},
    )
    assert both(RULE, view(made, SESSION)) == (0, 0)


def test_a_welcome_group_is_itself_intake():
    """The welcome hour at 9:00 opens the group at 10:00 and waits for nothing itself; without it the group is 1 too early."""
    order = {"services": [{"service": "welcome", "per_week": 1}, {"service": "process", "per_week": 3}]}
    welcome = [group("w", "mon", "09:00", service="welcome", minutes=60)]
    hour = run("w", "mon", "09:00", ("ana",), 60, service="welcome")
    assert both(RULE, case(hour, SESSION, groups=welcome, order=order)) == (0, 0)
    assert both(RULE, case(SESSION, groups=welcome, order=order)) == (1, None)


def test_a_group_that_has_happened_stays():
    """Monday's group was held without an assessment; Tuesday's still needs one: 1, not 2."""
    made = instance(
        participants=[participant("ana", order=ASSESSMENT)],
        services=FIRST,
        clinicians=CLINICIANS,
        groups=[group("g", "mon", "10:00"), group("h", "tue", "10:00")],
        now=at("mon", "20:00"),
        published={"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [SESSION]}},
    )
    assert both(RULE, view(made, SESSION)) == (0, 0)
    assert both(RULE, view(made, SESSION, run("h", "tue", "10:00", ("ana",)))) == (1, None)


INTAKE = [s | {"before_first_group": False, "before_all": True} if s["id"] == "assessment" else s for s in FIRST]
WITH_TALK = {"services": [*ASSESSMENT["services"], {"service": "individual", "per_week": 2}]}


@pytest.mark.parametrize(("first", "amount"), [("09:00", 0), ("09:15", 1), (None, 1)])
def test_nothing_comes_before_an_intake_that_precedes_all(first, amount):
    """An individual session at 10:00: legal after an assessment until 10:00; one too early if it ends at 10:15 or never takes place."""
    talk = meet("ana", "mon", "10:00")
    intake = [] if first is None else [meet("ana", "mon", first, 60, service="assessment", room="r3", facilitators=["cora"])]
    assert both(RULE, case(talk, *intake, services=INTAKE, order=WITH_TALK)) == (amount, None if amount else 0)
    assert both(RULE, case(talk, *intake, order=WITH_TALK)) == (0, 0)


def test_groups_and_appointments_before_intake_add_up():
    """A group and two individual sessions on Monday, assessed on Tuesday: 3; done before, ordered no more, or over: none."""
    week = (SESSION, meet("ana", "mon", "13:00"), meet("ana", "mon", "14:00", ordinal=2))
    late = meet("ana", "tue", "09:00", 60, service="assessment")
    made = case(*week, late, services=INTAKE, order=WITH_TALK)
    assert both(RULE, made) == (3, None)
    assert [v.message for v in RULE.check(made.case, made)] == ["ana has 3 sessions before assessment: Monday 2026-11-30"]
    assert both(RULE, case(SESSION, late, services=INTAKE, order=WITH_TALK)) == (1, None)
    assert both(RULE, case(*week, services=INTAKE, order=WITH_TALK, intake_done=["assessment"])) == (0, 0)
    made = instance(
        participants=[participant("ana", order=WITH_TALK)],
        services=INTAKE,
        now=at("mon", "13:30"),
        published={"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [week[1]]}},
    )
    assert both(RULE, view(made, week[1])) == (0, 0)
    assert both(RULE, view(made, *week[1:])) == (1, None)


def test_intake_services_wait_for_none_of_their_kind():
    """The assessment precedes all but the welcome hour, which is intake itself, and that precedes the group."""
    order = {"services": [{"service": "welcome", "per_week": 1}, *WITH_TALK["services"]]}
    welcome = [group("w", "mon", "07:00", service="welcome", minutes=60)]
    hours = (run("w", "mon", "07:00", ("ana",), 60, service="welcome"), meet("ana", "mon", "09:00", 60, service="assessment"))
    assert both(RULE, case(*hours, SESSION, groups=welcome, services=INTAKE, order=order)) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_every_roster():
    """Two groups booked or not, the assessment at one of four times or not at all: 20 rosters."""
    times = [None, ("mon", "09:00"), ("mon", "09:15"), ("tue", "09:00"), ("tue", "09:15")]
    for g, h, when in product((False, True), (False, True), times):
        sessions = [SESSION] * g + [run("h", "tue", "10:00", ("ana",))] * h
        sessions += [meet("ana", *when, 60, service="assessment")] if when else []
        amount, model = both(RULE, case(*sessions, groups=[group("h", "tue", "10:00")], order=ASSESSMENT))
        assert (amount == 0) == (model == 0)


@pytest.mark.unmeasured
def test_faces_agree_on_every_roster_with_an_intake_before_all():
    """A group and an individual session booked or not, the assessment at one of four times or not at all: 20 rosters."""
    times = [None, ("mon", "09:00"), ("mon", "09:15"), ("tue", "09:00"), ("tue", "09:15")]
    for g, talk, when in product((False, True), (False, True), times):
        sessions = [SESSION] * g + [meet("ana", "tue", "10:00")] * talk
        sessions += [meet("ana", *when, 60, service="assessment")] if when else []
        amount, model = both(RULE, case(*sessions, services=INTAKE, order=WITH_TALK))
        assert (amount == 0) == (model == 0)


def test_a_segment_of_a_block_gives_the_intake():
    """A block at 7:00 that begins with the welcome opens the group at 10:00; without it, or after it, that group is one too early."""
    segments = [{"service": "welcome", "minutes": 60}, {"service": "process", "minutes": 120}]
    order = {"services": [{"service": "welcome", "per_week": 1}, {"service": "process", "per_week": 2}]}
    blocks = [group("early", "mon", "07:00", segments=segments), group("late", "mon", "14:00", segments=segments)]
    early, late = run("early", "mon", "07:00", ("ana",)), run("late", "mon", "14:00", ("ana",))
    assert both(RULE, case(early, SESSION, groups=blocks, order=order)) == (0, 0)
    assert both(RULE, case(SESSION, groups=blocks, order=order)) == (1, None)
    assert both(RULE, case(SESSION, late, groups=blocks, order=order)) == (1, None)
