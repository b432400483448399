"""Appointments that are not worth a trip of their own, and have nothing to go with."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.validation import validate
from tests.build import SERVICES, clinician, group, instance, participant, windows

SHORT = {"id": "check", "kind": "individual", "category": "medical", "minutes": 15, "credentials": ["prescriber"]}
CLINICIANS = [clinician("cora", hours=windows("08:00", "10:00", ("mon",), site="s1"), credentials=["prescriber"]), clinician("dan")]
MORNING, EVENING = group("g", "mon", "10:00"), group("g", "mon", "17:00")


def alone(*groups: dict[str, Any], bound: str = "beside_group", services: tuple[str, ...] = ("check",), **more: Any) -> list[str]:
    """What is said of Ana, for whom a check of 15 minutes is ordered; Cora gives it on Monday before 10:00."""
    ordered = participant("ana")["order"] | {"services": [{"service": name, "per_week": 1} for name in services]}
    offered = [*SERVICES, SHORT | {"without_trip": bound, "modes": ["in_person", "telehealth"]}]
    person = participant("ana", order=ordered) | more
    week = instance(participants=[person], groups=list(groups), services=offered, clinicians=CLINICIANS)
    return [issue.message for issue in validate(week) if issue.code == "short_visit_alone"]


BESIDE = "find a group for ana that check can go with: it is not worth a trip of its own, and at no time could it be beside a group"
SAME_DAY = (
    "find another session for ana that check can go with: it is not worth a trip of its own, "
    "and at no time could it be on the day of another session"
)


@pytest.mark.parametrize(("groups", "said"), [((), [BESIDE]), ((EVENING,), [BESIDE]), ((MORNING,), [])])
def test_a_group_has_to_be_right_beside_it(groups: tuple[dict[str, Any], ...], said: list[str]) -> None:
    """At 10:00, not at 17:00, when nobody gives it."""
    assert alone(*groups) == said


def test_a_group_that_does_not_take_the_participant_is_none() -> None:
    """It is for women; or Ana is busy then."""
    assert alone(MORNING | {"eligibility": {"genders": ["female"]}}, gender="male") == [BESIDE]
    assert alone(MORNING, availability={"weekly": windows("08:00", "11:00")}) == [BESIDE]


@pytest.mark.parametrize(
    ("groups", "services", "said"),
    [
        ((), ("check",), [SAME_DAY]),
        ((EVENING,), ("check",), []),
        ((group("g", "tue"),), ("check",), [SAME_DAY]),
        ((), ("check", "individual"), []),
    ],
)
def test_any_session_of_the_day_is_enough_where_the_day_counts(groups: Any, services: tuple[str, ...], said: list[str]) -> None:
    """A group of Monday, or an individual session, which Dan could give on Monday."""
    assert alone(*groups, bound="same_day", services=services) == said


def test_by_telehealth_no_trip_is_needed() -> None:
    """Ana has agreed to it."""
    assert alone(modes=["in_person", "telehealth"]) == []


def test_what_nobody_can_give_at_all_is_said_by_another_check() -> None:
    """Ana is free only when Cora does not work."""
    assert alone(availability={"weekly": windows("12:00", "21:00")}) == []
