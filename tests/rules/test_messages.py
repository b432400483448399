"""The sentences of violations, of all rules: they name the day, and no part in them is larger than its whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules import RULES
from scheduler.rules.clinician_availability import ClinicianAvailability
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.resource_capacity import ResourceCapacity
from scheduler.rules.room_conflict import RoomConflict
from scheduler.verify import SHAPE, judge
from scheduler.view import View
from tests.build import clinician, free, group, instance, meet, participant, run, view, windows
from tests.faces import unpruned
from tests.rosters import decisions, some_rosters
from tests.rules.test_worked import CHANGES, INSTANCE, ROSTER, read
from tests.test_tamper import TAMPERED, week
from tests.tiny import WEEKS

SENTENCES = (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines()
"""Rule, amount, sentence, what it is about, and sessions."""

DAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d{4}-\d\d-\d\d\b")
ABBREVIATED = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)\b")
ONE_AS_MANY = re.compile(r"\b1 (?:own |group |service |billable )?(?:minutes|sessions|blocks|participants|places|days|units|seats)\b")
PART = re.compile(r"(\d+) (?:out of|of)(?: the| at least)? (\d+)\b")


def faults(found: Violation, view: View) -> Iterator[str]:
    """What is wrong with a sentence."""
    days = {view.case.week.minute(s.start) // 1440 for s in view.roster.sessions if s.id in found.sessions}
    if (len(found.sessions) == 1 or len(days) == 1) and not DAY.search(found.message):
        yield f"names no day: {found.rule}: {found.message}"
    if ONE_AS_MANY.search(found.message):
        yield f"counts one as many: {found.rule}: {found.message}"
    if ABBREVIATED.search(found.message):
        yield f"abbreviates a day: {found.rule}: {found.message}"
    yield from (
        f"{part} of {whole}: {found.rule}: {found.message}" for part, whole in PART.findall(found.message) if int(part) > int(whole)
    )


def of_all_rules(view: View) -> list[Violation]:
    """Everything the rules that apply find in a roster."""
    return [found for rule in RULES if rule.applies_to(view.case) for found in rule.check(view.case, view)]


@pytest.mark.parametrize("id", CHANGES)
def test_the_worked_week_spoiled_for_each_rule(id: str) -> None:
    """Each rule has something to say somewhere in the table."""
    spoiled, roster = deepcopy(INSTANCE), deepcopy(ROSTER)
    CHANGES[id](spoiled, roster)
    made = read(spoiled, roster)
    found = of_all_rules(made)
    assert id in {violation.rule for violation in found}
    assert [fault for violation in found for fault in faults(violation, made)] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id in CHANGES], ids=lambda rule: rule.id)
def test_the_sentences_of_each_rule_are_these(rule: Rule) -> None:
    """Word for word, in the worked week spoiled for the rule."""
    spoiled, roster = deepcopy(INSTANCE), deepcopy(ROSTER)
    CHANGES[rule.id](spoiled, roster)
    made = read(spoiled, roster)
    found = [[v.rule, str(v.amount), v.message, ", ".join(v.about), ", ".join(v.sessions)] for v in rule.check(made.case, made)]
    assert [" | ".join(parts).strip() for parts in found] == [line for line in SENTENCES if line.startswith(f"{rule.id} |")]


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", TAMPERED)
def test_every_tampered_roster(name: str) -> None:
    """The solved week, spoiled in one place."""
    spoil, _ = TAMPERED[name]
    case, roster = Case(week()), spoil()
    verdict = judge(case, roster)
    assert [fault for violation in verdict.violations + verdict.amounts for fault in faults(violation, View(case, roster))] == []


def test_faults_of_shape_name_the_day() -> None:
    """A session a minute too long."""
    spoil, rules = TAMPERED["a minute too long"]
    assert rules == {SHAPE}
    assert "on Monday 2026-11-30 09:00" in judge(Case(week()), spoil()).violations[0].message


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", WEEKS)
def test_drawn_rosters_of_tiny_weeks(name: str) -> None:
    """Overlaps, double bookings and missing people of every kind."""
    case = Case(WEEKS[name]())
    for roster in some_rosters(case, decisions(case, unpruned(case)), 150, seed=3):
        made = View(case, roster)
        assert [fault for violation in of_all_rules(made) for fault in faults(violation, made)] == []


def messages(rule: Any, found: View) -> list[str]:
    """What one rule says."""
    return [violation.message for violation in rule.check(found.case, found)]


def test_travel_belongs_to_the_whole() -> None:
    """Never free, 180 minutes and twice 45 of travel: 270 of 270, not 270 of 180."""
    made = instance(groups=[group("g")], participants=[participant("ana", availability={"weekly": []}, travel={"s1": 45})])
    assert messages(ParticipantAvailability(), view(made, run("g", "mon", "09:00", ("ana",)))) == [
        "ana is not free for 270 of the 270 minutes of Monday 2026-11-30 08:15-12:45, travel included"
    ]
    remote = participant("ana", availability=free("09:00", "09:30"), modes=["telehealth"], travel={"s1": 45})
    assert messages(ParticipantAvailability(), view(instance(participants=[remote]), meet("ana@home", "tue", "09:00"))) == [
        "ana is not free for 20 of the 50 minutes of Tuesday 2026-12-01 09:00-09:50"
    ]


def test_riders_without_a_seat_are_told_by_direction() -> None:
    """Three riders, one seat each way: 2 to the site and 2 from it, not 4 of 3."""
    runs = [{"day": "mon", "direction": way, "time": time, "seats": 1} for way, time in (("to_site", "08:45"), ("from_site", "12:15"))]
    people = [participant(p, resources=[{"resource": "van"}]) for p in ("ana", "ben", "cem")]
    made = instance(groups=[group("g")], participants=people, resources=[{"id": "van", "kind": "van", "site": "s1", "runs": runs}])
    (found,) = ResourceCapacity().check(Case(made), view(made, run("g", "mon", "09:00", ("ana", "ben", "cem"))))
    assert found.amount == 4
    assert found.message == "van has no seat for 2 riders to the site and 2 from it on Monday 2026-11-30"


def test_a_closed_room_is_told_once() -> None:
    """Two closures that overlap: 180 of 180 minutes."""
    closed = [
        {"first": "2026-11-30", "last": "2026-11-30"},
        {"first": "2026-11-29", "last": "2026-12-01", "start": "08:00", "end": "20:00"},
    ]
    made = instance(groups=[group("g")], rooms=[{"id": "r1", "site": "s1", "seats": 9, "closed": closed}])
    assert messages(RoomConflict(), view(made, run("g", "mon", "09:00", ("ana",)))) == [
        "r1 is closed for 180 of the 180 minutes of Monday 2026-11-30 09:00-12:00 (g.g.2026-11-30)"
    ]


def test_a_clinicians_busy_time_is_told_once() -> None:
    """A meeting and imported busy time that overlap: 75 minutes of 195, with the notes."""
    busy = [{"start": "2026-11-30T10:00:00-05:00", "end": "2026-11-30T11:00:00-05:00"}]
    cora = clinician("cora", busy=busy, protected=windows("10:45", "11:15", ("mon",)))
    made = instance(groups=[group("g")], clinicians=[cora])
    assert messages(ClinicianAvailability(), view(made, run("g", "mon", "09:00", ("ana",)))) == [
        "cora works 75 of the 195 minutes of Monday 2026-11-30 09:00-12:15, notes included, in protected or busy time"
    ]
