"""Words to numbers for `participant_preference`."""

from itertools import product

import pytest

from scheduler.rules.participant_preference import ParticipantPreference
from scheduler.view import View
from tests.build import clinician, group, instance, meet, participant, run, view
from tests.faces import both

RULE = ParticipantPreference()
CLINICIANS = [
    clinician("cora", gender="female", languages=["en", "es"]),
    clinician("dan", gender="male"),
    clinician("eve", languages=["fr"]),
]
GROUPS = [group("g", "mon"), group("h", "tue", mode="hybrid")]


def week(wishes: dict[str, list[str]], *sessions: dict[str, object]) -> View:
    """Ana with wishes by attribute, and her sessions."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 2}]}
    preferences = [{"attribute": attribute, "ranked": ranked} for attribute, ranked in wishes.items()]
    made = instance(clinicians=CLINICIANS, groups=GROUPS, participants=[participant("ana", order=order, preferences=preferences)])
    return view(made, *sessions)


@pytest.mark.parametrize(
    ("time", "distance"),
    [("11:59", 2), ("12:00", 1), ("16:59", 1), ("17:00", 0)],
)
def test_times_of_day_begin_at_noon_and_at_five(time: str, distance: int) -> None:
    """Evening, afternoon, morning in this order: the limit belongs to the later part."""
    made = week({"time": ["evening", "afternoon", "morning"]}, meet("ana", "mon", time))
    assert both(RULE, made) == (distance, distance)


def test_unlisted_value_counts_three() -> None:
    """Only evenings are ranked; a morning is 3."""
    assert both(RULE, week({"time": ["evening"]}, meet("ana", "mon", "09:00"))) == (3, 3)


def test_distance_ends_at_three() -> None:
    """Fourth and sixth place are 3 both."""
    ranked = ["a", "b", "c", "g", "e", "h"]
    here = (run("g", "mon", "09:00", ("ana",)), run("h", "tue", "09:00", ("ana",)))
    assert both(RULE, week({"group": ranked}, *here)) == (6, 6)


def test_attributes_and_bookings_add_up() -> None:
    """Monday 09:00 in person with Dan: 1 + 1 + 2; Tuesday 18:00 by telehealth with Cora: 0 + 0 + 0."""
    wishes = {"time": ["evening", "morning"], "mode": ["telehealth", "in_person"], "clinician_gender": ["female", "nonbinary", "male"]}
    sessions = (meet("ana", "mon", "09:00"), meet("ana@home", "tue", "18:00", ordinal=2, facilitators=["cora"]))
    assert both(RULE, week(wishes, *sessions)) == (4, 4)


def test_best_language_counts() -> None:
    """Cora speaks English (2) and Spanish (1): 1; Eve only French: 3."""
    wishes = {"clinician_language": ["pt", "es", "en"]}
    assert both(RULE, week(wishes, meet("ana", "mon", "09:00", facilitators=["cora"]))) == (1, 1)
    assert both(RULE, week(wishes, meet("ana", "mon", "09:00", facilitators=["eve"]))) == (3, 3)


def test_unknown_gender_is_unlisted() -> None:
    """Eve's gender is not recorded: 3."""
    assert both(RULE, week({"clinician_gender": ["female"]}, meet("ana", "mon", "09:00", facilitators=["eve"]))) == (3, 3)


def test_groups_have_no_clinician_and_appointments_no_group() -> None:
    """A group led by Dan costs a wish for women nothing; an individual session costs a wish for a group nothing."""
    assert both(RULE, week({"clinician_gender": ["female"]}, run("g", "mon", "09:00", ("ana",), facilitators=["dan"]))) == (0, 0)
    assert both(RULE, week({"group": ["g"]}, meet("ana", "mon", "09:00"))) == (0, 0)


@pytest.mark.parametrize(("service", "minutes"), [("individual", 50), ("family", 60), ("couple", 60)])
def test_gender_and_language_speak_of_sessions_of_ones_own(service: str, minutes: int) -> None:
    """Individual, family and couple sessions with Dan: a wish for women costs 3, one for French 3; with Cora nothing and 3."""
    wishes = {"clinician_gender": ["female"], "clinician_language": ["fr"]}
    assert both(RULE, week(wishes, meet("ana", "mon", "09:00", minutes, service=service, facilitators=["dan"]))) == (6, 6)
    assert both(RULE, week(wishes, meet("ana", "mon", "09:00", minutes, service=service, facilitators=["cora"]))) == (3, 3)


def test_hybrid_counts_each_booking_by_its_mode() -> None:
    """Telehealth in a hybrid group: first choice; in person: second."""
    wishes = {"mode": ["telehealth", "in_person"]}
    assert both(RULE, week(wishes, run("h", "tue", "09:00", ("ana@home",), mode="hybrid"))) == (0, 0)
    assert both(RULE, week(wishes, run("h", "tue", "09:00", ("ana",), mode="hybrid"))) == (1, 1)


def test_without_wishes_it_does_not_apply() -> None:
    """Nobody ranked anything."""
    made = week({}, meet("ana", "mon", "09:00"))
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert RULE.applies_to(week({"mode": ["telehealth"]}).case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_appointments() -> None:
    """Three times, two modes, three clinicians under four wishes."""
    wishes = {"time": ["afternoon", "evening"], "mode": ["telehealth"], "clinician_gender": ["male"], "clinician_language": ["es", "fr"]}
    for time, person, who in product(("09:00", "13:00", "19:00"), ("ana", "ana@home"), ("cora", "dan", "eve")):
        checked, modelled = both(RULE, week(wishes, meet(person, "wed", time, facilitators=[who])))
        assert checked == modelled
