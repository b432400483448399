"""Which groups an order asks for and excludes: minutes, counts and mix together, and what version 1 of the contract meant."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.reading import dump_json, read_instance
from tests.build import SERVICES, group, instance, participant
from tests.solving import solved

ART = {"id": "art", "kind": "group", "category": "activity", "minutes": 60, "countable": False}
GROUPS = [
    group("process-1"),
    group("skills-1", "wed", service="skills"),
    group("skills-2", "fri", service="skills"),
    group("art-1", "tue", service="art"),
]
MINUTES = {"minutes": {"floor": 540, "ceiling": 540}, "sessions": {"floor": 0}, "days": {"floor": 0}}
PROCESS = {"mix": [{"category": "process", "at_least": 1}]}
ONCE = {"services": [{"service": "process", "per_week": 1}]}


def week(order: dict[str, Any], phase: dict[str, Any] | None = None, **more: Any) -> Instance:
    """A week of four groups and one person; the order of a phase, if any, is the person's phase's."""
    phases = [] if phase is None else [{"id": "core", "level": "2.1", "order": phase}]
    ana = {"id": "ana", "order": order} | ({} if phase is None else {"phase": "core"})
    return instance(services=[*SERVICES, ART], groups=GROUPS, phases=phases, participants=[participant("ana") | ana], **more)


def ordered(week: Instance) -> list[str]:
    """The groups in which ana may be placed, by kind."""
    case = Case(week)
    return [g for g in case.groups if case.care.is_ordered("ana", g)]


@pytest.mark.parametrize(
    ("order", "groups"),
    [
        ({}, ["process-1", "skills-1", "skills-2"]),
        (PROCESS, ["process-1", "skills-1", "skills-2"]),
        (ONCE, ["process-1", "skills-1", "skills-2"]),
        (PROCESS | ONCE, ["process-1", "skills-1", "skills-2"]),
        (PROCESS | {"only": True}, ["process-1"]),
        (ONCE | {"only": True}, ["process-1"]),
        ({"only": True}, ["process-1", "skills-1", "skills-2"]),
        ({"mix": [{"category": "skills", "at_most": 1}]}, ["process-1", "skills-1", "skills-2"]),
        ({"mix": [{"category": "skills", "at_most": 0}]}, ["process-1"]),
        ({"services": [{"service": "skills", "per_week": 1, "due": False}]}, ["process-1"]),
        ({"services": [{"service": "art", "per_week": 1}]}, ["process-1", "skills-1", "skills-2", "art-1"]),
    ],
)
def test_a_count_or_a_minimum_excludes_no_other_group(order, groups):
    assert ordered(week(MINUTES | order)) == groups
    assert ordered(week({}, MINUTES | order)) == groups


def test_the_participants_word_overrides_the_phases():
    assert ordered(week(MINUTES | {"only": False}, PROCESS | {"only": True})) == ["process-1", "skills-1", "skills-2"]
    assert ordered(week(MINUTES | {"only": True}, PROCESS)) == ["process-1"]


@pytest.mark.parametrize("order", [PROCESS, ONCE, PROCESS | ONCE])
def test_the_others_fill_the_minutes(order):
    result = solved(week(MINUTES | order))
    assert result.care is not None
    assert (result.care.objective, result.care.bound) == (0, 0)


class TestVersions:
    """A document of version 1 keeps its meaning; what states no version is of the present one."""

    def read(self, version: int | None, order: dict[str, Any], phase: dict[str, Any] | None = None) -> Instance:
        document = week(order, phase).model_dump(mode="json")
        del document["version"]
        for entry in (*document["phases"], *document["participants"]):
            del entry["order"]["only"]
        return Instance.model_validate(document | ({} if version is None else {"version": version}))

    @pytest.mark.parametrize("order", [PROCESS, ONCE, PROCESS | ONCE])
    def test_version_1_limits(self, order):
        assert ordered(self.read(1, MINUTES | order)) == ["process-1"]
        assert ordered(self.read(1, {}, MINUTES | order)) == ["process-1"]
        assert len(ordered(self.read(2, MINUTES | order))) == 3
        assert len(ordered(self.read(None, MINUTES | order))) == 3

    def test_version_1_without_groups_limits_nothing(self):
        individual = {"services": [{"service": "individual", "per_week": 1}]}
        assert len(ordered(self.read(1, MINUTES | individual))) == 3

    def test_it_is_written_as_version_2(self):
        read = self.read(1, MINUTES | PROCESS)
        assert read.version == 2
        assert read_instance(dump_json(read)) == read

    @pytest.mark.parametrize("document", [[], "week", {"version": 1, "phases": 3, "participants": [5, {"order": 7}, {}]}])
    def test_what_is_no_instance_is_left_to_validation(self, document):
        with pytest.raises(ValueError, match="validation error"):
            Instance.model_validate(document)
