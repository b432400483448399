"""The rows of a day: a wait between two visits is forbidden unless another visit ends it."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.lines import Lines
from scheduler.rules import RULES
from scheduler.terms import Visit
from scheduler.timegrid import parse_clock
from tests.build import at, clinician, instance, meet, participant, roster, windows


def is_forbidden(third: str, *past: str) -> bool:
    """Whether a row about the waits of the day is broken by ana's appointments, the past ones at 9:55."""
    done = [meet("ana", "mon", start, ordinal=n, facilitators=["cora"]) for n, start in enumerate(past, 1)]
    week = instance(
        policy={"values": {"second_staff_required": False, "longest_wait": 60, "start_grain": 10}},
        clinicians=[clinician("cora", hours=windows("08:00", "14:00", ("mon",), site="s1"))],
        participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 3}]})],
        now=at("mon", "09:55"),
        published={"roster": roster(*done)},
    )
    case = Case(week)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    lines = Lines(case, enumerate_candidates(case, rules), rules)
    wanted = {(n, parse_clock(start)) for n, start in enumerate((*past, third), 1)}
    chosen = {lines.numbered(v) for v in lines.candidates.visits["ana"] if (v.ordinal, v.span.start % 1440) in wanted}
    assert len(chosen) == len(wanted)
    waits = [line for line in lines.lines if line.source == "day" and line.rule == "longest_wait"]
    return any(sum(c for v, c in zip(li.variables, li.coefficients, strict=True) if v in chosen) > li.bound for li in waits)


@pytest.mark.parametrize(("third", "expected"), [("10:30", False), ("10:50", False), ("11:00", True), ("12:30", True)])
def test_what_overlapped_in_the_past_ends_a_wait_in_its_order(third: str, expected: bool) -> None:
    """8:30 to 9:20 and 9:00 to 9:50 have happened: the wait begins at 9:50, and the earlier of the two does not end it."""
    assert is_forbidden(third, "08:30", "09:00") is expected


def test_a_visit_in_between_ends_the_wait() -> None:
    """8:00 to 8:50, then 9:00 to 9:50: from 8:50 it would be 120 minutes to 10:50."""
    assert not is_forbidden("10:50", "08:00", "09:00")
    assert is_forbidden("10:50", "08:00")


def test_around_a_roster_only_what_meets_a_booking_is_compiled() -> None:
    """Two appointments of a morning: once the first is booked, the rows are those of it with the times of the second, and as strict."""
    week = instance(
        policy={"values": {"second_staff_required": False, "longest_wait": 60, "start_grain": 30}},
        clinicians=[clinician("cora", hours=windows("08:00", "14:00", ("mon",), site="s1"))],
        participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 3}]})],
    )
    case = Case(week)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    candidates = enumerate_candidates(case, rules)
    visits = {(v.ordinal, v.span.start): v for v in candidates.visits["ana"]}
    booked = [visits[1, 8 * 60], visits[2, 9 * 60]]
    whole, around = Lines(case, candidates, rules), Lines(case, candidates, rules, booked=booked)
    assert 0 < sum(line.source == "day" for line in around.lines) < sum(line.source == "day" for line in whole.lines) / 2
    for (ordinal, _), third in visits.items():
        if ordinal == 3:
            assert broken(around, [*booked, third]) == broken(whole, [*booked, third])


def broken(lines: Lines, chosen: list[Visit]) -> tuple[set[str], int]:
    """The rules of hard day lines that these visits break, and what they cost."""
    numbers = {lines.numbered(visit) for visit in chosen}
    over = [(li, sum(c for v, c in zip(li.variables, li.coefficients, strict=True) if v in numbers) - li.bound) for li in lines.lines]
    day = [(line, amount) for line, amount in over if line.source == "day" and amount > 0]
    return {line.rule for line, _ in day if line.tier == "hard"}, sum(line.cost for line, _ in day)
