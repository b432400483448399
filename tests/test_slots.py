"""Appointments in columns: the same ones as one by one, and each rule reads what it says."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scheduler.case import Case, Need
from scheduler.instance import Group, History
from scheduler.model.lines import in_force
from scheduler.possible_visits import need_visits, place_visits
from scheduler.reading import read_instance
from scheduler.rule import Rule, overriding
from scheduler.rules import RULES
from scheduler.slots import NO_SLOTS, share_slots, slots_for
from scheduler.terms import Run, Visit
from scheduler.timegrid import DAY
from tests.build import clinician, instance, participant, windows

INSTANCES = [path for path in sorted((Path(__file__).parent.parent / "instances").glob("*.json")) if path.stem != "catalogue"]
FEW = 6
"""Needs of an instance that are looked at."""
SMALL = 60_000
"""Bytes of an instance that is looked at in every run; the larger ones are under `make proof`."""
PARTS = {"participant": "need", "service": "need", "ordinal": "need", "partner": "need", "item": "need"}
CONSTANT = {"group", "out_of", "is_lead"}
"""What is the same for all appointments of a need."""

pytestmark = pytest.mark.unmeasured


class Recorder:
    """A visit that remembers which of its parts were read."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self.parts = visit, set[str]()

    def __getattr__(self, name: str) -> Any:
        if name not in CONSTANT:
            self.parts.add(PARTS.get(name, name))
        return getattr(self._visit, name)

    def __hash__(self) -> int:
        self.parts |= {"need", "clinician", "span", "site", "mode"}
        return hash(self._visit)

    def __eq__(self, other: object) -> bool:
        self.parts |= {"need", "clinician", "span", "site", "mode"}
        return self._visit == other


def needs_of(case: Case) -> list[Need]:
    """Everyone's appointments."""
    return [need for p in case.participants if case.care.is_served(p) for need in case.care.order(p).needs]


def one_by_one(case: Case, need: Need, rules: list[Rule]) -> tuple[list[Visit], Counter[str]]:
    """The admitted visits of a need, and how many each rule refused first."""
    admitted, refusals = [], Counter[str]()
    for visit in need_visits(case, need):
        refusing = next((rule.id for rule in rules if not rule.admits(case, visit)), None)
        if refusing is None:
            admitted.append(visit)
        else:
            refusals[refusing] += 1
    return admitted, refusals


def sized(path: Path) -> Any:
    """An instance, under proof if it is large."""
    return pytest.param(path, id=path.stem, marks=[] if path.stat().st_size < SMALL else pytest.mark.proof)


@pytest.mark.parametrize("path", [sized(path) for path in INSTANCES])
def test_columns_give_the_same_as_one_by_one(path: Path) -> None:
    """In the same order, with the same refusals; what a rule reads is what it says it reads."""
    case = Case(read_instance(path))
    rules = list(overriding(in_force(case, RULES), "admits"))
    for need in needs_of(case)[:FEW]:
        slots = slots_for(case, need)
        numbers, refusals = slots.admitted(case, need, rules)
        visits = [slots.visit(need, n) for n in numbers.tolist()]
        assert (visits, refusals) == one_by_one(case, need, rules)
        for visit in list(need_visits(case, need))[::97]:
            for rule in rules:
                recorder: Any = Recorder(visit)
                rule.admits(case, recorder)
                assert recorder.parts <= {*rule.reads, *(["day"] if "span" in rule.reads else [])}, rule.id


@pytest.mark.parametrize("path", [sized(path) for path in INSTANCES])
def test_what_a_price_reads_is_what_its_rule_says(path: Path) -> None:
    """Of appointments and of group places."""
    case = Case(read_instance(path))
    pricing = [rule for rule in overriding(in_force(case, RULES), "price") if rule.price_reads is not None]
    visits = [visit for need in needs_of(case)[:FEW] for visit in list(need_visits(case, need))[::97]]
    for person in [person for person in case.participants if case.care.is_served(person)][:FEW]:
        visits += [
            visit for group in case.groups.values() for run in runs_of(case, group) for visit in place_visits(person, group.service, run)
        ]
    for visit, rule in product(visits, pricing):
        recorder: Any = Recorder(visit)
        rule.price(case, recorder)
        assert recorder.parts <= {*(rule.price_reads or ()), *(["day"] if "span" in (rule.price_reads or ()) else [])}, rule.id


