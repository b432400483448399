"""A case that differs in a few entries takes over what is known of the others: it answers, and offers, what a new case does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.case.difference import changed_ids
from scheduler.enumeration import enumerate_candidates
from scheduler.explain import unmet_around
from scheduler.fixes import applied
from scheduler.fixes.changed_candidates import BaseCandidates
from scheduler.fixes.ideas import ideas_for
from scheduler.instance import Instance
from scheduler.instance.change import Change, merged
from scheduler.reading import read_instance, read_roster
from scheduler.rules import RULES
from tests.build import clinician, free, group, instance, participant, windows

FOLDER = Path(__file__).parent.parent / "instances"
SAMPLE = ("eating_disorder_evenings", "hold_24")
REST = ("demo", "hold_60", "access_mix", "monday_740", "php_step_down", "two_sites", "over_constrained", "youth_day", "wednesday_changes")

pytestmark = pytest.mark.unmeasured


def changes_of(case: Case, name: str, most: int) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """The changes of ideas for unmet care in the best roster known, one of each kind first, and the people they serve."""
    examined, unmet = unmet_around(case, read_roster(FOLDER / "best" / f"{name}.json"), seconds=0.0)
    ideas = ideas_for(examined, unmet)
    first = {idea.kind: idea for idea in reversed(ideas)}
    chosen = [*first.values(), *(idea for idea in ideas if idea not in first.values())]
    yield from ((idea.change, idea.wanted_by) for idea in chosen[:most])


def offer(candidates: Candidates) -> dict[str, Any]:
    """Everything a model would choose from."""
    return {
        "visits": {person: set(visits) for person, visits in candidates.visits.items()},
        "runs": set(candidates.runs),
        "staffings": {run: set(candidates.staffings[run]) for run in candidates.runs},
        "housings": {run: set(candidates.housings[run]) for run in candidates.runs},
        "past": candidates.past,
    }


@pytest.mark.parametrize(("name", "most"), [*((n, 8) for n in SAMPLE), *(pytest.param(n, 99, marks=pytest.mark.proof) for n in REST)])
def test_a_changed_case_answers_and_offers_what_a_new_one_does(name: str, most: int) -> None:
    case = Case(read_instance(FOLDER / f"{name}.json"))
    known = BaseCandidates(case, [rule for rule in RULES if rule.applies_to(case)])
    for change, people in changes_of(case, name, most):
        week = applied(case.instance, change)
        changed, fresh = case.changed(week), Case(week)
        assert changed.places.held == fresh.places.held
        assert [changed.care.order(p) for p in fresh.participants] == [fresh.care.order(p) for p in fresh.participants]
        rules = [rule for rule in RULES if rule.applies_to(fresh)]
        assert [rule for rule in RULES if rule.applies_to(changed)] == rules
        together = fresh.care.together_with(people)
        assert offer(known.near(changed, rules, together)) == offer(enumerate_candidates(fresh, rules, together)), change


def test_a_run_that_nobody_could_lead_is_offered_once_somebody_can() -> None:
    """Cora goes home before her notes after the group are written."""
    staff = [clinician("cora", hours=windows("08:00", "12:05", ("mon",), site="s1"))]
    week = instance(participants=[participant("ana")], clinicians=staff, groups=[group("g")])
    case = Case(week)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    known = BaseCandidates(case, rules)
    changed = case.changed(applied(week, {"clinicians": {"cora": {"hours": windows("08:00", "13:00", ("mon",), site="s1")}}}))
    assert not known.near(case, rules, ("ana",)).runs
    offered = known.near(changed, rules, ("ana",))
    assert [run.group for run in offered.runs] == ["g"]
    assert [visit.group for visit in offered.visits["ana"]] == ["g"]


class TestDifference:
    """What differs between two instances of a week."""

    def week(self) -> Instance:
        return instance(participants=[participant("ana"), participant("ben")])

    def test_the_same_objects_are_the_same_entries(self) -> None:
        week = self.week()
        assert changed_ids(week, week.model_copy(update={"label": week.label})) == frozenset()
        change = {"participants": {"ana": {"availability": free(days=("mon",))}}, "groups": {"new": group("new", "tue")}}
        del change["groups"]["new"]["id"]
        assert changed_ids(week, applied(week, change)) == frozenset({"ana", "new"})

    def test_an_entry_that_is_gone_is_a_difference(self) -> None:
        week = self.week()
        assert changed_ids(week, week.model_copy(update={"participants": week.participants[:1]})) == frozenset({"ben"})

    def test_a_released_place_concerns_its_holder(self) -> None:
        week = self.week()
        released = {"history": {"released": {"add": [{"participant": "ben", "group": "g"}]}}}
        assert changed_ids(week, applied(week, released)) == frozenset({"ben"})

    def test_of_another_program_nothing_is_known(self) -> None:
        week = self.week()
        assert changed_ids(week, week.model_copy(update={"program": week.program.model_copy(update={"week_a": None})})) is None
        orders = [{"participant": "ana", "short_minutes": 10, "floor": 60, "ceiling": 90}]
        other = type(week.history).model_validate({"orders": orders})
        assert changed_ids(week, week.model_copy(update={"history": other})) is None


class TestMerged:
    """Several changes at once."""

    def test_other_fields_and_entries_are_put_together(self) -> None:
        one, other = {"participants": {"ana": {"may_wait_longer": True}}}, {"participants": {"ana": {"modes": ["telehealth"]}, "ben": {}}}
        assert merged([one, other, {"rooms": {"r1": {"uses": []}}}]) == {
            "participants": {"ana": {"may_wait_longer": True, "modes": ["telehealth"]}, "ben": {}},
            "rooms": {"r1": {"uses": []}},
        }
        assert one == {"participants": {"ana": {"may_wait_longer": True}}}

    def test_additions_are_joined(self) -> None:
        adds = [{"clinicians": {"cora": {"hours": {"add": [n, 3]}}}} for n in (1, 2)]
        assert merged(adds) == {"clinicians": {"cora": {"hours": {"add": [1, 3, 2]}}}}
        whole = {"clinicians": {"cora": {"hours": [7]}}}
        assert merged([whole, adds[0]]) == merged([adds[0], whole]) == {"clinicians": {"cora": {"hours": [7, 1, 3]}}}
        assert merged([{"pins": {"remove": [0]}}, {"pins": {"remove": [2]}}]) == {"pins": {"remove": [0, 2]}}

    def test_contradictions_have_no_sum(self) -> None:
        assert merged([{"groups": {"g": {"reserve": 0}}}, {"groups": {"g": {"reserve": 1}}}]) is None
        assert merged([{"groups": {"g": {"reserve": 0}}}, {"groups": {"g": {"reserve": 0}}}]) == {"groups": {"g": {"reserve": 0}}}
