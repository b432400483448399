"""Words to numbers for `ordered_service`."""

from itertools import combinations
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.ordered_service import OrderedService
from scheduler.view import View
from tests.build import SERVICES, clinician, group, instance, meet, participant, roster, run, windows
from tests.faces import both

RULE = OrderedService()
SCREEN = {"id": "screen", "kind": "individual", "category": "medical", "minutes": 5}


def case(services: list[dict[str, Any]] | None = None, groups: list[dict[str, Any]] | None = None, **order: Any) -> Case:
    """Ana is ordered services; dan sees people on Friday afternoon."""
    floors = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": services or []}
    staff = [clinician("dan", hours=windows("13:00", "15:00", ("fri",), site="s1"))]
    people = [participant("ana", order=floors | order)]
    return Case(instance(clinicians=staff, participants=people, groups=groups or [], services=[*SERVICES, SCREEN]))


def amount(case: Case, *sessions: dict[str, Any]) -> tuple[int, int | None]:
    """Both faces."""
    return both(RULE, View(case, roster(*sessions)))


TWICE = [{"service": "individual", "per_week": 2}]
FIRST, SECOND = meet("ana", "fri", "13:00"), meet("ana", "fri", "14:00", ordinal=2)


def test_each_missing_occurrence_counts_its_minutes() -> None:
    """2 individual sessions of 50: none missing, one missing 50, both missing 100."""
    assert amount(case(TWICE), FIRST, SECOND) == (0, 0)
    assert amount(case(TWICE), SECOND) == (50, 50)
    assert amount(case(TWICE)) == (100, 100)


def test_short_services_count_fifteen() -> None:
    """A drug screen of 5 minutes that is missing counts 15."""
    assert amount(case([{"service": "screen", "due": True}])) == (15, 15)


def test_what_is_not_due_is_not_missing() -> None:
    """A service that is not due this week: nothing, the rule does not apply."""
    made = case([{"service": "screen", "due": False}])
    assert amount(made) == (0, 0)
    assert not RULE.applies_to(made)
    assert RULE.applies_to(case(TWICE))


BLOCK = [{"service": "process", "minutes": 120}, {"service": None, "minutes": 15}, {"service": "education", "minutes": 45}]


def test_group_services_by_count_are_met_by_segments() -> None:
    """2 education groups of 60 ordered: a block with an education segment is one of them, 60 missing; none at all: 120."""
    made = case([{"service": "education", "per_week": 2}], [group("block", segments=BLOCK), group("plain", "tue")])
    assert amount(made, run("block", "mon", "09:00", ("ana",)), run("plain", "tue", "09:00", ("ana",))) == (60, 60)
    assert amount(made) == (120, 120)


GROUPS = [group("a", "mon", minutes=90), group("b", "tue", minutes=90), group("c", "wed", minutes=210), group("d", "thu", service="skills")]


def test_mix_counts_the_usual_length_of_the_category() -> None:
    """2 process groups at least; of 90, 90, 210 and (skills) 180 minutes, 90 is usual for process: 180 without any, 90 with one."""
    made = case(groups=GROUPS, mix=[{"category": "process", "at_least": 2}])
    assert amount(made, run("d", "thu", "09:00", ("ana",), service="skills")) == (180, 180)
    assert amount(made, run("c", "wed", "09:00", ("ana",), minutes=210)) == (90, 90)


@pytest.mark.parametrize(
    ("lengths", "usual"), [((90, 210, 210), 210), ((210, 90), 90), ((90, 210), 90), ((60, 90, 120, 90), 90), ((10,), 15)]
)
def test_the_usual_length_is_the_most_common_one_and_the_shorter_in_a_tie(lengths: tuple[int, ...], usual: int) -> None:
    """One group of each length; the order of the groups does not matter."""
    days = ("mon", "tue", "wed", "thu")
    groups = [group(f"g{n}", days[n], minutes=minutes) for n, minutes in enumerate(lengths)]
    assert amount(case(groups=groups, mix=[{"category": "process", "at_least": 1}])) == (usual, usual)


def test_mix_without_any_group_counts_the_service() -> None:
    """No education group in the program: one missing counts the 60 minutes of the service; an unknown category 15."""
    assert amount(case(groups=GROUPS, mix=[{"category": "education", "at_least": 1}])) == (60, 60)
    assert amount(case(groups=GROUPS, mix=[{"category": "music", "at_least": 1}])) == (15, 15)


def test_modules_count_sixty_even_when_nobody_offers_them() -> None:
    """Modules m1 (offered) and m9 (not offered): 120 without, 60 with m1."""
    made = case(groups=[group("a", minutes=90, module="m1")], modules=["m1", "m9"])
    assert amount(made) == (120, 120)
    assert amount(made, run("a", "mon", "09:00", ("ana",), minutes=90)) == (60, 60)


def test_the_message_says_what_is_missing() -> None:
    """An appointment, a group by count, a category and a module, each by its kind and name."""
    order = [{"service": "individual", "per_week": 1}, {"service": "education", "per_week": 2}]
    made = case(order, mix=[{"category": "process", "at_least": 3}], modules=["m9"])
    messages = [v.message for v in RULE.check(made, View(made, roster()))]
    assert messages == [
        "1 of 1 not scheduled for ana: service individual",
        "2 of 2 not scheduled for ana: group service education",
        "3 of 3 not scheduled for ana: mix process",
        "1 of 1 not scheduled for ana: module m9",
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", range(5))
def test_faces_agree_on_every_roster(size: int) -> None:
    """Two individual sessions, one group by count, one process group, a module: every choice of 4 sessions agrees."""
    order = [*TWICE, {"service": "education", "per_week": 1}]
    groups = [group("block", segments=BLOCK), group("plain", "tue", module="m1")]
    made = case(order, groups, mix=[{"category": "process", "at_least": 2}], modules=["m1"])
    every = [FIRST, SECOND, run("block", "mon", "09:00", ("ana",)), run("plain", "tue", "09:00", ("ana",))]
    for sessions in combinations(every, size):
        checked, modelled = amount(made, *sessions)
        assert checked == modelled