def runs_of(case: Case, group: Group) -> list[Run]:
    """The runs of a group."""
    return [Run(group.id, span, group.mode, None if group.mode == "telehealth" else group.site) for span in case.groups.spans(group.id)]


@pytest.mark.parametrize("path", [sized(path) for path in INSTANCES])
def test_a_changed_case_may_use_the_slots_of_another(path: Path) -> None:
    """Without any group, room, pin or history, and with other homes, they are the same as its own."""
    case = Case(read_instance(path))
    people = tuple(p.model_copy(update={"may_wait_longer": True, "home_track": None}) for p in case.instance.participants)
    plain: dict[str, Any] = dict.fromkeys(("groups", "rooms", "pins"), ()) | {"history": History(), "participants": people}
    assert plain.keys() == NO_SLOTS
    changed, own = (Case(case.instance.model_copy(update=plain)) for _ in range(2))
    share_slots(case, changed)
    rules = list(overriding(in_force(case, RULES), "admits"))
    for need in needs_of(case)[:FEW]:
        slots_for(case, need).admitted(case, need, rules)
    for need in needs_of(own)[:FEW]:
        numbers, refusals = slots_for(changed, need).admitted(changed, need, rules)
        expected, counts = slots_for(own, need).admitted(own, need, rules)
        assert (numbers.tolist(), refusals) == (expected.tolist(), counts)
        assert slots_for(changed, need).slots == slots_for(own, need).slots


def test_slots_are_not_shared_when_working_hours_change() -> None:
    """A clinician who works longer has more of them."""
    week = instance(participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 1}]})])
    longer = tuple(c.model_copy(update={"leave": ()}) for c in week.clinicians)
    case, same, changed = (Case(w) for w in (week, week.model_copy(update={"rooms": ()}), week.model_copy(update={"clinicians": longer})))
    share_slots(case, same)
    share_slots(case, changed)
    need = needs_of(case)[0]
    assert slots_for(same, need) is slots_for(case, need)
    assert slots_for(changed, need) is not slots_for(case, need)


def test_a_rule_is_asked_about_a_slot_once() -> None:
    """And not about slots that a rule before it refuses."""
    case = Case(instance(participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 1}]})]))
    need, asked = needs_of(case)[0], list[Visit]()

    class Asked(Rule):
        id, reads = "asked", ("clinician", "span", "site")

        def admits(self, case: Case, visit: Visit) -> bool:
            asked.append(visit)
            return visit.span.day == 1

    class Early(Rule):
        id, reads = "early", ("need", "span")

        def admits(self, case: Case, visit: Visit) -> bool:
            return visit.span.start % DAY < 11 * 60

    slots = slots_for(case, need)
    early, _ = slots.admitted(case, need, [Early(), Asked()])
    assert {slots.visit(need, n).span.day for n in early.tolist()} == {1}
    assert all(visit.span.start % DAY < 11 * 60 for visit in asked)
    both, _ = slots.admitted(case, need, [Asked(), Early()])
    assert both.tolist() == early.tolist()
    assert len(asked) == len(set(asked)) > len(both)


def test_slots_are_shared_by_needs_of_one_length() -> None:
    """Two people and two appointments each."""
    order = {"services": [{"service": "individual", "per_week": 2}]}
    case = Case(instance(participants=[participant("ana", order=order), participant("ben", order=order)]))
    assert len({id(slots_for(case, need)) for need in needs_of(case)}) == 1


def test_overlapping_working_hours_offer_a_slot_by_telehealth_once() -> None:
    """At the desk and at home."""
    twice = [*windows("09:00", "11:00", ("mon",), site="s1"), *windows("10:00", "12:00", ("mon",))]
    case = Case(
        instance(
            participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 1}]})],
            clinicians=[clinician("cora", hours=twice)],
        )
    )
    visits = list(need_visits(case, needs_of(case)[0]))
    assert len(visits) == len(set(visits)) > 0


def test_no_clinician_has_no_slots() -> None:
    """And there is nothing to ask."""
    case = Case(instance(participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 1}]})]))
    need = needs_of(case)[0]
    assert list(need_visits(case, need, [])) == []
    numbers, refusals = slots_for(case, need, []).admitted(case, need, list(overriding(RULES, "admits")))
    assert (numbers.tolist(), refusals) == ([], Counter())
