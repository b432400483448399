"""The table of references says the same as the scheduler's validation."""

from __future__ import annotations

from typing import Any

import pytest

from api.store.kinds import KINDS
from api.store.references import REFERENCES, named
from api.store.tables import KEPT
from scheduler.instance import Instance
from scheduler.validation.references import _references, unknown_guests, unknown_ids, unknown_modules
from tests.build import MONDAY, clinician, free, group, instance, participant
from tests.id_fields import Filled, pattern

ORDER = {
    "services": [{"service": "family", "per_week": 1, "guests": ["mum"]}, {"service": "couple", "per_week": 1, "partner": "ben"}],
    "mix": [{"category": "process"}],
    "modules": ["m1"],
}
ELSEWHERE = ("history", "published", "pins")
OWN = {"guests": "guest", "own_modules": "module"}
"""What the scheduler checks in functions of its own."""


def full() -> Instance:
    """An instance with every reference there is."""
    document = instance().program.model_dump(mode="json")
    document["sites"].append({"id": "s2", "hours": []})
    document |= {
        "travel": [{"a": "s1", "b": "s2", "minutes": 9}],
        "closures": [{"date": MONDAY.isoformat(), "site": "s2"}],
    }
    taught = group(
        "g1", segments=[{"service": "process", "minutes": 180}], rooms=["r1"], track="t", cohort="c", facilitators=["cora"],
        eligibility={"phases": ["p1"]}, curriculum="u", module="m1",
    )  # fmt: skip
    ana = participant(
        "ana", travel={"s1": 5}, home_track="t", home_cohort="c", primary_therapist="cora", phase="p1", order=ORDER,
        intake_done=["individual"], guests=[{"id": "mum", "availability": free()}], resources=[{"resource": "van"}],
        authorizations=[{"id": "x", "services": ["process"], "unit": "day", "first": "2026-11-01", "last": "2026-12-31"}],
    )  # fmt: skip
    return instance(
        program=document, groups=[taught], participants=[ana, participant("ben")], clinicians=[clinician("cora")],
        tracks=[{"id": "t"}], cohorts=[{"id": "c", "track": "t"}], curricula=[{"id": "u", "modules": ["m1"]}],
        phases=[{"id": "p1", "level": "2.1", "order": {"modules": ["m1"]}}], plans=[{"id": "plan", "phases": ["p1"]}],
        resources=[{"id": "van", "kind": "van", "site": "s1"}], relations=[{"a": "ana", "b": "ben", "kind": "apart"}],
    )  # fmt: skip


def ours(week: Instance) -> set[tuple[str, str]]:
    """Path and id of everything the table finds."""
    document: dict[str, Any] = week.model_dump(mode="json")
    things = [("programs", "program", document["program"])]
    things += [(kind, f"{kind}[{n}]", entry) for kind in KINDS for n, entry in enumerate(document.get(kind, ()))]
    return {(f"{prefix}.{found.path}", found.id) for kind, prefix, entry in things for found in named(kind, entry)
            if found.reference.kind not in OWN}  # fmt: skip


def test_the_table_finds_what_the_scheduler_finds() -> None:
    week = full()
    theirs = {(r.path, r.id) for r in _references(week) if r.id is not None and not r.path.startswith(ELSEWHERE)}
    assert ours(week) == theirs
    assert len(theirs) == 39


def test_every_reference_is_in_that_instance() -> None:
    document = full().model_dump(mode="json")
    dated = {"orders": {"participant": "ana", "order": ORDER}, "phase_decisions": {"participant": "ana", "phase": "p1"},
             "absences": {"participant": "ana", "clinician": "cora"}, "programs": document["program"]}  # fmt: skip
    for kind, references in REFERENCES.items():
        entries = [dated[kind]] if kind in dated else document[kind]
        found = {named_here.reference for entry in entries for named_here in named(kind, entry)}
        # Phases order for nobody in particular: no guests, no partner, and here no services.
        missing = {r.path for r in set(references) - found}
        assert missing <= ({r.path for r in references if r.path != "order.modules[]"} if kind == "phases" else set())


def test_kinds_are_those_of_the_tables_and_refer_only_to_kinds() -> None:
    assert {name: kind.table for name, kind in KINDS.items()} == KEPT
    assert {r.kind for references in REFERENCES.values() for r in references} <= {*KINDS, "categories", "modules", *OWN}


def test_an_id_somebody_adds_is_looked_up_by_both_or_by_none() -> None:
    """Every kind with an entry in every list: the table's paths are those in which validation misses something."""
    week: Any = Filled(Instance).document
    checks = (unknown_ids, unknown_guests, unknown_modules)
    theirs = {pattern(issue.path) for check in checks for issue in check(week)}
    for kind in KINDS:
        if kind in Instance.model_fields:
            told = {pattern(f"{kind}[0].{found.path}") for found in named(kind, getattr(week, kind)[0].model_dump(warnings=False))}
            assert told == {path for path in theirs if path.startswith(f"{kind}[]")}, kind


DATED_WORDS = {"phase_decisions": {"step_up_reason"}}
"""Ids of entries with dates that name nothing."""


@pytest.mark.parametrize("kind", ["orders", "phase_decisions", "absences", "relations"])
def test_every_id_of_an_entry_with_dates_is_looked_up(kind: str) -> None:
    """What the instance does not hold in this form: its own id aside, all of it names something, or is a word on record."""
    entry = Filled(KINDS[kind].model)
    told = {pattern(found.path) for found in named(kind, entry.document.model_dump(warnings=False))}
    own = {path for path in map(pattern, entry.ids) if path == "id"}
    assert set(map(pattern, entry.ids)) - own - told == DATED_WORDS.get(kind, set())
