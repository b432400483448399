"""A day with a talk and a test beside a group, worked by hand: half an hour between two costs 5, an hour is forbidden."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from scheduler.model.line import Tier
from scheduler.timegrid import Span
from scheduler.weeks import day_plans
from scheduler.weeks.day_plans import DayPlans, add_day_plans
from scheduler.weeks.ownership import Ownership
from scheduler.weeks.reach import Reach
from scheduler.weeks.relaxation import Relaxation
from scheduler.weeks.table import TableBuilder
from scheduler.weeks.week_pool import WeekPool
from scheduler.weeks.week_program import WeekProgram
from tests.weeks.made import index, visit
from tests.weeks.test_table import Waits

GROUP, EARLY_TALK, TALK, TALK_OF_DAN, FIRST_TEST, SECOND_TEST, THIRD_TEST, OTHER_DAY = range(8)
VISITS = [
    visit(0, 540, 600, "g"),
    visit(0, 600, 630),
    visit(0, 660, 690),
    visit(0, 660, 690, clinician="dan"),
    visit(0, 630, 660, service="test"),
    visit(0, 660, 690, service="test"),
    visit(0, 690, 720, service="test"),
    visit(1, 600, 630),
]
BESIDE = {
    (EARLY_TALK, FIRST_TEST): 0,
    (EARLY_TALK, SECOND_TEST): 5,
    (TALK, FIRST_TEST): 5,
    (TALK_OF_DAN, FIRST_TEST): 5,
}
"""After the group: an hour of nothing before the talk, or between talk and third test, is too much."""
ALONE = {
    (EARLY_TALK, FIRST_TEST): 0,
    (EARLY_TALK, SECOND_TEST): 5,
    (TALK, FIRST_TEST): 0,
    (TALK_OF_DAN, FIRST_TEST): 0,
    (TALK, THIRD_TEST): 0,
    (TALK_OF_DAN, THIRD_TEST): 0,
}
Plans = dict[tuple[int, int], int]


def relaxation(tier: Tier = "preference", units: dict[int, int] | None = None) -> tuple[Relaxation, DayPlans]:
    """All weeks of Ana, with what some visits cost."""
    made = index(VISITS, units={tier: units or {}}, rules=[Waits()])
    weeks = WeekPool([TableBuilder(made, "ana", [], 1000).build()], len(VISITS))
    return Relaxation(made.lines, Ownership({}, [], []), weeks, tier), DayPlans(made.lines, weeks)


def program_of(upper: int, tier: Tier = "preference", units: dict[int, int] | None = None) -> WeekProgram:
    """What a roster below a cost can contain without prices, with the plans of its day."""
    found, plans = relaxation(tier, units)
    reach, pricing = Reach(found, upper), found.relax(np.zeros(0))
    reach.add(pricing, pricing.bound)
    program = WeekProgram(found, np.arange(found.weeks.first[-1])[reach.rows], np.flatnonzero(reach.times))
    add_day_plans(plans.lines, program, reach, [0])
    return program


def plan_variables(program: WeekProgram) -> list[int]:
    """What is neither a week nor a time."""
    return sorted(set(range(len(program.program.costs))) - {*program.rows.values(), *program.times.values()})


def chosen(program: WeekProgram, *visits: int) -> list[int]:
    """What the waits cost in every solution in which Ana has these visits and no others, with one plan or none."""
    costs, lines = np.array(program.program.costs), program.program.rows
    factors, most, is_equal = np.zeros((len(lines), len(costs))), np.array([line[2] for line in lines]), np.array([li[3] for li in lines])
    for row, (numbers, values, _, _) in zip(factors, lines, strict=True):
        row[numbers] = values
    of_times = [[literal for time, literal in program.times.items() if program.weeks.entry_visits[time] == v] for v in visits if v != GROUP]
    weeks = [literal for row, literal in program.rows.items() if (GROUP in program.weeks.places[row].tolist()) == (GROUP in visits)]
    plans, found = np.array(plan_variables(program), dtype=np.int64), list[int]()
    for week, *times in product(weeks, *of_times):
        true = np.zeros((len(costs), len(plans) + 1))
        true[[week, *times]] = 1
        true[plans, np.arange(len(plans))] = 1  # the last has none
        left = (factors @ true).T
        holds = np.where(is_equal, left == most, left <= most).all(axis=1)
        found += np.append(costs[plans], 0)[holds].tolist()
    return found


@pytest.mark.parametrize(("group", "plans"), [((GROUP,), BESIDE), ((), ALONE)])
def test_talk_and_test_are_chosen_together(group: tuple[int, ...], plans: Plans) -> None:
    """Every pair that fits together in one way, at what its waits cost; no other."""
    program = program_of(1000)
    for talk, test in product((EARLY_TALK, TALK, TALK_OF_DAN), (FIRST_TEST, SECOND_TEST, THIRD_TEST)):
        cost = plans.get((talk, test))
        assert chosen(program, *group, talk, test) == ([] if cost is None else [cost])
    for single in (EARLY_TALK, FIRST_TEST, OTHER_DAY):
        assert chosen(program, *group, single) == [0]
    assert chosen(program, *group, OTHER_DAY, THIRD_TEST) == [0]


@pytest.mark.parametrize(
    ("upper", "units", "group", "costs"),
    [
        (5, {}, (), [0, 0, 0]),
        (6, {}, (), [0, 5, 0, 0]),
        (6, {TALK: 4}, (), [0, 5, 0, 0]),
        (9, {TALK: 4, TALK_OF_DAN: 4}, (GROUP,), [0, 5]),
        (10, {TALK: 4, TALK_OF_DAN: 4}, (GROUP,), [0, 5, 5]),
        (8, {GROUP: 3}, (GROUP,), [0]),
        (9, {GROUP: 3}, (GROUP,), [0, 5, 5]),
    ],
)
def test_plans_within_reach(upper: int, units: dict[int, int], group: tuple[int, ...], costs: list[int]) -> None:
    """What the waits cost may not be more than what is left beside the group and the cheapest talk at that time."""
    program = program_of(upper, units=units)
    plans, found = set(plan_variables(program)), list[int]()
    weeks = {literal for row, literal in program.rows.items() if (GROUP in program.weeks.places[row].tolist()) == bool(group)}
    for numbers, _, _, is_equal in program.program.rows:
        if is_equal and weeks & set(numbers):
            found += [program.program.costs[number] for number in plans.intersection(numbers)]
    assert sorted(found) == sorted(costs)


def test_waits_are_no_care() -> None:
    """The same pairs, for nothing."""
    program = program_of(1, "care")
    assert chosen(program, GROUP, EARLY_TALK, SECOND_TEST) == [0]
    assert chosen(program, GROUP, EARLY_TALK, THIRD_TEST) == []


def test_what_has_happened_may_clash() -> None:
    """Once both have begun, and not before."""
    _, plans = relaxation()
    both = [VISITS[TALK], VISITS[SECOND_TEST]]
    for now, cost in ((660, None), (661, 0)):
        plans.lines.case.time.is_past = lambda start, now=now: start < now  # type: ignore[method-assign]
        assert plans.cost(both, []) == cost


def test_days_of_a_week() -> None:
    """Talk and test on Monday beside the group, or the talk on Tuesday beside nothing."""
    found, plans = relaxation()
    days = set()
    for row in range(found.weeks.first[-1]):
        for entries, beside in plans.days_of(row):
            firsts = [VISITS[int(found.weeks.entry_visits[found.weeks.entry_first[entry]])] for entry in entries]
            assert len({v.day for v in firsts}) == 1
            days.add((firsts[0].day, len(entries), len(beside)))
    assert days == {(0, 1, 0), (0, 1, 1), (0, 2, 0), (0, 2, 1), (1, 1, 0)}


@pytest.mark.parametrize(("name", "most"), [("MOST_COMBINATIONS", 6), ("MOST_PLANS", 6), ("MOST_KEPT", 4)])
def test_as_many_as_allowed(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    """Two times of the talk with three of the test; of the four plans without the group and the three with it, none are left out."""
    for limit, is_exact in ((most, True), (most - 1, False)):
        monkeypatch.setattr(day_plans, name, limit)
        assert (chosen(program_of(1000), EARLY_TALK, THIRD_TEST) == []) == is_exact


def test_an_appointment_alone_on_its_day_is_exact() -> None:
    """The talk after an hour of nothing is forbidden, whether the test is on another day or nowhere."""
    program = program_of(1000)
    assert chosen(program, GROUP, TALK) == []
    assert chosen(program, TALK) == [0]
    columns = program.weeks.tables[0].columns
    assert sorted(columns.day[1:].tolist()) == [0, 0, 0, 0, 1]  # talk and test, alone and together, and the talk on Tuesday


def test_plans_that_cost_nothing_are_within_reach_of_the_best() -> None:
    """Nothing is left for waits."""
    assert chosen(program_of(1), EARLY_TALK, FIRST_TEST) == [0]
    assert chosen(program_of(1), EARLY_TALK, SECOND_TEST) == []


def test_what_has_begun_does_not_excuse_what_has_not() -> None:
    """The talk began at 11:00, the test ten minutes later."""
    _, plans = relaxation()
    both = [VISITS[TALK], replace(VISITS[SECOND_TEST], span=Span(670, 700))]
    for now, cost in ((661, None), (670, None), (671, 0)):
        plans.lines.case.time.is_past = lambda start, now=now: start < now  # type: ignore[method-assign]
        assert plans.cost(both, []) == cost
