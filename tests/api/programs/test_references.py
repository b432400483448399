"""What a program keeps says at its fields what it names, and the store looks all of it up."""

from __future__ import annotations

import pytest

from api.database.tables import ENTITY_TABLES
from api.programs.store.kinds import CONTRACTS, KINDS
from api.programs.store.reference_checks import NOUNS
from scheduler.fields import Id
from scheduler.instance import Instance
from scheduler.names import Tag, names_in, references
from tests.build import MONDAY, clinician, free, group, instance, participant
from tests.id_fields import Filled

ORDER = {
    "services": [{"service": "family", "per_week": 1, "guests": ["mum"]}, {"service": "couple", "per_week": 1, "partner": "ben"}],
    "mix": [{"category": "process"}],
    "modules": ["m1"],
}


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


def test_a_document_names_what_its_part_of_the_instance_names() -> None:
    """By the table of contracts, and as JSON: with the paths that the whole instance has."""
    week = full()
    document = week.model_dump(mode="json")
    things = [("programs", "program", document["program"])]
    things += [(kind, f"{kind}[{n}]", entry) for kind in KINDS for n, entry in enumerate(document.get(kind, ()))]
    ours = {(f"{prefix}.{path}", id) for kind, prefix, entry in things for path, _, id, _ in references(CONTRACTS[kind], entry)}
    assert ours == {(path, id) for path, _, id, _ in references(Instance, week)}
    assert len(ours) == 41
    assert ("participants[0].order.services[0].guests[0]", "mum") in ours


def test_kinds_are_those_of_the_tables_and_name_only_kinds() -> None:
    assert {name: kind.table for name, kind in KINDS.items()} == ENTITY_TABLES
    looked_up = {*KINDS, "categories", "modules", *NOUNS}
    assert {names.kind for model in CONTRACTS.values() for names in names_in(model)} <= looked_up


def test_what_is_dated_and_a_relation_belong_to_their_people_and_nothing_else_does() -> None:
    owners = {(kind, names.kind) for kind, model in CONTRACTS.items() for names in names_in(model) if names.is_owner}
    people = {(kind, "participants") for kind in ("orders", "phase_decisions", "absences", "relations")}
    assert owners == people | {("absences", "clinicians")}


@pytest.mark.parametrize("kind", CONTRACTS)
def test_every_id_that_is_kept_says_what_it_names(kind: str) -> None:
    """Their own ids aside; a word of the program says that it is one."""
    kinds = Filled(CONTRACTS[kind]).kinds
    undeclared = {path for path, declared in kinds.items() if declared == Id and path.rpartition(".")[2] != "id"}
    assert undeclared == {"curricula": {"modules[]"}, "programs": {"policy.pack", "policy.overlays[]", "weights{}"}}.get(kind, set())
    assert {names.kind for names in names_in(CONTRACTS[kind])} or all(declared in (Id, Tag) for declared in kinds.values())
