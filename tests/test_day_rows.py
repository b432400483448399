"""The rows of a day: a wait between two visits is forbidden unless another visit ends it."""

from __future__ import annotations

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.lines import Lines
from scheduler.rules import RULES
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
